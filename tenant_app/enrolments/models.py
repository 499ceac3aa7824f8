"""Requests, their approval steps and where they wait."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.catalogue.models import CourseSession
from tenant_app.core.db import StrEnumText, TenantOwned, index, unique
from tenant_app.core.money import Money
from tenant_app.organisation.models import Employee, Unit


class EnrolmentState(StrEnum):
    SUBMITTED = "submitted"
    LEADER_APPROVED = "leader_approved"
    AREA_APPROVED = "area_approved"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ApprovalLevel(StrEnum):
    INSTITUTION = "institution"
    AREA = "area"
    CENTRAL = "central"


class StepState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    """Withdrawn before it was answered."""


TAKES_SEAT = ("submitted", "leader_approved", "area_approved", "confirmed", "completed", "no_show")


class Enrolment(TenantOwned):
    """One employee on one session."""

    __tablename__ = "enrolments"
    belongs_to = {
        "employee_id": "employees",
        "session_id": "course_sessions",
        "unit_id": "units",
        "year_id": "budget_years",
        "requested_by": "users",
        "waiting_unit_id": "units",
        "initiative_id": "initiatives",
    }
    extras = (
        # One live request per person and session: asking twice is refused by the database too.
        unique(
            "employee_id",
            "session_id",
            where="state NOT IN ('rejected', 'withdrawn', 'cancelled')",
        ),
        index(
            "waiting_level",
            "waiting_unit_id",
            "submitted_at",
            where="waiting_level IS NOT NULL",
            name="ix_enrolments_inbox",
        ),
        index(
            "submitted_at", "id", where="waiting_level IS NOT NULL", name="ix_enrolments_waiting"
        ),
        index("unit_id", "submitted_at"),
        index("submitted_at"),
        index("employee_id", "submitted_at"),
        # Seats of many sessions and days of many people are counted without fetching a row.
        index(
            "session_id", "unit_id", include=("state", "employee_id"), name="ix_enrolments_seats"
        ),
        index("employee_id", include=("state", "session_id"), name="ix_enrolments_days"),
        index("group_id", where="group_id IS NOT NULL"),
        index("initiative_id", where="initiative_id IS NOT NULL"),
    )

    employee_id: Mapped[UUID]
    session_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    """The institution on the day of the request: it pays and its leader answers for it."""
    year_id: Mapped[UUID]
    initiative_id: Mapped[UUID | None]
    """The effort it is part of, and through it the needs it answers."""
    state: Mapped[EnrolmentState] = mapped_column(StrEnumText(EnrolmentState))
    group_id: Mapped[UUID | None]
    """Shared by those whom a leader asked for together."""
    requested_by: Mapped[UUID]
    submission: Mapped[int] = mapped_column(default=0, server_default="0")
    submitted_at: Mapped[datetime | None]
    total: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    motivation: Mapped[str] = mapped_column(default="", server_default="")
    waiting_level: Mapped[ApprovalLevel | None] = mapped_column(StrEnumText(ApprovalLevel))
    """Whose answer is awaited now, and at which unit: the inbox reads these two."""
    waiting_unit_id: Mapped[UUID | None]
    decision_note: Mapped[str] = mapped_column(default="", server_default="")
    """The latest reason, shown to the one who asked."""

    employee: Mapped[Employee] = relationship(
        primaryjoin=lambda: foreign(Enrolment.employee_id) == Employee.id,
        viewonly=True,
        lazy="raise",
    )
    session: Mapped[CourseSession] = relationship(
        primaryjoin=lambda: foreign(Enrolment.session_id) == CourseSession.id,
        viewonly=True,
        lazy="raise",
    )
    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(Enrolment.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )


class ApprovalStep(TenantOwned):
    """One link of an approval chain, for one submission."""

    __tablename__ = "approval_steps"
    belongs_to = {
        "enrolment_id": "enrolments",
        "unit_id": "units",
        "decided_by": "users",
        "over_pool_id": "pools",
    }
    extras = (unique("enrolment_id", "submission", "position"),)

    enrolment_id: Mapped[UUID]
    submission: Mapped[int]
    position: Mapped[int]
    level: Mapped[ApprovalLevel] = mapped_column(StrEnumText(ApprovalLevel))
    unit_id: Mapped[UUID]
    """Where the decider's role must reach: the institution, its area, or the municipality."""
    state: Mapped[StepState] = mapped_column(StrEnumText(StepState))
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    over_pool_id: Mapped[UUID | None]
    """The pool that is over its threshold, for which this yes is needed."""
