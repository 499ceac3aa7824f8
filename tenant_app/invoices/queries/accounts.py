"""SELECTs of account strings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from tenant_app.budgets.models import CostLine, Pool
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.invoices.models import AccountString
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit


def account_strings(ctx: Context) -> Select[Any]:
    return (
        select(AccountString)
        .join(Unit, Unit.id == AccountString.unit_id)
        .where(AccountString.unit_id.in_(organisation.visible_units(ctx, Permission.INVOICES_VIEW)))
        .options(joinedload(AccountString.unit))
        .order_by(
            danish(Unit.name),
            AccountString.pool_code,
            AccountString.cost_line,
            AccountString.from_date.desc(),
        )
    )


def the_string(
    ctx: Context, unit_id: UUID, cost_line: CostLine, from_date: date, pool_code: str = ""
) -> AccountString | None:
    return ctx.session.scalars(
        select(AccountString)
        .where(
            AccountString.unit_id == unit_id,
            AccountString.pool_code == pool_code,
            AccountString.cost_line == cost_line,
            AccountString.from_date == from_date,
        )
        .options(joinedload(AccountString.unit))
        .with_for_update(of=AccountString),
        execution_options={"populate_existing": True},
    ).one_or_none()


def strings_on(ctx: Context, day: date) -> Sequence[AccountString]:
    """The one in force of each unit, code of a pool and cost line that has any."""
    return ctx.session.scalars(
        select(AccountString)
        .where(AccountString.from_date <= day)
        .ext(distinct_on(AccountString.unit_id, AccountString.pool_code, AccountString.cost_line))
        .order_by(
            AccountString.unit_id,
            AccountString.pool_code,
            AccountString.cost_line,
            AccountString.from_date.desc(),
        )
    ).all()


def owners_of_codes(ctx: Context) -> set[tuple[str, UUID]]:
    """(code, owner) of the earmarked pools and funds of all years."""
    found = ctx.session.execute(select(Pool.code, Pool.unit_id).where(Pool.code.is_not(None)))
    return {(str(row.code), row.unit_id) for row in found}


def units_by_name(ctx: Context) -> list[tuple[UUID, str, str]]:
    """(id, number, name) of every unit."""
    found = ctx.session.execute(select(Unit.id, Unit.number, Unit.name))
    return [(row.id, str(row.number), str(row.name)) for row in found]


def every_string(ctx: Context) -> Sequence[AccountString]:
    """All of them, for a file that may name any."""
    return ctx.session.scalars(select(AccountString).order_by(AccountString.id)).all()
