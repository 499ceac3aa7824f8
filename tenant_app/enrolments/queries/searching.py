"""SELECTs of enrolments by what somebody typed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Uuid,
    any_,
    bindparam,
    select,
)

from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.core import searching
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.searching import Asked
from tenant_app.enrolments.models import Enrolment
from tenant_app.enrolments.queries.one import WITH_NAMES, visible
from tenant_app.organisation.models import Employee

FEW = 500
"""So many people or sessions are given as values."""


def like(ctx: Context, wanted: Asked, *, limit: int) -> Sequence[Enrolment]:
    fits = Enrolment.employee_id.in_(_people(wanted)) | Enrolment.session_id.in_(_sessions(wanted))
    # Ids first: the names of a few are joined, not those of all that fit.
    found = (
        select(Enrolment.id).where(visible(ctx), fits).order_by(Enrolment.id.desc()).limit(limit)
    )
    return ctx.session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(found))
        .options(*WITH_NAMES)
        .order_by(Enrolment.id.desc())
    ).all()


def speaks_of(ctx: Context, wanted: Asked) -> ColumnElement[bool]:
    """The participant's name, number or e-mail holds every word, or the course's title does, or
    the course's code begins so."""
    return _among(ctx, Enrolment.employee_id, _people(wanted)) | _among(
        ctx, Enrolment.session_id, _sessions(wanted)
    )


def _among(
    ctx: Context, column: SQLColumnExpression[UUID], found: Select[UUID]
) -> ColumnElement[bool]:
    """Few are asked for first and given as values, so that the column's index finds their rows.
    Many are left to the database: a page is full soon, whatever the order."""
    ids = ctx.session.scalars(found.limit(FEW + 1)).all()
    if len(ids) > FEW:
        return column.in_(found)
    return column == any_(bindparam(None, list(ids), type_=ARRAY(Uuid())))


def _people(wanted: Asked) -> Select[UUID]:
    return select(Employee.id).where(searching.holds(Employee.sought, wanted))


def _sessions(wanted: Asked) -> Select[UUID]:
    return (
        select(CourseSession.id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            searching.holds(danish(Course.title), wanted)
            | searching.begins(danish(Course.code), wanted)
        )
    )
