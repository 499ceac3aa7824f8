"""Needs and their evidence over the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.needs import service as needs
from tenant_app.needs.schemas import (
    EvidenceIn,
    EvidenceOut,
    EvidenceWithdrawalIn,
    NeedChangeIn,
    NeedIn,
    NeedMergingIn,
    NeedOut,
    NeedQuery,
    NeedReasonIn,
    OverviewOut,
    OverviewQuery,
)
from tenant_app.needs.service import Finding, Overview, Shown

blueprint = Blueprint(
    "needs",
    __name__,
    url_prefix="/api/v1/needs",
    description="Pedagogical challenges that call for a competence, and the evidence behind them",
)


@blueprint.get("")
@endpoint(blueprint, query=NeedQuery, page_of=NeedOut)
def list_needs(ctx: Context, **search: Any) -> Page[Shown]:
    """Needs, newest first: of your units, of your institution, and those you reported."""
    return needs.needs(ctx, **search)


@blueprint.post("")
@endpoint(blueprint, takes=NeedIn, returns=NeedOut, status=201)
def report(ctx: Context, **facts: Any) -> Shown:
    """Report a need, with a first finding when a source is given."""
    return needs.one(ctx, needs.report(ctx, **facts).id)


@blueprint.get("/overview")
@endpoint(blueprint, query=OverviewQuery, returns=OverviewOut)
def overview(ctx: Context, **search: Any) -> Overview:
    """Live needs by unit and competence area, and by source."""
    return needs.overview(ctx, **search)


@blueprint.get("/<uuid:need_id>")
@endpoint(blueprint, returns=NeedOut)
def show(ctx: Context, need_id: UUID) -> Shown:
    """One need with what stands behind it and what is missing."""
    return needs.one(ctx, need_id)


@blueprint.patch("/<uuid:need_id>")
@endpoint(blueprint, takes=NeedChangeIn, returns=NeedOut)
def change(ctx: Context, need_id: UUID, **facts: Any) -> Shown:
    """Change what the need says; what is left out stays."""
    return needs.one(ctx, needs.change(ctx, need_id, **facts).id)


@blueprint.get("/<uuid:need_id>/evidence")
@endpoint(blueprint, returns=EvidenceOut, many=True)
def list_evidence(ctx: Context, need_id: UUID) -> Sequence[Finding]:
    """The findings behind the need and behind those merged into it."""
    return needs.evidence(ctx, need_id)


@blueprint.post("/<uuid:need_id>/evidence")
@endpoint(blueprint, takes=EvidenceIn, returns=EvidenceOut, status=201)
def add_evidence(ctx: Context, need_id: UUID, **facts: Any) -> Finding:
    """Add a finding."""
    made = needs.add_evidence(ctx, need_id, **facts)
    return next(each for each in needs.evidence(ctx, need_id) if each.id == made)


@blueprint.post("/evidence/<uuid:evidence_id>/withdrawal")
@endpoint(blueprint, takes=EvidenceWithdrawalIn, returns=NeedOut)
def withdraw_evidence(ctx: Context, evidence_id: UUID, why: str) -> Shown:
    """Withdraw a finding. The answer is its need, which may have fallen back."""
    return needs.one(ctx, needs.withdraw_evidence(ctx, evidence_id, why=why).own_id)


@blueprint.post("/<uuid:need_id>/analysis")
@endpoint(blueprint, returns=NeedOut)
def analyse(ctx: Context, need_id: UUID) -> Shown:
    """Look into the need; take up a parked one again."""
    return needs.one(ctx, needs.analyse(ctx, need_id).id)


@blueprint.post("/<uuid:need_id>/qualification")
@endpoint(blueprint, returns=NeedOut)
def qualify(ctx: Context, need_id: UUID) -> Shown:
    """Qualify the need. Refused, naming what is missing, while too little stands behind it."""
    return needs.one(ctx, needs.qualify(ctx, need_id).id)


@blueprint.post("/<uuid:need_id>/prioritisation")
@endpoint(blueprint, returns=NeedOut)
def prioritise(ctx: Context, need_id: UUID) -> Shown:
    """Put a qualified need before others."""
    return needs.one(ctx, needs.prioritise(ctx, need_id).id)


@blueprint.post("/<uuid:need_id>/parking")
@endpoint(blueprint, takes=NeedReasonIn, returns=NeedOut)
def park(ctx: Context, need_id: UUID, reason: str) -> Shown:
    """Let the need wait."""
    return needs.one(ctx, needs.park(ctx, need_id, reason=reason).id)


@blueprint.post("/<uuid:need_id>/rejection")
@endpoint(blueprint, takes=NeedReasonIn, returns=NeedOut)
def reject(ctx: Context, need_id: UUID, reason: str) -> Shown:
    """Do not work with the need."""
    return needs.one(ctx, needs.reject(ctx, need_id, reason=reason).id)


@blueprint.post("/<uuid:need_id>/merging")
@endpoint(blueprint, takes=NeedMergingIn, returns=NeedOut)
def merge(ctx: Context, need_id: UUID, into_id: UUID) -> Shown:
    """Merge the need into another one, which is the answer."""
    return needs.one(ctx, needs.merge(ctx, need_id, into_id=into_id).id)


@blueprint.post("/<uuid:need_id>/closing")
@endpoint(blueprint, returns=NeedOut)
def close(ctx: Context, need_id: UUID) -> Shown:
    """Close a covered need."""
    return needs.one(ctx, needs.close(ctx, need_id).id)
