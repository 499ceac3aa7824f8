"""Resource persons: the municipality's own experts, their hours of a year, and who books them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.core.db import StrEnumText, TenantOwned, check, danish_index, index, unique
from tenant_app.initiatives.models import Initiative
from tenant_app.organisation.models import Employee, Unit


class ResourceRole(StrEnum):
    GUIDE = "guide"
    """A pedagogical vejleder."""
    CONSULTANT = "consultant"
    HEALTH_VISITOR = "health_visitor"
    PPR = "ppr"
    """Of the pedagogical-psychological advisory service."""
    OTHER = "other"


class ResourcePerson(TenantOwned):
    """Somebody of the municipality who can be booked by the hour."""

    __tablename__ = "resource_persons"
    belongs_to = {"employee_id": "employees", "unit_id": "units"}
    extras = (
        # A person is listed once; two who are listed without an employment may share a name.
        unique("employee_id", where="employee_id IS NOT NULL"),
        index("unit_id"),
        danish_index("ix_resource_persons_danish_name", "name"),
        check("has_a_name", "name <> ''"),
    )

    employee_id: Mapped[UUID | None]
    """None: employed elsewhere in the municipality, and without a login here."""
    unit_id: Mapped[UUID]
    """The area served: this unit and all that hangs below it."""
    name: Mapped[str]
    role: Mapped[ResourceRole] = mapped_column(StrEnumText(ResourceRole))
    description: Mapped[str] = mapped_column(default="", server_default="")
    """What one can be booked for."""
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    created_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(ResourcePerson.unit_id) == Unit.id,
        viewonly=True,
        lazy="raise",
    )
    employee: Mapped[Employee | None] = relationship(
        primaryjoin=lambda: foreign(ResourcePerson.employee_id) == Employee.id,
        viewonly=True,
        lazy="raise",
    )


class ResourceCompetence(TenantOwned):
    """A competence that a resource person is booked for."""

    __tablename__ = "resource_competences"
    belongs_to = {"person_id": "resource_persons", "competence_id": "competences"}
    extras = (unique("person_id", "competence_id"), index("competence_id"))

    person_id: Mapped[UUID]
    competence_id: Mapped[UUID]


class ResourceHours(TenantOwned):
    """The hours of a person in a calendar year, and how many of them are booked.

    The row is the lock: it is changed by a conditional UPDATE only, and the checks stand behind it.
    """

    __tablename__ = "resource_hours"
    belongs_to = {"person_id": "resource_persons"}
    extras = (
        unique("person_id", "year"),
        check("year_is_a_year", "year BETWEEN 2000 AND 2100"),
        check("no_overdraw", "booked BETWEEN 0 AND minutes"),
        check("whole_quarters", "minutes % 15 = 0 AND booked % 15 = 0"),
    )

    person_id: Mapped[UUID]
    year: Mapped[int]
    minutes: Mapped[int]
    booked: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of bookings that are asked for, agreed or held."""


class BookingState(StrEnum):
    REQUESTED = "requested"
    AGREED = "agreed"
    HELD = "held"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    """Whoever answers said no."""


class Booking(TenantOwned):
    """Hours of a resource person for a unit."""

    __tablename__ = "resource_bookings"
    belongs_to = {
        "person_id": "resource_persons",
        "unit_id": "units",
        "initiative_id": "initiatives",
        "need_id": "needs",
        "booked_by": "users",
        "answered_by": "users",
    }
    extras = (
        index("person_id", "starts_on"),
        index("unit_id", "starts_on"),
        index("starts_on", "id"),
        index("initiative_id", where="initiative_id IS NOT NULL"),
        index(
            "unit_id", where="state IN ('requested', 'agreed')", name="ix_resource_bookings_open"
        ),
        check("hours_are_whole_quarters", "minutes > 0 AND minutes % 15 = 0"),
        check("ends_after_it_begins", "ends_on >= starts_on"),
        check("over_says_why", "state NOT IN ('cancelled', 'declined') OR reason <> ''"),
        check("says_what_for", "purpose <> ''"),
    )

    person_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    year: Mapped[int]
    """Whose hours it takes: that of both its days."""
    minutes: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    purpose: Mapped[str]
    initiative_id: Mapped[UUID | None]
    need_id: Mapped[UUID | None]
    state: Mapped[BookingState] = mapped_column(
        StrEnumText(BookingState), default=BookingState.REQUESTED, server_default="requested"
    )
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was cancelled, or declined."""
    booked_by: Mapped[UUID | None]
    booked_at: Mapped[datetime]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]

    person: Mapped[ResourcePerson] = relationship(
        primaryjoin=lambda: foreign(Booking.person_id) == ResourcePerson.id,
        viewonly=True,
        lazy="raise",
    )
    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(Booking.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )
    initiative: Mapped[Initiative | None] = relationship(
        primaryjoin=lambda: foreign(Booking.initiative_id) == Initiative.id,
        viewonly=True,
        lazy="raise",
    )
