"""Pools that go over while a request is on its way: one more yes is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from tenant_app.accounts.rules import ROLE_PERMISSIONS
from tenant_app.budgets.rules import Over
from tenant_app.core.access import Actor, Grant
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.enrolments import queries, rules
from tenant_app.enrolments.models import ApprovalLevel, ApprovalStep, Enrolment, StepState
from tenant_app.enrolments.service.shared import decides, place_of


def ask_for_overs(
    ctx: Context, enrolment: Enrolment, overs: Sequence[Over], waiting: Sequence[ApprovalStep]
) -> list[ApprovalStep]:
    """The steps that come after those that wait, for pools nobody has said yes to going over of.

    The level that answers now, or will, does so knowing it: its step is marked. The first of those
    that wait is being answered.
    """
    if not overs:
        return []
    steps = [
        step for step in queries.steps(ctx, enrolment.id) if step.submission == enrolment.submission
    ]
    known = {step.over_pool_id for step in steps}
    own = _own_levels(ctx, enrolment)
    made: list[ApprovalStep] = []
    for wanted, pool_id in rules.asked_for(overs):
        if pool_id in known:
            continue
        [step] = rules.with_overs([], [(wanted, pool_id)], participant_decides=own)
        found = next((each for each in (*waiting, *made) if each.level is step.level), None)
        if found is not None:
            found.over_pool_id = found.over_pool_id or pool_id
            continue
        added = ApprovalStep(
            id=uuid7(),
            enrolment_id=enrolment.id,
            submission=enrolment.submission,
            position=max(each.position for each in steps) + len(made) + 1,
            level=step.level,
            unit_id=place_of(ctx, step.level, enrolment.unit_id),
            state=StepState.WAITING,
            decided_by=None,
            decided_at=None,
            note="",
            over_pool_id=pool_id,
        )
        ctx.session.add(added)
        made.append(added)
    return made


def _own_levels(ctx: Context, enrolment: Enrolment) -> set[ApprovalLevel]:
    """The levels that the participant would answer."""
    _employment, held = queries.latest_employments(ctx, [enrolment.employee_id])[
        enrolment.employee_id
    ]
    if not held:
        return set()
    grants = tuple(
        Grant(role.value, unit_id, path, ROLE_PERMISSIONS[role]) for role, unit_id, path in held
    )
    person = Actor(name="", employee_id=enrolment.employee_id, grants=grants)
    return decides(ctx, person, enrolment.unit_id, rules.LEVELS, own=True)
