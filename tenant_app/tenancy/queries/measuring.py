"""Counts without persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    TableClause,
    cast,
    column,
    func,
    select,
    table,
)

from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context, VendorContext
from tenant_app.tenancy.models import TenantMonth

THEIRS = ("closing", "string")
"""Kinds of alarm about what a municipality did, not about a figure that is wrong."""
COUNTED = ("units", "employees", "users", "enrolments")
"""Tables of rooms above, counted by name: the vendor gets numbers and this room no imports."""


def counts(ctx: Context) -> dict[str, int]:
    """How many rows the tenant has in each counted table, and how many alarms hold that say that
    something is wrong in the house; the others are the municipality's own to settle."""
    alarms = table("budget_alarms", *map(column, ("tenant_id", "settled_at", "kind")))
    is_wrong = (alarms.c.settled_at.is_(None), alarms.c.kind.not_in(THEIRS))
    return _counted(
        ctx,
        {
            **{name: (table(name, column("tenant_id")), ()) for name in COUNTED},
            "budget_alarms": (alarms, is_wrong),
        },
    )


def counts_of_growth(ctx: Context) -> dict[str, int]:
    """How many are employed today, can sign in, and were enrolled this year."""
    names = ("tenant_id", "employee_id", "from_date", "to_date")
    employments = table("employments", *(column(name) for name in names))
    users = table("users", column("tenant_id"), column("is_active"))
    enrolments = table("enrolments", column("tenant_id"), column("submitted_at"))
    still = employments.c.to_date.is_(None) | (employments.c.to_date > ctx.today)
    new_year = datetime(ctx.today.year, 1, 1, tzinfo=DENMARK)
    return _counted(
        ctx,
        {
            "employees": (employments, (employments.c.from_date <= ctx.today, still)),
            "users": (users, (users.c.is_active,)),
            "enrolments": (enrolments, (enrolments.c.submitted_at >= new_year,)),
        },
    )


def _counted(
    ctx: Context, wanted: Mapping[str, tuple[TableClause, Sequence[ColumnElement[bool]]]]
) -> dict[str, int]:
    """The tenant's rows of each, in one statement."""
    found = ctx.session.execute(
        select(
            *(
                select(func.count())
                .select_from(rows)
                .where(rows.c.tenant_id == ctx.tenant_id, *conditions)
                .scalar_subquery()
                .label(name)
                for name, (rows, conditions) in wanted.items()
            )
        )
    )
    return {name: int(count) for name, count in found.mappings().one().items()}


def months(
    ctx: VendorContext, *, first: date, last: date
) -> Sequence[Row[date, int, int, int, int]]:
    """Per month: how many municipalities were measured, and what they had together."""
    return ctx.session.execute(
        select(
            TenantMonth.month,
            func.count(TenantMonth.tenant_id),
            cast(func.sum(TenantMonth.employees), BigInteger),
            cast(func.sum(TenantMonth.users), BigInteger),
            cast(func.sum(TenantMonth.enrolments), BigInteger),
        )
        .where(TenantMonth.month.between(first, last))
        .group_by(TenantMonth.month)
        .order_by(TenantMonth.month)
    ).all()
