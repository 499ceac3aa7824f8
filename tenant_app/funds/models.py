"""Fund schemes as data, applications for people, and state pools. Amounts in whole øre."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.budgets.models import Pool
from tenant_app.catalogue.models import CourseSession
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.core.money import Money
from tenant_app.organisation.models import Employee, Unit


class FundScheme(TenantOwned):
    """What a fund pays, to whom and when: an agreement, as the municipality reads it."""

    __tablename__ = "fund_schemes"
    extras = (
        unique("code"),
        check("has_a_name", "name <> ''"),
        check("caps_are_sane", "cap > 0 AND master_cap >= cap"),
        check("employer_pays_a_share", "employer_bp BETWEEN 0 AND 9900"),
        check("months_are_sane", "cap_months BETWEEN 1 AND 60 AND months_before BETWEEN 1 AND 36"),
        check("days_are_sane", "days_before BETWEEN 0 AND 365 AND answer_days BETWEEN 1 AND 365"),
    )

    code: Mapped[str]
    """The code of its pool in each year: funding rules call it `pool:CODE`."""
    name: Mapped[str]
    terms: Mapped[str] = mapped_column(default="", server_default="")
    """What an applicant should know."""
    cap: Mapped[Money]
    """The most per person in `cap_months`."""
    master_cap: Mapped[Money]
    """The same with a master among them."""
    cap_months: Mapped[int]
    employer_bp: Mapped[int]
    """What the workplace pays at least, in basis points of what the fund looks at."""
    months_before: Mapped[int]
    """It is sent at most so many months before the first day."""
    days_before: Mapped[int]
    """And at least so many days before it."""
    answer_days: Mapped[int]
    """The fund answers in about so many days."""
    cost_lines: Mapped[list[Any]]
    """Which of fee, cover, materials and travel the fund looks at."""
    positions: Mapped[list[Any]]
    """Whose positions the agreement covers."""
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")


class FundState(StrEnum):
    DRAFT = "draft"
    """Waits for the leader's signature."""
    LEADER_SIGNED = "leader_signed"
    """Waits for the union representative's."""
    UNION_SIGNED = "union_signed"
    """Ready to be sent."""
    SENT = "sent"
    AWARDED = "awarded"
    REFUSED = "refused"
    PAID = "paid"
    REFUNDED = "refunded"
    """All of it was paid back."""
    WITHDRAWN = "withdrawn"


