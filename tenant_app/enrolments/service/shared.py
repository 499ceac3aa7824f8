"""What every verb of this room does: find, note warnings, write a chain of steps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.budgets.rules import CostCard, Nearing, Over, Overdraft, percent
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseSession
from tenant_app.core.access import Actor, Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import NotFound
from tenant_app.enrolments import queries, rules
from tenant_app.enrolments.models import ApprovalLevel, ApprovalStep, Enrolment, StepState
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employment, Unit, UnitKind

_WARNINGS = "enrolments.warnings"


def find_locked(ctx: Context, enrolment_id: UUID) -> Enrolment:
    """The enrolment, locked and as it is now. Raises NotFound outside the actor's scope."""
    enrolment = queries.get_locked(ctx, enrolment_id)
    if enrolment is None:
        raise NotFound()
    return enrolment


def place_of(ctx: Context, level: ApprovalLevel, unit_id: UUID) -> UUID:
    """The unit at which a level answers for a unit today; without areas the municipality."""
    if level is ApprovalLevel.INSTITUTION:
        return unit_id
    if level is ApprovalLevel.AREA:
        key = ("enrolments.area", unit_id)
        if key not in ctx.memo:
            ctx.memo[key] = _area_of(ctx, unit_id)
        if ctx.memo[key] is not None:
            return UUID(str(ctx.memo[key]))
    return _top(ctx)


def _top(ctx: Context) -> UUID:
    if "enrolments.root" not in ctx.memo:
        ctx.memo["enrolments.root"] = organisation.root(ctx).id
    return UUID(str(ctx.memo["enrolments.root"]))


def home_of(ctx: Context, enrolment: Enrolment) -> UUID:
    """The unit whose affair the enrolment is today: the one that pays.

    Once that is closed, the institution where the participant works now; of those who have left
    or work nowhere, the municipality. Who pays is another matter, and stays.
    """
    try:
        organisation.path_of(ctx, enrolment.unit_id)
    except NotFound:
        employment = organisation.employment(ctx, enrolment.employee_id)
        return _top(ctx) if employment is None else institution_of(ctx, employment).id
    return enrolment.unit_id


def looked_at(ctx: Context, session_id: UUID) -> tuple[CourseSession, queries.Company]:
    """The session and those on it, as this unit of work first saw them.

    For looking only: whoever decides locks the session and asks afresh. Raises NotFound.
    """
    key = ("enrolments.session", session_id)
    if key not in ctx.memo:
        session = catalogue.offer(ctx, session_id)
        ctx.memo[key] = (session, queries.company(ctx, session_id))
    found: tuple[CourseSession, queries.Company] = ctx.memo[key]
    return found


def look_again(ctx: Context, session_id: UUID) -> None:
    """What was seen of the session before counts no longer: something changed, or was undone."""
    ctx.memo.pop(("enrolments.session", session_id), None)


def learn_place(ctx: Context, unit_id: UUID) -> None:
    """Where the unit hangs, and its area, is known afterwards: one SELECT instead of three."""
    if ("enrolments.area", unit_id) in ctx.memo:
        return
    way = organisation.way_down(ctx, unit_id)
    if way:
        ctx.memo["enrolments.root"] = way[0][0]
        areas = (its_id for its_id, kind in way if kind is UnitKind.AREA)
        ctx.memo[("enrolments.area", unit_id)] = next(areas, None)


def learn_places(ctx: Context, unit_ids: Collection[UUID]) -> None:
    """Where each of the units hangs, and whose institution and area it is, is known afterwards:
    one SELECT for a whole group."""
    for unit_id, line in organisation.lines_above(ctx, unit_ids).items():
        area = next((unit for unit in line if unit.kind is UnitKind.AREA), None)
        institution = next((unit for unit in line if unit.kind is UnitKind.INSTITUTION), None)
        ctx.memo["enrolments.root"] = line[0].id
        ctx.memo[("enrolments.institution", unit_id)] = institution
        for below in (unit_id, institution.id if institution else unit_id):
            ctx.memo[("enrolments.area", below)] = area.id if area else None


def institution_of(ctx: Context, employment: Employment) -> Unit:
    """The institution that pays: a house's own; for staff above institutions their unit."""
    if employment.unit.kind is not UnitKind.HOUSE:
        return employment.unit
    if ("enrolments.institution", employment.unit_id) not in ctx.memo:
        learn_places(ctx, [employment.unit_id])
    found: Unit | None = ctx.memo.get(("enrolments.institution", employment.unit_id))
    return found or employment.unit


