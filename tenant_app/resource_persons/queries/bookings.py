"""SELECTs of bookings, and the guarded UPDATEs of hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.resource_persons.models import Booking, BookingState, ResourceHours
from tenant_app.resource_persons.queries.scope import seen_bookings
from tenant_app.resource_persons.rules import OPEN

WITH_NAMES: tuple[ORMOption, ...] = (
    joinedload(Booking.person),
    joinedload(Booking.unit),
    joinedload(Booking.initiative),
)


def bookings(filters: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The latest first."""
    return (
        select(Booking)
        .where(*filters)
        .order_by(Booking.starts_on.desc(), Booking.id.desc())
        .options(*WITH_NAMES)
    )


def booking_locked(ctx: Context, booking_id: UUID) -> Booking | None:
    """Read again even if this unit of work saw it before: the lock may have waited."""
    return ctx.session.scalars(
        select(Booking)
        .where(Booking.id == booking_id, seen_bookings(ctx))
        .options(joinedload(Booking.person), joinedload(Booking.unit))
        .with_for_update(of=Booking)
        .execution_options(populate_existing=True)
    ).one_or_none()


def ahead(day: date) -> ColumnElement[bool]:
    """Agreed, and not over before the day."""
    return and_(Booking.state == BookingState.AGREED, Booking.ends_on >= day)


def has_open(ctx: Context, person_id: UUID) -> bool:
    """Whether something is asked of the person or agreed with them."""
    found = select(Booking.id).where(Booking.person_id == person_id, Booking.state.in_(OPEN))
    return ctx.session.scalar(found.limit(1)) is not None


# Hours get scarcer: one conditional UPDATE decides, and no row changed is a refusal.


def take(ctx: Context, person_id: UUID, year: int, minutes: int) -> bool:
    """So many are booked now, if so many were left."""
    return _changed(
        ctx,
        update(ResourceHours)
        .where(
            ResourceHours.person_id == person_id,
            ResourceHours.year == year,
            ResourceHours.booked + minutes <= ResourceHours.minutes,
        )
        .values(booked=ResourceHours.booked + minutes),
    )


def release(ctx: Context, person_id: UUID, year: int, minutes: int) -> None:
    """So many are free again. The check of the table stands behind it."""
    _changed(
        ctx,
        update(ResourceHours)
        .where(ResourceHours.person_id == person_id, ResourceHours.year == year)
        .values(booked=ResourceHours.booked - minutes),
    )


def keep_hours(ctx: Context, person_id: UUID, year: int, minutes: int) -> bool:
    """The year has so many hours, unless more are booked already."""
    added = ctx.session.scalar(
        insert(ResourceHours)
        .values(id=uuid7(), person_id=person_id, year=year, minutes=minutes, booked=0)
        .on_conflict_do_nothing()
        .returning(ResourceHours.id)
    )
    return added is not None or _changed(
        ctx,
        update(ResourceHours)
        .where(
            ResourceHours.person_id == person_id,
            ResourceHours.year == year,
            ResourceHours.booked <= minutes,
        )
        .values(minutes=minutes),
    )


def _changed(ctx: Context, statement: Any) -> bool:
    done = ctx.session.execute(
        statement.returning(ResourceHours.id).execution_options(synchronize_session=False)
    )
    return done.scalar_one_or_none() is not None
