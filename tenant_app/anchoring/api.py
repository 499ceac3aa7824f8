"""Anchoring over the API."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import (
    AnchoringPlan,
    Observation,
    PlanItem,
    PracticeTrial,
    Sharing,
    TemplateItem,
)
from tenant_app.anchoring.schemas import (
    DropIn,
    FollowThroughOut,
    FollowThroughQuery,
    ItemMoveIn,
    ItemOut,
    ObservationIn,
    ObservationOut,
    PlanDetailsOut,
    PlanOut,
    PlanQuery,
    SharingIn,
    SharingOut,
    StandardOut,
    TaskOut,
    TaskQuery,
    TemplateItemIn,
    TemplateItemOut,
    TickIn,
    TrialIn,
    TrialOut,
    TrialResultIn,
)
from tenant_app.anchoring.service import UnitFigures
from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page

blueprint = Blueprint(
    "anchoring",
    __name__,
    url_prefix="/api/v1/anchoring",
    description="Plans around courses, what came of them, and how it is followed through",
)


@blueprint.get("/plans")
@endpoint(blueprint, query=PlanQuery, page_of=PlanOut)
def list_plans(ctx: Context, **filters: Any) -> Page[AnchoringPlan]:
    """The plans of the caller's units, and their own; what is due first comes first."""
    return anchoring.listing(ctx, **filters)


@blueprint.get("/plans/<uuid:plan_id>")
@endpoint(blueprint, returns=PlanDetailsOut)
def show_plan(ctx: Context, plan_id: UUID) -> dict[str, Any]:
    """One plan with its items and all that was recorded in it."""
    found = anchoring.details(ctx, plan_id)
    facts = {name: getattr(found.plan, name) for name in ("id", "enrolment_id", "unit")}
    return facts | {
        "enrolment": found.plan.enrolment,
        "items": found.items,
        "sharings": [sharing for sharing, _ in found.sharings],
        "trials": [trial for trial, _ in found.trials],
        "observations": [observation for observation, _ in found.observations],
    }


@blueprint.post("/plans/<uuid:plan_id>/sharings")
@endpoint(blueprint, takes=SharingIn, returns=SharingOut, status=201)
def record_sharing(ctx: Context, plan_id: UUID, **facts: Any) -> Sharing:
    """Record where, when and what was shared with colleagues."""
    return anchoring.record_sharing(ctx, plan_id, **facts)


@blueprint.post("/plans/<uuid:plan_id>/trials")
@endpoint(blueprint, takes=TrialIn, returns=TrialOut, status=201)
def begin_trial(ctx: Context, plan_id: UUID, **facts: Any) -> PracticeTrial:
    """Begin to try something in practice; one at a time."""
    return anchoring.begin_trial(ctx, plan_id, **facts)


@blueprint.post("/trials/<uuid:trial_id>/result")
@endpoint(blueprint, takes=TrialResultIn, returns=TrialOut)
def end_trial(ctx: Context, trial_id: UUID, **facts: Any) -> PracticeTrial:
    """Record what came of a trial."""
    return anchoring.end_trial(ctx, trial_id, **facts)


@blueprint.post("/plans/<uuid:plan_id>/observations")
@endpoint(blueprint, takes=ObservationIn, returns=ObservationOut, status=201)
def record_observation(ctx: Context, plan_id: UUID, **facts: Any) -> Observation:
    """Record what the leader saw of it in everyday practice."""
    return anchoring.record_observation(ctx, plan_id, **facts)


@blueprint.get("/tasks")
@endpoint(blueprint, query=TaskQuery, page_of=TaskOut)
def list_tasks(ctx: Context, **filters: Any) -> Page[PlanItem]:
    """What is left to do in the plans the caller may see; what is due first comes first."""
    return anchoring.tasks(ctx, **filters)


@blueprint.post("/items/<uuid:item_id>/tick")
@endpoint(blueprint, takes=TickIn, returns=ItemOut)
def tick(ctx: Context, item_id: UUID, note: str) -> PlanItem:
    """The item is done today."""
    return anchoring.tick(ctx, item_id, note=note)


@blueprint.post("/items/<uuid:item_id>/drop")
@endpoint(blueprint, takes=DropIn, returns=ItemOut)
def drop(ctx: Context, item_id: UUID, why: str) -> PlanItem:
    """The item is no longer to be done."""
    return anchoring.drop(ctx, item_id, why=why)


@blueprint.post("/items/<uuid:item_id>/move")
@endpoint(blueprint, takes=ItemMoveIn, returns=ItemOut)
def move(ctx: Context, item_id: UUID, due_on: date) -> PlanItem:
    """The item is due on another day."""
    return anchoring.move(ctx, item_id, due_on)


@blueprint.get("/template-items")
@endpoint(blueprint, page_of=TemplateItemOut)
def list_template(ctx: Context, **paging: Any) -> Page[TemplateItem]:
    """What the plans to come are made of."""
    return anchoring.template(ctx, **paging)


@blueprint.post("/template-items")
@endpoint(blueprint, takes=TemplateItemIn, returns=TemplateItemOut, status=201)
def add_template_item(ctx: Context, **facts: Any) -> TemplateItem:
    """Add an item to the plans to come."""
    return anchoring.add_item(ctx, **facts)


@blueprint.put("/template-items/<uuid:item_id>")
@endpoint(blueprint, takes=TemplateItemIn, returns=TemplateItemOut)
def change_template_item(ctx: Context, item_id: UUID, **facts: Any) -> TemplateItem:
    """Change an item of the plans to come."""
    return anchoring.change_item(ctx, item_id, **facts)


@blueprint.delete("/template-items/<uuid:item_id>")
@endpoint(blueprint, status=204)
def remove_template_item(ctx: Context, item_id: UUID) -> None:
    """Remove an item from the plans to come."""
    anchoring.remove_item(ctx, item_id)


@blueprint.post("/template-items/standard")
@endpoint(blueprint, returns=StandardOut)
def restore_standard(ctx: Context) -> dict[str, int]:
    """Put the standard set in the place of the municipality's own."""
    return {"items": anchoring.restore_standard(ctx)}


@blueprint.get("/follow-through")
@endpoint(blueprint, query=FollowThroughQuery, page_of=FollowThroughOut)
def list_follow_through(
    ctx: Context, as_of: date | None, page: int, page_size: int
) -> Page[UnitFigures]:
    """Completed enrolments with sharing and trial in time, of the completed; unit by unit."""
    found = anchoring.follow_through(ctx, as_of=as_of or ctx.today).units
    start = (page - 1) * page_size
    more = len(found) > start + page_size
    return Page(found[start : start + page_size], page, page_size, more)
