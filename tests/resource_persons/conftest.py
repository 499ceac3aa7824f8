"""Resource persons with hours, and a way to book them as the municipality does."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tenant_app.audit.models import AuditEntry
from tenant_app.competences.models import Competence, CompetenceArea
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import (
    Booking,
    BookingState,
    ResourceCompetence,
    ResourceHours,
    ResourcePerson,
    ResourceRole,
)
from tests.town import Town

_COUNT = itertools.count(1)
YEAR = 2026
TABLES: tuple[Any, ...] = (ResourcePerson, ResourceCompetence, ResourceHours, Booking)


class Experts:
    """The resource persons of a town: `experts.person("north", hours="20")`."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.today = town.today
        with town.as_system() as ctx:
            area = CompetenceArea(name="Sprog og dialog")
            ctx.session.add(area)
            ctx.session.flush()
            self.area_id = area.id
            competence = Competence(area_id=area.id, name="Sprogvejledning", validity_months=None)
            ctx.session.add(competence)
            ctx.session.flush()
            self.competence_id = competence.id

    def person(
        self,
        where: str = "north",
        *,
        hours: str | None = "20",
        employee: str | None = None,
        **facts: Any,
    ) -> UUID:
        """Who serves the unit, with so many hours of the year; None sets none."""
        facts.setdefault("role", ResourceRole.GUIDE)
        facts.setdefault("name", "" if employee else f"Vejleder {next(_COUNT)}")
        facts.setdefault("competence_ids", [self.competence_id])
        with self.town.as_user("consultant") as ctx:
            made = resource_persons.create(
                ctx,
                unit_id=self.town.units[where],
                employee_id=self.town.employees[employee] if employee else None,
                **facts,
            )
            if hours is not None:
                resource_persons.set_hours(ctx, made.id, year=YEAR, hours=Decimal(hours))
            return made.id

    def booking(
        self,
        person_id: UUID,
        where: str = "n1",
        *,
        who: str | None = None,
        hours: str = "2",
        starts: date | None = None,
        state: BookingState = BookingState.REQUESTED,
        **facts: Any,
    ) -> UUID:
        """Hours asked for by the leader of the institution, and taken on to the state."""
        starts = starts or self.today + timedelta(days=10)
        facts.setdefault("ends_on", starts)
        facts.setdefault("purpose", "Vejledning på stuen")
        with self.town.as_user(who or f"leader_{where}") as ctx:
            made = resource_persons.book(
                ctx,
                person_id,
                unit_id=self.town.units[where],
                hours=Decimal(hours),
                starts_on=starts,
                **facts,
            ).id
        if state in (BookingState.AGREED, BookingState.HELD):
            with self.town.as_user("consultant") as ctx:
                resource_persons.agree(ctx, made)
        if state is BookingState.HELD:
            with self.town.as_user("consultant", now=self.later) as ctx:
                resource_persons.hold(ctx, made)
        return made

    @property
    def later(self) -> Any:
        """A moment after what is booked by default."""
        return self.town.now + timedelta(days=30)

    def balance(self, person_id: UUID, year: int = YEAR) -> tuple[Decimal, Decimal]:
        """(hours of the year, hours booked)."""
        with self.town.as_system() as ctx:
            row = ctx.session.scalars(
                select(ResourceHours).where(
                    ResourceHours.person_id == person_id, ResourceHours.year == year
                )
            ).one()
            return Decimal(row.minutes) / 60, Decimal(row.booked) / 60

    def books_are_kept(self) -> bool:
        """Every balance is the sum of the bookings that stand."""
        with self.town.as_system() as ctx:
            sums = {
                (person_id, year): int(minutes)
                for person_id, year, minutes in ctx.session.execute(
                    select(Booking.person_id, Booking.year, func.sum(Booking.minutes))
                    .where(Booking.state != BookingState.CANCELLED)
                    .group_by(Booking.person_id, Booking.year)
                )
            }
            kept = {
                (row.person_id, row.year): row.booked
                for row in ctx.session.scalars(select(ResourceHours))
                if row.booked
            }
            return sums == kept

    def everything(self) -> tuple[Any, ...]:
        """All that a refusal must leave alone."""
        noted = select(AuditEntry.id).where(AuditEntry.action.startswith("resource_"))
        with self.town.as_system() as ctx:
            rows = [
                [
                    tuple(str(value) for value in row)
                    for row in ctx.session.execute(
                        select(*table.__table__.columns).order_by(table.id)
                    )
                ]
                for table in TABLES
            ]
            return (*rows, len(ctx.session.scalars(noted).all()))


@pytest.fixture
def experts(town: Town) -> Experts:
    """A town that can have resource persons."""
    return Experts(town)
