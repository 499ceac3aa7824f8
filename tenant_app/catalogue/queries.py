"""SELECTs of the catalogue. Used by this room only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from tenant_app.catalogue.models import (
    Course,
    CourseCompetence,
    CourseForm,
    CourseSession,
    Provider,
    SessionState,
)
from tenant_app.core import searching
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.fence import only_own
from tenant_app.core.searching import Asked


def providers(*, q: str = "") -> Select[Any]:
    found = select(Provider).order_by(danish(Provider.name), Provider.id)
    return found.where(Provider.name.icontains(q, autoescape=True)) if q else found


def provider(ctx: Context, provider_id: UUID) -> Provider | None:
    return ctx.session.scalars(select(Provider).where(Provider.id == provider_id)).one_or_none()


def provider_to_change(ctx: Context, provider_id: UUID) -> Provider | None:
    return ctx.session.scalars(
        select(Provider)
        .where(Provider.id == provider_id)
        .with_for_update(of=Provider)
        .execution_options(populate_existing=True)
    ).one_or_none()


def courses_like(ctx: Context, wanted: Asked, *, limit: int) -> Sequence[Course]:
    """Those still offered first, then the nearest."""
    title, code = danish(Course.title), danish(Course.code)
    found = searching.holds(title, wanted) | searching.begins(code, wanted)
    return ctx.session.scalars(
        select(Course)
        .where(found)
        .options(joinedload(Course.provider))
        .order_by(
            Course.is_active.desc(),
            searching.nearness(title, wanted),
            title,
            Course.id,
        )
        .limit(limit)
    ).all()


def courses(
    *,
    q: str = "",
    form: CourseForm | None = None,
    provider_id: UUID | None = None,
    active: bool | None = None,
) -> Select[Any]:
    found = (
        select(Course)
        .options(joinedload(Course.provider))
        .order_by(danish(Course.title), Course.id)
    )
    if q:
        found = found.where(
            or_(
                Course.title.icontains(q, autoescape=True),
                Course.code.icontains(q, autoescape=True),
            )
        )
    if form is not None:
        found = found.where(Course.form == form)
    if provider_id is not None:
        found = found.where(Course.provider_id == provider_id)
    if active is not None:
        found = found.where(Course.is_active.is_(active))
    return found


def course(ctx: Context, course_id: UUID) -> Course | None:
    return ctx.session.scalars(
        select(Course).where(Course.id == course_id).options(joinedload(Course.provider))
    ).one_or_none()


def course_to_change(ctx: Context, course_id: UUID) -> Course | None:
    return ctx.session.scalars(
        select(Course)
        .where(Course.id == course_id)
        .options(joinedload(Course.provider))
        .with_for_update(of=Course)
        .execution_options(populate_existing=True)
    ).one_or_none()


def competences_given(ctx: Context, course_id: UUID) -> list[UUID]:
    return list(
        ctx.session.scalars(
            select(CourseCompetence.competence_id)
            .where(CourseCompetence.course_id == course_id)
            .order_by(CourseCompetence.competence_id)
        )
    )


def gift(ctx: Context, course_id: UUID, competence_id: UUID) -> CourseCompetence | None:
    return ctx.session.scalars(
        select(CourseCompetence).where(
            CourseCompetence.course_id == course_id,
            CourseCompetence.competence_id == competence_id,
        )
    ).one_or_none()


def sessions(
    *,
    q: str = "",
    form: CourseForm | None = None,
    course_id: UUID | None = None,
    open_on: date | None = None,
) -> Select[Any]:
    """Sessions by start, with course and provider; with `open_on` those one can ask for then."""
    found = (
        select(CourseSession)
        .join(Course, Course.id == CourseSession.course_id)
        .options(joinedload(CourseSession.course).joinedload(Course.provider))
        .order_by(CourseSession.starts_on, CourseSession.id)
    )
    if q:
        found = found.where(
            or_(
                Course.title.icontains(q, autoescape=True),
                Course.code.icontains(q, autoescape=True),
                CourseSession.place.icontains(q, autoescape=True),
            )
        )
    if form is not None:
        found = found.where(Course.form == form)
    if course_id is not None:
        found = found.where(CourseSession.course_id == course_id)
    if open_on is not None:
        found = found.where(
            Course.is_active,
            CourseSession.state == SessionState.OPEN,
            CourseSession.deadline >= open_on,
        )
    return found


# Built once: every request, every price and every inbox asks it.
_SESSION = only_own(
    select(CourseSession)
    .join(CourseSession.course)
    .join(Course.provider)
    .options(contains_eager(CourseSession.course).contains_eager(Course.provider))
    .where(CourseSession.id == bindparam("session", type_=Uuid())),
    CourseSession,
    Course,
    Provider,
)
# What points at the session is written meanwhile: an approval makes its order.
_SESSION_LOCKED = _SESSION.with_for_update(of=CourseSession, key_share=True).execution_options(
    populate_existing=True
)


def session(ctx: Context, session_id: UUID, *, lock: bool) -> CourseSession | None:
    """The session with course and provider. Locked, it is read anew: its row guards its seats."""
    statement = _SESSION_LOCKED if lock else _SESSION
    return ctx.load(statement, {"session": session_id}).scalar_one_or_none()
