"""Competences over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.competences import service as competences
from tenant_app.competences.models import Competence, CompetenceArea, CoverageTarget
from tenant_app.competences.schemas import (
    CompetenceAreaIn,
    CompetenceAreaOut,
    CompetenceIn,
    CompetenceOut,
    CompetenceQuery,
    CoverageTargetIn,
    CoverageTargetOut,
    HoldingEndingIn,
    HoldingIn,
    HoldingOut,
    HoldingQuery,
)
from tenant_app.competences.service import Held
from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page

blueprint = Blueprint(
    "competences",
    __name__,
    url_prefix="/api/v1",
    description="Competences, who holds them, and coverage targets",
)


@blueprint.get("/competence-areas")
@endpoint(blueprint, page_of=CompetenceAreaOut)
def list_areas(ctx: Context, **paging: Any) -> Page[CompetenceArea]:
    """Competence areas by name."""
    return competences.areas(ctx, **paging)


@blueprint.post("/competence-areas")
@endpoint(blueprint, takes=CompetenceAreaIn, returns=CompetenceAreaOut, status=201)
def create_area(ctx: Context, name: str) -> CompetenceArea:
    """Add a competence area."""
    return competences.create_area(ctx, name=name)


@blueprint.put("/competence-areas/<uuid:area_id>")
@endpoint(blueprint, takes=CompetenceAreaIn, returns=CompetenceAreaOut)
def rename_area(ctx: Context, area_id: UUID, name: str) -> CompetenceArea:
    """Rename a competence area."""
    return competences.rename_area(ctx, area_id, name=name)


@blueprint.get("/competences")
@endpoint(blueprint, query=CompetenceQuery, page_of=CompetenceOut)
def list_competences(ctx: Context, **search: Any) -> Page[Competence]:
    """Competences by name."""
    return competences.competences(ctx, **search)


@blueprint.post("/competences")
@endpoint(blueprint, takes=CompetenceIn, returns=CompetenceOut, status=201)
def create_competence(ctx: Context, **facts: Any) -> Competence:
    """Add a competence."""
    return competences.competence(ctx, competences.create_competence(ctx, **facts).id)


@blueprint.get("/competences/<uuid:competence_id>")
@endpoint(blueprint, returns=CompetenceOut)
def show_competence(ctx: Context, competence_id: UUID) -> Competence:
    """One competence."""
    return competences.competence(ctx, competence_id)


@blueprint.put("/competences/<uuid:competence_id>")
@endpoint(blueprint, takes=CompetenceIn, returns=CompetenceOut)
def change_competence(ctx: Context, competence_id: UUID, **facts: Any) -> Competence:
    """Change a competence."""
    changed = competences.change_competence(ctx, competence_id, **facts)
    return competences.competence(ctx, changed.id)


@blueprint.get("/coverage-targets")
@endpoint(blueprint, page_of=CoverageTargetOut)
def list_targets(ctx: Context, **paging: Any) -> Page[CoverageTarget]:
    """Coverage targets by due date."""
    return competences.targets(ctx, **paging)


@blueprint.post("/coverage-targets")
@endpoint(blueprint, takes=CoverageTargetIn, returns=CoverageTargetOut)
def set_target(ctx: Context, **facts: Any) -> CoverageTarget:
    """Set the target of a competence and a group; there is one of each."""
    return competences.set_target(ctx, **facts)


@blueprint.delete("/coverage-targets/<uuid:target_id>")
@endpoint(blueprint, status=204)
def remove_target(ctx: Context, target_id: UUID) -> None:
    """Remove a coverage target for which no report was made."""
    competences.remove_target(ctx, target_id)


@blueprint.get("/holdings")
@endpoint(blueprint, query=HoldingQuery, page_of=HoldingOut)
def list_holdings(ctx: Context, **search: Any) -> Page[Held]:
    """Who holds what, newest first: your own, and those of the staff you may see."""
    return competences.holdings(ctx, **search)


@blueprint.post("/holdings")
@endpoint(blueprint, takes=HoldingIn, returns=HoldingOut, status=201)
def note_holding(ctx: Context, **facts: Any) -> Held:
    """Note a competence from before, or from elsewhere."""
    return competences.with_names(ctx, [competences.note_holding(ctx, **facts)])[0]


@blueprint.post("/holdings/<uuid:holding_id>/ending")
@endpoint(blueprint, takes=HoldingEndingIn, returns=HoldingOut)
def end_holding(ctx: Context, holding_id: UUID, **facts: Any) -> Held:
    """Let a holding end on another day."""
    return competences.with_names(ctx, [competences.end_holding(ctx, holding_id, **facts)])[0]
