"""What an enrolment would cost, and who would pay: shown before submit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import BudgetYear
from tenant_app.budgets.rules import Cost, CostCard, Payer
from tenant_app.budgets.service.funding import rules_on
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
    return rules.share_out(cost, funding, _payers(ctx, year.id, unit_id, on))


def _payers(ctx: Context, year_id: UUID, unit_id: UUID, on: date) -> Mapping[Any, Payer]:
    """Kind → pool; the same for a whole group, so asked once per unit of work."""
    path = organisation.path_of(ctx, unit_id, on=on)
    key = ("payers", year_id, path)
    if key not in ctx.memo:
        found = queries.payers(ctx, year_id, path)
        ctx.memo[key] = {pool.kind: Payer(pool.id, pool.name) for pool in found}
    payers: Mapping[Any, Payer] = ctx.memo[key]
    return payers
