"""What a closing made up, and which pools and entries are behind each of its figures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, LedgerEntry, Pool, PoolKind
from tenant_app.budgets.year_models import CarryOver
from tenant_app.core.context import Context
from tenant_app.reports.queries.shared import whole
from tenant_app.reports.rules import ClosingPart


def _amount(part: ClosingPart) -> Any:
    if part is ClosingPart.CARRIED:
        return func.greatest(CarryOver.carried, 0)
    if part is ClosingPart.DEBT:
        return func.greatest(-CarryOver.carried, 0)
    if part is ClosingPart.NET:
        return CarryOver.carried
    return getattr(CarryOver, part.value)


def _with(year: int, pools: ColumnElement[bool], part: ClosingPart) -> list[ColumnElement[bool]]:
    return [
        CarryOver.year_id.in_(select(BudgetYear.id).where(BudgetYear.year == year)),
        CarryOver.pool_id.in_(select(Pool.id).where(pools)),
        _amount(part) != 0,
    ]


def of_kind(kind: PoolKind) -> ColumnElement[bool]:
    return Pool.kind == kind


def sums(
    ctx: Context, year: int, pools: ColumnElement[bool], part: ClosingPart
) -> Row[*tuple[Any, ...]]:
    """(the figure, when it was made up or None, how many pools have some of it)."""
    return ctx.session.execute(
        select(
            whole(_amount(part)), func.max(CarryOver.computed_at), func.count(CarryOver.id)
        ).where(*_with(year, pools, part))
    ).one()


def behind(
    ctx: Context, year: int, pools: ColumnElement[bool], part: ClosingPart
) -> ColumnElement[bool]:
    """Which entries: those of the pools that have some of the figure, or those that it made."""
    which = _with(year, pools, part)
    if part is ClosingPart.POSTED:
        return budgets.entered_by(ctx, *which)
    return LedgerEntry.pool_id.in_(select(CarryOver.pool_id).where(*which))
