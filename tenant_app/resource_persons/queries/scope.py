"""Which resource persons and bookings somebody may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_, select

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitPlacement
from tenant_app.resource_persons.models import Booking, BookingState, ResourcePerson


def holds(day: date) -> ColumnElement[bool]:
    """The placement is true of the day."""
    over = UnitPlacement.to_date
    return and_(UnitPlacement.from_date <= day, or_(over.is_(None), over > day))


def above(paths: Collection[str]) -> set[str]:
    """The paths on the way down to these."""
    found = set()
    for path in paths:
        steps = path.split(".")[:-1]
        found |= {".".join(steps[:length]) + "." for length in range(1, len(steps))}
    return found


def seen_persons(ctx: Context) -> ColumnElement[bool]:
    """Those who serve a unit that the actor sees, or serve from above it; and oneself."""
    permission = Permission.RESOURCE_PERSONS_VIEW
    ways: list[ColumnElement[bool]] = [
        ResourcePerson.unit_id.in_(organisation.visible_units(ctx, permission))
    ]
    higher = above(ctx.actor.paths(permission))
    if higher and not ctx.actor.is_system:
        ways.append(
            ResourcePerson.unit_id.in_(
                select(UnitPlacement.unit_id).where(
                    UnitPlacement.path.in_(higher), holds(ctx.today)
                )
            )
        )
    if ctx.actor.employee_id is not None:
        ways.append(ResourcePerson.employee_id == ctx.actor.employee_id)
    return or_(false(), *ways)


def seen_bookings(ctx: Context) -> ColumnElement[bool]:
    """Those of the units the actor sees, and those of oneself."""
    units = organisation.visible_units(ctx, Permission.RESOURCE_PERSONS_VIEW)
    ways: list[ColumnElement[bool]] = [Booking.unit_id.in_(units)]
    if ctx.actor.employee_id is not None:
        mine = select(ResourcePerson.id).where(ResourcePerson.employee_id == ctx.actor.employee_id)
        ways.append(Booking.person_id.in_(mine))
    return or_(false(), *ways)


def waiting(ctx: Context) -> ColumnElement[bool]:
    """Asked for, and the actor's to answer: of whom they manage, or of oneself; never what one
    asked for oneself."""
    managed = organisation.visible_units(ctx, Permission.RESOURCE_PERSONS_MANAGE)
    theirs: list[ColumnElement[bool]] = [ResourcePerson.unit_id.in_(managed)]
    if ctx.actor.employee_id is not None:
        theirs.append(ResourcePerson.employee_id == ctx.actor.employee_id)
    whose = select(ResourcePerson.id).where(or_(false(), *theirs))
    return and_(
        Booking.state == BookingState.REQUESTED,
        Booking.person_id.in_(whose),
        Booking.booked_by.is_distinct_from(ctx.actor.user_id),
    )
