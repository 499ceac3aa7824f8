"""SELECTs of sessions and their seats."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from tenant_app.catalogue.models import Course, CourseForm, CourseSession, SessionState
from tenant_app.core.context import Context
from tenant_app.enrolments.models import (
    TAKES_SEAT,
    Enrolment,
    EnrolmentState,
)
from tenant_app.organisation.models import Employee

NOT_LIVE = (EnrolmentState.REJECTED, EnrolmentState.WITHDRAWN, EnrolmentState.CANCELLED)


def with_live_request(
    ctx: Context, session_id: UUID, employee_ids: Collection[UUID]
) -> Sequence[str]:
    """Names of those who already have a live request for the session."""
    return ctx.session.scalars(
        select(Employee.name)
        .join(Enrolment, Enrolment.employee_id == Employee.id)
        .where(
            Enrolment.session_id == session_id,
            Enrolment.employee_id.in_(employee_ids),
            Enrolment.state.not_in(NOT_LIVE),
        )
        .order_by(Employee.name)
    ).all()


def seats_taken(ctx: Context, session_ids: Collection[UUID]) -> dict[UUID, int]:
    rows = ctx.session.execute(
        select(Enrolment.session_id, func.count())
        .where(Enrolment.session_id.in_(session_ids), _takes_seat())
        .group_by(Enrolment.session_id)
    )
    return dict(rows.all())


def institutions_on(ctx: Context, session_id: UUID) -> set[UUID]:
    """The institutions that already have somebody going."""
    return set(
        ctx.session.scalars(
            select(Enrolment.unit_id)
            .where(Enrolment.session_id == session_id, _takes_seat())
            .distinct()
        )
    )


def colleagues(ctx: Context, places: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], int]:
    """How many of a unit have a seat on a session, per (unit, session)."""
    rows = ctx.session.execute(
        select(Enrolment.unit_id, Enrolment.session_id, func.count())
        .where(
            Enrolment.session_id.in_({session for _, session in places}),
            tuple_(Enrolment.unit_id, Enrolment.session_id).in_(list(places)),
            _takes_seat(),
        )
        .group_by(Enrolment.unit_id, Enrolment.session_id)
    )
    return {(unit_id, session_id): number for unit_id, session_id, number in rows}


def _takes_seat() -> ColumnElement[bool]:
    return Enrolment.state.in_([EnrolmentState(state) for state in TAKES_SEAT])


def group_place(ctx: Context, enrolment: Enrolment) -> tuple[int, int]:
    """(place from 0, size) of an enrolment in the group it was asked for with."""
    if enrolment.group_id is None:
        return 0, 1
    ids = ctx.session.scalars(
        select(Enrolment.id).where(Enrolment.group_id == enrolment.group_id).order_by(Enrolment.id)
    ).all()
    return ids.index(enrolment.id), len(ids)


def offers(ctx: Context, *, words: str, form: CourseForm | None) -> Select[Any]:
    """Sessions one can still ask for, soonest deadline first."""
    statement = (
        select(CourseSession)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            CourseSession.state == SessionState.OPEN,
            CourseSession.deadline >= ctx.today,
            Course.is_active,
        )
        .order_by(CourseSession.deadline, CourseSession.starts_on, CourseSession.id)
        .options(joinedload(CourseSession.course).joinedload(Course.provider))
    )
    if form is not None:
        statement = statement.where(Course.form == form)
    for word in words.split()[:5]:
        statement = statement.where(
            or_(
                Course.title.icontains(word, autoescape=True),
                Course.code.icontains(word, autoescape=True),
            )
        )
    return statement
