"""Answering: one request, or many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.core.errors import Forbidden, Refusal
from tenant_app.enrolments import queries, rules
from tenant_app.enrolments.models import (
    ApprovalLevel,
    ApprovalStep,
    Enrolment,
    EnrolmentState,
    StepState,
)
from tenant_app.enrolments.rules import Expected, Move
from tenant_app.enrolments.service.hooks import follow
from tenant_app.enrolments.service.overs import ask_for_overs
from tenant_app.enrolments.service.shared import (
    answering,
    await_answer,
    awaited_of,
    find_locked,
    home_of,
    learn_place,
    place_of,
)
from tenant_app.organisation import service as organisation

AS_SHOWN = Expected()
"""Nothing stated about what the user saw."""


class Decision(StrEnum):
    """An answer to a request."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


@dataclass(frozen=True)
class Outcome:
    """How one of many answers went; `enrolment` is None outside the actor's scope."""

    enrolment_id: UUID
    enrolment: Enrolment | None
    refusal: Refusal | None


def approve(
    ctx: Context, enrolment_id: UUID, *, note: str = "", expected: Expected = AS_SHOWN
) -> Enrolment:
    """The awaited step is approved; after the last one the money is committed.

    The pools are looked at again: one that has gone over since needs one more yes, and one that
    could not pay in the end refuses now. Raises NotFound, Forbidden (also for one's own request),
    Conflict when it does not wait for the actor or the participant has left, and BudgetExceeded.
    """
    enrolment, steps = _for_answer(ctx, enrolment_id, Move.APPROVE, expected)
    days = {ctx.today, enrolment.session.starts_on}
    rules.check_still_there(
        enrolment.employee.name,
        missing_on=queries.missing_day(ctx, enrolment.employee_id, days),
    )
    before = enrolment.state
    overs = budgets.recheck(ctx, source_id=enrolment.id)
    _answer(ctx, steps[0], StepState.APPROVED, note)
    answered = [rules.Step(steps[0].level, answered=True)]
    coming = [*steps[1:], *ask_for_overs(ctx, enrolment, overs, steps)]
    left = [rules.Step(step.level, answered=False) for step in coming]
    enrolment.state = rules.state_of(answered + left)
    enrolment.decision_note = note.strip()
    await_answer(ctx, enrolment, rules.waiting_for(left))
    if enrolment.state is EnrolmentState.CONFIRMED:
        budgets.commit(ctx, source_id=enrolment.id)
    _note(ctx, "enrolment.approved", enrolment, before, steps[0])
    follow(ctx, enrolment, before=before)
    return enrolment


def return_(
    ctx: Context, enrolment_id: UUID, *, note: str, expected: Expected = AS_SHOWN
) -> Enrolment:
    """The request is back with the one who asked, with a reason; the money is free again."""
    return _decline(ctx, enrolment_id, Move.RETURN, StepState.RETURNED, note, expected)


def reject(
    ctx: Context, enrolment_id: UUID, *, note: str, expected: Expected = AS_SHOWN
) -> Enrolment:
    """The request is refused for good, with a reason; the money is free again."""
    return _decline(ctx, enrolment_id, Move.REJECT, StepState.REJECTED, note, expected)


def decide(
    ctx: Context,
    enrolment_id: UUID,
    decision: Decision,
    *,
    note: str = "",
    expected: Expected = AS_SHOWN,
) -> Enrolment:
    """The request has this answer."""
    verb = {Decision.APPROVE: approve, Decision.RETURN: return_, Decision.REJECT: reject}
    return verb[decision](ctx, enrolment_id, note=note, expected=expected)


def may_decide(ctx: Context) -> bool:
    """Whether the actor answers requests at all, and so has an inbox."""
    return any(ctx.actor.may(permission) for permission in rules.DECIDES.values())


def may_answer(ctx: Context, enrolment: Enrolment) -> bool:
    """Whether the request waits for the actor's answer."""
    level = enrolment.waiting_level
    if level is None or ctx.actor.employee_id == enrolment.employee_id:
        return False
    return awaited_of(ctx, enrolment, level)


def decide_many(
    ctx: Context,
    enrolment_ids: Sequence[UUID],
    decision: Decision,
    note: str = "",
    *,
    expected: Mapping[UUID, Expected] | None = None,
) -> list[Outcome]:
    """Each request that can have the answer has it; the others are unchanged and say why. They are
    answered session by session: rooms above lock what they keep per session in that order.

    Raises Invalid at once when a reason is needed and missing.
    """
    if decision is not Decision.APPROVE:
        rules.check_note(note)
    ids = list(dict.fromkeys(enrolment_ids))
    sessions = queries.lock(ctx, ids)
    queries.lock_pools(ctx, queries.pools_of(ctx, ids))
    refusals: dict[UUID, Refusal] = {}
    for enrolment_id in sorted(ids, key=lambda each: sessions.get(each, each)):
        shown = (expected or {}).get(enrolment_id, AS_SHOWN)
        try:
            with ctx.session.begin_nested():
                decide(ctx, enrolment_id, decision, note=note, expected=shown)
        except Refusal as refusal:
            refusals[enrolment_id] = refusal
    rows = queries.named(ctx, ids)
    return [Outcome(each, rows.get(each), refusals.get(each)) for each in ids]


