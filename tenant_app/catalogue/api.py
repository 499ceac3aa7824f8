"""The catalogue over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import Course, CourseSession, Provider
from tenant_app.catalogue.schemas import (
    CourseChange,
    CourseIn,
    CourseOut,
    CourseQuery,
    GiftIn,
    GiftsOut,
    ProviderChange,
    ProviderIn,
    ProviderOut,
    Search,
    SessionChange,
    SessionIn,
    SessionOut,
    SessionQuery,
)
from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page

blueprint = Blueprint(
    "catalogue",
    __name__,
    url_prefix="/api/v1",
    description="Providers, courses and their dated sessions",
)


@blueprint.get("/providers")
@endpoint(blueprint, query=Search, page_of=ProviderOut)
def list_providers(ctx: Context, **search: Any) -> Page[Provider]:
    """Providers by name."""
    return catalogue.providers(ctx, **search)


@blueprint.post("/providers")
@endpoint(blueprint, takes=ProviderIn, returns=ProviderOut, status=201)
def create_provider(ctx: Context, **facts: Any) -> Provider:
    """Add a provider."""
    return catalogue.create_provider(ctx, **facts)


@blueprint.patch("/providers/<uuid:provider_id>")
@endpoint(blueprint, takes=ProviderChange, returns=ProviderOut)
def change_provider(ctx: Context, provider_id: UUID, **changes: Any) -> Provider:
    """Change a provider."""
    return catalogue.change_provider(ctx, provider_id, **changes)


@blueprint.get("/courses")
@endpoint(blueprint, query=CourseQuery, page_of=CourseOut)
def list_courses(ctx: Context, **search: Any) -> Page[Course]:
    """Courses by title."""
    return catalogue.courses(ctx, **search)


@blueprint.post("/courses")
@endpoint(blueprint, takes=CourseIn, returns=CourseOut, status=201)
def create_course(ctx: Context, **facts: Any) -> Course:
    """Add a course to the catalogue."""
    return catalogue.course(ctx, catalogue.create_course(ctx, **facts).id)


@blueprint.get("/courses/<uuid:course_id>")
@endpoint(blueprint, returns=CourseOut)
def show_course(ctx: Context, course_id: UUID) -> Course:
    """One course."""
    return catalogue.course(ctx, course_id)


@blueprint.patch("/courses/<uuid:course_id>")
@endpoint(blueprint, takes=CourseChange, returns=CourseOut)
def change_course(ctx: Context, course_id: UUID, **changes: Any) -> Course:
    """Change a course."""
    return catalogue.course(ctx, catalogue.change_course(ctx, course_id, **changes).id)


@blueprint.post("/courses/<uuid:course_id>/retirement")
@endpoint(blueprint, returns=CourseOut)
def retire_course(ctx: Context, course_id: UUID) -> Course:
    """Take a course out of the catalogue."""
    return catalogue.retire_course(ctx, course_id)


@blueprint.post("/courses/<uuid:course_id>/reinstatement")
@endpoint(blueprint, returns=CourseOut)
def reinstate_course(ctx: Context, course_id: UUID) -> Course:
    """Bring a retired course back."""
    return catalogue.reinstate_course(ctx, course_id)


@blueprint.get("/courses/<uuid:course_id>/competences")
@endpoint(blueprint, returns=GiftsOut)
def list_gifts(ctx: Context, course_id: UUID) -> dict[str, list[UUID]]:
    """The competences that a course gives."""
    return _gifts(ctx, course_id)


@blueprint.post("/courses/<uuid:course_id>/competences")
@endpoint(blueprint, takes=GiftIn, returns=GiftsOut)
def give_competence(ctx: Context, course_id: UUID, competence_id: UUID) -> dict[str, list[UUID]]:
    """Let a course give a competence."""
    catalogue.give_competence(ctx, course_id, competence_id=competence_id)
    return _gifts(ctx, course_id)


@blueprint.delete("/courses/<uuid:course_id>/competences/<uuid:competence_id>")
@endpoint(blueprint, status=204)
def take_competence(ctx: Context, course_id: UUID, competence_id: UUID) -> None:
    """Let a course give a competence no more."""
    catalogue.take_competence(ctx, course_id, competence_id=competence_id)


def _gifts(ctx: Context, course_id: UUID) -> dict[str, list[UUID]]:
    course = catalogue.course(ctx, course_id)
    return {"competence_ids": catalogue.competences_given(ctx, course.id)}


@blueprint.get("/sessions")
@endpoint(blueprint, query=SessionQuery, page_of=SessionOut)
def list_sessions(ctx: Context, **search: Any) -> Page[CourseSession]:
    """Sessions by start."""
    return catalogue.sessions(ctx, **search)


@blueprint.post("/sessions")
@endpoint(blueprint, takes=SessionIn, returns=SessionOut, status=201)
def create_session(ctx: Context, **facts: Any) -> CourseSession:
    """Add a session of a course."""
    return catalogue.offer(ctx, catalogue.create_session(ctx, **facts).id)


@blueprint.get("/sessions/<uuid:session_id>")
@endpoint(blueprint, returns=SessionOut)
def show_session(ctx: Context, session_id: UUID) -> CourseSession:
    """One session."""
    return catalogue.offer(ctx, session_id)


@blueprint.patch("/sessions/<uuid:session_id>")
@endpoint(blueprint, takes=SessionChange, returns=SessionOut)
def change_session(ctx: Context, session_id: UUID, **changes: Any) -> CourseSession:
    """Change a session."""
    return catalogue.change_session(ctx, session_id, **changes)
