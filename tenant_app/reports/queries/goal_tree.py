"""What serves each goal and those below it: needs, initiatives, people and money."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Row, case, func, literal, select, union
from sqlalchemy.orm import aliased

from tenant_app.budgets.models import MoneyLine, MoneyState
from tenant_app.core.context import Context
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.goals.models import Goal
from tenant_app.initiatives.models import Initiative, InitiativeNeed, InitiativeState
from tenant_app.needs.models import Need, NeedState
from tenant_app.reports.queries.shared import whole

DEEPEST = 20
NOT_NEEDS = (NeedState.REJECTED, NeedState.MERGED)
"""Somebody said no, or it counts as another."""
TAKE_PART = (
    EnrolmentState.SUBMITTED,
    EnrolmentState.LEADER_APPROVED,
    EnrolmentState.AREA_APPROVED,
    EnrolmentState.CONFIRMED,
    EnrolmentState.COMPLETED,
)
MONEY = (MoneyState.RESERVED, MoneyState.COMMITTED, MoneyState.ACTUAL)


def below(goal_ids: Collection[UUID]) -> CTE:
    """(top, goal): each of the goals, with itself and every goal that serves it."""
    start = (
        select(Goal.id.label("top"), Goal.id.label("goal"), literal(0).label("step"))
        .where(Goal.id.in_(goal_ids))
        .cte("goals_below", recursive=True)
    )
    child = aliased(Goal)
    return start.union_all(
        select(start.c.top, child.id, start.c.step + 1)
        .join(start, start.c.goal == child.parent_id)
        .where(start.c.step < DEEPEST)
    )


def serving() -> CTE:
    """(goal, initiative): those that name the goal, or answer a need that does."""
    return union(
        select(Initiative.goal_id.label("goal"), Initiative.id.label("initiative")).where(
            Initiative.goal_id.is_not(None), Initiative.state != InitiativeState.STOPPED
        ),
        select(Need.goal_id, InitiativeNeed.initiative_id)
        .join(Need, Need.id == InitiativeNeed.need_id)
        .join(Initiative, Initiative.id == InitiativeNeed.initiative_id)
        .where(Need.goal_id.is_not(None), Initiative.state != InitiativeState.STOPPED),
    ).cte("serving")


def needs(
    ctx: Context, goal_ids: Collection[UUID], scope: ColumnElement[bool]
) -> Sequence[Row[UUID, int]]:
    """(goal, needs) of it and those below it."""
    tops = below(goal_ids)
    return ctx.session.execute(
        select(tops.c.top, func.count())
        .join(Need, Need.goal_id == tops.c.goal)
        .where(scope, Need.state.not_in(NOT_NEEDS))
        .group_by(tops.c.top)
    ).all()


def initiatives(
    ctx: Context, goal_ids: Collection[UUID], scope: ColumnElement[bool]
) -> Sequence[Row[UUID, int, int, int]]:
    """(goal, initiatives, people they are for, sum of estimates) of it and those below it.

    An initiative that serves two goals below the same one counts once there.
    """
    tops, serves = below(goal_ids), serving()
    each = (
        select(tops.c.top, serves.c.initiative)
        .join(serves, serves.c.goal == tops.c.goal)
        .distinct()
        .subquery()
    )
    return ctx.session.execute(
        select(each.c.top, func.count(), whole(Initiative.people), whole(Initiative.estimate))
        .join(Initiative, Initiative.id == each.c.initiative)
        .where(scope)
        .group_by(each.c.top)
    ).all()


def served_by(
    ctx: Context,
    goal_id: UUID,
    need_scope: ColumnElement[bool],
    initiative_scope: ColumnElement[bool],
) -> Row[int, int, int, int]:
    """(needs, of them of the goal itself, initiatives, of them of the goal itself): of it and
    those below it, in one statement. Counted as in the tree."""
    tops, serves = below([goal_id]), serving()
    own = tops.c.goal == goal_id
    need = (
        select(func.count().label("all"), func.count().filter(own).label("own"))
        .select_from(tops)
        .join(Need, Need.goal_id == tops.c.goal)
        .where(need_scope, Need.state.not_in(NOT_NEEDS))
        .subquery()
    )
    each = (
        select(serves.c.initiative, func.bool_or(own).label("own"))
        .join(tops, tops.c.goal == serves.c.goal)
        .group_by(serves.c.initiative)
        .subquery()
    )
    initiative = (
        select(func.count().label("all"), func.count().filter(each.c.own).label("own"))
        .select_from(each)
        .join(Initiative, Initiative.id == each.c.initiative)
        .where(initiative_scope)
        .subquery()
    )
    return ctx.session.execute(
        select(need.c.all, need.c.own, initiative.c.all, initiative.c.own).join(
            initiative, literal(True)
        )
    ).one()


def enrolled(ctx: Context, goal_ids: Collection[UUID], scope: ColumnElement[bool]) -> Sequence[Any]:
    """(goal, people enrolled, reserved, committed, actual) through its initiatives."""
    tops, serves = below(goal_ids), serving()
    each = (
        select(tops.c.top, serves.c.initiative)
        .join(serves, serves.c.goal == tops.c.goal)
        .distinct()
        .subquery()
    )
    part = (
        select(each.c.top, Enrolment.id, Enrolment.employee_id, Enrolment.state)
        .join(Enrolment, Enrolment.initiative_id == each.c.initiative)
        .where(scope)
        .cte("taking_part")
    )
    sums = (
        select(
            part.c.top,
            *(whole(_amount_in(state)).label(state.value) for state in MONEY),
        )
        .join(MoneyLine, MoneyLine.source_id == part.c.id)
        .where(MoneyLine.state.in_(MONEY))
        .group_by(part.c.top)
        .subquery()
    )
    people = (
        select(part.c.top, func.count(part.c.employee_id.distinct()).label("people"))
        .where(part.c.state.in_(TAKE_PART))
        .group_by(part.c.top)
        .subquery()
    )
    return ctx.session.execute(
        select(
            func.coalesce(people.c.top, sums.c.top).label("top"),
            func.coalesce(people.c.people, 0).label("enrolled"),
            *(func.coalesce(sums.c[state.value], 0).label(state.value) for state in MONEY),
        )
        .select_from(people)
        .join(sums, sums.c.top == people.c.top, full=True)
    ).all()


def _amount_in(state: MoneyState) -> ColumnElement[Any]:
    return case((MoneyLine.state == state, MoneyLine.amount + MoneyLine.adjusted), else_=0)
