"""SELECTs of the vendor's: no fence, and only the columns granted to the vendor's role."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, case, func, select

from tenant_app.core.context import VendorContext
from tenant_app.core.db import danish
from tenant_app.core.outbox import Outbox
from tenant_app.tenancy.models import Tenant, TenantFigures


def tenant_for_change(ctx: VendorContext, tenant_id: int) -> Tenant | None:
    # The weaker lock: the tenant's trail, written meanwhile, has a foreign key to this row.
    return ctx.session.scalar(
        select(Tenant).where(Tenant.id == tenant_id).with_for_update(of=Tenant, key_share=True)
    )


def tenant_by_id(ctx: VendorContext, tenant_id: int) -> Tenant | None:
    return ctx.session.scalar(select(Tenant).where(Tenant.id == tenant_id))


def tenants(ctx: VendorContext) -> Sequence[Tenant]:
    return ctx.session.scalars(select(Tenant).order_by(danish(Tenant.name), Tenant.id)).all()


def figures(ctx: VendorContext) -> dict[int, Row[tuple[int, int, int, int, int, int, object]]]:
    rows = ctx.session.execute(
        select(
            TenantFigures.tenant_id,
            TenantFigures.units,
            TenantFigures.employees,
            TenantFigures.users,
            TenantFigures.enrolments,
            TenantFigures.budget_alarms,
            TenantFigures.measured_at,
        )
    )
    return {row.tenant_id: row for row in rows}  # type: ignore[misc]  # rows are plain tuples


def job_health(ctx: VendorContext) -> dict[int, Row[tuple[int, int, object, int]]]:
    """Per tenant: undone, the oldest of them that is due, and dead."""
    dead = Outbox.dead_at.is_not(None)
    due = Outbox.dead_at.is_(None) & (Outbox.due_at <= ctx.now)
    rows = ctx.session.execute(
        select(
            Outbox.tenant_id,
            func.sum(case((dead, 0), else_=1)).label("undone"),
            func.min(case((due, Outbox.due_at))).label("oldest_due"),
            func.sum(case((dead, 1), else_=0)).label("dead"),
        )
        .where(Outbox.done_at.is_(None))
        .group_by(Outbox.tenant_id)
    )
    return {row.tenant_id: row for row in rows}


def dead_names(ctx: VendorContext) -> list[tuple[int, str, int, datetime]]:
    """What died in each tenant: tenant, job, how many, and the latest time."""
    rows = ctx.session.execute(
        select(Outbox.tenant_id, Outbox.job, func.count(Outbox.id), func.max(Outbox.dead_at))
        .where(Outbox.dead_at.is_not(None), Outbox.done_at.is_(None))
        .group_by(Outbox.tenant_id, Outbox.job)
        .order_by(Outbox.tenant_id, Outbox.job)
    )
    return [(tenant, job, count, at) for tenant, job, count, at in rows if at is not None]
