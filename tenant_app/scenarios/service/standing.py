"""The pools of a year as they stand, and as a scenario lets them stand. Reads only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.budgets import rules as money
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, PoolKind
from tenant_app.core.context import Context
from tenant_app.scenarios import queries, rules
from tenant_app.scenarios.models import Scenario

DIVIDED = frozenset({PoolKind.CENTRAL, PoolKind.AREA, PoolKind.INSTITUTION})
"""What the frame divides over; named pools keep what they hold."""


@dataclass(frozen=True)
class Standing:
    """A pool as it stands, beside its pot in the scenario."""

    pot: rules.Pot
    pool_id: UUID | None
    allotted: int
    spent: int


def standings_of(
    ctx: Context, base: BudgetYear, scenario: Scenario
) -> dict[tuple[str, UUID | None], Standing]:
    """(payer, owner) → the pool as it stands, with what the scenario lets it hold."""
    found: dict[tuple[str, UUID | None], Standing] = {}
    for pool, balance in queries.pools_of(ctx, base.id):
        pot = rules.Pot(
            kind=pool.kind,
            unit_id=pool.unit_id,
            name=pool.name,
            allotted=balance.allotted,
            brought=balance.carried + balance.transferred,
            policy=balance.policy,
            over_level=balance.over_level,
            forms=balance.forms,
            notify_bp=balance.notify_bp,
            approve_bp=balance.approve_bp,
            block_bp=balance.block_bp,
        )
        spent = balance.actual + balance.committed + balance.reserved
        found[rules.pot_key(pool.kind, pool.unit_id, pool.code)] = Standing(
            pot, pool.id, balance.allotted, spent
        )
    if scenario.divides_anew:
        _divide(ctx, base, scenario, found)
    return found


def _divide(
    ctx: Context,
    base: BudgetYear,
    scenario: Scenario,
    found: dict[tuple[str, UUID | None], Standing],
) -> None:
    """What the pools hold together divides anew; closed units keep what they hold."""
    here = queries.open_units(ctx, money.figures_day(base.year, ctx.today))
    pots = [each.pot for each in found.values() if each.pot.kind in DIVIDED]
    kept: dict[PoolKind, int] = {}
    for pot in pots:
        if pot.unit_id not in here:
            kept[pot.kind] = kept.get(pot.kind, 0) + pot.allotted
    allocation = budgets.divide_frame(
        ctx,
        year=base.year,
        frame=sum(pot.allotted for pot in pots),
        central_bp=scenario.central_bp,
        area_bp=scenario.area_bp,
        allocation=scenario.allocation,
        limits=scenario.limits,
        kept=kept,
    )
    for pot in pots:
        if pot.unit_id in here:
            pot.allotted = 0
    for part in allocation.parts:
        key = rules.pot_key(part.kind, part.unit_id, None)
        if key not in found:
            pot = rules.Pot(part.kind, part.unit_id, part.name, 0, policy=base.policy)
            found[key] = Standing(pot, None, 0, 0)
        found[key].pot.allotted = part.amount


def facts_without(ctx: Context, enrolment_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The facts of enrolments from before they were kept with the money, as JSON."""
    if not enrolment_ids:
        return {}
    found = {}
    for row in queries.facts_of(ctx, enrolment_ids):
        facts = dict(row._mapping)
        id_ = facts.pop("id")
        facts["weak_economy"] = bool(facts["weak_economy"])
        found[id_] = json.dumps(money.kept_facts(facts))
    return found
