"""Cooperation over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import CapacityStatement, SharedNeedCluster
from tenant_app.cooperation.schemas import (
    AcceptIn,
    AcceptOut,
    CapacityIn,
    CapacityOut,
    CapacityQuery,
    ClusterDetailsOut,
    ClusterOut,
    ClusterQuery,
    HouseAnswerIn,
    SearchOut,
    VoiceOut,
)
from tenant_app.cooperation.service import Details, Voice
from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.initiatives.models import Initiative

blueprint = Blueprint(
    "cooperation",
    __name__,
    url_prefix="/api/v1/cooperation",
    description="Needs that houses share, who has a surplus, and what became of a need",
)


@blueprint.get("/clusters")
@endpoint(blueprint, query=ClusterQuery, page_of=ClusterOut)
def list_clusters(ctx: Context, **filters: Any) -> Page[SharedNeedCluster]:
    """Shared needs with a house of the caller's in them, the latest first."""
    return cooperation.clusters(ctx, **filters)


@blueprint.get("/clusters/<uuid:cluster_id>")
@endpoint(blueprint, returns=ClusterDetailsOut)
def show_cluster(ctx: Context, cluster_id: UUID) -> Details:
    """One with its houses and what they say, and who could help."""
    return cooperation.one(ctx, cluster_id)


@blueprint.post("/clusters/<uuid:cluster_id>/answer")
@endpoint(blueprint, takes=HouseAnswerIn, returns=ClusterOut)
def answer(ctx: Context, cluster_id: UUID, **facts: Any) -> SharedNeedCluster:
    """Say for a house whether it joins. Yes from two leaders of two houses confirms it."""
    return cooperation.answer(ctx, cluster_id, **facts)


@blueprint.post("/clusters/<uuid:cluster_id>/initiative")
@endpoint(blueprint, takes=AcceptIn, returns=AcceptOut, status=201)
def accept(ctx: Context, cluster_id: UUID, **facts: Any) -> Initiative:
    """Make one initiative of it, with all its needs and houses."""
    return cooperation.accept(ctx, cluster_id, **facts)


@blueprint.post("/searches")
@endpoint(blueprint, returns=SearchOut, status=202)
def search(ctx: Context) -> dict[str, UUID]:
    """Search for shared needs in the background. Asked for twice it is the same job."""
    return {"job_id": cooperation.request_search(ctx)}


@blueprint.get("/capacities")
@endpoint(blueprint, query=CapacityQuery, page_of=CapacityOut)
def list_capacities(ctx: Context, **filters: Any) -> Page[CapacityStatement]:
    """What houses have to give, today or soon; what ends first comes first."""
    return cooperation.capacities(ctx, **filters)


@blueprint.post("/capacities")
@endpoint(blueprint, takes=CapacityIn, returns=CapacityOut, status=201)
def state_capacity(ctx: Context, **facts: Any) -> CapacityStatement:
    """Tell what a unit has a surplus of."""
    return cooperation.state_capacity(ctx, **facts)


@blueprint.post("/capacities/<uuid:capacity_id>/withdrawal")
@endpoint(blueprint, returns=CapacityOut)
def withdraw_capacity(ctx: Context, capacity_id: UUID) -> CapacityStatement:
    """The unit has it no longer."""
    return cooperation.withdraw_capacity(ctx, capacity_id)


@blueprint.get("/voices/<uuid:need_id>")
@endpoint(blueprint, returns=VoiceOut)
def show_voice(ctx: Context, need_id: UUID) -> Voice:
    """What became of a need that the caller sees."""
    return cooperation.trace(ctx, need_id)
