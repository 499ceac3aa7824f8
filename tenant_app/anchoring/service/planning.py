"""A confirmed place brings a plan; a lost one closes it."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table

from tenant_app.anchoring import queries, rules
from tenant_app.anchoring.models import AnchoringPlan, PlanItem
from tenant_app.anchoring.rules import Draft
from tenant_app.anchoring.service.shared import limits
from tenant_app.audit import service as audit
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment

# Every last approval ends here: the bare tables spare the ORM's work.
_PLAN = cast(Table, AnchoringPlan.__table__).insert()
_ITEMS = cast(Table, PlanItem.__table__).insert()
TEMPLATE = "anchoring.template"


def plan(ctx: Context, enrolment: Enrolment) -> None:
    """The confirmed place has a plan, its items dated from the session's days."""
    session, course = queries.session_of(ctx, enrolment)
    plan_id = uuid7()
    whose = {"enrolment_id": enrolment.id, "employee_id": enrolment.employee_id}
    whose |= {"unit_id": enrolment.unit_id}
    ctx.session.execute(_PLAN, {"id": plan_id, "created_at": ctx.now} | whose)
    items = [
        {
            "id": uuid7(),
            "plan_id": plan_id,
            "phase": item.phase,
            "owner": item.owner,
            "kind": item.kind,
            "text": item.text,
            "due_on": rules.due_on(
                item.phase,
                item.days,
                starts_on=session.starts_on,
                ends_on=session.ends_on,
                today=ctx.today,
            ),
        }
        for item in rules.chosen(_template(ctx), course.form, limits(ctx))
    ]
    if items:
        ctx.session.execute(_ITEMS, items)
    audit.record(
        ctx, "anchoring.planned", plan_id, new={"enrolment_id": enrolment.id, "items": len(items)}
    )


def close(ctx: Context, enrolment: Enrolment) -> None:
    """What was left to do of a lost place is dropped, for the reason the place was lost for."""
    why = enrolment.decision_note or enrolment.state.value
    closed = queries.close_items(ctx, enrolment.id, why)
    if closed:
        plan_id = queries.plan_of(ctx, enrolment.id)
        audit.record(ctx, "anchoring.closed", plan_id, new={"items": closed}, note=why)


def _template(ctx: Context) -> list[Draft]:
    """The set, read once for all that is approved together."""
    if TEMPLATE not in ctx.memo:
        ctx.memo[TEMPLATE] = queries.drafts(ctx)
    found: list[Draft] = ctx.memo[TEMPLATE]
    return found


enrolments.AFTER_APPROVAL.append(plan)
enrolments.AFTER_LOSS.append(close)
