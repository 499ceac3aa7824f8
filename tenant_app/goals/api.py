"""Goals over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.goals import service as goals
from tenant_app.goals.models import Goal, GoalVersion, Indicator, Reading
from tenant_app.goals.schemas import (
    GoalChangedOut,
    GoalChangeIn,
    GoalDetailsOut,
    GoalIn,
    GoalOut,
    GoalQuery,
    GoalVersionOut,
    IndicatorIn,
    IndicatorOut,
    NoteIn,
    ReadingIn,
    ReadingOut,
    ReasonIn,
)

blueprint = Blueprint(
    "goals",
    __name__,
    url_prefix="/api/v1",
    description="Goals of the municipality, its areas and institutions",
)


@blueprint.get("/goals")
@endpoint(blueprint, query=GoalQuery, page_of=GoalOut)
def list_goals(ctx: Context, **search: Any) -> Page[Goal]:
    """Goals as a tree: each followed by those that serve it."""
    return goals.goals(ctx, **search)


@blueprint.post("/goals")
@endpoint(blueprint, takes=GoalIn, returns=GoalOut, status=201)
def create_goal(ctx: Context, **facts: Any) -> Goal:
    """Draft a goal. It stands when it is adopted."""
    return goals.create(ctx, **facts)


@blueprint.get("/goals/<uuid:goal_id>")
@endpoint(blueprint, returns=GoalDetailsOut)
def show_goal(ctx: Context, goal_id: UUID) -> goals.Details:
    """One goal with its indicators and those that serve it."""
    return goals.details(ctx, goal_id)


@blueprint.patch("/goals/<uuid:goal_id>")
@endpoint(blueprint, takes=GoalChangeIn, returns=GoalChangedOut)
def change_goal(ctx: Context, goal_id: UUID, **facts: Any) -> Goal:
    """Change a goal. What was adopted stands until it is adopted again."""
    return goals.change(ctx, goal_id, **facts)


@blueprint.post("/goals/<uuid:goal_id>/adoption")
@endpoint(blueprint, takes=NoteIn, returns=GoalOut)
def adopt_goal(ctx: Context, goal_id: UUID, note: str) -> Goal:
    """Adopt a goal as it is written now."""
    return goals.adopt(ctx, goal_id, note=note)


@blueprint.post("/goals/<uuid:goal_id>/retirement")
@endpoint(blueprint, takes=ReasonIn, returns=GoalOut)
def retire_goal(ctx: Context, goal_id: UUID, note: str) -> Goal:
    """Retire a goal that is reached or given up."""
    return goals.retire(ctx, goal_id, note=note)


@blueprint.get("/goals/<uuid:goal_id>/versions")
@endpoint(blueprint, page_of=GoalVersionOut)
def list_goal_versions(ctx: Context, goal_id: UUID, **paging: Any) -> Page[GoalVersion]:
    """The goal as it was adopted, the newest first."""
    return goals.versions(ctx, goal_id, **paging)


@blueprint.post("/goals/<uuid:goal_id>/indicators")
@endpoint(blueprint, takes=IndicatorIn, returns=IndicatorOut, status=201)
def add_indicator(ctx: Context, goal_id: UUID, **facts: Any) -> Indicator:
    """Follow a goal by one more number."""
    return goals.set_indicator(ctx, goal_id, **facts)


@blueprint.put("/indicators/<uuid:indicator_id>")
@endpoint(blueprint, takes=IndicatorIn, returns=IndicatorOut)
def change_indicator(ctx: Context, indicator_id: UUID, **facts: Any) -> Indicator:
    """Change an indicator. Versions of the goal keep what was adopted."""
    goal_id = goals.indicator(ctx, indicator_id).goal_id
    return goals.set_indicator(ctx, goal_id, indicator_id=indicator_id, **facts)


@blueprint.get("/indicators/<uuid:indicator_id>/readings")
@endpoint(blueprint, page_of=ReadingOut)
def list_readings(ctx: Context, indicator_id: UUID, **paging: Any) -> Page[Reading]:
    """What an indicator showed, the newest first."""
    return goals.readings(ctx, indicator_id, **paging)


@blueprint.post("/indicators/<uuid:indicator_id>/readings")
@endpoint(blueprint, takes=ReadingIn, returns=ReadingOut)
def record_reading(ctx: Context, indicator_id: UUID, **facts: Any) -> Reading:
    """Record what an indicator showed on a day."""
    return goals.record_reading(ctx, indicator_id, **facts)
