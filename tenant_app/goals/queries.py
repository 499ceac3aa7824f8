"""SELECTs of goals, their versions, indicators and readings. Used by this room only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    Text,
    case,
    cast,
    collate,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, joinedload

from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.goals.models import Goal, GoalState, GoalVersion, Indicator, Reading
from tenant_app.goals.rules import DEEPEST
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement

_WITHIN, _BELOW = "\x1f", "\x1e"
"""Signs that no name holds, and that sort before all that one can hold."""


def on(day: date) -> ColumnElement[bool]:
    """The placement holds on this day."""
    return (UnitPlacement.from_date <= day) & (
        UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > day)
    )


def units_at(paths: Collection[str], day: date) -> Select[UUID]:
    """Ids of the units that hang exactly at one of these paths on the day."""
    return select(UnitPlacement.unit_id).where(on(day), UnitPlacement.path.in_(sorted(paths)))


def tree() -> Subquery:
    """Each goal with its `depth` and its `place`: what to sort by so that goals read as a tree.

    The municipality's goals come first, by title, each followed by those that serve it; then the
    local ones. Side by side the higher level stands first, then the unit by name.
    """
    unit = aliased(Unit)
    top = (
        select(
            Goal.id,
            literal(0).label("depth"),
            collate(_step(Goal, unit), "C").label("place"),
        )
        .join(unit, unit.id == Goal.unit_id)
        .where(Goal.parent_id.is_(None))
        .cte("goal_tree", recursive=True)
    )
    child, child_unit = aliased(Goal), aliased(Unit)
    below = (
        select(
            child.id,
            top.c.depth + 1,
            collate(top.c.place + literal(_BELOW) + _step(child, child_unit), "C"),
        )
        .join(top, top.c.id == child.parent_id)
        .join(child_unit, child_unit.id == child.unit_id)
        .where(top.c.depth < DEEPEST)
    )
    found = top.union_all(below)
    return select(found.c.id, found.c.depth, found.c.place).subquery("placed")


def _step(goal: Any, unit: Any) -> ColumnElement[str]:
    level = case(
        (unit.kind == UnitKind.MUNICIPALITY, "0"), (unit.kind == UnitKind.AREA, "1"), else_="2"
    )
    parts = [danish(unit.name), danish(goal.title), cast(goal.id, Text)]
    step: ColumnElement[str] = level
    for part in parts:
        step = step + literal(_WITHIN) + part
    return step


def goals(
    scope: ColumnElement[bool],
    *,
    q: str = "",
    unit_id: UUID | None = None,
    level: UnitKind | None = None,
    state: GoalState | None = None,
    theme: str | None = None,
) -> Select[Any]:
    """Goals as a tree, with their unit."""
    placed = tree()
    found = (
        select(Goal)
        .join(placed, placed.c.id == Goal.id)
        .join(Unit, Unit.id == Goal.unit_id)
        .where(scope)
        .options(joinedload(Goal.unit))
        .order_by(placed.c.place)
    )
    if q:
        found = found.where(Goal.title.icontains(q, autoescape=True))
    if unit_id is not None:
        found = found.where(Goal.unit_id == unit_id)
    if level is not None:
        found = found.where(Unit.kind == level)
    if state is not None:
        found = found.where(Goal.state == state)
    if theme is not None:
        found = found.where(has_theme(theme))
    return found


def has_theme(theme: str) -> ColumnElement[bool]:
    """The goal names the theme."""
    return Goal.themes.contains([theme])


def depths(ctx: Context, ids: Collection[UUID]) -> dict[UUID, int]:
    """How deep each goal stands in the tree."""
    placed = tree()
    rows = ctx.session.execute(select(placed.c.id, placed.c.depth).where(placed.c.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def goal(ctx: Context, goal_id: UUID, scope: ColumnElement[bool]) -> Goal | None:
    return ctx.session.scalars(
        select(Goal)
        .where(Goal.id == goal_id, scope)
        .options(joinedload(Goal.unit), joinedload(Goal.parent).joinedload(Goal.unit))
    ).one_or_none()


def goal_to_change(ctx: Context, goal_id: UUID, scope: ColumnElement[bool]) -> Goal | None:
    return ctx.session.scalars(
        select(Goal)
        .where(Goal.id == goal_id, scope)
        .with_for_update(of=Goal, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_unit(ctx: Context, unit: Unit) -> None:
    """One adoption at a time in a unit. NO KEY UPDATE, so that rows may still point at it."""
    ctx.session.execute(select(Unit.id).where(Unit.id == unit.id).with_for_update(key_share=True))


def lock_tree(ctx: Context) -> None:
    """One change of what stands above what at a time: two at once could make a circle."""
    ctx.session.execute(
        select(Unit.id)
        .where(Unit.kind == UnitKind.MUNICIPALITY)
        .order_by(Unit.id)
        .with_for_update(key_share=True)
    )


def height(ctx: Context, goal_id: UUID) -> int:
    """How many goals stand below one another under it; 0 under one that none serves."""
    start = (
        select(Goal.id, literal(0).label("step"))
        .where(Goal.id == goal_id)
        .cte("height", recursive=True)
    )
    below = aliased(Goal)
    found = start.union_all(
        select(below.id, start.c.step + 1)
        .join(start, start.c.id == below.parent_id)
        .where(start.c.step <= DEEPEST)
    )
    return ctx.session.scalar(select(func.max(found.c.step))) or 0


def lineage(ctx: Context, goal_id: UUID) -> list[UUID]:
    """The goal and all above it, the nearest first."""
    start = (
        select(Goal.id, Goal.parent_id, literal(0).label("step"))
        .where(Goal.id == goal_id)
        .cte("lineage", recursive=True)
    )
    above = aliased(Goal)
    found = start.union_all(
        select(above.id, above.parent_id, start.c.step + 1)
        .join(start, start.c.parent_id == above.id)
        .where(start.c.step <= DEEPEST)
    )
    return list(ctx.session.scalars(select(found.c.id).order_by(found.c.step)))


def active(ctx: Context, unit_id: UUID, *, but: UUID) -> int:
    """How many other adopted goals the unit has."""
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(Goal)
            .where(Goal.unit_id == unit_id, Goal.state == GoalState.ADOPTED, Goal.id != but)
        )
        or 0
    )


def adopted(scope: ColumnElement[bool], *, path: str | None, day: date) -> Select[UUID, str, str]:
    """(id, title, unit) of adopted goals as they were adopted, as a tree; with `path` those that
    something of the unit there can serve."""
    placed = tree()
    found = (
        select(Goal.id, GoalVersion.facts["title"].astext, Unit.name)
        .join(placed, placed.c.id == Goal.id)
        .join(Unit, Unit.id == Goal.unit_id)
        .join(GoalVersion, (GoalVersion.goal_id == Goal.id) & (GoalVersion.version == Goal.version))
        .where(scope, Goal.state == GoalState.ADOPTED)
        .order_by(placed.c.place)
    )
    if path is not None:
        found = found.where(Goal.unit_id.in_(units_at(paths_above(path), day)))
    return found


def is_goal(goal_id: UUID) -> ColumnElement[bool]:
    return Goal.id == goal_id


def paths_above(path: str) -> list[str]:
    """The path and every path above it: '1.2.' and '1.' of '1.2.'."""
    steps = path.split(".")[:-1]
    return [".".join(steps[: at + 1]) + "." for at in range(len(steps))]


def children(ctx: Context, goal_id: UUID, scope: ColumnElement[bool]) -> Sequence[Goal]:
    return ctx.session.scalars(
        select(Goal)
        .join(Unit, Unit.id == Goal.unit_id)
        .where(Goal.parent_id == goal_id, scope)
        .options(joinedload(Goal.unit))
        .order_by(danish(Unit.name), danish(Goal.title), Goal.id)
        .limit(200)
    ).all()


def versions(goal_id: UUID) -> Select[Any]:
    return (
        select(GoalVersion)
        .where(GoalVersion.goal_id == goal_id)
        .order_by(GoalVersion.version.desc())
    )


def latest_version(ctx: Context, goal_id: UUID) -> GoalVersion | None:
    return ctx.session.scalars(versions(goal_id).limit(1)).one_or_none()


def indicators(ctx: Context, goal_id: UUID) -> Sequence[Indicator]:
    return ctx.session.scalars(
        select(Indicator)
        .where(Indicator.goal_id == goal_id)
        .order_by(danish(Indicator.name), Indicator.id)
    ).all()


def indicator(ctx: Context, indicator_id: UUID, scope: ColumnElement[bool]) -> Indicator | None:
    return ctx.session.scalars(
        select(Indicator)
        .join(Goal, Goal.id == Indicator.goal_id)
        .where(Indicator.id == indicator_id, scope)
        .options(joinedload(Indicator.goal))
    ).one_or_none()


def first_reading(ctx: Context, indicator_id: UUID) -> date | None:
    return ctx.session.scalar(
        select(func.min(Reading.read_on)).where(Reading.indicator_id == indicator_id)
    )


def readings(indicator_id: UUID) -> Select[Any]:
    """Readings, the newest first."""
    return (
        select(Reading).where(Reading.indicator_id == indicator_id).order_by(Reading.read_on.desc())
    )


def reading_on(ctx: Context, indicator_id: UUID, day: date) -> Reading | None:
    return ctx.session.scalars(
        select(Reading)
        .where(Reading.indicator_id == indicator_id, Reading.read_on == day)
        .with_for_update(of=Reading)
    ).one_or_none()


def readings_of(
    ctx: Context, indicator_ids: Collection[UUID], *, most: int
) -> dict[UUID, list[Reading]]:
    """The latest readings of each, the oldest first."""
    nth = func.row_number().over(partition_by=Reading.indicator_id, order_by=Reading.read_on.desc())
    newest = (
        select(Reading.id, nth.label("nth"))
        .where(Reading.indicator_id.in_(indicator_ids))
        .subquery()
    )
    found: dict[UUID, list[Reading]] = {each: [] for each in indicator_ids}
    for reading in ctx.session.scalars(
        select(Reading)
        .join(newest, newest.c.id == Reading.id)
        .where(newest.c.nth <= most)
        .order_by(Reading.read_on)
    ):
        found[reading.indicator_id].append(reading)
    return found


def measured(
    ctx: Context, goal_ids: Collection[UUID]
) -> Sequence[Row[UUID, Decimal, Decimal, Decimal | None, date | None]]:
    """(goal, baseline, target, latest value, its day) of each indicator of the goals."""
    latest = (
        select(Reading.indicator_id, Reading.value, Reading.read_on)
        .join(Indicator, Indicator.id == Reading.indicator_id)
        .where(Indicator.goal_id.in_(goal_ids))
        .ext(distinct_on(Reading.indicator_id))
        .order_by(Reading.indicator_id, Reading.read_on.desc())
        .subquery()
    )
    return ctx.session.execute(
        select(
            Indicator.goal_id,
            Indicator.baseline,
            Indicator.target,
            latest.c.value,
            latest.c.read_on,
        )
        .outerjoin(latest, latest.c.indicator_id == Indicator.id)
        .where(Indicator.goal_id.in_(goal_ids))
    ).all()
