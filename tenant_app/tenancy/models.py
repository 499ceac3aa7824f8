"""Municipalities, their settings, and the vendor's staff."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from tenant_app.core.db import Base, StrEnumText, TenantOwned, check, index, unique, uuid7


class TenantState(StrEnum):
    TRIAL = "trial"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"


class Tenant(Base):
    """A municipality. The app role may read these rows and add only its own (the fence's)."""

    __tablename__ = "tenants"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    """Kommunekode, four digits."""
    name: Mapped[str]
    profile: Mapped[str]
    state: Mapped[TenantState] = mapped_column(StrEnumText(TenantState))
    created_at: Mapped[datetime]


class TenantSettings(TenantOwned):
    """How a municipality works: started from a profile, then its own."""

    __tablename__ = "tenant_settings"
    extras = (unique(),)

    approval_rules: Mapped[list[Any]]
    """First match wins; see `enrolments.rules.approval_levels`."""
    cover_rules: Mapped[dict[str, Any]]
    """Cover per form; see `budgets.rules.cover_cost`."""
    limits: Mapped[dict[str, Any]]
    """Soft rules of the profile, such as running initiatives per institution."""
    locale: Mapped[str]
    accessibility_email: Mapped[str | None]
    """Whom to tell of what is not accessible. Shown to all the world, as are the two below."""
    accessibility_phone: Mapped[str | None]
    accessibility_statement: Mapped[str | None]
    """Where the agency's WAS-Tool holds the municipality's own statement."""
    changed_at: Mapped[datetime]


class TenantFigures(TenantOwned):
    """Counts without persons, measured nightly: all the vendor sees of a tenant's inside."""

    __tablename__ = "tenant_figures"
    extras = (unique(),)

    units: Mapped[int]
    employees: Mapped[int]
    users: Mapped[int]
    enrolments: Mapped[int]
    budget_alarms: Mapped[int] = mapped_column(default=0, server_default="0")
    """Figures of money that do not agree with the ledger, and nobody has looked at yet."""
    measured_at: Mapped[datetime]


class TenantMonth(TenantOwned):
    """Counts without persons as they stood when the month was last measured: how a tenant grows,
    for the vendor. Kept for ever; a month that nobody measured has no row."""

    __tablename__ = "tenant_months"
    extras = (unique("month"), check("first_of_month", "extract(day FROM month) = 1"))

    month: Mapped[date]
    """Its first day."""
    employees: Mapped[int]
    """Employed on the day of measuring."""
    users: Mapped[int]
    """Logins that are open."""
    enrolments: Mapped[int]
    """Sent since New Year, whatever became of them."""
    measured_at: Mapped[datetime]


class SupportSession(TenantOwned):
    """Vendor staff looking inside, with a reason, until a time. The tenant sees it in its trail."""

    __tablename__ = "support_sessions"
    extras = (unique("token_hash"), index("opened_at"))

    vendor_user_id: Mapped[UUID]
    staff_name: Mapped[str]
    reason: Mapped[str]
    token_hash: Mapped[str]
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class VendorRole(StrEnum):
    VENDOR_ADMIN = "vendor_admin"
    VENDOR_SUPPORT = "vendor_support"


class VendorUser(Base):
    """A named member of the vendor's staff. Only the vendor role reaches this table."""

    __tablename__ = "vendor_users"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[VendorRole] = mapped_column(StrEnumText(VendorRole))
    password_hash: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)


class VendorSession(Base):
    """A signed-in browser of vendor staff."""

    __tablename__ = "vendor_sessions"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    vendor_user_id: Mapped[UUID]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class VendorAuditEntry(Base):
    """What vendor staff did. Add and read only."""

    __tablename__ = "vendor_audit_entries"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(index=True)
    staff_name: Mapped[str]
    action: Mapped[str]
    tenant_slug: Mapped[str | None]
    note: Mapped[str]
