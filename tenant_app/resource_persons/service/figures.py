"""Hours bought from outside against hours of the municipality's own; and what waits on a home
page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind
from tenant_app.resource_persons import queries

TO_ANSWER, AHEAD = "bookings_to_answer", "bookings_ahead"


@dataclass(frozen=True)
class Hours:
    """Minutes and what they are made of; they add up."""

    bought: int = 0
    places: int = 0
    """Places on courses of external providers."""
    internal: int = 0
    bookings: int = 0

    def __add__(self, other: Hours) -> Hours:
        return Hours(
            self.bought + other.bought,
            self.places + other.places,
            self.internal + other.internal,
            self.bookings + other.bookings,
        )

    @property
    def percent(self) -> int | None:
        """How much of all hours is internal; None of nothing."""
        whole = self.bought + self.internal
        return None if not whole else (200 * self.internal + whole) // (2 * whole)


@dataclass(frozen=True)
class UnitHours:
    """The hours of a unit in the year."""

    unit_id: UUID
    name: str
    area: str
    """Where it hangs today; empty without areas."""
    hours: Hours


@dataclass(frozen=True)
class Compared:
    """Every unit in sight with any, by name, and all of them together."""

    year: int
    units: Sequence[UnitHours]
    total: Hours


def compared(ctx: Context, *, year: int) -> Compared:
    """Course hours with external providers, confirmed or completed, against booked hours of
    resource persons, agreed or held: of sessions and bookings that begin in the year."""
    ctx.require(Permission.RESOURCE_PERSONS_VIEW)
    visible = organisation.visible_units(ctx, Permission.RESOURCE_PERSONS_VIEW)
    rows = queries.hours_by_unit(ctx, visible, year=year)
    lines = organisation.lines_above(ctx, [row[0] for row in rows])
    units = []
    for unit_id, name, *counts in rows:
        line = lines.get(unit_id, ())
        area = next((unit.name for unit in line if unit.kind is UnitKind.AREA), "")
        units.append(UnitHours(unit_id, name, area, Hours(*map(int, counts))))
    return Compared(year, units, sum((each.hours for each in units), Hours()))


def asks(ctx: Context) -> list[Select[*tuple[Any, ...]]]:
    """Bookings to answer, and those ahead that one asked for or is booked for: (key, count)."""
    actor = ctx.actor
    if actor.user_id is None:
        return []
    found = []
    paths = actor.paths(Permission.RESOURCE_PERSONS_MANAGE)
    if paths or actor.employee_id is not None:
        found.append(queries.count_waiting(ctx, TO_ANSWER, paths))
    if actor.employee_id is not None or actor.may(Permission.RESOURCE_PERSONS_BOOK):
        found.append(queries.count_ahead(ctx, AHEAD))
    return found
