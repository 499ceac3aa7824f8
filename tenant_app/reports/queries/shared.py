"""What the SELECTs of reports have in common."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    cast,
    func,
    or_,
)


def whole(expression: Any) -> ColumnElement[int]:
    """A sum of bigint is numeric, and of no rows NULL."""
    return cast(func.coalesce(func.sum(expression), 0), BigInteger)


def on(model: Any, day: Any) -> ColumnElement[bool]:
    """Holds on the day: a date, or an expression of one."""
    return and_(model.from_date <= day, or_(model.to_date.is_(None), model.to_date > day))
