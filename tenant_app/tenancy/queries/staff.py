"""SELECTs of the vendor's staff, in the vendor's own tables."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from tenant_app.core.context import VendorContext
from tenant_app.tenancy.models import VendorSession, VendorUser


def staff_by_email(ctx: VendorContext, email: str) -> VendorUser | None:
    return ctx.session.scalar(select(VendorUser).where(VendorUser.email == email))


def staff_for_change(ctx: VendorContext, staff_id: UUID) -> VendorUser | None:
    return ctx.session.scalar(
        select(VendorUser).where(VendorUser.id == staff_id).with_for_update(of=VendorUser)
    )


def active_admins(ctx: VendorContext) -> Sequence[VendorUser]:
    """Locked, so that two cannot close the last but one each."""
    return ctx.session.scalars(
        select(VendorUser)
        .where(VendorUser.is_active, VendorUser.role == "vendor_admin")
        .order_by(VendorUser.id)
        .with_for_update(of=VendorUser)
    ).all()


def session_by_hash(ctx: VendorContext, token_hash: str) -> tuple[VendorSession, VendorUser] | None:
    found = ctx.session.execute(
        select(VendorSession, VendorUser)
        .join(VendorUser, VendorUser.id == VendorSession.vendor_user_id)
        .where(
            VendorSession.token_hash == token_hash,
            VendorSession.revoked_at.is_(None),
            VendorSession.expires_at > ctx.now,
            VendorUser.is_active,
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])
