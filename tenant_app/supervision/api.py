"""Supervision and screening over the API. Results are read in by `POST /imports/screenings`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.supervision import service as supervision
from tenant_app.supervision.models import (
    FollowUp,
    Screening,
    ScreeningResult,
    ScreeningTool,
    SupervisionFinding,
    SupervisionVisit,
)
from tenant_app.supervision.schemas import (
    CalledOffIn,
    DueQuery,
    FindingIn,
    FollowUpDoneIn,
    FollowUpIn,
    FollowUpOut,
    HeldIn,
    PublishedIn,
    ReportDueOut,
    ResultOut,
    ScreeningDetailsOut,
    ScreeningOut,
    ScreeningQuery,
    ToolDetailsOut,
    ToolIn,
    ToolOut,
    UseIn,
    VisitChangeIn,
    VisitDetailsOut,
    VisitFindingOut,
    VisitIn,
    VisitLineOut,
    VisitOut,
    VisitQuery,
)
from tenant_app.supervision.service import Behind, DueLine, Scale, ToolDetails

blueprint = Blueprint(
    "supervision",
    __name__,
    url_prefix="/api/v1/supervision",
    description="Visits, reports that are due, screenings, and the needs that they stand behind",
)


@blueprint.get("/visits")
@endpoint(blueprint, query=VisitQuery, page_of=VisitLineOut)
def list_visits(ctx: Context, **filters: Any) -> Page[SupervisionVisit]:
    """The visits to the caller's units, the latest first."""
    return supervision.visits(ctx, **filters)


@blueprint.post("/visits")
@endpoint(blueprint, takes=VisitIn, returns=VisitOut, status=201)
def plan_visit(ctx: Context, **facts: Any) -> SupervisionVisit:
    """Plan a visit to an institution or a house."""
    return supervision.plan(ctx, **facts)


@blueprint.get("/visits/<uuid:visit_id>")
@endpoint(blueprint, returns=VisitDetailsOut)
def show_visit(ctx: Context, visit_id: UUID) -> dict[str, Any]:
    """One visit with its findings and its plan."""
    found = supervision.details(ctx, visit_id)
    names = list(VisitLineOut().fields)
    facts = {name: getattr(found.visit, name) for name in names}
    return facts | {
        "findings": [_used(each, found.behind) for each in found.findings],
        "plan": [line for line, _by in found.plan],
    }


@blueprint.put("/visits/<uuid:visit_id>")
@endpoint(blueprint, takes=VisitChangeIn, returns=VisitOut)
def change_visit(ctx: Context, visit_id: UUID, **facts: Any) -> SupervisionVisit:
    """Change what is known of a visit without a published report."""
    return supervision.change(ctx, visit_id, **facts)


@blueprint.post("/visits/<uuid:visit_id>/hold")
@endpoint(blueprint, takes=HeldIn, returns=VisitOut)
def hold_visit(ctx: Context, visit_id: UUID, **facts: Any) -> SupervisionVisit:
    """The visit was held."""
    return supervision.hold(ctx, visit_id, **facts)


@blueprint.post("/visits/<uuid:visit_id>/publish")
@endpoint(blueprint, takes=PublishedIn, returns=VisitOut)
def publish_report(ctx: Context, visit_id: UUID, **facts: Any) -> SupervisionVisit:
    """The report of the visit is published; its findings stay as they are."""
    return supervision.publish(ctx, visit_id, **facts)


@blueprint.post("/visits/<uuid:visit_id>/call-off")
@endpoint(blueprint, takes=CalledOffIn, returns=VisitOut)
def call_off_visit(ctx: Context, visit_id: UUID, why: str) -> SupervisionVisit:
    """A planned visit does not take place."""
    return supervision.call_off(ctx, visit_id, why=why)


@blueprint.post("/visits/<uuid:visit_id>/findings")
@endpoint(blueprint, takes=FindingIn, returns=VisitFindingOut, status=201)
def add_finding(ctx: Context, visit_id: UUID, **facts: Any) -> SupervisionFinding:
    """Write down what was found at a visit that was held."""
    return supervision.add_finding(ctx, visit_id, **facts)


@blueprint.delete("/findings/<uuid:finding_id>")
@endpoint(blueprint, status=204)
def remove_finding(ctx: Context, finding_id: UUID) -> None:
    """Remove a finding whose report is not published."""
    supervision.remove_finding(ctx, finding_id)


@blueprint.post("/findings/<uuid:finding_id>/evidence")
@endpoint(blueprint, takes=UseIn, returns=VisitFindingOut)
def use_finding(ctx: Context, finding_id: UUID, **facts: Any) -> SupervisionFinding:
    """Make the finding evidence of a need, or raise a new need with it; once."""
    return supervision.use_finding(ctx, finding_id, **facts)


