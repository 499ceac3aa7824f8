"""A session that will not be held: everyone on it is told, and all their money is free again."""

from __future__ import annotations

from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseSession
from tenant_app.core.context import Context
from tenant_app.enrolments import queries, rules
from tenant_app.enrolments.models import EnrolmentState
from tenant_app.enrolments.service.hooks import follow
from tenant_app.enrolments.service.shared import await_answer, lapse


def call_off(ctx: Context, session_id: UUID, *, reason: str) -> tuple[CourseSession, int]:
    """The session is cancelled; requests for it are withdrawn and confirmed places cancelled.

    Returns the session and how many had one. Raises NotFound, Forbidden, Invalid without a reason
    and Conflict when it is cancelled already.
    """
    session = catalogue.cancel_session(ctx, session_id, reason=reason)
    live = queries.live_on_session(ctx, session_id)
    queries.lock_pools(ctx, queries.pools_holding(ctx, [each.id for each in live]))
    for enrolment in live:
        before = enrolment.state
        if before in rules.WAITING:
            lapse(ctx, enrolment)
        budgets.release(ctx, source_id=enrolment.id)
        confirmed = before is EnrolmentState.CONFIRMED
        enrolment.state = EnrolmentState.CANCELLED if confirmed else EnrolmentState.WITHDRAWN
        enrolment.decision_note = reason.strip()
        await_answer(ctx, enrolment, None)
        audit.record(
            ctx,
            "enrolment.cancelled" if confirmed else "enrolment.withdrawn",
            enrolment.id,
            old={"state": before.value},
            new={"state": enrolment.state.value},
            note=reason.strip(),
        )
        follow(ctx, enrolment, before=before)
    return session, len(live)
