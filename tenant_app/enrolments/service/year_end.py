"""A budget year closes: what nobody answered in time goes back to those who asked."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.core.context import Context
from tenant_app.enrolments import queries, rules
from tenant_app.enrolments.models import EnrolmentState, StepState
from tenant_app.enrolments.rules import Move
from tenant_app.enrolments.service.shared import await_answer


def send_back(ctx: Context, source_ids: Collection[UUID], note: str) -> set[UUID]:
    """Those of the sources that are enrolments and wait for an answer are returned, with the
    reason; their money is free again. A step of closing a year, which asks for the permission.

    Returns the ids of those that were sent back.
    """
    reason = rules.check_note(note)
    waiting = queries.unanswered(ctx, source_ids)
    queries.lock_pools(ctx, queries.pools_of(ctx, [enrolment.id for enrolment in waiting]))
    done: set[UUID] = set()
    for enrolment in waiting:
        before = enrolment.state
        for step in queries.waiting_steps(ctx, enrolment):
            step.state = StepState.LAPSED
        [enrolment.state] = rules.MOVES[Move.RETURN][1]
        enrolment.decision_note = reason
        await_answer(ctx, enrolment, None)
        budgets.release(ctx, source_id=enrolment.id)
        audit.record(
            ctx,
            "enrolment.returned",
            enrolment.id,
            old={"state": before.value},
            new={"state": EnrolmentState.RETURNED.value},
            note=reason,
        )
        done.add(enrolment.id)
    return done


budgets.SEND_BACK.append(send_back)
