"""URLs of budget years, pools and funding rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, FundingRuleSet, LedgerEntry, Policy
from tenant_app.budgets.schemas import (
    AdjustmentIn,
    AllocationOut,
    EntryOut,
    PolicyIn,
    PoolIn,
    PoolOut,
    PoolsAsked,
    RulesIn,
    RulesOut,
    YearChangeIn,
    YearIn,
    YearOut,
)
from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page

blueprint = Blueprint(
    "budgets", __name__, url_prefix="/api/v1", description="Budget years, pools, ledger and rules"
)


@blueprint.get("/budget-years")
@endpoint(blueprint, page_of=YearOut)
def list_years(ctx: Context, **page: Any) -> Page[BudgetYear]:
    """The budget years, newest first."""
    return budgets.years(ctx, **page)


@blueprint.post("/budget-years")
@endpoint(blueprint, takes=YearIn, returns=YearOut, status=201)
def create_year(ctx: Context, **facts: Any) -> BudgetYear:
    """Draft a budget year: its frame, its split and its key."""
    return budgets.create_year(ctx, **facts)


@blueprint.get("/budget-years/<uuid:year_id>")
@endpoint(blueprint, returns=YearOut)
def get_year(ctx: Context, year_id: UUID) -> BudgetYear:
    """One budget year."""
    return budgets.budget_year(ctx, year_id)


@blueprint.patch("/budget-years/<uuid:year_id>")
@endpoint(blueprint, takes=YearChangeIn, returns=YearOut)
def change_year(ctx: Context, year_id: UUID, **facts: Any) -> BudgetYear:
    """Change a draft."""
    return budgets.change_year(ctx, year_id, **facts)


@blueprint.get("/budget-years/<uuid:year_id>/allocation-preview")
@endpoint(blueprint, returns=AllocationOut)
def preview_allocation(ctx: Context, year_id: UUID) -> budgets.Allocation:
    """How the frame would divide if the year were adopted now."""
    return budgets.preview_allocation(ctx, year_id)


@blueprint.post("/budget-years/<uuid:year_id>/adoption")
@endpoint(blueprint, returns=YearOut, moves_money=True)
def adopt(ctx: Context, year_id: UUID) -> BudgetYear:
    """Divide the frame: pools are founded and their parts allotted."""
    return budgets.adopt(ctx, year_id)


@blueprint.post("/budget-years/<uuid:year_id>/opening")
@endpoint(blueprint, returns=YearOut)
def open_year(ctx: Context, year_id: UUID) -> BudgetYear:
    """Let requests draw on the year."""
    return budgets.open_year(ctx, year_id)


@blueprint.get("/pools")
@endpoint(blueprint, query=PoolsAsked, page_of=PoolOut)
def list_pools(ctx: Context, **asked: Any) -> Page[dict[str, Any]]:
    """The pools in your sight with their positions."""
    found = budgets.pools(ctx, **asked)
    positions = budgets.positions(ctx, [pool.id for pool in found.items])
    shown = [{"pool": pool, "position": positions[pool.id]} for pool in found.items]
    return Page(shown, found.page, found.page_size, found.has_more)


@blueprint.post("/pools")
@endpoint(blueprint, takes=PoolIn, returns=PoolOut, status=201)
def open_pool(ctx: Context, year_id: UUID, unit_id: UUID) -> dict[str, Any]:
    """Give a unit that was founded after adoption an empty pool."""
    return _shown(ctx, budgets.open_pool(ctx, year_id, unit_id=unit_id).id)


@blueprint.get("/pools/<uuid:pool_id>")
@endpoint(blueprint, returns=PoolOut)
def get_pool(ctx: Context, pool_id: UUID) -> dict[str, Any]:
    """One pool with its position."""
    return _shown(ctx, pool_id)


@blueprint.get("/pools/<uuid:pool_id>/entries")
@endpoint(blueprint, page_of=EntryOut)
def list_entries(ctx: Context, pool_id: UUID, **page: Any) -> Page[LedgerEntry]:
    """The pool's entries, newest first; they explain its position."""
    return budgets.entries_of(ctx, pool_id, **page)


@blueprint.put("/pools/<uuid:pool_id>/policy")
@endpoint(blueprint, takes=PolicyIn, returns=PoolOut)
def set_policy(ctx: Context, pool_id: UUID, policy: Policy) -> dict[str, Any]:
    """Say what the pool does when a request does not fit."""
    budgets.set_policy(ctx, pool_id, policy)
    return _shown(ctx, pool_id)


@blueprint.post("/pools/<uuid:pool_id>/adjustments")
@endpoint(blueprint, takes=AdjustmentIn, returns=PoolOut, moves_money=True)
def adjust_allotment(ctx: Context, pool_id: UUID, amount: int, reason: str) -> dict[str, Any]:
    """Give the pool more money or take some away, with a reason."""
    budgets.adjust_allotment(ctx, pool_id, amount=amount, reason=reason)
    return _shown(ctx, pool_id)


@blueprint.get("/funding-rules")
@endpoint(blueprint, page_of=RulesOut)
def list_rules(ctx: Context, **page: Any) -> Page[FundingRuleSet]:
    """The versions of the funding rules, newest first."""
    return budgets.rules_versions(ctx, **page)


@blueprint.post("/funding-rules")
@endpoint(blueprint, takes=RulesIn, returns=RulesOut, status=201)
def set_rules(ctx: Context, rules: list[dict[str, Any]], valid_from: Any) -> FundingRuleSet:
    """Make a new version of the funding rules, valid from a day. What is decided stays decided."""
    return budgets.set_rules(ctx, rules, valid_from=valid_from)


def _shown(ctx: Context, pool_id: UUID) -> dict[str, Any]:
    found = budgets.pool(ctx, pool_id)
    return {"pool": found, "position": budgets.positions(ctx, [pool_id])[pool_id]}
