"""The red thread: both neighbours of any node, and the nodes that hang loose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import AnchoringPlan
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, NotFound
from tenant_app.core.paging import LARGEST_PAGE, Page
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import Enrolment
from tenant_app.goals import service as goals
from tenant_app.goals.models import Goal, Indicator, Reading
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative
from tenant_app.needs import service as needs
from tenant_app.needs.models import Need
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit
from tenant_app.reports.queries import chain as queries
from tenant_app.reports.rules import Break, Chain, Link, LinkKind, Loose

MOST = 50
"""Of each kind of neighbour so many are named; lists show the others."""


@dataclass(frozen=True)
class _Sight:
    """What the actor sees of each kind."""

    ctx: Context

    def goals(self, condition: ColumnElement[bool]) -> Select[Any]:
        return queries.goals(and_(goals.visible(self.ctx), condition))

    def needs(self, condition: ColumnElement[bool]) -> Select[Any]:
        return queries.needs(and_(needs.visible(self.ctx), condition))

    def initiatives(self, condition: ColumnElement[bool]) -> Select[Any]:
        return queries.initiatives(and_(initiatives.visible(self.ctx), condition))

    def enrolments(self, condition: ColumnElement[bool]) -> Select[Any]:
        # One's own too, which a leader's list leaves out.
        own = Enrolment.employee_id == self.ctx.actor.employee_id
        return queries.enrolments(and_(or_(enrolments.scope(self.ctx), own), condition))

    def plans(self, condition: ColumnElement[bool]) -> Select[Any]:
        return queries.plans(and_(anchoring.scope(self.ctx), condition))

    def readings(self, condition: ColumnElement[bool]) -> Select[Any]:
        return queries.readings(and_(goals.visible(self.ctx), condition))

    def itself(self, kind: LinkKind, id_: UUID) -> Select[Any]:
        return {
            LinkKind.GOAL: lambda: self.goals(Goal.id == id_),
            LinkKind.NEED: lambda: self.needs(Need.id == id_),
            LinkKind.INITIATIVE: lambda: self.initiatives(Initiative.id == id_),
            LinkKind.ENROLMENT: lambda: self.enrolments(Enrolment.id == id_),
            LinkKind.PLAN: lambda: self.plans(AnchoringPlan.id == id_),
            LinkKind.READING: lambda: self.readings(Reading.id == id_),
        }[kind]()


def chain(ctx: Context, kind: LinkKind, id_: UUID) -> Chain:
    """The node and its neighbours on both sides, each side in the order of the thread.

    Raises NotFound alike for what is elsewhere, out of sight, and what never was.
    """
    sight = _Sight(ctx)
    itself = queries.read(ctx, [sight.itself(kind, id_)], most=1)
    if not itself:
        raise NotFound(N_("There is no such link of the thread."))
    before, after = _NEIGHBOURS[kind](sight, id_)
    return Chain(
        link=_link(itself[0]),
        before=[_link(row) for row in queries.read(ctx, before, most=MOST)],
        after=[_link(row) for row in queries.read(ctx, after, most=MOST)],
        most=MOST,
    )


def serving(ctx: Context, goal_id: UUID) -> Sequence[Link]:
    """Needs that point at the goal, and the initiatives that do or that answer such a need, as far
    as the actor sees them."""
    sight = _Sight(ctx)
    parts = [
        sight.needs(Need.goal_id == goal_id),
        sight.initiatives(Initiative.id.in_(queries.serving(goal_id))),
    ]
    return [_link(row) for row in queries.read(ctx, parts, most=MOST)]


Sides = tuple[list[Select[Any]], list[Select[Any]]]


def _around_goal(sight: _Sight, goal_id: UUID) -> Sides:
    above = select(Goal.parent_id).where(Goal.id == goal_id).scalar_subquery()
    serving = Initiative.goal_id == goal_id
    return (
        [sight.goals(Goal.id == above)],
        [
            sight.goals(Goal.parent_id == goal_id),
            sight.needs(Need.goal_id == goal_id),
            sight.initiatives(serving),
        ],
    )


def _around_need(sight: _Sight, need_id: UUID) -> Sides:
    goal = select(Need.goal_id).where(Need.id == need_id).scalar_subquery()
    return (
        [sight.goals(Goal.id == goal)],
        [sight.initiatives(Initiative.id.in_(queries.initiatives_of(need_id)))],
    )


def _around_initiative(sight: _Sight, initiative_id: UUID) -> Sides:
    return (
        [
            sight.goals(Goal.id.in_(queries.goals_of(initiative_id))),
            sight.needs(Need.id.in_(queries.needs_of(initiative_id))),
        ],
        [sight.enrolments(Enrolment.initiative_id == initiative_id)],
    )


def _around_enrolment(sight: _Sight, enrolment_id: UUID) -> Sides:
    part_of = select(Enrolment.initiative_id).where(Enrolment.id == enrolment_id).scalar_subquery()
    return (
        [sight.initiatives(Initiative.id == part_of)],
        [sight.plans(AnchoringPlan.enrolment_id == enrolment_id)],
    )


def _around_plan(sight: _Sight, plan_id: UUID) -> Sides:
    """After the plan comes what the goal's indicators showed since."""
    enrolment = select(AnchoringPlan.enrolment_id).where(AnchoringPlan.id == plan_id)
    part_of = select(Enrolment.initiative_id).where(Enrolment.id.in_(enrolment)).scalar_subquery()
    served = queries.goals_of(part_of)
    return (
        [sight.enrolments(Enrolment.id.in_(enrolment))],
        [
            sight.readings(
                and_(
                    Goal.id.in_(served),
                    Reading.read_on >= queries.first_day(enrolment.scalar_subquery()),
                )
            )
        ],
    )


