"""Tests end a year whenever they like: its closing day is chosen past the services."""

from __future__ import annotations

from sqlalchemy import update

from tenant_app.budgets.models import BudgetYear
from tenant_app.core.context import Context


def let_years_close(ctx: Context) -> None:
    """The closing of every year can begin today."""
    ctx.session.execute(update(BudgetYear).values(closes_from=ctx.today))