def _decline(
    ctx: Context,
    enrolment_id: UUID,
    move: Move,
    step_state: StepState,
    note: str,
    expected: Expected,
) -> Enrolment:
    enrolment, steps = _for_answer(ctx, enrolment_id, move, expected)
    reason = rules.check_note(note)
    before = enrolment.state
    _answer(ctx, steps[0], step_state, reason)
    for step in steps[1:]:
        step.state = StepState.LAPSED
    [enrolment.state] = rules.MOVES[move][1]
    enrolment.decision_note = reason
    await_answer(ctx, enrolment, None)
    budgets.release(ctx, source_id=enrolment.id)
    action = "enrolment.returned" if move is Move.RETURN else "enrolment.rejected"
    _note(ctx, action, enrolment, before, steps[0])
    return enrolment


def _for_answer(
    ctx: Context, enrolment_id: UUID, move: Move, expected: Expected
) -> tuple[Enrolment, Sequence[ApprovalStep]]:
    """The locked request and its unanswered steps, of which the first is the actor's to answer."""
    enrolment = find_locked(ctx, enrolment_id)
    rules.check_not_own(
        actor_employee_id=ctx.actor.employee_id, participant_id=enrolment.employee_id
    )
    level = enrolment.waiting_level
    learn_place(ctx, enrolment.unit_id)
    # Asked of the hierarchy of today: an institution that moved is answered for by its new
    # area, whatever the step said when the request was sent.
    awaited = level is not None and awaited_of(ctx, enrolment, level)
    if not awaited:
        # Whoever answers another of its levels is late or early, which is no matter of roles:
        # the second click of two meets the next step.
        _require_part(ctx, enrolment)
    if rules.is_stale(expected, state=enrolment.state, submission=enrolment.submission):
        rules.check_expected(
            expected,
            state=enrolment.state,
            submission=enrolment.submission,
            answered=_latest_answer(ctx, enrolment),
        )
    rules.check_move(enrolment.state, move)
    if level is not None:
        rules.check_awaited(level, may=awaited)
    return enrolment, queries.waiting_steps(ctx, enrolment)


def _latest_answer(ctx: Context, enrolment: Enrolment) -> rules.Answered | None:
    """Who answered last, and when; None when nobody has."""
    answered = [
        (step.submission, step.position, step.state, step.decided_by, step.decided_at)
        for step in queries.steps(ctx, enrolment.id)
        if step.decided_at is not None and step.decided_by is not None
    ]
    if not answered:
        return None
    *_, state, user_id, moment = max(answered, key=lambda each: each[:2])
    names = queries.user_names(ctx, [user_id])
    when = moment.astimezone(DENMARK).strftime("%d-%m-%Y %H:%M")
    return rules.Answered(state, names[user_id], when)


def _require_part(ctx: Context, enrolment: Enrolment) -> None:
    """Go on only if some level of the request, answered or not, is the actor's to answer."""
    levels = {
        step.level
        for step in queries.steps(ctx, enrolment.id)
        if step.submission == enrolment.submission
    }
    if not any(awaited_of(ctx, enrolment, level) for level in levels):
        raise Forbidden()


def _answer(ctx: Context, step: ApprovalStep, state: StepState, note: str) -> None:
    step.state = state
    step.decided_by = ctx.actor.user_id
    step.decided_at = ctx.now
    step.note = note.strip()


def _note(
    ctx: Context, action: str, enrolment: Enrolment, before: EnrolmentState, step: ApprovalStep
) -> None:
    new: dict[str, object] = {"state": enrolment.state.value, "level": step.level.value}
    leader = _deputised(ctx, enrolment, step)
    if leader is not None:
        new["deputy_for"] = leader
    audit.record(ctx, action, enrolment.id, old={"state": before.value}, new=new, note=step.note)


def _deputised(ctx: Context, enrolment: Enrolment, step: ApprovalStep) -> UUID | None:
    """The leader in whose place the actor answered; None when with a role of their own."""
    path = organisation.path_at(ctx, place_of(ctx, step.level, home_of(ctx, enrolment)))
    answers = answering(ctx, step.level, path)
    used = [
        grant.deputy_for
        for grant in ctx.actor.grants
        if not grant.permissions.isdisjoint(answers) and path.startswith(grant.path)
    ]
    return None if None in used or not used else used[0]


def follow_moves(ctx: Context) -> int:
    """Requests that wait for an area wait for the one their unit hangs under today, and those of
    a closed unit where their participant works.

    Returns how many were handed over. Twice changes nothing more.
    """
    moved = 0
    for unit_id, old in queries.strays(ctx):
        new = place_of(ctx, ApprovalLevel.AREA, unit_id)
        if new != old:
            moved += queries.hand_over(ctx, unit_id=unit_id, old=old, new=new)
    for enrolment in queries.orphans(ctx):
        level, old_place = enrolment.waiting_level, enrolment.waiting_unit_id
        await_answer(ctx, enrolment, level)
        if enrolment.waiting_unit_id not in (None, old_place):
            for step in queries.waiting_steps(ctx, enrolment):
                if step.level is level:
                    step.unit_id = enrolment.waiting_unit_id
            moved += 1
    return moved