def answering(ctx: Context, level: ApprovalLevel, path: str) -> tuple[Permission, ...]:
    """The permissions that each answer the level at the path.

    No institution has its leader at the municipality itself: the levels above answer for them.
    """
    if level is ApprovalLevel.INSTITUTION and path == organisation.root_path(ctx):
        return tuple(rules.DECIDES.values())
    return (rules.DECIDES[level],)


def awaited_of(ctx: Context, enrolment: Enrolment, level: ApprovalLevel) -> bool:
    """Whether the actor is one of those who answer the request at the level, as of today."""
    path = organisation.path_at(ctx, place_of(ctx, level, home_of(ctx, enrolment)))
    return any(ctx.actor.may(each, at=path) for each in answering(ctx, level, path))


def _area_of(ctx: Context, unit_id: UUID) -> UUID | None:
    try:
        area = organisation.ancestor(ctx, unit_id, UnitKind.AREA)
    except NotFound:  # closed since: the municipality answers
        return None
    return area.id if area else None


def decides(
    ctx: Context, actor: Actor, unit_id: UUID, levels: Collection[ApprovalLevel], *, own: bool
) -> set[ApprovalLevel]:
    """The levels the actor could answer for the unit; with `own`, not counting deputyship."""
    found = set()
    for level in levels:
        path = organisation.path_at(ctx, place_of(ctx, level, unit_id))
        for grant in actor.grants:
            if own and grant.deputy_for is not None:
                continue
            may = not grant.permissions.isdisjoint(answering(ctx, level, path))
            if may and path.startswith(grant.path):
                found.add(level)
    return found


def put_aside(ctx: Context, enrolment: Enrolment, card: CostCard) -> list[Over]:
    """The card's amounts are reserved in their pools for this submission. Returns the pools that
    need one more yes; those who answer for a pool that nears its end read of it in its trail."""
    budgets.check_modes(
        ctx,
        card,
        unit_id=enrolment.unit_id,
        has_initiative=enrolment.initiative_id is not None,
    )
    said = budgets.reserve(
        ctx,
        source_id=enrolment.id,
        submission=enrolment.submission,
        card=card,
        employee_id=enrolment.employee_id,
    )
    warnings_of(ctx).extend(each for each in said if isinstance(each, Overdraft))
    for each in said:
        if isinstance(each, Nearing):
            audit.record(
                ctx,
                "budgets.threshold_passed",
                each.pool_id,
                new={"used": percent(each.used_bp), "notify": percent(each.notify_bp)},
            )
    return [each for each in said if isinstance(each, Over)]


def warnings_of(ctx: Context) -> list[Any]:
    """What budgets warned of in this unit of work: pools with policy warn that are overdrawn."""
    found: list[Any] = ctx.memo.setdefault(_WARNINGS, [])
    return found


def write_steps(ctx: Context, enrolment: Enrolment, steps: Sequence[rules.Step]) -> None:
    """The chain of this submission; where the request stands and whose answer it awaits."""
    rows = [
        {
            "id": uuid7(),
            "enrolment_id": enrolment.id,
            "submission": enrolment.submission,
            "position": position,
            "level": step.level,
            "unit_id": place_of(ctx, step.level, enrolment.unit_id),
            "state": StepState.APPROVED if step.answered else StepState.WAITING,
            "decided_by": ctx.actor.user_id if step.answered else None,
            "decided_at": ctx.now if step.answered else None,
            "note": "",
            "over_pool_id": step.over_pool_id,
        }
        for position, step in enumerate(steps, start=1)
    ]
    ctx.insert_many(ApprovalStep, rows)
    enrolment.state = rules.state_of(steps)
    await_answer(ctx, enrolment, rules.waiting_for(steps))


def await_answer(ctx: Context, enrolment: Enrolment, level: ApprovalLevel | None) -> None:
    """The inbox at this level shows the request from now on; None takes it out of all."""
    enrolment.waiting_level = level
    enrolment.waiting_unit_id = (
        place_of(ctx, level, home_of(ctx, enrolment)) if level is not None else None
    )


def lapse(ctx: Context, enrolment: Enrolment) -> None:
    """Steps nobody answered never will be."""
    for step in queries.waiting_steps(ctx, enrolment):
        step.state = StepState.LAPSED
