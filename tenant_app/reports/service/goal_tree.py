"""The goals as a tree, with what serves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.paging import Page
from tenant_app.enrolments import service as enrolments
from tenant_app.goals import service as goals
from tenant_app.goals.models import Goal, GoalState
from tenant_app.goals.service import Standing
from tenant_app.initiatives import service as initiatives
from tenant_app.needs import service as needs
from tenant_app.reports.queries import goal_tree as queries


@dataclass(frozen=True)
class Served:
    """What serves a goal and those below it, as far as the reader sees. Whole øre."""

    needs: int = 0
    initiatives: int = 0
    people: int = 0
    """How many the initiatives are for."""
    enrolled: int = 0
    """Different people with a request under way, a place, or a course behind them."""
    estimate: int = 0
    reserved: int = 0
    committed: int = 0
    actual: int = 0

    @property
    def booked(self) -> int:
        """Reserved, committed and spent together."""
        return self.reserved + self.committed + self.actual


@dataclass(frozen=True)
class TreeLine:
    """A goal in its place in the tree."""

    goal: Goal
    depth: int
    standing: Standing
    served: Served


def goal_tree(
    ctx: Context,
    *,
    unit_id: UUID | None = None,
    state: GoalState | None = GoalState.ADOPTED,
    page: int = 1,
    page_size: int = 50,
) -> Page[TreeLine]:
    """Goals as a tree; figures of a goal hold those of the goals below it."""
    ctx.require(Permission.GOALS_VIEW)
    found = goals.goals(ctx, unit_id=unit_id, state=state, page=page, page_size=page_size)
    ids = [goal.id for goal in found.items]
    depths, standing = goals.depths(ctx, ids), goals.standing(ctx, ids)
    served = _served(ctx, ids)
    return Page(
        items=[
            TreeLine(goal, depths.get(goal.id, 0), standing[goal.id], served[goal.id])
            for goal in found.items
        ],
        page=found.page,
        page_size=found.page_size,
        has_more=found.has_more,
    )


@dataclass(frozen=True)
class Serving:
    """How many needs and initiatives serve a goal or one below it, and how many itself."""

    needs: int
    own_needs: int
    initiatives: int
    own_initiatives: int


def serving_counts(ctx: Context, goal_id: UUID) -> Serving:
    """What serves a goal that was read within the actor's sight, as far as they see what does.
    Counted as in the tree."""
    ctx.require(Permission.GOALS_VIEW)
    return Serving(*queries.served_by(ctx, goal_id, needs.visible(ctx), initiatives.visible(ctx)))


def _served(ctx: Context, ids: Sequence[UUID]) -> dict[UUID, Served]:
    figures: dict[UUID, dict[str, int]] = {goal_id: {} for goal_id in ids}
    for goal_id, count in queries.needs(ctx, ids, needs.visible(ctx)):
        figures[goal_id]["needs"] = count
    for goal_id, count, people, estimate in queries.initiatives(ctx, ids, initiatives.visible(ctx)):
        figures[goal_id] |= {"initiatives": count, "people": people, "estimate": estimate}
    for row in queries.enrolled(ctx, ids, enrolments.scope(ctx)):
        figures[row.top] |= {
            "enrolled": row.enrolled,
            "reserved": int(row.reserved),
            "committed": int(row.committed),
            "actual": int(row.actual),
        }
    return {goal_id: Served(**held) for goal_id, held in figures.items()}
