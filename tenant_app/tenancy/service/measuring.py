"""Counts without persons: what the vendor may see of a municipality, now and month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.dialects.postgresql import insert

from tenant_app.core.access import VendorPermission
from tenant_app.core.clock import danish_date
from tenant_app.core.context import Context, VendorContext
from tenant_app.core.db import uuid7
from tenant_app.tenancy import queries
from tenant_app.tenancy.models import TenantFigures, TenantMonth

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Month:
    """What all municipalities that were measured in a month had together."""

    month: date
    municipalities: int
    employees: int
    users: int
    enrolments: int


def measure(ctx: Context) -> None:
    """The tenant's counts are as of now. Running twice gives the same figures."""
    values = queries.counts(ctx) | {"measured_at": ctx.now}
    ctx.session.execute(
        insert(TenantFigures)
        .values(id=uuid7(), **values)
        .on_conflict_do_update(index_elements=["tenant_id"], set_=values)
    )


def measure_month(ctx: Context) -> None:
    """The history holds the month as it stands now; the months before it stay as they were.

    Asked for at night only: a past that was told and not lived through is no measurement.
    """
    values = queries.counts_of_growth(ctx) | {"measured_at": ctx.now}
    ctx.session.execute(
        insert(TenantMonth)
        .values(id=uuid7(), month=ctx.today.replace(day=1), **values)
        .on_conflict_do_update(index_elements=["tenant_id", "month"], set_=values)
    )


def growth(ctx: VendorContext) -> list[Month]:
    """Those of the last twelve months, this one included, in which anybody was measured."""
    ctx.require(VendorPermission.TENANT_VIEW)
    this = danish_date(ctx.now).replace(day=1)
    year, month = divmod(this.year * 12 + this.month - MONTHS_SHOWN, 12)
    found = queries.months(ctx, first=date(year, month + 1, 1), last=this)
    return [Month(*row) for row in found]
