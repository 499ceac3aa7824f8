"""Enrolments over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.budgets.schemas import FundingTrialIn, FundingTrialOut
from tenant_app.catalogue.models import CourseSession
from tenant_app.catalogue.schemas import SessionCancellationIn, SessionOut
from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.enrolments.schemas import (
    ApprovalIn,
    DecisionsIn,
    DetailsOut,
    EnrolmentCancellationIn,
    EnrolmentNoteIn,
    EnrolmentOut,
    EnrolmentQuery,
    InboxOut,
    OutcomesOut,
    PreviewIn,
    PreviewOut,
    ReasonedIn,
    RequestedOut,
    RequestIn,
    ResubmitIn,
)
from tenant_app.enrolments.schemas_statement import StatementRowOut
from tenant_app.enrolments.service import Decision, Details, Expected, InboxRow, StatementRow

blueprint = Blueprint(
    "enrolments",
    __name__,
    url_prefix="/api/v1/enrolments",
    description="Requests for courses, their answers and what became of them",
)
trials = Blueprint(
    "funding_trials",
    __name__,
    url_prefix="/api/v1/funding-rules",
    description="Who would pay for somebody's course, and which rule says so",
)
statements = Blueprint(
    "pool_statements",
    __name__,
    url_prefix="/api/v1/pools",
    description="What the money of a pool went to, entry by entry",
)
sessions = Blueprint(
    "called_off",
    __name__,
    url_prefix="/api/v1/sessions",
    description="What a cancelled session means for those on it",
)


@blueprint.post("")
@endpoint(blueprint, takes=RequestIn, returns=RequestedOut, status=201, moves_money=True)
def request(ctx: Context, **asked: Any) -> dict[str, Any]:
    """Ask for one or many: all or none. The money is set aside at once."""
    made = enrolments.request(ctx, **asked)
    return {
        "enrolments": enrolments.shown(ctx, [enrolment.id for enrolment in made]),
        "warnings": [str(warning) for warning in enrolments.warnings_of(ctx)],
    }


@blueprint.post("/cost-preview")
@endpoint(blueprint, takes=PreviewIn, returns=PreviewOut)
def preview_cost(ctx: Context, session_id: UUID, employee_ids: list[UUID]) -> dict[str, Any]:
    """What a request would cost and who would pay and answer. Changes nothing."""
    drafts = enrolments.preview(ctx, session_id=session_id, employee_ids=employee_ids)
    people = [
        {
            "employee": draft.employment.employee,
            "total": draft.card.total,
            "cost": draft.card.cost,
            "shares": draft.card.shares,
            "rule_name": draft.card.rule_name,
            "rule_version": draft.card.rule_version,
            "levels": [step.level for step in draft.steps],
        }
        for draft in drafts
    ]
    return {"people": people, "total": sum(draft.card.total for draft in drafts)}


@blueprint.get("")
@endpoint(blueprint, query=EnrolmentQuery, page_of=EnrolmentOut)
def list_enrolments(ctx: Context, **filters: Any) -> Page[Enrolment]:
    """The enrolments of the caller's units, and their own; newest first."""
    return enrolments.listing(ctx, **filters)


@blueprint.get("/inbox")
@endpoint(blueprint, page_of=InboxOut)
def list_inbox(ctx: Context, page: int, page_size: int) -> Page[InboxRow]:
    """The requests that wait for the caller's answer, oldest first."""
    return enrolments.inbox(ctx, page=page, page_size=page_size)


@blueprint.post("/decisions")
@endpoint(blueprint, takes=DecisionsIn, returns=OutcomesOut, moves_money=True)
def decide_many(ctx: Context, **sent: Any) -> dict[str, Any]:
    """Give many requests one answer; each that cannot have it says why and is unchanged."""
    shown = {
        each["id"]: Expected(each["expected_state"], each["expected_submission"])
        for each in sent["enrolments"]
    }
    outcomes = enrolments.decide_many(
        ctx, list(shown), sent["decision"], sent["note"], expected=shown
    )
    return {
        "outcomes": [
            {
                "id": outcome.enrolment_id,
                "done": outcome.refusal is None,
                "state": outcome.enrolment.state if outcome.enrolment else None,
                "code": outcome.refusal.code if outcome.refusal else None,
                "detail": str(outcome.refusal) if outcome.refusal else None,
            }
            for outcome in outcomes
        ]
    }


@blueprint.get("/<uuid:enrolment_id>")
@endpoint(blueprint, returns=DetailsOut)
def show_enrolment(ctx: Context, enrolment_id: UUID) -> dict[str, Any]:
    """One enrolment with its money, its steps and its movements."""
    return _details(enrolments.one(ctx, enrolment_id))


@blueprint.post("/<uuid:enrolment_id>/approval")
@endpoint(blueprint, takes=ApprovalIn, returns=EnrolmentOut, moves_money=True)
def approve(ctx: Context, enrolment_id: UUID, **answer: Any) -> Enrolment:
    """Approve the awaited step; after the last one the money is committed."""
    return _decide(ctx, enrolment_id, Decision.APPROVE, **answer)


