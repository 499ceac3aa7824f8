"""SELECTs of what a request meets: who else goes, what else the person does, who is left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select, tuple_
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


def going(ctx: Context, session_ids: Collection[UUID]) -> dict[UUID, dict[UUID, Going]]:
    """Session → unit → who has a seat. A row per unit on a session, not per person."""
    names = func.array_agg(aggregate_order_by(Employee.name, danish(Employee.name)))
    rows = ctx.session.execute(
        select(
            Enrolment.session_id,
            Enrolment.unit_id,
            func.count(),
            names[1:NAMES_SHOWN],
        )
        .join(Employee, Employee.id == Enrolment.employee_id)
        .where(
            Enrolment.session_id.in_(session_ids),
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
    """(unit, session) → (those of the unit who are on courses on the session's days or ask to be,
    its staff today with that of its houses)."""
    asked, other = aliased(CourseSession), aliased(CourseSession)
    rows = ctx.session.execute(
        select(
            Enrolment.unit_id,
            asked.id,
            func.count(Enrolment.employee_id.distinct()),
            _headcount(ctx),
        )
        .join(other, other.id == Enrolment.session_id)
        .join(asked, (other.starts_on <= asked.ends_on) & (other.ends_on >= asked.starts_on))
        .where(
            Enrolment.unit_id.in_({unit_id for unit_id, _ in places}),
            asked.id.in_({session_id for _, session_id in places}),
            tuple_(Enrolment.unit_id, asked.id).in_(list(places)),
            Enrolment.state.in_(_COMING),
        )
        .group_by(Enrolment.unit_id, asked.id)
    )
    return {(unit_id, key): (people, staff) for unit_id, key, people, staff in rows}


def _headcount(ctx: Context) -> ScalarSelect[int]:
    """The staff of the enrolment's unit and of what hangs below it."""
    above, below = aliased(UnitPlacement), aliased(UnitPlacement)
    return (
        select(func.count(Employment.employee_id.distinct()))
        .select_from(above)
        .join(below, below.path.bool_op("^@")(above.path))
        .join(Employment, Employment.unit_id == below.unit_id)
        .where(
            above.unit_id == Enrolment.unit_id,
            *(condition for row in (above, below) for condition in holds(row, ctx.today)),
            *holds(Employment, ctx.today),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )
