"""A year that money moves in is not closed meanwhile."""

from __future__ import annotations

from uuid import UUID

from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import BudgetYear
from tenant_app.core.context import Context


def hold_year(ctx: Context, year_id: UUID) -> BudgetYear:
    """The year as it is now, and it stays so until the unit of work ends: whoever closes it waits.
    A step of verbs that move money between pools, taken before the pools."""
    return queries.hold_year(ctx, year_id)


def hold_open_year(ctx: Context, year_id: UUID) -> BudgetYear:
    """The same for a year that takes money. Raises Conflict."""
    year = hold_year(ctx, year_id)
    rules.check_holds_money(year.year, year.state)
    return year
