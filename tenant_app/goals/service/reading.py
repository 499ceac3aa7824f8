"""Who may see which goals, and what there is to read of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, or_

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.goals import queries, rules
from tenant_app.goals.models import (
    Goal,
    GoalState,
    GoalVersion,
    Indicator,
    LearningTheme,
    Reading,
)
from tenant_app.goals.rules import Measured
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind

READINGS_SHOWN = 60


@dataclass(frozen=True)
class Standing:
    """How far a goal is."""

    progress: int | None
    """Whole per cent of the way; None before the first reading."""
    indicators: int
    read: int
    """How many of them were read."""
    latest: date | None
    """The day of the newest reading."""


@dataclass(frozen=True)
class Followed:
    """An indicator with its latest readings, the oldest first."""

    indicator: Indicator
    readings: Sequence[Reading]
    way: int | None


@dataclass(frozen=True)
class Details:
    """Everything about one goal."""

    goal: Goal
    adopted: Mapping[str, Any] | None
    """The facts that stand; None before the first adoption."""
    is_changed: bool
    """Whether what is being worked on says something else, as far as the reader sees it."""
    draft: Mapping[str, Any] | None
    """Words that are not adopted yet; None where there are none, and for whoever only sees the
    goal from below."""
    versions: Sequence[GoalVersion]
    children: Sequence[Goal]
    indicators: Sequence[Followed]
    standing: Standing


def visible(ctx: Context) -> ColumnElement[bool]:
    """The condition for what the actor may see: goals of one's units and of all units above.

    Of the units above only goals that were adopted once: their drafts are theirs.
    """
    seen = Goal.unit_id.in_(organisation.visible_units(ctx, Permission.GOALS_VIEW))
    paths = ctx.actor.paths(Permission.GOALS_VIEW)
    above = {each for path in paths for each in queries.paths_above(path)} - set(paths)
    if not above:
        return seen
    return or_(seen, Goal.unit_id.in_(queries.units_at(above, ctx.today)) & (Goal.version > 0))


def goals(
    ctx: Context,
    *,
    q: str = "",
    unit_id: UUID | None = None,
    level: UnitKind | None = None,
    state: GoalState | None = None,
    theme: LearningTheme | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Goal]:
    """Goals as a tree, each with its unit."""
    ctx.require(Permission.GOALS_VIEW)
    found = queries.goals(
        visible(ctx),
        q=q.replace("\0", "").strip(),
        unit_id=unit_id,
        level=level,
        state=state,
        theme=theme,
    )
    return scalars_page(ctx, found, page=page, page_size=page_size)


def tree(ctx: Context) -> Subquery:
    """(id, depth, place) of every goal, to join and sort a list of goals by."""
    ctx.require(Permission.GOALS_VIEW)
    return queries.tree()


def has_theme(ctx: Context, theme: LearningTheme) -> ColumnElement[bool]:
    """The condition for goals that name the theme."""
    return queries.has_theme(theme.value)


def get(ctx: Context, goal_id: UUID) -> Goal:
    """The goal with its unit and the one above it. Raises NotFound at the input that names it."""
    ctx.require(Permission.GOALS_VIEW)
    found = queries.goal(ctx, goal_id, visible(ctx))
    if found is None:
        raise NotFound(N_("There is no such goal. Choose one."), field="goal_id")
    return found


def standing(ctx: Context, goal_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """How far each of these goals is, in one statement however many they are."""
    held: dict[UUID, list[Measured]] = {goal_id: [] for goal_id in goal_ids}
    days: dict[UUID, date] = {}
    for goal_id, baseline, target, value, read_on in queries.measured(ctx, goal_ids):
        held[goal_id].append(Measured(baseline, target, value))
        if read_on is not None:
            days[goal_id] = max(read_on, days.get(goal_id, read_on))
    return {
        goal_id: Standing(
            progress=rules.progress(each),
            indicators=len(each),
            read=sum(one.latest is not None for one in each),
            latest=days.get(goal_id),
        )
        for goal_id, each in held.items()
    }


def details(ctx: Context, goal_id: UUID) -> Details:
    """The goal with its versions, those that serve it, and its indicators with their readings."""
    return details_of(ctx, get(ctx, goal_id))


def details_of(ctx: Context, goal: Goal) -> Details:
    """The same of a goal that was read within the actor's sight, unit and the one above with it."""
    indicators = queries.indicators(ctx, goal.id)
    kept = ctx.session.scalars(queries.versions(goal.id).limit(100)).all()
    by_indicator = queries.readings_of(ctx, [each.id for each in indicators], most=READINGS_SHOWN)
    followed = [_followed(each, by_indicator[each.id]) for each in indicators]
    days = [each.readings[-1].read_on for each in followed if each.readings]
    sees = goal.draft is not None and sees_draft(ctx, goal)
    facts = rules.facts_of(goal, indicators, draft=sees)
    return Details(
        goal=goal,
        adopted=kept[0].facts if kept else None,
        is_changed=rules.differs(facts, kept[0].facts if kept else None),
        draft=goal.draft if sees else None,
        versions=kept,
        children=queries.children(ctx, goal.id, visible(ctx)),
        indicators=followed,
        standing=Standing(
            progress=rules.progress(_measured(each.indicator, each.readings) for each in followed),
            indicators=len(followed),
            read=len(days),
            latest=max(days, default=None),
        ),
    )


def sees_draft(ctx: Context, goal: Goal) -> bool:
    """Whether the goal is of a unit of the actor's own, or below it: not one above."""
    path = organisation.path_at(ctx, goal.unit_id)
    return ctx.actor.may(Permission.GOALS_VIEW, at=path)


def _measured(indicator: Indicator, readings: Sequence[Reading]) -> Measured:
    latest: Decimal | None = readings[-1].value if readings else None
    return Measured(indicator.baseline, indicator.target, latest)


def _followed(indicator: Indicator, readings: Sequence[Reading]) -> Followed:
    way = rules.progress([_measured(indicator, readings)])
    return Followed(indicator=indicator, readings=readings, way=way)


def indicators(ctx: Context, goal_id: UUID) -> Sequence[Indicator]:
    """The goal's indicators by name. Raises NotFound."""
    return queries.indicators(ctx, get(ctx, goal_id).id)


def depths(ctx: Context, goal_ids: Collection[UUID]) -> dict[UUID, int]:
    """How deep each of these goals stands in the tree, 0 for those without one above."""
    ctx.require(Permission.GOALS_VIEW)
    return queries.depths(ctx, goal_ids)


def versions(ctx: Context, goal_id: UUID, *, page: int = 1, page_size: int = 50) -> Page[Any]:
    """The goal as it was adopted, the newest first."""
    goal = get(ctx, goal_id)
    return scalars_page(ctx, queries.versions(goal.id), page=page, page_size=page_size)


def indicator(ctx: Context, indicator_id: UUID) -> Indicator:
    """An indicator of a visible goal, with the goal. Raises NotFound."""
    ctx.require(Permission.GOALS_VIEW)
    found = queries.indicator(ctx, indicator_id, visible(ctx))
    if found is None:
        raise NotFound(N_("There is no such indicator. Choose one."), field="indicator_id")
    return found


def readings(
    ctx: Context, indicator_id: UUID, *, page: int = 1, page_size: int = 50
) -> Page[Reading]:
    """What the indicator showed, the newest first."""
    found = indicator(ctx, indicator_id)
    return scalars_page(ctx, queries.readings(found.id), page=page, page_size=page_size)
