"""Resource persons of an area with hours, and bookings of its institution in each state."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import ResourceRole
from tests.town import Town


class ResourceThings(Town):
    """Each booking has a person of its own, who has plenty of hours."""

    def make_resource_person(self, where: str) -> UUID:
        """Serves the area of the institution; nothing is booked."""
        competence_id = self.the("competence")
        with self.as_system() as ctx:
            made = resource_persons.create(
                ctx,
                unit_id=self.units[self.area(where)],
                role=ResourceRole.GUIDE,
                name=self.word("resource_persons", "name"),
                description=self.word("resource_persons", "description"),
                competence_ids=[competence_id],
            ).id
            for year in {self.today.year, self.day(30).year}:
                resource_persons.set_hours(ctx, made, year=year, hours=Decimal(1000))
        return made

    def make_retired_person(self, where: str) -> UUID:
        made = self.make_resource_person(where)
        with self.as_system() as ctx:
            resource_persons.set_active(ctx, made, active=False)
        return made

    def make_booking(self, where: str) -> UUID:
        """Asked for by the leader; beside it one that was given up."""
        person_id = self.make_resource_person(where)
        made, given_up = self._book(person_id, where), self._book(person_id, where)
        with self.as_user(f"leader_{where}") as ctx:
            resource_persons.cancel(ctx, given_up, reason=self.word("resource_bookings", "reason"))
        return made

    def make_agreed_booking(self, where: str) -> UUID:
        """Of today, so that it can be noted as held."""
        made = self.make_booking(where)
        with self.as_user("consultant") as ctx:
            resource_persons.agree(ctx, made)
        return made

    def _book(self, person_id: UUID, where: str) -> UUID:
        with self.as_user(f"leader_{where}") as ctx:
            return resource_persons.book(
                ctx,
                person_id,
                unit_id=self.units[where],
                hours=Decimal("1.5"),
                starts_on=self.today,
                ends_on=self.today,
                purpose=self.word("resource_bookings", "purpose"),
            ).id
