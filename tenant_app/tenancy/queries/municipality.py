"""SELECTs of the municipality itself and of how it works."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own
from tenant_app.tenancy.models import Tenant, TenantSettings
from tenant_app.tenancy.rules import OPEN

_SETTINGS = only_own(select(TenantSettings), TenantSettings)  # asked by nearly every verb


def settings(ctx: Context) -> TenantSettings | None:
    return ctx.load(_SETTINGS, {}).scalar_one_or_none()


def settings_for_change(ctx: Context) -> TenantSettings | None:
    return ctx.session.scalar(select(TenantSettings).with_for_update(of=TenantSettings))


def tenant(ctx: Context) -> Tenant | None:
    return ctx.session.scalar(select(Tenant).where(Tenant.id == ctx.tenant_id))


def by_slug(session: Session, slug: str) -> Tenant | None:
    return session.scalar(select(Tenant).where(Tenant.slug == slug))


def by_id(session: Session, tenant_id: int) -> Tenant | None:
    return session.scalar(select(Tenant).where(Tenant.id == tenant_id))


def taken(session: Session, *, slug: str, code: str) -> Tenant | None:
    """The tenant that has the slug or the code already."""
    return session.scalar(
        select(Tenant).where((Tenant.slug == slug) | (Tenant.code == code)).limit(1)
    )


def open_tenants(session: Session) -> Sequence[Tenant]:
    return session.scalars(
        select(Tenant).where(Tenant.state.in_(OPEN)).order_by(danish(Tenant.name), Tenant.id)
    ).all()
