"""SELECTs of many initiatives: the list, the choices of a form, the portfolio, the chain."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    func,
    not_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.goals.models import Goal, GoalVersion
from tenant_app.initiatives.models import (
    Initiative,
    InitiativeNeed,
    InitiativeState,
    InitiativeUnit,
    LimitOverride,
    PersonOverride,
)
from tenant_app.initiatives.queries.one import WITH_NAMES
from tenant_app.initiatives.queries.scope import over_limit
from tenant_app.needs.models import Need
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitPlacement


def listing(filters: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """By title in the Danish alphabet."""
    return (
        select(Initiative)
        .where(*filters)
        .order_by(danish(Initiative.title), Initiative.id)
        .options(*WITH_NAMES)
    )


def choices(
    ctx: Context, filters: Sequence[ColumnElement[bool]]
) -> Sequence[tuple[UUID, str, str]]:
    """(id, title, owner's name) by title."""
    rows = ctx.session.execute(
        select(Initiative.id, Initiative.title, Unit.name)
        .join(Unit, Unit.id == Initiative.unit_id)
        .where(*filters)
        .order_by(danish(Initiative.title), Initiative.id)
    )
    return [(key, title, unit) for key, title, unit in rows]


def over_among(ctx: Context, ids: Collection[UUID], *, most: int | None) -> set[UUID]:
    """Those of the initiatives that run in an institution above its limit."""
    return set(
        ctx.session.scalars(select(Initiative.id).where(Initiative.id.in_(ids), over_limit(most)))
    )


# The portfolio


def _within(first: date, last: date) -> ColumnElement[bool]:
    return and_(
        Initiative.starts_on <= last,
        Initiative.ends_on >= first,
        Initiative.state != InitiativeState.STOPPED,
    )


def lanes(ctx: Context, *, first: date, last: date, below: UUID | None) -> Select[Any]:
    """The institutions the actor sees that have something in the period, by name."""
    busy = (
        select(InitiativeUnit.unit_id)
        .join(Initiative, Initiative.id == InitiativeUnit.initiative_id)
        .where(_within(first, last))
    )
    found = (
        select(Unit)
        .where(
            Unit.id.in_(busy),
            Unit.id.in_(organisation.visible_units(ctx, Permission.INITIATIVES_VIEW)),
        )
        .order_by(danish(Unit.name), Unit.id)
    )
    if below is not None:
        found = found.where(Unit.id.in_(organisation.units_below(ctx, below)))
    return found


def bars(
    ctx: Context, unit_ids: Collection[UUID], *, first: date, last: date
) -> Sequence[tuple[UUID, Initiative, Sequence[str], int, Sequence[str]]]:
    """(institution, initiative, each reason why it is above the limit, how many people were let in
    above theirs, why they were), the soonest first."""
    when = aggregate_order_by(LimitOverride.reason, LimitOverride.overridden_at, LimitOverride.id)
    reasons = (
        select(func.array_agg(when))
        .where(
            LimitOverride.unit_id == InitiativeUnit.unit_id,
            LimitOverride.initiative_id == Initiative.id,
        )
        .correlate(InitiativeUnit, Initiative)
        .scalar_subquery()
    )
    people = select(func.count(PersonOverride.employee_id.distinct())).where(
        PersonOverride.initiative_id == Initiative.id
    )
    whys = select(func.array_agg(PersonOverride.reason.distinct())).where(
        PersonOverride.initiative_id == Initiative.id
    )
    rows = ctx.session.execute(
        select(
            InitiativeUnit.unit_id,
            Initiative,
            reasons,
            people.correlate(Initiative).scalar_subquery(),
            whys.correlate(Initiative).scalar_subquery(),
        )
        .join(Initiative, Initiative.id == InitiativeUnit.initiative_id)
        .where(InitiativeUnit.unit_id.in_(unit_ids), _within(first, last))
        .order_by(Initiative.starts_on, Initiative.id)
    )
    return [
        (unit_id, initiative, why or (), number, their_why or ())
        for unit_id, initiative, why, number, their_why in rows
    ]


# What an enrolment is for


@dataclass(frozen=True)
class Purpose:
    """The effort that an enrolment is part of, and through it the goal and the needs."""

    initiative_id: UUID
    title: str
    goal: str | None
    needs: tuple[str, ...]
    """Titles of those the actor may see, in the Danish alphabet."""
    others: int
    """How many more it answers, of units the actor does not see."""


def _purposes() -> Select[Any]:
    day = bindparam("today", type_=Date())
    reached = UnitPlacement.path.bool_op("^@")(any_(bindparam("paths", type_=ARRAY(Text()))))
    seen = exists(
        select(UnitPlacement.id).where(
            UnitPlacement.unit_id == Need.unit_id,
            UnitPlacement.from_date <= day,
            func.coalesce(UnitPlacement.to_date > day, true()),
            reached,
        )
    )
    titles = func.array_agg(aggregate_order_by(Need.title, danish(Need.title), Need.id))
    answered = (
        select(titles.filter(seen).label("titles"), func.count().filter(not_(seen)).label("rest"))
        .select_from(InitiativeNeed)
        .join(Need, Need.id == InitiativeNeed.need_id)
        .where(InitiativeNeed.initiative_id == Initiative.id)
        .lateral("answered")
    )
    # As it was adopted, whatever is being changed since.
    goal = func.coalesce(GoalVersion.facts["title"].astext, Goal.title)
    return (
        select(Initiative.id, Initiative.title, goal, answered.c.titles, answered.c.rest)
        .outerjoin(Goal, Goal.id == Initiative.goal_id)
        .outerjoin(
            GoalVersion, and_(GoalVersion.goal_id == Goal.id, GoalVersion.version == Goal.version)
        )
        .join(answered, true())
        .where(Initiative.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
    )


# Built once: the inbox asks it for every page.
_PURPOSES = _purposes()


def purposes(ctx: Context, ids: Collection[UUID], *, paths: Sequence[str]) -> dict[UUID, Purpose]:
    """Initiative → what it is for, with the needs of the units in the subtrees."""
    asked = {"ids": list(ids), "paths": list(paths), "today": ctx.today}
    return {
        key: Purpose(key, title, goal, tuple(titles or ()), rest)
        for key, title, goal, titles, rest in ctx.session.execute(_PURPOSES, asked)
    }


__all__ = ["Purpose", "bars", "choices", "lanes", "listing", "over_among", "purposes"]
