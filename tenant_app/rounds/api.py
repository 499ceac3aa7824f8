"""Application rounds over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.rounds import service as rounds
from tenant_app.rounds.models import ApplicationRound, RoundApplication, RoundState
from tenant_app.rounds.schemas import (
    ApplicationRoundIn,
    ApplicationRoundOut,
    RoundApplicationIn,
    RoundApplicationOut,
    RoundChange,
    RoundDecisionIn,
    RoundDetailsOut,
    RoundMoveIn,
    RoundQuery,
)

blueprint = Blueprint(
    "rounds",
    __name__,
    url_prefix="/api/v1/rounds",
    description="Application rounds: units apply for money of a pool",
)
FACTS = (
    *("id", "pool", "title", "purpose", "criteria", "amount", "opens_on", "closes_on", "state"),
    *("decided_at", "decided_where"),
)


@blueprint.get("")
@endpoint(blueprint, query=RoundQuery, page_of=ApplicationRoundOut)
def list_rounds(ctx: Context, **filters: Any) -> Page[ApplicationRound]:
    """The rounds the caller sees, the latest to close first."""
    return rounds.rounds(ctx, **filters)


@blueprint.post("")
@endpoint(blueprint, takes=ApplicationRoundIn, returns=RoundDetailsOut, status=201)
def create_round(ctx: Context, **facts: Any) -> dict[str, Any]:
    """Draft a round; units do not see it yet."""
    return _told(ctx, rounds.create(ctx, **facts).id)


@blueprint.get("/<uuid:round_id>")
@endpoint(blueprint, returns=RoundDetailsOut)
def show_round(ctx: Context, round_id: UUID) -> dict[str, Any]:
    """A round with its applications: those of the caller's units, and when it is decided all."""
    return _told(ctx, round_id)


@blueprint.patch("/<uuid:round_id>")
@endpoint(blueprint, takes=RoundChange, returns=RoundDetailsOut)
def change_round(ctx: Context, round_id: UUID, **facts: Any) -> dict[str, Any]:
    """Change what is given."""
    rounds.change(ctx, round_id, **facts)
    return _told(ctx, round_id)


@blueprint.delete("/<uuid:round_id>")
@endpoint(blueprint, status=204)
def drop_round(ctx: Context, round_id: UUID) -> None:
    """Give the round up, before anybody applied."""
    rounds.drop(ctx, round_id)


@blueprint.post("/<uuid:round_id>/moves")
@endpoint(blueprint, takes=RoundMoveIn, returns=RoundDetailsOut)
def move_round(ctx: Context, round_id: UUID, to: RoundState) -> dict[str, Any]:
    """Open the round, or close it."""
    rounds.move(ctx, round_id, to)
    return _told(ctx, round_id)


@blueprint.post("/<uuid:round_id>/applications")
@endpoint(blueprint, takes=RoundApplicationIn, returns=RoundApplicationOut)
def apply(
    ctx: Context, round_id: UUID, unit_id: UUID, withdraw: bool, **facts: Any
) -> RoundApplication:
    """Apply for a unit, change what it applied for, or withdraw it."""
    if withdraw:
        return rounds.withdraw(ctx, round_id, unit_id=unit_id)
    return rounds.apply(ctx, round_id, unit_id=unit_id, **facts)


@blueprint.post("/<uuid:round_id>/decision")
@endpoint(blueprint, takes=RoundDecisionIn, returns=RoundDetailsOut, moves_money=True)
def decide(
    ctx: Context, round_id: UUID, awards: list[dict[str, Any]], decided_where: str
) -> dict[str, Any]:
    """Answer every application: what is awarded lies in the units' own pools."""
    given = [rounds.Award(**award) for award in awards]
    rounds.decide(ctx, round_id, given, decided_where=decided_where)
    return _told(ctx, round_id)


def _told(ctx: Context, round_id: UUID) -> dict[str, Any]:
    found = rounds.one(ctx, round_id)
    facts = {name: getattr(found.round, name) for name in FACTS}
    told = []
    for each in found.compared:
        row = each.application
        told.append(
            {
                **{name: getattr(row, name) for name in ("id", "unit", "amount", "awarded")},
                "is_withdrawn": row.is_withdrawn,
                "reason": row.reason if each.is_own else "",
                "answer": row.answer if each.is_own else "",
                "initiative_id": row.initiative_id if each.is_own else None,
                "need_id": row.need_id if each.is_own else None,
                "per_fte": each.per_fte,
                "earlier": each.earlier,
            }
        )
    return facts | {"standing": found.standing, "applications": told}
