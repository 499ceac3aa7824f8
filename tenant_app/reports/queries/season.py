"""How earlier years went, and what was answered: what a forecast rests on."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, bindparam, case, extract, func, select
from sqlalchemy import cast as sql_cast

from tenant_app.budgets.models import BudgetYear, EntryKind, LedgerEntry, Pool
from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.reports import rules
from tenant_app.reports.queries.shared import whole

YEAR = bindparam("year", type_=BigInteger())
DAY = bindparam("day", type_=Date())
SINCE = bindparam("since", type_=Date())


def _months() -> Any:
    booked = extract("year", LedgerEntry.booked_on)
    month = case(
        (booked < BudgetYear.year, rules.BEFORE),
        (booked > BudgetYear.year, rules.AFTER),
        else_=sql_cast(extract("month", LedgerEntry.booked_on), BigInteger),
    )
    return only_own(
        select(
            BudgetYear.year,
            month.label("month"),
            whole(LedgerEntry.reserved + LedgerEntry.committed + LedgerEntry.actual).label(
                "amount"
            ),
        )
        .join(Pool, Pool.year_id == BudgetYear.id)
        .join(LedgerEntry, LedgerEntry.pool_id == Pool.id)
        .where(BudgetYear.year < YEAR, BudgetYear.year >= YEAR - rules.YEARS_BACK)
        .group_by(BudgetYear.year, month),
        BudgetYear,
        Pool,
        LedgerEntry,
    )


def _answers() -> Any:
    approved = LedgerEntry.kind == EntryKind.COMMITTED
    refused = (LedgerEntry.kind == EntryKind.RELEASED) & (LedgerEntry.reserved < 0)
    return only_own(
        select(
            sql_cast(
                func.coalesce(func.sum(LedgerEntry.committed).filter(approved), 0), BigInteger
            ).label("approved"),
            sql_cast(
                func.coalesce(-func.sum(LedgerEntry.reserved).filter(refused), 0), BigInteger
            ).label("turned_down"),
            func.count().filter(approved | refused).label("decided"),
        ).where(
            LedgerEntry.line_id.is_not(None),
            LedgerEntry.booked_on > SINCE,
            LedgerEntry.booked_on <= DAY,
        ),
        LedgerEntry,
    )


MONTHS, ANSWERS = _months(), _answers()


def months(ctx: Context, year: int) -> dict[int, dict[int, int]]:
    """Earlier year → month → what was asked for, bound or spent in it; only years with entries."""
    found: dict[int, dict[int, int]] = {}
    for row in ctx.execute(MONTHS, {"year": year}):
        found.setdefault(int(row.year), {})[int(row.month)] = int(row.amount)
    return found


def answers(ctx: Context, day: date) -> tuple[int, int, int]:
    """(approved, turned down, how many lines) of the two years up to the day, in øre."""
    since = date(day.year - 2, day.month, min(day.day, 28))
    row = ctx.execute(ANSWERS, {"since": since, "day": day}).one()
    return int(row.approved), int(row.turned_down), int(row.decided)
