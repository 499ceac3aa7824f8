"""What an enrolment would cost, and who would pay: shown before submit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import BudgetYear, BudgetYearState, Pool, PoolBalance
from tenant_app.budgets.rules import Cost, CostCard, Funding, Payer
from tenant_app.budgets.service.funding import rules_on
from tenant_app.budgets.service.policies import with_equity
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
    span: tuple[date, date] | None = None,
) -> CostCard:
    """The cost with the shares of the pools of the unit's place on the day. Reads only.

    With the first and last day of the session as `span` the cost parts over the years it touches,
    by the days in each, and each part is paid by the pools of its year.

    Raises Conflict when a pool that must pay does not exist, or a later year holds no money.
    """
    valid = rules_on(ctx, on)
    if valid is None:
        funding = rules.funding_of([], facts, version=0)
    else:
        funding = rules.funding_of(valid.rules, facts, version=valid.version, cover=valid.cover)
    return card_by(
        ctx, year=year, unit_id=unit_id, cost=cost, facts=facts, on=on, span=span, funding=funding
    )


def card_by(
    ctx: Context,
    *,
    year: BudgetYear,
    unit_id: UUID,
    cost: Cost,
    facts: Mapping[str, Any],
    on: date,
    funding: Funding,
    span: tuple[date, date] | None = None,
) -> CostCard:
    """The same by a rule that was found already, such as one of a draft."""
    funding = with_equity(ctx, funding, facts)
    first, last = span or (date(year.year, 1, 1), date(year.year, 1, 1))
    days = rules.days_in_years(first, last)
    payers = {each: _payers(ctx, each, unit_id, on) for each in days}
    for each in list(days)[1:]:
        rules.check_pays_ahead(each, _state(ctx, each))
    return rules.share_over_years(cost, funding, rules.split_cost(cost, days), payers, facts)


def learn_payers(
    ctx: Context,
    *,
    day: date,
    unit_ids: Collection[UUID],
    on: date,
    until: date | None = None,
) -> BudgetYear:
    """The open year that pays on the day. Which of its pools pay for each of the units as they
    hang `on` that date, and what the pools hold, is known afterwards: one SELECT for them all, and
    for the years `until` the last day.

    Raises Conflict when no year is open.
    """
    paths = {organisation.path_of(ctx, unit_id, on=on) for unit_id in unit_ids}
    years = range(day.year, max(day, until or day).year + 1)
    year = _learn(ctx, years, paths).get(day.year)
    if year is None or year.state is not BudgetYearState.OPEN:
        return year_for(ctx, day)  # says which year is not open
    return year


def seen_positions(ctx: Context, pool_ids: Collection[UUID]) -> dict[UUID, PoolBalance]:
    """Pool → its balance as `learn_payers` saw it, else as it is now. For looking only."""
    seen: dict[UUID, PoolBalance] = ctx.memo.get("seen positions", {})
    missing = set(pool_ids) - seen.keys()
    return {key: seen[key] for key in set(pool_ids) - missing} | positions(ctx, missing)


def _learn(ctx: Context, years: Collection[int], paths: Collection[str]) -> dict[int, BudgetYear]:
    steps = {path: [int(step) for step in path.split(".") if step] for path in paths}
    rows = queries.payers(ctx, years, {step for each in steps.values() for step in each})
    found: dict[int, BudgetYear] = {}
    named: dict[int, dict[str, Payer]] = {year: {} for year in years}
    of_step: dict[tuple[int, int], list[Pool]] = {}
    positions_seen = ctx.memo.setdefault("seen positions", {})
    modes_seen = ctx.memo.setdefault("pool modes", {})
    for step, pool, year, balance in rows:
        found[year.year] = year
        positions_seen[pool.id] = balance
        modes_seen[pool.id] = pool.mode
        if pool.code is not None:
            payer = Payer(pool.id, pool.name, pool.kind)
            named[year.year][rules.payer_key(pool.code)] = payer
        else:
            of_step.setdefault((year.year, step), []).append(pool)
    for year_number in years:
        ctx.memo[("year that pays", year_number)] = found.get(year_number)
        for path, each in steps.items():
            ctx.memo[("payers", year_number, path)] = named[year_number] | {
                pool.kind: Payer(pool.id, pool.name, pool.kind)
                for step in each
                for pool in of_step.get((year_number, step), ())
            }
    return found


def _payers(ctx: Context, year: int, unit_id: UUID, on: date) -> Mapping[Any, Payer]:
    """Payer → pool; the same for a whole group, so asked once per unit of work."""
    path = organisation.path_of(ctx, unit_id, on=on)
    if ("payers", year, path) not in ctx.memo:
        _learn(ctx, [year], [path])
    payers: Mapping[Any, Payer] = ctx.memo[("payers", year, path)]
    return payers


def _state(ctx: Context, year: int) -> BudgetYearState | None:
    """Of a year whose payers are known; None when it has none."""
    found: BudgetYear | None = ctx.memo.get(("year that pays", year))
    return found.state if found is not None else None
