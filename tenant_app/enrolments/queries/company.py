"""SELECTs of what a request meets: who else goes, what else the person does, who is left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
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
    if not places:
        return {}
    place = _places(places)
    name = aggregate_order_by(Employee.name, danish(Employee.name))
    names = func.coalesce(
        func.array_agg(name).filter(Employee.id.is_not(None)), cast([], ARRAY(Text()))
    )
    rows = ctx.session.execute(
        select(
            Enrolment.session_id,
            Enrolment.unit_id,
            func.count(),
            names[1:NAMES_SHOWN],
        )
        .outerjoin(
            place,
            and_(place.c.unit_id == Enrolment.unit_id, place.c.session_id == Enrolment.session_id),
        )
        .outerjoin(
            Employee, and_(Employee.id == Enrolment.employee_id, place.c.unit_id.is_not(None))
        )
        .where(
            Enrolment.session_id == any_(_array({session_id for _, session_id in places})),
            Enrolment.state.in_([EnrolmentState(state) for state in TAKES_SEAT]),
        )
        .group_by(Enrolment.session_id, Enrolment.unit_id)
    )
    found: dict[UUID, dict[UUID, Going]] = {}
    for session_id, unit_id, people, first in rows:
        found.setdefault(session_id, {})[unit_id] = Going(people, tuple(first))
    return found


def stays(
    ctx: Context, employee_ids: Collection[UUID], first: date, last: date
) -> dict[UUID, list[tuple[UUID, Stay]]]:
    """Employee → (enrolment, course and days) of what they go to or ask for around the days."""
    window = timedelta(days=WINDOW_DAYS)
    rows = ctx.session.execute(
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
            Enrolment.employee_id.in_(employee_ids),
            Enrolment.state.in_(_COMING),
            CourseSession.ends_on >= first - window,
            CourseSession.starts_on <= last + window,
        )
    )
    found: dict[UUID, list[tuple[UUID, Stay]]] = {}
    for employee_id, enrolment_id, title, starts_on, ends_on in rows:
        found.setdefault(employee_id, []).append((enrolment_id, Stay(title, starts_on, ends_on)))
    return found


def away(
    ctx: Context, places: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], tuple[int, int]]:
    """(unit, session) → (those of its staff who are on courses on the session's days or ask to be,
    its staff), both today's and with that of its houses.

    The days of each person are gathered once, and not anew for each session.
    """
    if not places:
        return {}
    place = _places(places)
    staff = _staff(ctx, {unit_id for unit_id, _ in places}).cte("staff")
    other, asked = aliased(CourseSession), aliased(CourseSession)
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
    rows = ctx.session.execute(
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
    return {(unit_id, key): (people, size) for unit_id, key, people, size in rows}


def _array(ids: Collection[UUID]) -> BindParameter[Any]:
    return bindparam(None, list(ids), type_=ARRAY(Uuid()))


def _places(places: Collection[tuple[UUID, UUID]]) -> TableValuedAlias:
    """(unit, session) as a table: two arrays, since a list of VALUES is compiled anew each time."""
    sides = [_array(side) for side in zip(*places, strict=True)]
    return (
        func.unnest(*sides)
        .table_valued(column("unit_id", Uuid()), column("session_id", Uuid()))
        .render_derived(name="place")
    )


def _days(session: Any) -> ColumnElement[Any]:
    """The session's days, both ends among them."""
    return func.daterange(session.starts_on, session.ends_on, "[]")


def _staff(ctx: Context, unit_ids: Collection[UUID]) -> Select[tuple[UUID, UUID]]:
    """(unit, employee) of the units and of what hangs below them."""
    above, below = aliased(UnitPlacement), aliased(UnitPlacement)
    return (
        select(above.unit_id, Employment.employee_id)
        .select_from(above)
        .join(below, below.path.bool_op("^@")(above.path))
        .join(Employment, Employment.unit_id == below.unit_id)
        .where(
            above.unit_id.in_(unit_ids),
            *(condition for row in (above, below) for condition in holds(row, ctx.today)),
            *holds(Employment, ctx.today),
        )
        .distinct()
    )