@blueprint.post("/visits/<uuid:visit_id>/follow-ups")
@endpoint(blueprint, takes=FollowUpIn, returns=FollowUpOut, status=201)
def add_follow_up(ctx: Context, visit_id: UUID, **facts: Any) -> FollowUp:
    """Agree on who does what by when."""
    return supervision.follow_up(ctx, visit_id, **facts)


@blueprint.post("/follow-ups/<uuid:follow_up_id>/done")
@endpoint(blueprint, takes=FollowUpDoneIn, returns=FollowUpOut)
def finish_follow_up(ctx: Context, follow_up_id: UUID, note: str) -> FollowUp:
    """It is done today."""
    return supervision.finish(ctx, follow_up_id, note=note)


@blueprint.get("/due")
@endpoint(blueprint, query=DueQuery, page_of=ReportDueOut)
def list_due(ctx: Context, as_of: date | None, page: int, page_size: int) -> Page[DueLine]:
    """Institutions without a report published in time, never reported ones first."""
    found = supervision.due(ctx, as_of=as_of or ctx.today).due
    start = (page - 1) * page_size
    more = len(found) > start + page_size
    return Page(found[start : start + page_size], page, page_size, more)


@blueprint.get("/screenings")
@endpoint(blueprint, query=ScreeningQuery, page_of=ScreeningOut)
def list_screenings(ctx: Context, **filters: Any) -> Page[Screening]:
    """The screenings of the caller's units, the latest first."""
    return supervision.screenings(ctx, **filters)


@blueprint.get("/screenings/<uuid:screening_id>")
@endpoint(blueprint, returns=ScreeningDetailsOut)
def show_screening(ctx: Context, screening_id: UUID) -> dict[str, Any]:
    """One screening with its scores, and what the unit scored with the tool over time."""
    found = supervision.screening(ctx, screening_id)
    names = list(ScreeningOut().fields)
    facts = {name: getattr(found, name) for name in names}
    results = supervision.results(ctx, found)
    behind = supervision.behind(ctx, results)
    return facts | {
        "results": [_used(each, behind) for each in results],
        "over_time": supervision.over_time(ctx, found),
    }


@blueprint.post("/screening-results/<uuid:result_id>/evidence")
@endpoint(blueprint, takes=UseIn, returns=ResultOut)
def use_result(ctx: Context, result_id: UUID, **facts: Any) -> ScreeningResult:
    """Make the score evidence of a need, or raise a new need with it; once."""
    return supervision.use_result(ctx, result_id, **facts)


@blueprint.get("/screening-tools")
@endpoint(blueprint, page_of=ToolDetailsOut)
def list_tools(ctx: Context, **paging: Any) -> Page[ToolDetails]:
    """The municipality's screening tools, those in use first."""
    return supervision.tools(ctx, **paging)


@blueprint.post("/screening-tools")
@endpoint(blueprint, takes=ToolIn, returns=ToolOut, status=201)
def create_tool(ctx: Context, **facts: Any) -> ScreeningTool:
    """Create a tool with its scale and its areas."""
    return supervision.create_tool(ctx, **_scaled(facts))


@blueprint.put("/screening-tools/<uuid:tool_id>")
@endpoint(blueprint, takes=ToolIn, returns=ToolOut)
def change_tool(ctx: Context, tool_id: UUID, **facts: Any) -> ScreeningTool:
    """Change a tool that has no results yet."""
    return supervision.change_tool(ctx, tool_id, **_scaled(facts))


@blueprint.post("/screening-tools/<uuid:tool_id>/retire")
@endpoint(blueprint, returns=ToolOut)
def retire_tool(ctx: Context, tool_id: UUID) -> ScreeningTool:
    """Read in no more results for the tool."""
    return supervision.retire_tool(ctx, tool_id)


def _used(
    found: SupervisionFinding | ScreeningResult, behind: Mapping[UUID, Behind]
) -> dict[str, Any]:
    """As it is, with the need that it stands behind now."""
    schema = VisitFindingOut if isinstance(found, SupervisionFinding) else ResultOut
    facts = {name: getattr(found, name) for name in schema().fields}
    return facts if found.id in behind else facts | {"need_id": None, "evidence_id": None}


def _scaled(facts: dict[str, Any]) -> dict[str, Any]:
    """The scale as one value, as the service takes it."""
    scale = {name: value for name, value in facts.items() if name not in ("name", "areas")}
    return {"name": facts["name"], "areas": facts["areas"], "scale": Scale(**scale)}
