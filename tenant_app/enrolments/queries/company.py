"""SELECTs of what a request meets: who else goes, what else the person does, who is left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Select,
    TableValuedAlias,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.enrolments.models import TAKES_SEAT, Enrolment, EnrolmentState
from tenant_app.enrolments.queries.one import holds
from tenant_app.enrolments.rules import WAITING, WINDOW_DAYS, Stay
from tenant_app.organisation.models import Employee, Employment, UnitPlacement

NAMES_SHOWN = 4
"""One of them is the person asked for; the others are told by name, the rest by number."""
_COMING = tuple(EnrolmentState(state) for state in (*WAITING, EnrolmentState.CONFIRMED))
_UNITS, _SESSIONS, _PEOPLE = (
    bindparam(name, type_=ARRAY(Uuid())) for name in ("units", "sessions", "people")
)
_TODAY, _FIRST, _LAST = (bindparam(name, type_=Date()) for name in ("today", "first", "last"))


def _days(session: Any) -> ColumnElement[Any]:
    """The session's days, both ends among them."""
    return func.daterange(session.starts_on, session.ends_on, "[]")


def _place() -> TableValuedAlias:
    """(unit, session) that are asked for, as a table of two arrays side by side."""
    return (
        func.unnest(_UNITS, _SESSIONS)
        .table_valued(column("unit_id", Uuid()), column("session_id", Uuid()))
        .render_derived(name="place")
    )


def _going() -> Select[Any]:
    place = _place()
    name = aggregate_order_by(Employee.name, danish(Employee.name))
    names = func.coalesce(
        func.array_agg(name).filter(Employee.id.is_not(None)), cast([], ARRAY(Text()))
    )
    return (
        select(Enrolment.session_id, Enrolment.unit_id, func.count(), names[1:NAMES_SHOWN])
        .outerjoin(
            place,
            and_(place.c.unit_id == Enrolment.unit_id, place.c.session_id == Enrolment.session_id),
        )
        .outerjoin(
            Employee, and_(Employee.id == Enrolment.employee_id, place.c.unit_id.is_not(None))
        )
        .where(
            Enrolment.session_id == any_(_SESSIONS),
            Enrolment.state.in_([EnrolmentState(state) for state in TAKES_SEAT]),
        )
        .group_by(Enrolment.session_id, Enrolment.unit_id)
    )


def _away() -> Select[Any]:
    above, below = aliased(UnitPlacement), aliased(UnitPlacement)
    staff = (
        select(above.unit_id, Employment.employee_id)
        .select_from(above)
        .join(below, below.path.bool_op("^@")(above.path))
        .join(Employment, Employment.unit_id == below.unit_id)
        .where(
            above.unit_id.in_(bindparam("at", expanding=True)),
            *(condition for row in (above, below) for condition in holds(row, _TODAY)),
            *holds(Employment, _TODAY),
        )
        .distinct()
        .cte("staff")
    )
    other, asked, place = aliased(CourseSession), aliased(CourseSession), _place()
    going = (
        select(Enrolment.employee_id, _days(other).label("days"))
        .join(other, other.id == Enrolment.session_id)
        .where(
            Enrolment.employee_id.in_(select(staff.c.employee_id)),
            Enrolment.state.in_(_COMING),
        )
        .subquery()
    )
    busy = (
        select(staff.c.unit_id, staff.c.employee_id, func.range_agg(going.c.days).label("days"))
        .outerjoin(going, going.c.employee_id == staff.c.employee_id)
        .group_by(staff.c.unit_id, staff.c.employee_id)
        .cte("busy")
    )
    return (
        select(
            place.c.unit_id,
            place.c.session_id,
            func.count().filter(busy.c.days.bool_op("&&")(_days(asked))),
            func.count(),
        )
        .select_from(place)
        .join(asked, asked.id == place.c.session_id)
        .join(busy, busy.c.unit_id == place.c.unit_id)
        .group_by(place.c.unit_id, place.c.session_id)
    )


# Built once: on a page of the inbox building them took longer than their answers.
_GOING, _AWAY = _going(), _away()
_STAYS = (
    select(
        Enrolment.employee_id,
        Enrolment.id,
        Course.title,
        CourseSession.starts_on,
        CourseSession.ends_on,
    )
    .join(CourseSession, CourseSession.id == Enrolment.session_id)
    .join(Course, Course.id == CourseSession.course_id)
    .where(
        Enrolment.employee_id == any_(_PEOPLE),
        Enrolment.state.in_(_COMING),
        CourseSession.ends_on >= _FIRST,
        CourseSession.starts_on <= _LAST,
    )
)


@dataclass(frozen=True)
class Going:
    """Those of one unit with a seat on a session."""

    people: int
    names: tuple[str, ...]
    """The first few, in the Danish alphabet."""


def going(ctx: Context, places: Collection[tuple[UUID, UUID]]) -> dict[UUID, dict[UUID, Going]]:
    """Session → unit → who has a seat, on the sessions of these (unit, session).

    A row per unit on a session, not per person; names only of the units that are asked for.
    """
    found: dict[UUID, dict[UUID, Going]] = {}
    for session_id, unit_id, people, first in ctx.session.execute(_GOING, _sides(places)):
        found.setdefault(session_id, {})[unit_id] = Going(people, tuple(first))
    return found


def stays(
    ctx: Context, employee_ids: Collection[UUID], first: date, last: date
) -> dict[UUID, list[tuple[UUID, Stay]]]:
    """Employee → (enrolment, course and days) of what they go to or ask for around the days."""
    window = timedelta(days=WINDOW_DAYS)
    asked = {"people": list(employee_ids), "first": first - window, "last": last + window}
    found: dict[UUID, list[tuple[UUID, Stay]]] = {}
    for employee_id, enrolment_id, title, starts_on, ends_on in ctx.session.execute(_STAYS, asked):
        found.setdefault(employee_id, []).append((enrolment_id, Stay(title, starts_on, ends_on)))
    return found


def away(
    ctx: Context, places: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], tuple[int, int]]:
    """(unit, session) → (those of its staff who are on courses on the session's days or ask to be,
    its staff), both today's and with that of its houses.

    The days of each person are gathered once, and not anew for each session.
    """
    at = sorted({unit_id for unit_id, _ in places})
    asked = {**_sides(places), "at": at, "today": ctx.today}
    rows = ctx.session.execute(_AWAY, asked)
    return {(unit_id, key): (people, size) for unit_id, key, people, size in rows}


def _sides(places: Collection[tuple[UUID, UUID]]) -> dict[str, list[UUID]]:
    return {
        "units": [unit_id for unit_id, _ in places],
        "sessions": [session_id for _, session_id in places],
    }
