"""What one can look at: who can be booked, their hours, and what is booked. Nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation
from tenant_app.resource_persons import queries
from tenant_app.resource_persons.models import (
    Booking,
    BookingState,
    ResourcePerson,
    ResourceRole,
)
from tenant_app.resource_persons.rules import Balance

HELPERS_SHOWN = 5
BOOKINGS_SHOWN = 25


@dataclass(frozen=True)
class Details:
    """A resource person, what they can, their hours by year and what is booked."""

    person: ResourcePerson
    competences: Sequence[tuple[UUID, str]]
    hours: Sequence[Balance]
    """The latest year first."""
    bookings: Sequence[Booking]
    """Those the actor sees, the latest first."""
    has_more: bool


@dataclass(frozen=True)
class Helper:
    """Somebody who could help, and how much is left of the year."""

    person: ResourcePerson
    competences: str
    left: int
    """Minutes."""


@dataclass(frozen=True)
class Glance:
    """What a line of the list says besides the row itself."""

    competences: Sequence[str]
    balance: Balance | None
    """Of this year."""


def persons_seen(ctx: Context) -> ColumnElement[bool]:
    """Which resource persons the actor sees: for screens that build their own SELECT."""
    return queries.seen_persons(ctx)


def bookings_seen(ctx: Context) -> ColumnElement[bool]:
    """The same of bookings."""
    return queries.seen_bookings(ctx)


def is_listed(ctx: Context) -> bool:
    """Whether the actor is a resource person."""
    employee_id = ctx.actor.employee_id
    key = "is a resource person"
    if key not in ctx.memo:
        ctx.memo[key] = employee_id is not None and queries.person_of(ctx, employee_id) is not None
    return bool(ctx.memo[key])


def matching_persons(
    ctx: Context,
    *,
    area_id: UUID | None = None,
    unit_id: UUID | None = None,
    role: ResourceRole | None = None,
    bookable: bool = False,
) -> list[ColumnElement[bool]]:
    """The conditions of a list: with a competence of the area, who serve the unit, of the role,
    with hours of this year left. Raises NotFound for a unit out of scope."""
    filters: list[ColumnElement[bool]] = []
    if area_id is not None:
        filters.append(queries.skilled(ctx, area_id))
    if unit_id is not None:
        filters.append(queries.serving(ctx, [organisation.unit(ctx, unit_id).id]))
    if role is not None:
        filters.append(ResourcePerson.role == role)
    if bookable:
        filters.append(queries.with_hours_left(ctx.today))
    return filters


def listing(
    ctx: Context,
    *,
    area_id: UUID | None = None,
    unit_id: UUID | None = None,
    role: ResourceRole | None = None,
    bookable: bool = False,
    page: int = 1,
    page_size: int = 50,
) -> Page[Details]:
    """The resource persons the actor sees that fit, by name, each with competences and hours."""
    ctx.require(Permission.RESOURCE_PERSONS_VIEW)
    filters = matching_persons(ctx, area_id=area_id, unit_id=unit_id, role=role, bookable=bookable)
    found = scalars_page(
        ctx,
        queries.listing([queries.seen_persons(ctx), *filters]),
        page=page,
        page_size=page_size,
    )
    ids = [each.id for each in found.items]
    skills, hours = _skills(ctx, ids), _hours(ctx, ids)
    items = [
        Details(each, skills.get(each.id, []), hours.get(each.id, []), (), False)
        for each in found.items
    ]
    return Page(items, found.page, found.page_size, found.has_more)


def glances(ctx: Context, ids: Collection[UUID]) -> Mapping[UUID, Glance]:
    """Competences and this year's hours of each, in two statements however many they are."""
    skills = _skills(ctx, ids)
    year = dict(queries.balances(ctx, ids, year=ctx.today.year)) if ids else {}
    return {key: Glance([name for _id, name in skills.get(key, ())], year.get(key)) for key in ids}


def get(ctx: Context, person_id: UUID) -> ResourcePerson:
    """A resource person in sight. Raises NotFound."""
    found = queries.person(ctx, person_id)
    if found is None:
        raise NotFound()
    return found


