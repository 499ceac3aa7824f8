"""What happens to a request after it was sent, other than its answers."""

from __future__ import annotations

from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import SessionState
from tenant_app.competences import service as competences
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Forbidden
from tenant_app.enrolments import queries, rules
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.enrolments.rules import Move
from tenant_app.enrolments.service.hooks import follow
from tenant_app.enrolments.service.shared import (
    await_answer,
    find_locked,
    home_of,
    lapse,
)
from tenant_app.organisation import service as organisation


def withdraw(ctx: Context, enrolment_id: UUID, *, note: str = "") -> Enrolment:
    """The request is taken back by the participant, the one who asked or their leader.

    The money is free again. Raises NotFound, Forbidden and Conflict.
    """
    enrolment = find_locked(ctx, enrolment_id)
    if not _may_take_back(ctx, enrolment):
        raise Forbidden()
    rules.check_move(enrolment.state, Move.WITHDRAW)
    if enrolment.state in rules.WAITING:
        lapse(ctx, enrolment)
        budgets.release(ctx, source_id=enrolment.id)
    _move(ctx, enrolment, EnrolmentState.WITHDRAWN, "enrolment.withdrawn", note)
    return enrolment


def cancel(ctx: Context, enrolment_id: UUID, *, note: str) -> Enrolment:
    """A confirmed place is given up, with a reason; the money is free again.

    Raises Invalid without a reason, and Conflict once the session was held.
    """
    enrolment = _for_attendance(ctx, enrolment_id, Move.CANCEL)
    reason = rules.check_note(note)
    rules.check_can_cancel(
        starts_on=enrolment.session.starts_on,
        today=ctx.today,
        session_open=enrolment.session.state is SessionState.OPEN,
    )
    budgets.release(ctx, source_id=enrolment.id)
    _move(ctx, enrolment, EnrolmentState.CANCELLED, "enrolment.cancelled", reason)
    return enrolment


def complete(ctx: Context, enrolment_id: UUID, *, note: str = "") -> Enrolment:
    """The participant took part: the money is spent, and they hold what the course gives.

    Raises Conflict before the session begins, and for one who was not employed then.
    """
    enrolment = _for_attendance(ctx, enrolment_id, Move.COMPLETE)
    starts_on = enrolment.session.starts_on
    rules.check_started(starts_on=starts_on, today=ctx.today)
    rules.check_took_part(
        enrolment.employee.name,
        missing_on=queries.missing_day(ctx, enrolment.employee_id, [starts_on]),
    )
    budgets.charge(ctx, source_id=enrolment.id)
    competences.grant(
        ctx,
        employee_id=enrolment.employee_id,
        competence_ids=catalogue.competences_given(ctx, enrolment.session.course_id),
        on=min(enrolment.session.ends_on, ctx.today),
        source_id=enrolment.id,
    )
    _move(ctx, enrolment, EnrolmentState.COMPLETED, "enrolment.completed", note)
    return enrolment


def no_show(ctx: Context, enrolment_id: UUID, *, note: str = "") -> Enrolment:
    """The participant stayed away: the money is spent all the same.

    Raises Conflict before the session begins.
    """
    enrolment = _for_attendance(ctx, enrolment_id, Move.NO_SHOW)
    rules.check_started(starts_on=enrolment.session.starts_on, today=ctx.today)
    budgets.charge(ctx, source_id=enrolment.id)
    _move(ctx, enrolment, EnrolmentState.NO_SHOW, "enrolment.marked_no_show", note)
    return enrolment


def may_withdraw(ctx: Context, enrolment: Enrolment) -> bool:
    """Whether the request can be taken back, and by the actor."""
    return rules.may_move(enrolment.state, Move.WITHDRAW) and _may_take_back(ctx, enrolment)


def may_resubmit(ctx: Context, enrolment: Enrolment) -> bool:
    """Whether the request can be sent again, and by the actor."""
    return rules.may_move(enrolment.state, Move.RESUBMIT) and _may_ask(ctx, enrolment)


def _may_ask(ctx: Context, enrolment: Enrolment) -> bool:
    return _is_own(ctx, enrolment) or ctx.actor.may(
        Permission.ENROLMENT_REQUEST, at=_path(ctx, enrolment)
    )


def _may_take_back(ctx: Context, enrolment: Enrolment) -> bool:
    """Those who may ask; and where no leader does, those who answer for the municipality."""
    if _may_ask(ctx, enrolment):
        return True
    path = _path(ctx, enrolment)
    return path == organisation.root_path(ctx) and any(
        ctx.actor.may(permission, at=path) for permission in rules.DECIDES.values()
    )


def may_cancel(ctx: Context, enrolment: Enrolment) -> bool:
    """Whether the place can be given up, and by the actor."""
    return rules.may_move(enrolment.state, Move.CANCEL) and ctx.actor.may(
        Permission.ENROLMENT_COMPLETE, at=_path(ctx, enrolment)
    )


def may_record(ctx: Context, enrolment: Enrolment) -> bool:
    """Whether the session has begun and the actor may record who came. Needs it loaded."""
    return may_cancel(ctx, enrolment) and enrolment.session.starts_on <= ctx.today


def _for_attendance(ctx: Context, enrolment_id: UUID, move: Move) -> Enrolment:
    enrolment = find_locked(ctx, enrolment_id)
    ctx.require(Permission.ENROLMENT_COMPLETE, at=_path(ctx, enrolment))
    rules.check_move(enrolment.state, move)
    return enrolment


def _is_own(ctx: Context, enrolment: Enrolment) -> bool:
    """The participant, or the one who asked."""
    return (
        ctx.actor.employee_id == enrolment.employee_id
        or ctx.actor.user_id == enrolment.requested_by
    )


def _path(ctx: Context, enrolment: Enrolment) -> str:
    return organisation.path_at(ctx, home_of(ctx, enrolment))


def _move(
    ctx: Context, enrolment: Enrolment, state: EnrolmentState, action: str, note: str
) -> None:
    before = enrolment.state
    enrolment.state = state
    enrolment.decision_note = note.strip()
    await_answer(ctx, enrolment, None)
    audit.record(
        ctx,
        action,
        enrolment.id,
        old={"state": before.value},
        new={"state": state.value},
        note=note.strip(),
    )
    follow(ctx, enrolment, before=before)
