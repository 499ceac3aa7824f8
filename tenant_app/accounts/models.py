"""Logins and what they may do. Secrets are kept only as hashes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.core.db import StrEnumText, TenantOwned, check, danish_index, index, unique
from tenant_app.organisation.models import Unit


class Role(StrEnum):
    MUNICIPAL_ADMIN = "municipal_admin"
    CONSULTANT = "consultant"
    AREA_LEADER = "area_leader"
    INSTITUTION_LEADER = "institution_leader"
    EMPLOYEE = "employee"
    AUDITOR = "auditor"
    UNION_REPRESENTATIVE = "union_representative"


class User(TenantOwned):
    """A login of one municipality."""

    __tablename__ = "users"
    belongs_to = {"employee_id": "employees"}
    extras = (
        unique("email"),
        unique("employee_id", where="employee_id IS NOT NULL"),
        check("email_is_lower_case", "email = lower(email)"),
        danish_index("ix_users_danish_name", "name"),
    )

    email: Mapped[str]
    name: Mapped[str]
    employee_id: Mapped[UUID | None]
    password_hash: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="da", server_default="da")
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")


class RoleAssignment(TenantOwned):
    """A role at a unit and below, from `from_date` up to but not including `to_date`."""

    __tablename__ = "role_assignments"
    belongs_to = {"user_id": "users", "unit_id": "units"}
    extras = (
        unique("user_id", "role", "unit_id", "from_date"),
        index("unit_id"),
        check("ends_after_it_begins", "to_date IS NULL OR to_date >= from_date"),
    )

    user_id: Mapped[UUID]
    role: Mapped[Role] = mapped_column(StrEnumText(Role))
    unit_id: Mapped[UUID]
    from_date: Mapped[date]
    to_date: Mapped[date | None]

    user: Mapped[User] = relationship(
        primaryjoin=lambda: foreign(RoleAssignment.user_id) == User.id, viewonly=True, lazy="raise"
    )
    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(RoleAssignment.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )


class Delegation(TenantOwned):
    """A deputy acts with a leader's roles from `from_date` to and including `to_date`."""

    __tablename__ = "delegations"
    belongs_to = {"leader_id": "users", "deputy_id": "users"}
    extras = (
        index("deputy_id", "to_date"),
        check("ends_after_it_begins", "to_date >= from_date"),
        check("deputy_is_another", "leader_id <> deputy_id"),
    )

    leader_id: Mapped[UUID]
    deputy_id: Mapped[UUID]
    from_date: Mapped[date]
    to_date: Mapped[date]
    reason: Mapped[str]
    revoked_at: Mapped[datetime | None]

    leader: Mapped[User] = relationship(
        primaryjoin=lambda: foreign(Delegation.leader_id) == User.id, viewonly=True, lazy="raise"
    )
    deputy: Mapped[User] = relationship(
        primaryjoin=lambda: foreign(Delegation.deputy_id) == User.id, viewonly=True, lazy="raise"
    )


class Invitation(TenantOwned):
    """A one-time link with which a user chooses a password."""

    __tablename__ = "invitations"
    belongs_to = {"user_id": "users"}
    extras = (unique("token_hash"), index("user_id"))

    user_id: Mapped[UUID]
    token_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UserSession(TenantOwned):
    """A signed-in browser. A new row, and so a new id, at every sign-in."""

    __tablename__ = "user_sessions"
    belongs_to = {"user_id": "users"}
    extras = (unique("token_hash"), index("user_id"))

    user_id: Mapped[UUID]
    token_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiToken(TenantOwned):
    """A user's key to the API: may what the user may."""

    __tablename__ = "api_tokens"
    belongs_to = {"user_id": "users"}
    extras = (unique("token_hash"), index("user_id"))

    user_id: Mapped[UUID]
    name: Mapped[str]
    token_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SavedView(TenantOwned):
    """How one user likes to see one list: its filters, order and columns, under a name."""

    __tablename__ = "saved_views"
    belongs_to = {"user_id": "users"}
    extras = (
        unique("user_id", "view", "name"),
        unique("user_id", "view", where="is_default"),
    )

    user_id: Mapped[UUID]
    view: Mapped[str]
    """Which list: the name of its screen."""
    name: Mapped[str]
    query: Mapped[str]
    """As in the address of the list, without the page."""
    is_default: Mapped[bool] = mapped_column(default=False, server_default="false")
    """What the list shows when it is opened without asking for anything."""
