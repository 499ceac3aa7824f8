"""SELECTs of how it goes: every unit's follow-through in one, a home page's tasks in another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    Select,
    Text,
    Uuid,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from tenant_app.anchoring.models import AnchoringPlan, Owner, PlanItem, PracticeTrial, Sharing
from tenant_app.anchoring.rules import LIVE
from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.organisation.models import Employee, Unit

_LEFT = and_(PlanItem.done_on.is_(None), PlanItem.dropped_why == "")


def figures(ctx: Context, units: Select[UUID], *, as_of: date, days: int) -> Sequence[Any]:
    """(unit, name, completed, shared, tried, followed, in_time, overdue) of each of the units with
    a completed enrolment or a late item, by name.

    Shared and tried count when it happened within so many days of the last day, and by the day.
    """
    shared = (
        select(Sharing.plan_id, func.min(Sharing.shared_on).label("day"))
        .where(Sharing.shared_on <= as_of)
        .group_by(Sharing.plan_id)
        .subquery()
    )
    tried = (
        select(PracticeTrial.plan_id, func.min(PracticeTrial.evaluated_on).label("day"))
        .where(PracticeTrial.evaluated_on <= as_of)
        .group_by(PracticeTrial.plan_id)
        .subquery()
    )
    # The last day is in the period: what happened on it counts.
    until = CourseSession.ends_on + days
    did_share = func.coalesce(shared.c.day <= until, False)
    did_try = func.coalesce(tried.c.day <= until, False)
    did_both = and_(did_share, did_try)
    completed = (
        select(
            AnchoringPlan.unit_id,
            func.count().label("completed"),
            func.count().filter(did_share).label("shared"),
            func.count().filter(did_try).label("tried"),
            func.count().filter(did_both).label("followed"),
            func.count().filter(~did_both, until >= as_of).label("in_time"),
            literal(0, BigInteger).label("overdue"),
        )
        .join(Enrolment, Enrolment.id == AnchoringPlan.enrolment_id)
        .join(CourseSession, CourseSession.id == Enrolment.session_id)
        .outerjoin(shared, shared.c.plan_id == AnchoringPlan.id)
        .outerjoin(tried, tried.c.plan_id == AnchoringPlan.id)
        .where(
            Enrolment.state == EnrolmentState.COMPLETED,
            CourseSession.ends_on <= as_of,
            AnchoringPlan.unit_id.in_(units),
        )
        .group_by(AnchoringPlan.unit_id)
    )
    none = [literal(0, BigInteger) for _ in range(5)]
    late = (
        select(AnchoringPlan.unit_id, *none, func.count())
        .join(PlanItem, PlanItem.plan_id == AnchoringPlan.id)
        .join(Enrolment, Enrolment.id == AnchoringPlan.enrolment_id)
        .where(
            _LEFT,
            PlanItem.due_on < as_of,
            Enrolment.state.in_(LIVE),
            AnchoringPlan.unit_id.in_(units),
        )
        .group_by(AnchoringPlan.unit_id)
    )
    both = union_all(completed, late).subquery()
    names = ("completed", "shared", "tried", "followed", "in_time", "overdue")
    return ctx.session.execute(
        select(Unit.id, Unit.name, *(cast(func.sum(both.c[name]), BigInteger) for name in names))
        .join(both, both.c.unit_id == Unit.id)
        .group_by(Unit.id, Unit.name)
        .order_by(danish(Unit.name), Unit.id)
    ).all()


class Due(NamedTuple):
    """A line of a home page."""

    why: str
    """`own`: one's own task; `led`: a leader's; `unit`: an institution with late items."""
    plan_id: UUID | None
    text: str
    due_on: date
    """Of a unit: since when its oldest late item is due."""
    employee: str
    course: str
    unit_id: UUID
    unit: str
    late: int
    """Late items: of all one's own, of all that one leads, or of the unit."""


def due_now(
    ctx: Context,
    *,
    own: bool,
    led: Select[UUID] | None,
    above: Select[UUID] | None,
    soon: timedelta,
    most: int,
) -> list[Due]:
    """What is due within so long or is late, the oldest first, at most so many of each kind."""
    parts = []
    if own and ctx.actor.employee_id is not None:
        mine = (
            AnchoringPlan.employee_id == ctx.actor.employee_id,
            PlanItem.owner == Owner.PARTICIPANT,
        )
        parts.append(_items(ctx, "own", *mine, soon=soon, most=most))
    if led is not None:
        theirs = (AnchoringPlan.unit_id.in_(led), PlanItem.owner == Owner.LEADER)
        parts.append(_items(ctx, "led", *theirs, soon=soon, most=most))
    if above is not None:
        parts.append(_units(ctx, above, most=most))
    if not parts:
        return []
    found = union_all(*(select(part.subquery()) for part in parts)).subquery()
    rows = ctx.session.execute(
        select(
            found.c.why,
            found.c.plan_id,
            found.c.text,
            found.c.due_on,
            Employee.name,
            Course.title,
            found.c.unit_id,
            Unit.name,
            found.c.late,
        )
        .join(Unit, Unit.id == found.c.unit_id)
        .outerjoin(AnchoringPlan, AnchoringPlan.id == found.c.plan_id)
        .outerjoin(Enrolment, Enrolment.id == AnchoringPlan.enrolment_id)
        .outerjoin(Employee, Employee.id == AnchoringPlan.employee_id)
        .outerjoin(CourseSession, CourseSession.id == Enrolment.session_id)
        .outerjoin(Course, Course.id == CourseSession.course_id)
        .order_by(found.c.why, found.c.place)
    )
    return [Due(*row) for row in rows]


def _items(ctx: Context, why: str, *where: Any, soon: timedelta, most: int) -> Select[Any]:
    order = (PlanItem.due_on, PlanItem.id)
    return (
        select(
            literal(why, Text).label("why"),
            PlanItem.plan_id.label("plan_id"),
            PlanItem.text.label("text"),
            PlanItem.due_on.label("due_on"),
            AnchoringPlan.unit_id.label("unit_id"),
            func.count().filter(PlanItem.due_on < ctx.today).over().label("late"),
            func.row_number().over(order_by=order).label("place"),
        )
        .join(AnchoringPlan, AnchoringPlan.id == PlanItem.plan_id)
        .join(Enrolment, Enrolment.id == AnchoringPlan.enrolment_id)
        .where(_LEFT, PlanItem.due_on <= ctx.today + soon, Enrolment.state.in_(LIVE), *where)
        .order_by(*order)
        .limit(most)
    )


def _units(ctx: Context, units: Select[UUID], *, most: int) -> Select[Any]:
    late = func.count()
    order = (late.desc(), AnchoringPlan.unit_id)
    return (
        select(
            literal("unit", Text).label("why"),
            cast(null(), Uuid).label("plan_id"),
            literal("", Text).label("text"),
            cast(func.min(PlanItem.due_on), Date).label("due_on"),
            AnchoringPlan.unit_id.label("unit_id"),
            late.label("late"),
            func.row_number().over(order_by=order).label("place"),
        )
        .join(AnchoringPlan, AnchoringPlan.id == PlanItem.plan_id)
        .join(Enrolment, Enrolment.id == AnchoringPlan.enrolment_id)
        .where(
            _LEFT,
            PlanItem.due_on < ctx.today,
            Enrolment.state.in_(LIVE),
            AnchoringPlan.unit_id.in_(units),
        )
        .group_by(AnchoringPlan.unit_id)
        .order_by(*order)
        .limit(most)
    )
