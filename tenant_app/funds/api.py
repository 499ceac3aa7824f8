"""Funds over the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.funds import service as funds
from tenant_app.funds.models import FundApplication, FundScheme, StateGrant
from tenant_app.funds.schemas import (
    FundAnswerIn,
    FundApplicationIn,
    FundApplicationOut,
    FundDetailsOut,
    FundMoveIn,
    FundQuery,
    FundRefundIn,
    SchemeIn,
    SchemeOut,
    StateGrantIn,
    StateGrantMoveIn,
    StateGrantOut,
    StateGrantQuery,
)

blueprint = Blueprint(
    "funds",
    __name__,
    url_prefix="/api/v1/funds",
    description="Money from outside: applications to the Kompetencefond and to state pools",
)
FACTS = (
    *("id", "scheme", "unit", "session_id", "starts_on", "is_master", "purpose", "state"),
    *("sent_on", "answer_by", "reference", "answer", "paid_on", "pool_id"),
)


@blueprint.get("/schemes")
@endpoint(blueprint, returns=SchemeOut, many=True)
def list_schemes(ctx: Context) -> Sequence[FundScheme]:
    """The funds one can apply to, with their terms."""
    return funds.schemes(ctx)


@blueprint.put("/schemes")
@endpoint(blueprint, takes=SchemeIn, returns=SchemeOut)
def set_scheme(ctx: Context, **facts: Any) -> FundScheme:
    """Set the terms of the fund with this code; a new code is a new fund."""
    return funds.set_scheme(ctx, **facts)


@blueprint.get("/applications")
@endpoint(blueprint, query=FundQuery, page_of=FundApplicationOut)
def list_applications(ctx: Context, **search: Any) -> Page[FundApplication]:
    """The applications of the caller's units, the latest first."""
    return funds.applications(ctx, **search)


@blueprint.post("/applications")
@endpoint(blueprint, takes=FundApplicationIn, returns=FundDetailsOut, status=201)
def apply(ctx: Context, **facts: Any) -> dict[str, Any]:
    """Apply for one person or a group; it waits for the leader's signature."""
    return _told(ctx, funds.apply(ctx, **facts).id)


@blueprint.get("/applications/<uuid:application_id>")
@endpoint(blueprint, returns=FundDetailsOut)
def show_application(ctx: Context, application_id: UUID) -> dict[str, Any]:
    """One application with its people."""
    return _told(ctx, application_id)


@blueprint.post("/applications/<uuid:application_id>/moves")
@endpoint(blueprint, takes=FundMoveIn, returns=FundDetailsOut)
def move(ctx: Context, application_id: UUID, step: str, note: str) -> dict[str, Any]:
    """Sign it (the leader first, then the union representative), send it, or withdraw it."""
    if step == "withdraw":
        funds.withdraw(ctx, application_id, note=note)
    elif step == "send":
        funds.send(ctx, application_id)
    else:
        funds.sign(ctx, application_id)
    return _told(ctx, application_id)


@blueprint.post("/applications/<uuid:application_id>/answer")
@endpoint(blueprint, takes=FundAnswerIn, returns=FundDetailsOut)
def answer(ctx: Context, application_id: UUID, **facts: Any) -> dict[str, Any]:
    """Note what the fund answered."""
    funds.answer(ctx, application_id, **facts)
    return _told(ctx, application_id)


@blueprint.post("/applications/<uuid:application_id>/payment")
@endpoint(blueprint, returns=FundDetailsOut, moves_money=True)
def pay(ctx: Context, application_id: UUID) -> dict[str, Any]:
    """The award has come, and lies in the fund's pool of this year."""
    funds.pay(ctx, application_id)
    return _told(ctx, application_id)


@blueprint.post("/applications/<uuid:application_id>/refund")
@endpoint(blueprint, takes=FundRefundIn, returns=FundDetailsOut, moves_money=True)
def refund(
    ctx: Context, application_id: UUID, note: str, employee_ids: list[UUID] | None
) -> dict[str, Any]:
    """What was paid for these people goes back to the fund."""
    funds.refund(ctx, application_id, note=note, employee_ids=employee_ids)
    return _told(ctx, application_id)


@blueprint.get("/grants")
@endpoint(blueprint, query=StateGrantQuery, page_of=StateGrantOut)
def list_grants(ctx: Context, **filters: Any) -> Page[StateGrant]:
    """State money the municipality applied for; seen from its top."""
    return funds.grants(ctx, **filters)


@blueprint.post("/grants")
@endpoint(blueprint, takes=StateGrantIn, returns=StateGrantOut, status=201)
def create_grant(ctx: Context, **facts: Any) -> StateGrant:
    """Draft an application for state money, with its constraints."""
    return funds.create_grant(ctx, **facts)


@blueprint.get("/grants/<uuid:grant_id>")
@endpoint(blueprint, returns=StateGrantOut)
def show_grant(ctx: Context, grant_id: UUID) -> StateGrant:
    """One application for state money."""
    return funds.grant(ctx, grant_id)


@blueprint.post("/grants/<uuid:grant_id>/moves")
@endpoint(blueprint, takes=StateGrantMoveIn, returns=StateGrantOut)
def move_grant(ctx: Context, grant_id: UUID, step: str) -> StateGrant:
    """Note it as sent, or its statement as handed in."""
    verb = funds.send_grant if step == "send" else funds.report_grant
    return verb(ctx, grant_id)


@blueprint.post("/grants/<uuid:grant_id>/answer")
@endpoint(blueprint, takes=FundAnswerIn, returns=StateGrantOut)
def answer_grant(ctx: Context, grant_id: UUID, **facts: Any) -> StateGrant:
    """Note what the state answered."""
    return funds.answer_grant(ctx, grant_id, **facts)


@blueprint.post("/grants/<uuid:grant_id>/payment")
@endpoint(blueprint, returns=StateGrantOut, moves_money=True)
def receive_grant(ctx: Context, grant_id: UUID) -> StateGrant:
    """The money has come: an earmarked pool with its constraints holds it."""
    return funds.receive_grant(ctx, grant_id)


def _told(ctx: Context, application_id: UUID) -> dict[str, Any]:
    found = funds.one(ctx, application_id)
    facts = {name: getattr(found.application, name) for name in FACTS}
    return facts | {"people": found.people, "owed": found.sums.owed}
