"""The SELECT of the report: hours bought from outside against hours of one's own people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Numeric, Select, cast, func, literal, select, union_all

from tenant_app.catalogue.models import Course, CourseSession, Provider, ProviderKind
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.organisation.models import Unit
from tenant_app.resource_persons.models import Booking
from tenant_app.resource_persons.rules import USED

WON = (EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED)


def hours_by_unit(ctx: Context, units: Select[UUID], *, year: int) -> Sequence[Any]:
    """(unit, name, minutes bought, places bought, minutes internal, bookings) of each of the units
    with any, by name. A course counts in the year in which it begins."""
    no_count = literal(0, BigInteger)
    bought = (
        select(
            Enrolment.unit_id.label("unit_id"),
            cast(func.round(func.sum(Course.hours) * 60), BigInteger).label("bought"),
            func.count().label("places"),
            no_count.label("internal"),
            no_count.label("bookings"),
        )
        .join(CourseSession, CourseSession.id == Enrolment.session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .join(Provider, Provider.id == Course.provider_id)
        .where(
            Enrolment.state.in_(WON),
            Provider.kind != ProviderKind.MUNICIPAL,
            CourseSession.starts_on.between(date(year, 1, 1), date(year, 12, 31)),
            Enrolment.unit_id.in_(units),
        )
        .group_by(Enrolment.unit_id)
    )
    internal = (
        select(
            Booking.unit_id,
            no_count,
            no_count,
            cast(func.sum(Booking.minutes), BigInteger),
            func.count(),
        )
        .where(
            Booking.state.in_(USED),
            Booking.starts_on.between(date(year, 1, 1), date(year, 12, 31)),
            Booking.unit_id.in_(units),
        )
        .group_by(Booking.unit_id)
    )
    both = union_all(bought, internal).subquery()
    names = ("bought", "places", "internal", "bookings")
    sums = [cast(func.sum(cast(both.c[name], Numeric)), BigInteger) for name in names]
    return ctx.session.execute(
        select(Unit.id, Unit.name, *sums)
        .join(both, both.c.unit_id == Unit.id)
        .group_by(Unit.id, Unit.name)
        .order_by(danish(Unit.name), Unit.id)
    ).all()
