"""SELECTs of development plans and what is to be learnt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.competences.models import Competence, CompetenceArea
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.needs import rules as need_rules
from tenant_app.needs.models import Need
from tenant_app.organisation.models import Employee, Unit
from tenant_app.talks.models import (
    DevelopmentItem,
    DevelopmentPlan,
    DevelopmentTalk,
    ItemState,
)
from tenant_app.talks.queries.scope import is_plan_party

MOST_CHOICES = 100


def plans(conditions: Iterable[ColumnElement[bool]]) -> Select[DevelopmentPlan]:
    """By name."""
    return (
        select(DevelopmentPlan)
        .join(Employee, Employee.id == DevelopmentPlan.employee_id)
        .where(*conditions)
        .order_by(danish(Employee.name), DevelopmentPlan.id)
        .options(joinedload(DevelopmentPlan.employee))
    )


def plan(ctx: Context, plan_id: UUID, *, lock: bool = False) -> DevelopmentPlan | None:
    asked = (
        select(DevelopmentPlan)
        .where(DevelopmentPlan.id == plan_id, is_plan_party(ctx))
        .options(joinedload(DevelopmentPlan.employee))
    )
    if lock:
        asked = asked.with_for_update(of=DevelopmentPlan)
    return ctx.session.scalar(asked.execution_options(populate_existing=lock))


def own_plan(ctx: Context) -> DevelopmentPlan | None:
    """The actor's own."""
    return ctx.session.scalar(
        select(DevelopmentPlan)
        .where(DevelopmentPlan.employee_id == ctx.actor.employee_id, is_plan_party(ctx))
        .options(joinedload(DevelopmentPlan.employee))
    )


def plan_of(ctx: Context, employee_id: UUID, *, lock: bool = False) -> DevelopmentPlan | None:
    """Whoever's it is: for a verb that asks for itself."""
    asked = select(DevelopmentPlan).where(DevelopmentPlan.employee_id == employee_id)
    return ctx.session.scalar(asked.with_for_update() if lock else asked)


