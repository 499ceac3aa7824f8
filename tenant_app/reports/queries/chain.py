"""SELECTs of the thread: the neighbours of one node, and every node that hangs loose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Uuid,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    type_coerce,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from tenant_app.anchoring.models import AnchoringPlan, PracticeTrial, Sharing
from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.goals.models import Goal, GoalState, Indicator, Reading
from tenant_app.initiatives.models import Initiative, InitiativeNeed, InitiativeState
from tenant_app.needs.models import Need, NeedState
from tenant_app.organisation.models import Employee, Unit
from tenant_app.reports.rules import Break, LinkKind

WORKED_ON = (NeedState.QUALIFIED, NeedState.PRIORITISED)
"""States of a need that calls for an initiative."""
DECIDED = (
    InitiativeState.QUALIFIED,
    InitiativeState.PRIORITISED,
    InitiativeState.PLANNED,
    InitiativeState.RUNNING,
    InitiativeState.FOLLOW_UP,
    InitiativeState.EVALUATED,
    InitiativeState.ANCHORED,
)
"""An idea need not hang together yet, and what was stopped no longer."""
BEGUN = DECIDED[3:]
ASKED = (
    EnrolmentState.SUBMITTED,
    EnrolmentState.LEADER_APPROVED,
    EnrolmentState.AREA_APPROVED,
    EnrolmentState.CONFIRMED,
    EnrolmentState.COMPLETED,
)


# One node and its neighbours


def goals(where: ColumnElement[bool]) -> Select[Any]:
    """Goals as nodes."""
    return _links(
        LinkKind.GOAL, Goal.id, Goal.title, Goal.unit_id, Goal.state, Goal.due_date
    ).where(where)


def needs(where: ColumnElement[bool]) -> Select[Any]:
    """Needs as nodes."""
    return _links(
        LinkKind.NEED, Need.id, Need.title, Need.unit_id, Need.state, Need.reported_on
    ).where(where)


def initiatives(where: ColumnElement[bool]) -> Select[Any]:
    """Initiatives as nodes."""
    return _links(
        LinkKind.INITIATIVE,
        Initiative.id,
        Initiative.title,
        Initiative.unit_id,
        Initiative.state,
        Initiative.starts_on,
    ).where(where)


def _links(
    kind: LinkKind, id_: Any, title: Any, unit_id: Any, state: Any, day: Any, page_id: Any = None
) -> Select[Any]:
    return select(
        literal(kind.value).label("kind"),
        id_.label("id"),
        title.label("title"),
        Unit.name.label("unit"),
        type_coerce(state, String).label("state") if state is not None else _no_text("state"),
        cast(day, Date).label("day"),
        (id_ if page_id is None else page_id).label("page_id"),
    ).join(Unit, Unit.id == unit_id)


def _no_text(name: str) -> ColumnElement[Any]:
    return cast(null(), String).label(name)


def _course_title() -> ColumnElement[str]:
    return Employee.name + literal(": ") + Course.title


def enrolments(where: ColumnElement[bool]) -> Select[Any]:
    """Enrolments as nodes."""
    found = _links(
        LinkKind.ENROLMENT,
        Enrolment.id,
        _course_title(),
        Enrolment.unit_id,
        Enrolment.state,
        CourseSession.starts_on,
    )
    return _with_course(found).where(where)


def plans(where: ColumnElement[bool]) -> Select[Any]:
    """Anchoring plans as nodes."""
    found = _links(
        LinkKind.PLAN,
        AnchoringPlan.id,
        _course_title(),
        AnchoringPlan.unit_id,
        None,
        CourseSession.ends_on,
    ).join(Enrolment, Enrolment.id == AnchoringPlan.enrolment_id)
    return _with_course(found).where(where)


def _with_course(found: Select[Any]) -> Select[Any]:
    return (
        found.join(Employee, Employee.id == Enrolment.employee_id)
        .join(CourseSession, CourseSession.id == Enrolment.session_id)
        .join(Course, Course.id == CourseSession.course_id)
    )


def readings(where: ColumnElement[bool]) -> Select[Any]:
    """Readings of indicators as nodes; the goal's page tells of them."""
    found = _links(
        LinkKind.READING,
        Reading.id,
        Indicator.name,
        Goal.unit_id,
        func.trim_scale(Reading.value).op("||")(literal(" ")).op("||")(Indicator.measure),
        Reading.read_on,
        Goal.id,
    )
    return found.where(Reading.indicator_id == Indicator.id, Indicator.goal_id == Goal.id, where)


