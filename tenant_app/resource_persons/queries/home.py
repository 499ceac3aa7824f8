"""What waits on a home page, counted past the ORM: the statements say themselves whose rows they
mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, false, func, literal, or_, select

from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.organisation.models import UnitPlacement
from tenant_app.resource_persons.models import Booking, BookingState, ResourcePerson
from tenant_app.resource_persons.queries.scope import holds


def count_waiting(ctx: Context, key: str, paths: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """(key, how many are asked for that one may answer): of oneself, or who serve below the
    paths; never what one asked for oneself."""
    inside = or_(false(), *(UnitPlacement.path.op("^@")(path) for path in paths))
    managed = only_own(select(UnitPlacement.unit_id).where(inside, holds(ctx.today)), UnitPlacement)
    return _counted(key).where(
        Booking.state == BookingState.REQUESTED,
        Booking.booked_by.is_distinct_from(ctx.actor.user_id),
        or_(_oneself(ctx), ResourcePerson.unit_id.in_(managed)),
    )


def count_ahead(ctx: Context, key: str) -> Select[*tuple[Any, ...]]:
    """(key, how many are agreed and not over that one asked for, or is booked for)."""
    return _counted(key).where(
        and_(Booking.state == BookingState.AGREED, Booking.ends_on >= ctx.today),
        or_(_oneself(ctx), Booking.booked_by == ctx.actor.user_id),
    )


def _oneself(ctx: Context) -> ColumnElement[bool]:
    if ctx.actor.employee_id is None:
        return false()
    return ResourcePerson.employee_id == ctx.actor.employee_id


def _counted(key: str) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = (
        select(literal(key, Text), func.count())
        .select_from(Booking)
        .join(ResourcePerson, ResourcePerson.id == Booking.person_id)
    )
    return only_own(found, Booking, ResourcePerson)