def plans_of(ctx: Context, employee_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Employee → plan, of those that the actor may read."""
    rows = ctx.session.execute(
        select(DevelopmentPlan.employee_id, DevelopmentPlan.id).where(
            DevelopmentPlan.employee_id.in_(employee_ids), is_plan_party(ctx)
        )
    )
    return {row[0]: row[1] for row in rows}


def holder_of(ctx: Context, talk_id: UUID) -> UUID | None:
    """Who holds the talk: for a plan that was asked for already."""
    return ctx.session.scalar(
        select(DevelopmentTalk.holder_id).where(DevelopmentTalk.id == talk_id)
    )


def notes(ctx: Context, plan_id: UUID) -> str:
    """Empty for whoever is no party."""
    asked = select(DevelopmentPlan.notes).where(DevelopmentPlan.id == plan_id, is_plan_party(ctx))
    return ctx.session.scalar(asked) or ""


class Item(NamedTuple):
    """Something to learn, as a party reads it."""

    id: UUID
    plan_id: UUID
    area_id: UUID
    area: str
    competence_id: UUID | None
    competence: str | None
    need_id: UUID | None
    need: str | None
    enrolment_id: UUID | None
    course: str | None
    course_ends: date | None
    is_completed: bool
    aim: str
    state: ItemState
    due_on: date
    done_on: date | None


def items(ctx: Context, plan_id: UUID, *, seen: ColumnElement[bool]) -> Sequence[Item]:
    """In the order in which they are due; none for whoever is no party. A need is named to those
    who may see it."""
    completed = func.coalesce(Enrolment.state == EnrolmentState.COMPLETED, False)
    rows: Iterable[Any] = ctx.session.execute(
        select(
            DevelopmentItem.id,
            DevelopmentItem.plan_id,
            DevelopmentItem.area_id,
            CompetenceArea.name,
            DevelopmentItem.competence_id,
            Competence.name,
            DevelopmentItem.need_id,
            Need.title,
            DevelopmentItem.enrolment_id,
            Course.title,
            CourseSession.ends_on,
            completed,
            DevelopmentItem.aim,
            DevelopmentItem.state,
            DevelopmentItem.due_on,
            DevelopmentItem.done_on,
        )
        .join(DevelopmentPlan, DevelopmentPlan.id == DevelopmentItem.plan_id)
        .join(CompetenceArea, CompetenceArea.id == DevelopmentItem.area_id)
        .outerjoin(Competence, Competence.id == DevelopmentItem.competence_id)
        .outerjoin(Need, (Need.id == DevelopmentItem.need_id) & seen)
        .outerjoin(Enrolment, Enrolment.id == DevelopmentItem.enrolment_id)
        .outerjoin(CourseSession, CourseSession.id == Enrolment.session_id)
        .outerjoin(Course, Course.id == CourseSession.course_id)
        .where(DevelopmentItem.plan_id == plan_id, is_plan_party(ctx))
        .order_by(DevelopmentItem.due_on, DevelopmentItem.id)
    )
    return [Item(*row) for row in rows]


def item_to_change(ctx: Context, item_id: UUID) -> DevelopmentItem | None:
    """An item of a plan that the actor may write in."""
    return ctx.session.scalar(
        select(DevelopmentItem)
        .join(DevelopmentPlan, DevelopmentPlan.id == DevelopmentItem.plan_id)
        .where(DevelopmentItem.id == item_id, is_plan_party(ctx))
        .with_for_update(of=DevelopmentItem)
    )


def count_items(ctx: Context, plan_id: UUID) -> int:
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(DevelopmentItem)
            .where(DevelopmentItem.plan_id == plan_id)
        )
        or 0
    )


class Progress(NamedTuple):
    """How far a plan is; dropped items are left out."""

    plan_id: UUID
    items: int
    done: int
    late: int


def progress(ctx: Context, plan_ids: Collection[UUID]) -> Sequence[Progress]:
    """Of plans that were asked for already, in one statement."""
    completed = func.coalesce(Enrolment.state == EnrolmentState.COMPLETED, False)
    is_done = (DevelopmentItem.state == ItemState.DONE) | completed
    rows = ctx.session.execute(
        select(
            DevelopmentItem.plan_id,
            func.count(),
            func.count().filter(is_done),
            func.count().filter(~is_done, DevelopmentItem.due_on < ctx.today),
        )
        .outerjoin(Enrolment, Enrolment.id == DevelopmentItem.enrolment_id)
        .where(DevelopmentItem.plan_id.in_(plan_ids), DevelopmentItem.state != ItemState.DROPPED)
        .group_by(DevelopmentItem.plan_id)
    )
    return [Progress(*row) for row in rows]


def enrolments_of(
    ctx: Context, employee_id: UUID, seen: ColumnElement[bool]
) -> Sequence[tuple[UUID, str, date]]:
    """(enrolment, course, first day) of the employee's that the actor sees, the latest first."""
    rows = ctx.session.execute(
        select(Enrolment.id, Course.title, CourseSession.starts_on)
        .join(CourseSession, CourseSession.id == Enrolment.session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            Enrolment.employee_id == employee_id,
            Enrolment.state.not_in(
                (EnrolmentState.REJECTED, EnrolmentState.WITHDRAWN, EnrolmentState.CANCELLED)
            ),
            seen,
        )
        .order_by(CourseSession.starts_on.desc(), Enrolment.id)
        .limit(MOST_CHOICES)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def open_needs(ctx: Context, seen: ColumnElement[bool]) -> Sequence[tuple[UUID, str, str]]:
    """(need, title, unit) of those that evidence can be added to, the newest first."""
    rows: Any = ctx.session.execute(
        select(Need.id, Need.title, Unit.name)
        .join(Unit, Unit.id == Need.unit_id)
        .where(seen, Need.state.in_(need_rules.OPEN_TO_EVIDENCE))
        .order_by(Need.reported_on.desc(), Need.id.desc())
        .limit(MOST_CHOICES)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def areas(ctx: Context) -> Sequence[CompetenceArea]:
    """Every competence area, by name."""
    return ctx.session.scalars(
        select(CompetenceArea).order_by(danish(CompetenceArea.name), CompetenceArea.id)
    ).all()