def read(ctx: Context, parts: Sequence[Select[Any]], *, most: int) -> Sequence[Any]:
    """The nodes of all parts in one statement: each part by its day, the latest first."""
    if not parts:
        return ()
    limited = []
    for part in parts:
        each = part.subquery()
        limited.append(
            select(
                select(each)
                .order_by(each.c.day.desc().nulls_last(), each.c.id)
                .limit(most)
                .subquery()
            )
        )
    return ctx.session.execute(union_all(*limited)).all()


def goals_of(initiative: Any) -> Select[Any]:
    """The goals that an initiative serves: its own, and those of the needs it answers."""
    return select(
        union(
            select(Initiative.goal_id.label("goal_id")).where(Initiative.id == initiative),
            select(Need.goal_id)
            .join(InitiativeNeed, InitiativeNeed.need_id == Need.id)
            .where(InitiativeNeed.initiative_id == initiative),
        )
        .subquery()
        .c.goal_id
    )


def needs_of(initiative: Any) -> Select[Any]:
    """The needs that an initiative answers."""
    return select(InitiativeNeed.need_id).where(InitiativeNeed.initiative_id == initiative)


def initiatives_of(need: Any) -> Select[Any]:
    """The initiatives that answer a need."""
    return select(InitiativeNeed.initiative_id).where(InitiativeNeed.need_id == need)


def serving(goal: Any) -> Select[Any]:
    """The initiatives that serve a goal themselves, or through the needs they answer."""
    return select(
        union(
            select(Initiative.id.label("id")).where(Initiative.goal_id == goal),
            select(InitiativeNeed.initiative_id)
            .join(Need, Need.id == InitiativeNeed.need_id)
            .where(Need.goal_id == goal),
        )
        .subquery()
        .c.id
    )


def first_day(enrolment: Any) -> ColumnElement[Any]:
    """The first day of the course somebody is enrolled on."""
    return (
        select(CourseSession.starts_on)
        .join(Enrolment, Enrolment.session_id == CourseSession.id)
        .where(Enrolment.id == enrolment)
        .scalar_subquery()
    )


# What hangs loose


def loose(ctx: Context, units: Select[UUID], *, days: int) -> dict[Break, Select[Any]]:
    """Of each break the nodes (why, id, title, unit_id, day) in these units."""
    today = ctx.today
    adopted = and_(Goal.state == GoalState.ADOPTED, Goal.unit_id.in_(units))
    has_indicator = exists().where(Indicator.goal_id == Goal.id)
    reading = exists().where(Indicator.goal_id == Goal.id, Reading.indicator_id == Indicator.id)
    above = aliased(Goal)
    above_retired = exists().where(above.id == Goal.parent_id, above.state == GoalState.RETIRED)
    is_due = and_(Goal.due_date < today, has_indicator)
    goal_breaks: dict[Break, ColumnElement[bool]] = {
        Break.GOAL_ABOVE_RETIRED: above_retired,
        Break.GOAL_WITHOUT_INDICATOR: ~has_indicator,
        Break.GOAL_WITHOUT_READING: and_(has_indicator, ~reading),
        Break.GOAL_WITHOUT_NEED: Goal.id.not_in(_served()),
        Break.GOAL_DUE_WITHOUT_READING: and_(
            is_due, ~reading.where(Reading.read_on >= Goal.due_date)
        ),
    }
    found = {
        why: _lines(why, Goal.id, Goal.title, Goal.unit_id, Goal.due_date).where(adopted, broken)
        for why, broken in goal_breaks.items()
    }
    found |= _loose_needs(units)
    found |= _loose_initiatives(units)
    found |= _loose_courses(units, until=today - timedelta(days=days))
    return found


def _lines(why: Break, id_: Any, title: Any, unit_id: Any, day: Any) -> Select[Any]:
    return select(
        literal(why.value).label("why"),
        id_.label("id"),
        title.label("title"),
        unit_id.label("unit_id"),
        cast(day, Date).label("day"),
    )


def _served() -> Select[Any]:
    """Goals that a need or an initiative serves, and every goal above those."""
    start = union(
        select(Need.goal_id.label("goal")).where(
            Need.goal_id.is_not(None), Need.state.not_in((NeedState.REJECTED, NeedState.MERGED))
        ),
        select(Initiative.goal_id).where(
            Initiative.goal_id.is_not(None), Initiative.state != InitiativeState.STOPPED
        ),
    ).subquery()
    served = select(start.c.goal).cte("served", recursive=True)
    found = served.union(
        select(Goal.parent_id)
        .join(served, served.c.goal == Goal.id)
        .where(Goal.parent_id.is_not(None))
    )
    return select(found.c.goal)


