"""SELECTs of logins and roles. Used by this room only."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Row, select

from tenant_app.accounts.models import Delegation, Role, RoleAssignment, User
from tenant_app.core.context import Context
from tenant_app.organisation.models import UnitPlacement


def user(ctx: Context, user_id: UUID) -> User | None:
    return ctx.session.scalar(select(User).where(User.id == user_id, User.is_active))


def grants(ctx: Context, user_id: UUID) -> list[Row[tuple[UUID, Role, UUID, str]]]:
    """(holder, role, unit, path) of the user's own roles today and of those they are deputy for."""
    today = ctx.today
    deputised = select(Delegation.leader_id).where(
        Delegation.deputy_id == user_id,
        Delegation.from_date <= today,
        Delegation.to_date >= today,
        Delegation.revoked_at.is_(None),
    )
    return list(
        ctx.session.execute(
            select(
                RoleAssignment.user_id,
                RoleAssignment.role,
                RoleAssignment.unit_id,
                UnitPlacement.path,
            )
            .join(UnitPlacement, UnitPlacement.unit_id == RoleAssignment.unit_id)
            .where(
                (RoleAssignment.user_id == user_id) | RoleAssignment.user_id.in_(deputised),
                RoleAssignment.from_date <= today,
                RoleAssignment.to_date.is_(None) | (RoleAssignment.to_date > today),
                UnitPlacement.from_date <= today,
                UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > today),
            )
            .order_by(UnitPlacement.path, RoleAssignment.role)
        )
    )
