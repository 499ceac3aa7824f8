"""SELECT of enrolments by what somebody typed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.core import searching
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.searching import Asked
from tenant_app.enrolments.models import Enrolment
from tenant_app.enrolments.queries.one import WITH_NAMES, visible
from tenant_app.organisation.models import Employee


def like(ctx: Context, wanted: Asked, *, limit: int) -> Sequence[Enrolment]:
    people = select(Employee.id).where(searching.holds(Employee.sought, wanted))
    sessions = (
        select(CourseSession.id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            searching.holds(danish(Course.title), wanted)
            | searching.begins(danish(Course.code), wanted)
        )
    )
    # Ids first: the names of a few are joined, not those of all that fit.
    found = (
        select(Enrolment.id)
        .where(visible(ctx), Enrolment.employee_id.in_(people) | Enrolment.session_id.in_(sessions))
        .order_by(Enrolment.id.desc())
        .limit(limit)
    )
    return ctx.session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(found))
        .options(*WITH_NAMES)
        .order_by(Enrolment.id.desc())
    ).all()