@blueprint.post("/<uuid:enrolment_id>/return")
@endpoint(blueprint, takes=ReasonedIn, returns=EnrolmentOut, moves_money=True)
def return_(ctx: Context, enrolment_id: UUID, **answer: Any) -> Enrolment:
    """Send the request back with a reason; the money is free again."""
    return _decide(ctx, enrolment_id, Decision.RETURN, **answer)


@blueprint.post("/<uuid:enrolment_id>/rejection")
@endpoint(blueprint, takes=ReasonedIn, returns=EnrolmentOut, moves_money=True)
def reject(ctx: Context, enrolment_id: UUID, **answer: Any) -> Enrolment:
    """Refuse the request for good, with a reason; the money is free again."""
    return _decide(ctx, enrolment_id, Decision.REJECT, **answer)


@blueprint.post("/<uuid:enrolment_id>/resubmission")
@endpoint(blueprint, takes=ResubmitIn, returns=RequestedOut, moves_money=True)
def resubmit(ctx: Context, enrolment_id: UUID, **facts: Any) -> dict[str, Any]:
    """Send a returned request again, at today's price."""
    made = enrolments.resubmit(ctx, enrolment_id, **facts)
    return {
        "enrolments": enrolments.shown(ctx, [made.id]),
        "warnings": [str(warning) for warning in enrolments.warnings_of(ctx)],
    }


@blueprint.post("/<uuid:enrolment_id>/withdrawal")
@endpoint(blueprint, takes=EnrolmentNoteIn, returns=EnrolmentOut, moves_money=True)
def withdraw(ctx: Context, enrolment_id: UUID, note: str) -> Enrolment:
    """Take a request back; the money is free again."""
    return enrolments.withdraw(ctx, enrolment_id, note=note)


@blueprint.post("/<uuid:enrolment_id>/cancellation")
@endpoint(blueprint, takes=EnrolmentCancellationIn, returns=EnrolmentOut, moves_money=True)
def cancel(ctx: Context, enrolment_id: UUID, note: str) -> Enrolment:
    """Give up a confirmed place, with a reason; the money is free again."""
    return enrolments.cancel(ctx, enrolment_id, note=note)


@blueprint.post("/<uuid:enrolment_id>/completion")
@endpoint(blueprint, takes=EnrolmentNoteIn, returns=EnrolmentOut, moves_money=True)
def complete(ctx: Context, enrolment_id: UUID, note: str) -> Enrolment:
    """The participant took part: the money is spent, the competences are held."""
    return enrolments.complete(ctx, enrolment_id, note=note)


@blueprint.post("/<uuid:enrolment_id>/no-show")
@endpoint(blueprint, takes=EnrolmentNoteIn, returns=EnrolmentOut, moves_money=True)
def mark_no_show(ctx: Context, enrolment_id: UUID, note: str) -> Enrolment:
    """The participant stayed away: the money is spent all the same."""
    return enrolments.no_show(ctx, enrolment_id, note=note)


def _decide(
    ctx: Context,
    enrolment_id: UUID,
    decision: Decision,
    *,
    note: str,
    expected_state: EnrolmentState | None,
    expected_submission: int | None,
) -> Enrolment:
    expected = Expected(expected_state, expected_submission)
    return enrolments.decide(ctx, enrolment_id, decision, note=note, expected=expected)


def _details(shown: Details) -> dict[str, Any]:
    enrolment = shown.enrolment
    facts = {name: getattr(enrolment, name) for name in EnrolmentOut._declared_fields}
    movements = [
        {
            "booked_on": entry.booked_on,
            "kind": entry.kind,
            "pool": pool,
            "reserved": entry.reserved,
            "committed": entry.committed,
            "actual": entry.actual,
        }
        for entry, pool in shown.entries
    ]
    return facts | {
        "lines": shown.lines,
        "steps": shown.steps,
        "movements": movements,
        "purpose": shown.purpose,
    }


@statements.get("/<uuid:pool_id>/statement")
@endpoint(statements, page_of=StatementRowOut)
def pool_statement(ctx: Context, pool_id: UUID, **page: Any) -> Page[StatementRow]:
    """Every entry of the pool with what it was for and which constraints it counts against."""
    return enrolments.statement_rows(ctx, pool_id, **page)


@sessions.post("/<uuid:session_id>/cancellation")
@endpoint(sessions, takes=SessionCancellationIn, returns=SessionOut, moves_money=True)
def call_off(ctx: Context, session_id: UUID, reason: str) -> CourseSession:
    """Cancel a session: those on it lose their place, and their money is free again."""
    return enrolments.call_off(ctx, session_id, reason=reason)[0]


@trials.post("/trial")
@endpoint(trials, takes=FundingTrialIn, returns=FundingTrialOut)
def try_rules(ctx: Context, rules: list[dict[str, Any]] | None, **asked: Any) -> enrolments.Trial:
    """Try the funding rules, or a draft of them, on one person and one session."""
    return enrolments.try_rules(ctx, draft=rules, **asked)


blueprints = [blueprint, sessions, trials, statements]
