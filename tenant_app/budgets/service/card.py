"""What an enrolment would cost, and who would pay: shown before submit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import BudgetYear, BudgetYearState, Pool, PoolBalance
from tenant_app.budgets.rules import Cost, CostCard, Payer
from tenant_app.budgets.service.funding import rules_on
from tenant_app.budgets.service.pools import positions
from tenant_app.budgets.service.years import year_for
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation


def cost_card(
    ctx: Context,
    *,
    year: BudgetYear,
    unit_id: UUID,
    cost: Cost,
    facts: Mapping[str, Any],
    on: date,
) -> CostCard:
    """The cost with the shares of the pools of the unit's place on the day. Reads only.

    Raises Conflict when a pool that must pay does not exist.
    """
    valid = rules_on(ctx, on)
    if valid is None:
        funding = rules.funding_of([], facts, version=0)
    else:
        funding = rules.funding_of(valid.rules, facts, version=valid.version)
    return rules.share_out(cost, funding, _payers(ctx, year, unit_id, on), facts)


def learn_payers(ctx: Context, *, day: date, unit_ids: Collection[UUID], on: date) -> BudgetYear:
    """The open year that pays on the day. Which of its pools pay for each of the units as they
    hang `on` that date, and what the pools hold, is known afterwards: one SELECT for them all.

    Raises Conflict when no year is open.
    """
    paths = {organisation.path_of(ctx, unit_id, on=on) for unit_id in unit_ids}
    year = _learn(ctx, day.year, paths)
    if year is None or year.state is not BudgetYearState.OPEN:
        return year_for(ctx, day)  # says which year is not open
    return year


def seen_positions(ctx: Context, pool_ids: Collection[UUID]) -> dict[UUID, PoolBalance]:
    """Pool → its balance as `learn_payers` saw it, else as it is now. For looking only."""
    seen: dict[UUID, PoolBalance] = ctx.memo.get("seen positions", {})
    missing = set(pool_ids) - seen.keys()
    return {key: seen[key] for key in set(pool_ids) - missing} | positions(ctx, missing)


def _learn(ctx: Context, year: int, paths: Collection[str]) -> BudgetYear | None:
    steps = {path: [int(step) for step in path.split(".") if step] for path in paths}
    rows = queries.payers(ctx, year, {step for each in steps.values() for step in each})
    if not rows:
        return None
    found = rows[0][2]
    positions_seen = ctx.memo.setdefault("seen positions", {})
    of_step: dict[int, list[Pool]] = {}
    for step, pool, _year, balance in rows:
        of_step.setdefault(step, []).append(pool)
        positions_seen[pool.id] = balance
    for path, each in steps.items():
        pools = [pool for step in each for pool in of_step.get(step, ())]
        ctx.memo[("payers", found.id, path)] = {
            pool.kind: Payer(pool.id, pool.name) for pool in pools
        }
    return found


def _payers(ctx: Context, year: BudgetYear, unit_id: UUID, on: date) -> Mapping[Any, Payer]:
    """Kind → pool; the same for a whole group, so asked once per unit of work."""
    path = organisation.path_of(ctx, unit_id, on=on)
    if ("payers", year.id, path) not in ctx.memo:
        _learn(ctx, year.year, [path])
    payers: Mapping[Any, Payer] = ctx.memo.get(("payers", year.id, path), {})
    return payers
