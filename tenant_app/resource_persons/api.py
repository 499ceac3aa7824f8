"""Resource persons over the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import Booking, BookingState
from tenant_app.resource_persons.schemas import (
    BalanceOut,
    BookingIn,
    BookingMoveIn,
    BookingOut,
    BookingQuery,
    ComparedOut,
    ComparedQuery,
    HoursIn,
    PersonChange,
    PersonIn,
    PersonOut,
    PersonQuery,
)
from tenant_app.resource_persons.service import Details, UnitHours

blueprint = Blueprint(
    "resource_persons",
    __name__,
    url_prefix="/api/v1/resource-persons",
    description="The municipality's own experts, their hours, and who books them",
)


@blueprint.get("")
@endpoint(blueprint, query=PersonQuery, page_of=PersonOut)
def list_persons(ctx: Context, **search: Any) -> Page[dict[str, Any]]:
    """The resource persons who serve the caller's units, by name."""
    found = resource_persons.listing(ctx, **search)
    return Page([_told(each) for each in found.items], found.page, found.page_size, found.has_more)


@blueprint.post("")
@endpoint(blueprint, takes=PersonIn, returns=PersonOut, status=201)
def create_person(ctx: Context, **facts: Any) -> dict[str, Any]:
    """Somebody who can be booked once hours are set."""
    return _one(ctx, resource_persons.create(ctx, **facts).id)


@blueprint.get("/<uuid:person_id>")
@endpoint(blueprint, returns=PersonOut)
def show_person(ctx: Context, person_id: UUID) -> dict[str, Any]:
    """One resource person with competences and hours by year."""
    return _one(ctx, person_id)


@blueprint.patch("/<uuid:person_id>")
@endpoint(blueprint, takes=PersonChange, returns=PersonOut)
def change_person(ctx: Context, person_id: UUID, **changes: Any) -> dict[str, Any]:
    """Change what is said of them, or whether they can be booked."""
    active = changes.pop("active", None)
    resource_persons.change(ctx, person_id, **changes)
    if active is not None:
        resource_persons.set_active(ctx, person_id, active=active)
    return _one(ctx, person_id)


@blueprint.put("/<uuid:person_id>/hours")
@endpoint(blueprint, takes=HoursIn, returns=BalanceOut)
def set_hours(ctx: Context, person_id: UUID, year: int, hours: Decimal) -> Any:
    """How many hours they have in a calendar year: never fewer than are booked."""
    return resource_persons.set_hours(ctx, person_id, year=year, hours=hours)


@blueprint.post("/<uuid:person_id>/bookings")
@endpoint(blueprint, takes=BookingIn, returns=BookingOut, status=201)
def book(ctx: Context, person_id: UUID, **facts: Any) -> Booking:
    """Ask for hours. They are taken from the year's at once."""
    made = resource_persons.book(ctx, person_id, **facts)
    return resource_persons.booking(ctx, made.id)


@blueprint.get("/bookings")
@endpoint(blueprint, query=BookingQuery, page_of=BookingOut)
def list_bookings(ctx: Context, **search: Any) -> Page[Booking]:
    """The bookings of the caller's units, and of the caller as a resource person; latest first."""
    return resource_persons.bookings(ctx, **search)


@blueprint.post("/bookings/<uuid:booking_id>/state")
@endpoint(blueprint, takes=BookingMoveIn, returns=BookingOut)
def move_booking(ctx: Context, booking_id: UUID, to: BookingState, reason: str) -> Booking:
    """Agree to it, note it as held, or cancel it and free its hours."""
    resource_persons.move(ctx, booking_id, to, reason=reason)
    return resource_persons.booking(ctx, booking_id)


@blueprint.get("/hours")
@endpoint(blueprint, query=ComparedQuery, page_of=ComparedOut)
def list_hours(ctx: Context, year: int | None, page: int, page_size: int) -> Page[UnitHours]:
    """Hours bought from outside against internal hours, unit by unit."""
    found = resource_persons.compared(ctx, year=year or ctx.today.year).units
    start = (page - 1) * page_size
    more = len(found) > start + page_size
    return Page(found[start : start + page_size], page, page_size, more)


def _one(ctx: Context, person_id: UUID) -> dict[str, Any]:
    return _told(resource_persons.one(ctx, person_id))


def _told(found: Details) -> dict[str, Any]:
    names = ("id", "employee_id", "name", "role", "unit", "description", "is_active")
    return {name: getattr(found.person, name) for name in names} | {
        "competences": [{"id": key, "name": name} for key, name in found.competences],
        "hours": found.hours,
    }
