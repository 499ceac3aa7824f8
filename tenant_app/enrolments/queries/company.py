"""SELECTs of what a request meets: who else goes, what else the person does, who is left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Select,
    TableValuedAlias,
    Uuid,
    and_,
    any_,
    bindparam,
    column,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own
from tenant_app.enrolments.models import TAKES_SEAT, Enrolment, EnrolmentState
from tenant_app.enrolments.queries.one import holds
from tenant_app.enrolments.rules import OVERLAPS_SHOWN, WAITING, WINDOW_DAYS, Stay
from tenant_app.organisation.models import Employee, Employment, UnitPlacement

NAMES_SHOWN = 4
"""One of them is the person asked for; the others are told by name, the rest by number."""
_COMING = tuple(EnrolmentState(state) for state in (*WAITING, EnrolmentState.CONFIRMED))
_UNITS, _SESSIONS, _PEOPLE = (
    bindparam(name, type_=ARRAY(Uuid())) for name in ("units", "sessions", "people")
)
_TODAY = bindparam("today", type_=Date())


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
    seated = Enrolment.state.in_([EnrolmentState(state) for state in TAKES_SEAT])
    everyone = only_own(
        select(Enrolment.session_id, func.count().label("people"))
        .where(Enrolment.session_id == any_(_SESSIONS), seated)
        .group_by(Enrolment.session_id),
        Enrolment,
    ).subquery()
    names = func.array_agg(aggregate_order_by(Employee.name, danish(Employee.name)))
    own = only_own(
        select(func.count().label("people"), names[1:NAMES_SHOWN].label("names"))
        .select_from(Enrolment)
        .join(Employee, Employee.id == Enrolment.employee_id)
        .where(
            Enrolment.session_id == place.c.session_id,
            Enrolment.unit_id == place.c.unit_id,
            seated,
        ),
        Enrolment,
        Employee,
    ).lateral("own")
    return (
        select(place.c.unit_id, place.c.session_id, everyone.c.people, own.c.people, own.c.names)
        .select_from(place)
        .join(everyone, everyone.c.session_id == place.c.session_id)
        .join(own, true())
    )


def _away() -> Select[Any]:
    above, below = aliased(UnitPlacement), aliased(UnitPlacement)
    staff = only_own(
        select(above.unit_id, Employment.employee_id)
        .select_from(above)
        .join(below, below.path.bool_op("^@")(above.path))
        .join(Employment, Employment.unit_id == below.unit_id)
        .where(
            above.unit_id == any_(_UNITS),
            *(condition for row in (above, below) for condition in holds(row, _TODAY)),
            *holds(Employment, _TODAY),
        )
        .distinct(),
        above,
        below,
        Employment,
    ).cte("staff")
    other, asked, place = aliased(CourseSession), aliased(CourseSession), _place()
    sessions = only_own(select(other.id, _days(other).label("days")), other).cte("sessions")
    sessions = sessions.prefix_with("MATERIALIZED")
    days = only_own(
        select(Enrolment.employee_id, func.range_agg(sessions.c.days).label("days"))
        .join(sessions, sessions.c.id == Enrolment.session_id)
        .where(
            Enrolment.employee_id.in_(select(staff.c.employee_id)),
            Enrolment.state.in_(_COMING),
        )
        .group_by(Enrolment.employee_id),
        Enrolment,
    ).cte("days")
    # Made once each: the planner takes staff for few, and made the days anew for every place.
    days = days.prefix_with("MATERIALIZED")
    busy = (
        select(staff.c.unit_id, days.c.days)
        .outerjoin(days, days.c.employee_id == staff.c.employee_id)
        .cte("busy")
        .prefix_with("MATERIALIZED")
    )
    return only_own(
        select(
            place.c.unit_id,
            place.c.session_id,
            func.count().filter(busy.c.days.bool_op("&&")(_days(asked))),
            func.count(),
        )
        .select_from(place)
        .join(asked, asked.id == place.c.session_id)
        .join(busy, busy.c.unit_id == place.c.unit_id)
        .group_by(place.c.unit_id, place.c.session_id),
        asked,
    )


def _stays() -> Select[Any]:
    asked, other = aliased(CourseSession), aliased(CourseSession)
    place = (
        func.unnest(_PEOPLE, _SESSIONS)
        .table_valued(column("employee_id", Uuid()), column("session_id", Uuid()))
        .render_derived(name="place")
    )
    together = _days(other).bool_op("&&")(_days(asked))
    apart = func.abs(other.starts_on - asked.starts_on)

    def first(what: Any) -> ColumnElement[Any]:
        ordered = aggregate_order_by(what, other.starts_on, other.id)
        return func.array_agg(ordered).filter(together)[1:OVERLAPS_SHOWN]

    return only_own(
        select(
            place.c.employee_id,
            place.c.session_id,
            func.count().filter(apart <= WINDOW_DAYS),
            func.count().filter(together),
            first(Course.title),
            first(other.starts_on),
            first(other.ends_on),
        )
        .select_from(place)
        .join(asked, asked.id == place.c.session_id)
        .join(
            Enrolment,
            and_(
                Enrolment.employee_id == place.c.employee_id,
                Enrolment.session_id != place.c.session_id,
                Enrolment.state.in_(_COMING),
            ),
        )
        .join(other, other.id == Enrolment.session_id)
        .join(Course, Course.id == other.course_id)
        .where(or_(together, apart <= WINDOW_DAYS))
        .group_by(place.c.employee_id, place.c.session_id),
        asked,
        other,
        Enrolment,
        Course,
    )


# Built once and run past the ORM: on a page of the inbox that took longer than their answers.
_GOING, _AWAY, _STAYS = _going(), _away(), _stays()


@dataclass(frozen=True)
class Going:
    """Those with a seat on a session."""

    everyone: int
    own: int
    """Those of the unit."""
    names: Sequence[str]
    """The first few of the unit, in the Danish alphabet."""


def going(ctx: Context, places: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Going]:
    """(unit, session) → who has a seat; nothing of a session on which nobody has one."""
    return {
        (unit_id, session_id): Going(everyone, own, names or ())
        for unit_id, session_id, everyone, own, names in ctx.execute(_GOING, _sides(places))
    }


@dataclass(frozen=True)
class Stays:
    """What else a person goes to or asks for around the days of a session."""

    near: int
    """Courses that begin within WINDOW_DAYS of it."""
    together: int
    """Courses with a day in common."""
    first: Sequence[Stay]
    """The soonest of those."""


def stays(ctx: Context, wishes: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Stays]:
    """(employee, session) → their other courses; nothing where there are none."""
    asked = {
        "people": [employee_id for employee_id, _ in wishes],
        "sessions": [session_id for _, session_id in wishes],
    }
    return {
        (employee_id, session_id): Stays(
            near, together, [Stay(*each) for each in zip(*first, strict=True)] if together else ()
        )
        for employee_id, session_id, near, together, *first in ctx.execute(_STAYS, asked)
    }


def away(
    ctx: Context, places: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], tuple[int, int]]:
    """(unit, session) → (those of its staff who are on courses on the session's days or ask to be,
    its staff), both today's and with that of its houses.

    The days of each person are gathered once, and not anew for each session.
    """
    asked = {**_sides(places), "today": ctx.today}
    rows = ctx.execute(_AWAY, asked)
    return {(unit_id, key): (people, size) for unit_id, key, people, size in rows}


def _sides(places: Collection[tuple[UUID, UUID]]) -> dict[str, list[UUID]]:
    return {
        "units": [unit_id for unit_id, _ in places],
        "sessions": [session_id for _, session_id in places],
    }