class FundApplication(TenantOwned):
    """An application for one person or a group of one unit, on one session."""

    __tablename__ = "fund_applications"
    belongs_to = {
        "scheme_id": "fund_schemes",
        "unit_id": "units",
        "session_id": "course_sessions",
        "created_by": "users",
        "leader_signed_by": "users",
        "leader_employee_id": "employees",
        "union_signed_by": "users",
        "union_employee_id": "employees",
        "pool_id": "pools",
    }
    extras = (
        index("unit_id"),
        index("session_id"),
        index("scheme_id"),
        index("state", "starts_on"),
        check("says_why", "purpose <> ''"),
        check("two_people_sign", "leader_signed_by <> union_signed_by"),
        # One person may have two logins.
        check("two_employees_sign", "leader_employee_id <> union_employee_id"),
        check(
            "signed_before_sent",
            "state NOT IN ('union_signed', 'sent', 'awarded', 'refused', 'paid', 'refunded') "
            "OR (leader_signed_by IS NOT NULL AND union_signed_by IS NOT NULL)",
        ),
        check("paid_into_a_pool", "state NOT IN ('paid', 'refunded') OR pool_id IS NOT NULL"),
    )

    scheme_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    session_id: Mapped[UUID]
    starts_on: Mapped[date]
    """The first day of the session when it was applied for: caps count by it."""
    is_master: Mapped[bool]
    purpose: Mapped[str]
    state: Mapped[FundState] = mapped_column(StrEnumText(FundState))
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    leader_signed_by: Mapped[UUID | None]
    leader_employee_id: Mapped[UUID | None]
    """Who that is, where the login is an employee's."""
    leader_signed_name: Mapped[str] = mapped_column(default="", server_default="")
    leader_signed_at: Mapped[datetime | None]
    union_signed_by: Mapped[UUID | None]
    union_employee_id: Mapped[UUID | None]
    union_signed_name: Mapped[str] = mapped_column(default="", server_default="")
    union_signed_at: Mapped[datetime | None]
    sent_on: Mapped[date | None]
    answer_by: Mapped[date | None]
    answered_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(default="", server_default="")
    """The fund's own number of the case."""
    answer: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was refused or withdrawn, or what the fund adds."""
    paid_on: Mapped[date | None]
    pool_id: Mapped[UUID | None]
    """Where the money lies."""

    scheme: Mapped[FundScheme] = relationship(
        primaryjoin=lambda: foreign(FundApplication.scheme_id) == FundScheme.id,
        viewonly=True,
        lazy="raise",
    )
    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(FundApplication.unit_id) == Unit.id,
        viewonly=True,
        lazy="raise",
    )
    session: Mapped[CourseSession] = relationship(
        primaryjoin=lambda: foreign(FundApplication.session_id) == CourseSession.id,
        viewonly=True,
        lazy="raise",
    )


class FundApplicant(TenantOwned):
    """A person of an application: what is asked, awarded and paid back for them."""

    __tablename__ = "fund_applicants"
    belongs_to = {
        "application_id": "fund_applications",
        "employee_id": "employees",
        "enrolment_id": "enrolments",
    }
    extras = (
        unique("application_id", "employee_id"),
        index("employee_id"),
        index("enrolment_id", where="enrolment_id IS NOT NULL"),
        check("asks_for_something", "asked > 0 AND asked <= cost"),
        check("awarded_at_most_what_it_asked", "awarded BETWEEN 0 AND asked"),
        check("refunded_was_awarded", "refunded_on IS NULL OR awarded > 0"),
    )

    application_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    enrolment_id: Mapped[UUID | None]
    cost: Mapped[Money]
    """What the fund looks at: the sum of its cost lines."""
    asked: Mapped[Money]
    awarded: Mapped[Money | None]
    lost_on: Mapped[date | None]
    """The place was given up: what was awarded must go back."""
    lost_why: Mapped[str] = mapped_column(default="", server_default="")
    refunded_on: Mapped[date | None]

    employee: Mapped[Employee] = relationship(
        primaryjoin=lambda: foreign(FundApplicant.employee_id) == Employee.id,
        viewonly=True,
        lazy="raise",
    )


class GrantState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    AWARDED = "awarded"
    REFUSED = "refused"
    RECEIVED = "received"
    """The money lies in an earmarked pool with the strings."""
    REPORTED = "reported"
    """The statement was handed in."""


class StateGrant(TenantOwned):
    """Money of the state that the municipality applies for, with its strings."""

    __tablename__ = "state_grants"
    belongs_to = {"pool_id": "pools"}
    extras = (
        index("state", "apply_by"),
        unique("code", "year"),
        check("has_a_title", "title <> ''"),
        check("asks_for_something", "asked > 0"),
        check("awarded_at_most_what_it_asked", "awarded BETWEEN 0 AND asked"),
        check(
            "received_into_a_pool", "(state IN ('received', 'reported')) = (pool_id IS NOT NULL)"
        ),
    )

    title: Mapped[str]
    giver: Mapped[str]
    """The ministry or board that gives it."""
    code: Mapped[str]
    """What its pool will be called in funding rules."""
    year: Mapped[int]
    """The budget year that spends it."""
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    asked: Mapped[Money]
    awarded: Mapped[Money | None]
    strings: Mapped[list[Any]]
    """`[{name, when, most_bp}]`: they become the constraints of the pool."""
    apply_by: Mapped[date]
    report_by: Mapped[date | None]
    """When the statement is due."""
    state: Mapped[GrantState] = mapped_column(StrEnumText(GrantState))
    reference: Mapped[str] = mapped_column(default="", server_default="")
    answer: Mapped[str] = mapped_column(default="", server_default="")
    sent_on: Mapped[date | None]
    received_on: Mapped[date | None]
    reported_on: Mapped[date | None]
    pool_id: Mapped[UUID | None]
    created_at: Mapped[datetime]

    pool: Mapped[Pool | None] = relationship(
        primaryjoin=lambda: foreign(StateGrant.pool_id) == Pool.id, viewonly=True, lazy="raise"
    )