def one(ctx: Context, person_id: UUID) -> Details:
    """The same with competences, hours and bookings. Raises NotFound."""
    return details(ctx, get(ctx, person_id))


def details(ctx: Context, found: ResourcePerson) -> Details:
    """Everything about a resource person, found in the actor's sight."""
    booked = scalars_page(
        ctx,
        queries.bookings([Booking.person_id == found.id, queries.seen_bookings(ctx)]),
        page_size=BOOKINGS_SHOWN,
    )
    return Details(
        found,
        _skills(ctx, [found.id]).get(found.id, []),
        _hours(ctx, [found.id]).get(found.id, []),
        booked.items,
        booked.has_more,
    )


def hours(ctx: Context, person_id: UUID) -> Sequence[Balance]:
    """The hours by year of a person found in the actor's sight, the latest first."""
    return _hours(ctx, [person_id]).get(person_id, [])


def matching_bookings(
    ctx: Context,
    *,
    state: BookingState | None = None,
    unit_id: UUID | None = None,
    person_id: UUID | None = None,
    waiting: bool = False,
    ahead: bool = False,
) -> list[ColumnElement[bool]]:
    """The conditions of a list of bookings. A unit includes what hangs below it today; `waiting`
    are those the actor may answer, `ahead` those agreed and not over. Raises NotFound for a unit
    out of scope."""
    filters: list[ColumnElement[bool]] = []
    if state is not None:
        filters.append(Booking.state == state)
    if unit_id is not None:
        below = organisation.units_below(ctx, organisation.unit(ctx, unit_id).id)
        filters.append(Booking.unit_id.in_(below))
    if person_id is not None:
        filters.append(Booking.person_id == person_id)
    if waiting:
        filters.append(queries.waiting(ctx))
    if ahead:
        filters.append(queries.ahead(ctx.today))
    return filters


def bookings(
    ctx: Context,
    *,
    state: BookingState | None = None,
    unit_id: UUID | None = None,
    person_id: UUID | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Booking]:
    """The bookings the actor sees that fit, the latest first."""
    require_sight(ctx)
    filters = matching_bookings(ctx, state=state, unit_id=unit_id, person_id=person_id)
    return scalars_page(
        ctx,
        queries.bookings([queries.seen_bookings(ctx), *filters]),
        page=page,
        page_size=page_size,
    )


def booking(ctx: Context, booking_id: UUID) -> Booking:
    """A booking in sight with person, unit, initiative and need. Raises NotFound."""
    found: Booking | None = ctx.session.scalars(
        queries.bookings([Booking.id == booking_id, queries.seen_bookings(ctx)])
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def require_sight(ctx: Context) -> None:
    """Go on only as somebody who may see bookings, or is booked. Else 403."""
    if not is_listed(ctx):
        ctx.require(Permission.RESOURCE_PERSONS_VIEW)


def helpers(
    ctx: Context, *, area_id: UUID | None = None, unit_ids: Collection[UUID] = ()
) -> list[Helper]:
    """Who could help: can be booked, has hours of this year left, has a competence of the area and
    serves one of the units. Those with most left first; nobody for those who see none."""
    if not ctx.actor.may(Permission.RESOURCE_PERSONS_VIEW):
        return []
    filters = [queries.with_hours_left(ctx.today)]
    if area_id is not None:
        filters.append(queries.skilled(ctx, area_id))
    if unit_ids:
        filters.append(queries.serving(ctx, unit_ids))
    found = queries.helpers(ctx, filters, year=ctx.today.year, most=HELPERS_SHOWN)
    return [Helper(person, names, left) for person, names, left in found]


def _skills(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    if ids:
        for person_id, key, name in queries.competences_of(ctx, ids):
            found.setdefault(person_id, []).append((key, name))
    return found


def _hours(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[Balance]]:
    found: dict[UUID, list[Balance]] = {}
    if ids:
        for person_id, balance in queries.balances(ctx, ids):
            found.setdefault(person_id, []).append(balance)
    return found
