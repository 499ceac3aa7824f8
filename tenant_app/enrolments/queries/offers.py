"""SELECTs of what can be asked for, and whom for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload

from tenant_app.catalogue.models import (
    Course,
    CourseCompetence,
    CourseForm,
    CourseSession,
    SessionState,
)
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.money import Money
from tenant_app.enrolments.models import TAKES_SEAT, Enrolment, EnrolmentState
from tenant_app.enrolments.queries.one import holds
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Employment, Unit

WORDS_READ = 5


@dataclass(frozen=True)
class Wish:
    """What somebody looks for in the catalogue. What is not said filters nothing."""

    words: str = ""
    form: CourseForm | None = None
    provider_id: UUID | None = None
    competence_id: UUID | None = None
    begins_from: date | None = None
    begins_to: date | None = None
    price_most: Money | None = None
    """Whole øre, of one person or one group as the course is priced."""
    has_seats: bool = False
    serves_goal: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether everything fits."""
        return self == Wish()


def offers(ctx: Context, wish: Wish) -> Select[Any]:
    """Sessions one can still ask for, soonest deadline first."""
    return (
        select(CourseSession)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            CourseSession.state == SessionState.OPEN,
            CourseSession.deadline >= ctx.today,
            Course.is_active,
            *_fitting(wish),
        )
        .order_by(CourseSession.deadline, CourseSession.starts_on, CourseSession.id)
        .options(joinedload(CourseSession.course).joinedload(Course.provider))
    )


def _fitting(wish: Wish) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wish.form is not None:
        found.append(Course.form == wish.form)
    if wish.provider_id is not None:
        found.append(Course.provider_id == wish.provider_id)
    if wish.competence_id is not None:
        gives = select(CourseCompetence.course_id)
        found.append(
            Course.id.in_(gives.where(CourseCompetence.competence_id == wish.competence_id))
        )
    if wish.begins_from is not None:
        found.append(CourseSession.starts_on >= wish.begins_from)
    if wish.begins_to is not None:
        found.append(CourseSession.starts_on <= wish.begins_to)
    if wish.price_most is not None:
        found.append(Course.price <= wish.price_most)
    if wish.serves_goal:
        found.append(Course.serves_municipal_goal.is_(True))
    if wish.has_seats:
        taken = select(func.count()).where(
            Enrolment.session_id == CourseSession.id,
            Enrolment.state.in_([EnrolmentState(state) for state in TAKES_SEAT]),
        )
        found.append(CourseSession.seats > taken.scalar_subquery())
    for word in wish.words.split()[:WORDS_READ]:
        found.append(
            or_(
                Course.title.icontains(word, autoescape=True),
                Course.code.icontains(word, autoescape=True),
            )
        )
    return found


def candidates(
    ctx: Context,
    *,
    words: str = "",
    without: Collection[UUID] = (),
    may: Permission = Permission.ENROLMENT_REQUEST,
) -> Select[Any]:
    """Those the actor may ask for today, by name; each word is in the name, number or unit."""
    statement, person, unit = _candidates(ctx, may)
    for word in words.split()[:WORDS_READ]:
        statement = statement.where(
            or_(
                person.name.icontains(word, autoescape=True),
                person.number.icontains(word, autoescape=True),
                unit.name.icontains(word, autoescape=True),
            )
        )
    return statement.where(Employment.employee_id.not_in(without))


def candidates_among(ctx: Context, employee_ids: Collection[UUID]) -> Select[Any]:
    """Those of the people whom the actor may ask for today, by name."""
    statement, _person, _unit = _candidates(ctx)
    return statement.where(Employment.employee_id.in_(employee_ids))


def people_in_sight(ctx: Context, *, words: str) -> Select[Any]:
    """Those the actor may see today, found as `candidates` are."""
    return candidates(ctx, words=words, may=Permission.EMPLOYEES_VIEW)


def _candidates(
    ctx: Context, may: Permission = Permission.ENROLMENT_REQUEST
) -> tuple[Select[Any], type[Employee], type[Unit]]:
    """The SELECT by name, and what its people and units are called in it."""
    allowed: list[ColumnElement[bool]] = [false()]
    if ctx.actor.may(may):
        units = organisation.visible_units(ctx, may)
        allowed.append(Employment.unit_id.in_(units))
    if ctx.actor.employee_id is not None and ctx.actor.may(Permission.ENROLMENT_REQUEST_OWN):
        allowed.append(Employment.employee_id == ctx.actor.employee_id)
    person = _one_each(Employee, Employee.id == Employment.employee_id)
    unit = _one_each(Unit, Unit.id == Employment.unit_id)
    statement = (
        select(Employment)
        .join(person, true())
        .join(unit, true())
        .where(or_(*allowed), *holds(Employment, ctx.today))
        .order_by(danish(person.name), person.id)
        .options(
            contains_eager(Employment.employee.of_type(person)),
            contains_eager(Employment.unit.of_type(unit)),
        )
    )
    return statement, person, unit


def _one_each(model: Any, same: ColumnElement[bool]) -> Any:
    """The row that belongs to each employment, found by its key.

    The OFFSET keeps the planner from joining otherwise: after an import of thousands it still
    believes that a municipality is small, and looks through all its people for each of them.
    """
    found = select(model).where(same).correlate(Employment).offset(0).lateral()
    return aliased(model, found)


def live_requests(
    ctx: Context, session_id: UUID, employee_ids: Collection[UUID]
) -> list[Enrolment]:
    """The live requests of these people for the session."""
    gone = (EnrolmentState.REJECTED, EnrolmentState.WITHDRAWN, EnrolmentState.CANCELLED)
    return list(
        ctx.session.scalars(
            select(Enrolment).where(
                Enrolment.session_id == session_id,
                Enrolment.employee_id.in_(employee_ids),
                Enrolment.state.not_in(gone),
            )
        )
    )