def _around_reading(sight: _Sight, reading_id: UUID) -> Sides:
    """Before the effect stand the plans that worked for it; after it the goal it tells of."""
    goal = (
        select(Indicator.goal_id)
        .join(Reading, Reading.indicator_id == Indicator.id)
        .where(Reading.id == reading_id)
        .scalar_subquery()
    )
    return (
        [sight.plans(Enrolment.initiative_id.in_(queries.serving(goal)))],
        [sight.goals(Goal.id == goal)],
    )


_NEIGHBOURS = {
    LinkKind.GOAL: _around_goal,
    LinkKind.NEED: _around_need,
    LinkKind.INITIATIVE: _around_initiative,
    LinkKind.ENROLMENT: _around_enrolment,
    LinkKind.PLAN: _around_plan,
    LinkKind.READING: _around_reading,
}


def _link(row: Any) -> Link:
    return Link(
        kind=LinkKind(row.kind),
        id=row.id,
        title=row.title,
        unit=row.unit,
        state=row.state,
        day=row.day,
        page_id=row.page_id,
    )


@dataclass(frozen=True)
class BrokenChains:
    """A page of what hangs loose, and how many of each there are on all pages."""

    page: Page[Loose]
    counts: dict[Break, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def broken_chains(
    ctx: Context,
    *,
    why: Break | None = None,
    unit_id: UUID | None = None,
    page: int = 1,
    page_size: int = 50,
) -> BrokenChains:
    """What hangs loose, by unit; of the unit and those below it where one is named.

    Raises NotFound for a unit out of sight.
    """
    ctx.require(Permission.REPORT_VIEW)
    units = organisation.visible_units(ctx, Permission.REPORT_VIEW)
    if unit_id is not None:
        organisation.unit(ctx, unit_id)
        below = organisation.units_below(ctx, unit_id)
        units = select(Unit.id).where(Unit.id.in_(units), Unit.id.in_(below))
    parts = queries.loose(ctx, units, days=anchoring.follow_up_days(ctx))
    number, size = max(1, page), max(1, min(page_size, LARGEST_PAGE))
    asked = queries.loose_page(
        list(parts.values()), units, why=why, first=(number - 1) * size, most=size + 1
    )
    found: Sequence[Any] = ctx.session.execute(asked).all()
    rows = [row for row in found if row.id is not None]
    return BrokenChains(
        page=Page(
            items=[
                Loose(Break(row.why), row.id, row.title, row.unit_id, row.unit, row.day)
                for row in rows[:size]
            ],
            page=number,
            page_size=size,
            has_more=len(rows) > size,
        ),
        counts={Break(row.why): row.count for row in found if row.id is None},
    )
