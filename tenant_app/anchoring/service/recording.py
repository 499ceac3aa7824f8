"""What came of it: knowledge shared, something tried in practice, and what the leader saw."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tenant_app.anchoring import queries, rules
from tenant_app.anchoring.models import (
    AnchoringPlan,
    ItemKind,
    Observation,
    Outcome,
    PracticeTrial,
    Seen,
    Sharing,
)
from tenant_app.anchoring.service.shared import (
    leads,
    path_of,
    plan_to_change,
    require_part,
    takes_part,
)
from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Forbidden, NotFound


def record_sharing(
    ctx: Context, plan_id: UUID, *, shared_on: date, place: str, text: str = ""
) -> Sharing:
    """Colleagues heard of it; what the plan says of sharing is done.

    By the participant or those who lead there. Raises Invalid for a day before the course or
    ahead, Conflict for the plan of a lost place.
    """
    plan = _for_recording(ctx, plan_id)
    made = Sharing(
        id=uuid7(),
        plan_id=plan.id,
        shared_on=rules.check_happened(
            shared_on, field="shared_on", starts_on=_begins(plan), today=ctx.today
        ),
        place=rules.check_line(place, field="place"),
        text=rules.check_text(text, field="text", required=False),
        recorded_by=ctx.actor.user_id,
    )
    ctx.session.add(made)
    _finish(ctx, plan, ItemKind.SHARE, made.shared_on)
    audit.record(ctx, "anchoring.shared", plan.id, new={"on": made.shared_on})
    return made


def begin_trial(
    ctx: Context, plan_id: UUID, *, hypothesis: str, signs: str, begins_on: date
) -> PracticeTrial:
    """Something is tried in practice, with the signs that would show that it works.

    One at a time: raises Conflict while another has no result.
    """
    plan = _for_recording(ctx, plan_id)
    rules.check_trials(queries.open_trials(ctx, plan.id))
    made = PracticeTrial(
        id=uuid7(),
        plan_id=plan.id,
        hypothesis=rules.check_text(hypothesis, field="hypothesis"),
        signs=rules.check_text(signs, field="signs"),
        begins_on=rules.check_begins(begins_on, starts_on=_begins(plan), today=ctx.today),
        recorded_by=ctx.actor.user_id,
    )
    ctx.session.add(made)
    audit.record(ctx, "anchoring.trial_begun", plan.id, new={"on": made.begins_on})
    return made


def end_trial(
    ctx: Context, trial_id: UUID, *, outcome: Outcome, result: str, evaluated_on: date
) -> PracticeTrial:
    """The trial has a result; what the plan says of a trial is done.

    Raises Conflict for one that has its result, Invalid before it began or ahead.
    """
    found = queries.trial_to_change(ctx, trial_id)
    if found is None:
        raise NotFound()
    plan = _for_recording(ctx, found.plan_id)
    day = rules.check_ended(
        begins_on=found.begins_on,
        evaluated_on=evaluated_on,
        ended=found.outcome is not None,
        today=ctx.today,
    )
    found.result = rules.check_text(result, field="result")
    found.outcome, found.evaluated_on = outcome, day
    _finish(ctx, plan, ItemKind.TRIAL, day)
    audit.record(ctx, "anchoring.trial_ended", plan.id, new={"on": day, "outcome": outcome.value})
    return found


def record_observation(
    ctx: Context, plan_id: UUID, *, observed_on: date, seen: Seen, text: str = ""
) -> Observation:
    """The leader looked for the new practice; unless it is not there yet, that is done.

    By those who lead there, and never of oneself.
    """
    plan = plan_to_change(ctx, plan_id)
    ctx.require(Permission.ANCHORING_MANAGE, at=path_of(ctx, plan))
    if ctx.actor.employee_id == plan.employee_id:
        raise Forbidden(
            N_("Nobody observes their own practice. Let another leader or a deputy do it."),
            field="observed_on",
        )
    rules.check_live(plan.enrolment.state)
    made = Observation(
        id=uuid7(),
        plan_id=plan.id,
        observed_on=rules.check_happened(
            observed_on, field="observed_on", starts_on=_begins(plan), today=ctx.today
        ),
        seen=seen,
        text=rules.check_text(text, field="text", required=False),
        observed_by=ctx.actor.user_id,
    )
    ctx.session.add(made)
    if seen is not Seen.NOT_YET:
        _finish(ctx, plan, ItemKind.OBSERVE, made.observed_on)
    audit.record(
        ctx, "anchoring.observed", plan.id, new={"on": made.observed_on, "seen": seen.value}
    )
    return made


def may_record(ctx: Context, plan: AnchoringPlan) -> bool:
    """Whether the course has begun, the place was kept, and the actor has a part in the plan."""
    begun = plan.enrolment.state in rules.LIVE and _begins(plan) <= ctx.today
    return begun and (takes_part(ctx, plan) or leads(ctx, plan))


def may_observe(ctx: Context, plan: AnchoringPlan) -> bool:
    """The same for those who lead there, of others."""
    is_own = ctx.actor.employee_id == plan.employee_id
    return not is_own and may_record(ctx, plan) and leads(ctx, plan)


def _for_recording(ctx: Context, plan_id: UUID) -> AnchoringPlan:
    plan = plan_to_change(ctx, plan_id)
    require_part(ctx, plan)
    rules.check_live(plan.enrolment.state)
    return plan


def _begins(plan: AnchoringPlan) -> date:
    return plan.enrolment.session.starts_on


def _finish(ctx: Context, plan: AnchoringPlan, kind: ItemKind, day: date) -> None:
    queries.finish_items(ctx, plan.id, kind, on=day, by=ctx.actor.user_id)
