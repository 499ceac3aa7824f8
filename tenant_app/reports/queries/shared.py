"""What the SELECTs of reports have in common."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    cast,
    func,
    or_,
)

from tenant_app.core.context import Context
from tenant_app.core.db import TenantOwned


def whole(expression: ColumnElement[Any]) -> ColumnElement[int]:
    """A sum of bigint is numeric, and of no rows NULL."""
    return cast(func.coalesce(func.sum(expression), 0), BigInteger)


def own(ctx: Context, statement: Any, *models: type[TenantOwned]) -> Any:
    """The tenant, said in the SELECT of an INSERT, which the session's own criterion misses."""
    return ctx.only_own(statement, *models)


def on(model: Any, day: date) -> ColumnElement[bool]:
    return and_(model.from_date <= day, or_(model.to_date.is_(None), model.to_date > day))
