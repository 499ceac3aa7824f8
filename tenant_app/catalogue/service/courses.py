"""Verbs of courses: what they are, cost and give.

The catalogue is the whole municipality's, so changing it is asked at its root. What is already
reserved or committed keeps its amounts: they are copied when a request is sent.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Unpack
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy.dialects.postgresql import insert

from tenant_app.audit import service as audit
from tenant_app.catalogue import queries, rules
from tenant_app.catalogue.models import Course, CourseCompetence, CourseForm, PriceKind, Provider
from tenant_app.catalogue.rules import CourseFacts
from tenant_app.catalogue.service.refusing import refusing
from tenant_app.competences import service as competences
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.money import Money
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation

NOTHING = Money(0)


def courses(
    ctx: Context,
    *,
    q: str = "",
    form: CourseForm | None = None,
    provider_id: UUID | None = None,
    active: bool | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Course]:
    """Courses by title, with their provider; `q` is looked for in title and code."""
    ctx.require(Permission.CATALOGUE_VIEW)
    found = queries.courses(q=rules.search(q), form=form, provider_id=provider_id, active=active)
    return scalars_page(ctx, found, page=page, page_size=page_size)


def course(ctx: Context, course_id: UUID) -> Course:
    """The course with its provider. Raises NotFound."""
    ctx.require(Permission.CATALOGUE_VIEW)
    found = queries.course(ctx, course_id)
    if found is None:
        raise NotFound()
    return found


def create_course(
    ctx: Context,
    *,
    code: str,
    title: str,
    provider_id: UUID,
    form: CourseForm,
    ects: Decimal,
    hours: Decimal,
    price_kind: PriceKind,
    price: Money,
    cover_hours: Decimal | None = None,
    materials: Money = NOTHING,
    travel: Money = NOTHING,
    serves_municipal_goal: bool = False,
    is_mandatory: bool = False,
) -> Course:
    """A new course in the catalogue. Raises Invalid, and Conflict when the code is taken."""
    ctx.require(Permission.CATALOGUE_MANAGE, at=organisation.root_path(ctx))
    facts = rules.check_course(
        CourseFacts(
            code=code,
            title=title,
            provider_id=_provider(ctx, provider_id).id,
            form=form,
            ects=ects,
            hours=hours,
            cover_hours=cover_hours,
            price_kind=price_kind,
            price=price,
            materials=materials,
            travel=travel,
            serves_municipal_goal=serves_municipal_goal,
            is_mandatory=is_mandatory,
        )
    )
    made = Course(**facts)
    with refusing(ctx, UniqueViolation, _exists(made.code)):
        ctx.session.add(made)
    audit.record(ctx, "course.created", made.id, new=dict(facts))
    return made


def change_course(ctx: Context, course_id: UUID, **changes: Unpack[CourseFacts]) -> Course:
    """The course has these facts; those left out stay. Raises Invalid, and Conflict on a double."""
    found = _to_change(ctx, course_id)
    facts = rules.check_course(changes)
    if "provider_id" in facts:
        _provider(ctx, facts["provider_id"])
    old, new = rules.changed({name: getattr(found, name) for name in facts}, facts)
    if not new:
        return found
    with refusing(ctx, UniqueViolation, _exists(str(new.get("code", found.code)))):
        for name, value in new.items():
            setattr(found, name, value)
    if "provider_id" in new:
        ctx.session.expire(found, ["provider"])  # read for the old one
    audit.record(ctx, "course.changed", found.id, old=old, new=new)
    return found


def retire_course(ctx: Context, course_id: UUID) -> Course:
    """No new sessions, and no new requests for those there are. Enrolments go on."""
    return _set_active(ctx, course_id, False, "course.retired")


def reinstate_course(ctx: Context, course_id: UUID) -> Course:
    """The retired course is in the catalogue again."""
    return _set_active(ctx, course_id, True, "course.reinstated")


def _set_active(ctx: Context, course_id: UUID, active: bool, action: str) -> Course:
    found = _to_change(ctx, course_id)
    if found.is_active is not active:
        found.is_active = active
        old, new = {"is_active": not active}, {"is_active": active}
        audit.record(ctx, action, found.id, old=old, new=new)
    return found


def give_competence(ctx: Context, course_id: UUID, *, competence_id: UUID) -> None:
    """Whoever completes the course from now on holds the competence. Saying it twice is once."""
    found = _to_change(ctx, course_id)
    competence = competences.competence(ctx, competence_id)
    added = ctx.session.scalar(
        insert(CourseCompetence)
        .values(course_id=found.id, competence_id=competence.id)
        .on_conflict_do_nothing()
        .returning(CourseCompetence.id)
    )
    if added is not None:
        new = {"competence_id": competence.id}
        audit.record(ctx, "course.competence_given", found.id, new=new)


def take_competence(ctx: Context, course_id: UUID, *, competence_id: UUID) -> None:
    """The course no longer gives the competence; who got it keeps it. Raises NotFound."""
    found = _to_change(ctx, course_id)
    gift = queries.gift(ctx, found.id, competence_id)
    if gift is None:
        raise NotFound(
            N_("The course does not give this competence. Choose one it gives."),
            field="competence_id",
        )
    ctx.session.delete(gift)
    audit.record(ctx, "course.competence_taken", found.id, old={"competence_id": competence_id})


def competences_given(ctx: Context, course_id: UUID) -> list[UUID]:
    """Ids of the competences that completing the course gives, in id order."""
    return queries.competences_given(ctx, course_id)


def _to_change(ctx: Context, course_id: UUID) -> Course:
    found = queries.course_to_change(ctx, course_id)
    if found is None:
        raise NotFound()
    ctx.require(Permission.CATALOGUE_MANAGE, at=organisation.root_path(ctx))
    return found


def _provider(ctx: Context, provider_id: UUID) -> Provider:
    provider = queries.provider(ctx, provider_id)
    if provider is None:
        raise NotFound(N_("There is no such provider. Choose one."), field="provider_id")
    return provider


def _exists(code: str) -> Conflict:
    return Conflict(
        N_("There is already a course with the code “%(code)s”. Choose another code."),
        field="code",
        code=code,
    )