def _loose_needs(units: Select[UUID]) -> dict[Break, Select[Any]]:
    answered = exists().where(
        InitiativeNeed.need_id == Need.id,
        Initiative.id == InitiativeNeed.initiative_id,
        Initiative.state != InitiativeState.STOPPED,
    )
    broken = {
        Break.NEED_WITHOUT_GOAL: Need.goal_id.is_(None),
        Break.NEED_WITHOUT_INITIATIVE: ~answered,
    }
    return {
        why: _lines(why, Need.id, Need.title, Need.unit_id, Need.reported_on).where(
            Need.state.in_(WORKED_ON), Need.unit_id.in_(units), condition
        )
        for why, condition in broken.items()
    }


def _loose_initiatives(units: Select[UUID]) -> dict[Break, Select[Any]]:
    answers = exists().where(InitiativeNeed.initiative_id == Initiative.id)
    serves = exists().where(
        InitiativeNeed.initiative_id == Initiative.id,
        Need.id == InitiativeNeed.need_id,
        Need.goal_id.is_not(None),
    )
    enrolled = exists().where(Enrolment.initiative_id == Initiative.id, Enrolment.state.in_(ASKED))
    broken = {
        Break.INITIATIVE_WITHOUT_NEED: (~answers, DECIDED),
        Break.INITIATIVE_WITHOUT_GOAL: (and_(Initiative.goal_id.is_(None), ~serves), DECIDED),
        Break.INITIATIVE_WITHOUT_ENROLMENT: (~enrolled, BEGUN),
    }
    return {
        why: _lines(
            why, Initiative.id, Initiative.title, Initiative.unit_id, Initiative.starts_on
        ).where(Initiative.state.in_(states), Initiative.unit_id.in_(units), condition)
        for why, (condition, states) in broken.items()
    }


def _loose_courses(units: Select[UUID], *, until: date) -> dict[Break, Select[Any]]:
    without = Break.ENROLMENT_WITHOUT_INITIATIVE
    found = {
        without: _with_course(
            _lines(
                without, Enrolment.id, _course_title(), Enrolment.unit_id, CourseSession.starts_on
            )
        ).where(
            Enrolment.initiative_id.is_(None),
            Enrolment.state.in_(ASKED),
            Enrolment.unit_id.in_(units),
        )
    }
    shared = exists().where(Sharing.plan_id == AnchoringPlan.id)
    tried = exists().where(
        PracticeTrial.plan_id == AnchoringPlan.id, PracticeTrial.outcome.is_not(None)
    )
    for why, done in ((Break.COURSE_WITHOUT_SHARING, shared), (Break.COURSE_WITHOUT_TRIAL, tried)):
        lines = _lines(
            why, AnchoringPlan.id, _course_title(), AnchoringPlan.unit_id, CourseSession.ends_on
        ).join(Enrolment, Enrolment.id == AnchoringPlan.enrolment_id)
        found[why] = _with_course(lines).where(
            Enrolment.state == EnrolmentState.COMPLETED,
            CourseSession.ends_on < until,
            AnchoringPlan.unit_id.in_(units),
            ~done,
        )
    return found


def loose_page(
    parts: Sequence[Select[Any]], units: Select[UUID], *, why: Break | None, first: int, most: int
) -> Select[Any]:
    """How many of each break there are (`id` is NULL), and some of them from the `first` on: by
    unit, in the order of the thread. One statement, so that everything is looked through once.
    """
    found = union_all(*parts).cte("loose")
    # The names are put in order once, and not again for each loose end.
    names = (
        select(
            Unit.id,
            Unit.name,
            func.row_number().over(order_by=(danish(Unit.name), Unit.id)).label("place"),
        )
        .where(Unit.id.in_(units))
        .subquery()
    )
    counts = select(
        found.c.why,
        cast(null(), Uuid).label("id"),
        _no_text("title"),
        cast(null(), Uuid).label("unit_id"),
        cast(null(), Date).label("day"),
        _no_text("unit"),
        literal(0).label("at"),
        func.count().label("count"),
    ).group_by(found.c.why)
    order = (names.c.place, _place(found.c.why), found.c.day, found.c.id)
    shown = select(
        found,
        names.c.name.label("unit"),
        func.row_number().over(order_by=order).label("at"),
        literal(0).label("count"),
    ).join(names, names.c.id == found.c.unit_id)
    if why is not None:
        shown = shown.where(found.c.why == why.value)
    page = shown.order_by(*order).limit(most).offset(first).subquery()
    both = union_all(counts, select(page)).subquery()
    return select(both).order_by(both.c.at)


def _place(why: Any) -> ColumnElement[Any]:
    return case(*((why == each.value, at) for at, each in enumerate(Break)))
