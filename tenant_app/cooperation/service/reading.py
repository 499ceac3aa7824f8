"""What one can look at. Nothing here changes anything, and each list costs a fixed number of
statements whatever it holds.

A leader sees of other houses' needs the competence area, the names of the houses, how many there
are and the words in common; a need's own sentence only where the room of needs shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select

from tenant_app.cooperation import queries, rules
from tenant_app.cooperation.models import (
    CapacityStatement,
    ClusterAnswer,
    ClusterOutcome,
    ClusterState,
    SharedNeedCluster,
)
from tenant_app.cooperation.service.capacity import helpers
from tenant_app.cooperation.service.deciding import may_accept
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.needs import rules as need_rules
from tenant_app.needs import service as needs
from tenant_app.needs.models import NeedState
from tenant_app.organisation import service as organisation

TO_CONFIRM = "shared-needs"
"""Key of what waits on the home page."""


@dataclass(frozen=True)
class Figures:
    """A cluster in a line: what is in it now, or was when it ended."""

    houses: tuple[str, ...] = ()
    needs: int = 0
    staff: int = 0
    yes: int = 0


@dataclass(frozen=True)
class ClusterLine:
    """A cluster for others, such as the pack of a meeting: without the text of any need."""

    id: UUID
    title: str
    area: str
    area_id: UUID
    state: ClusterState
    outcome: ClusterOutcome | None
    words: tuple[str, ...]
    houses: tuple[str, ...]
    needs: int
    staff: int
    confirmed_at: datetime | None
    data_at: datetime
    rule_version: str
    initiative_id: UUID | None


@dataclass(frozen=True)
class Need:
    """A need of a cluster. `title` is None for those who do not see the need itself."""

    id: UUID
    title: str | None
    state: NeedState
    staff: int
    likeness: int


@dataclass
class House:
    """A house with its needs in a cluster, and what it has said."""

    id: UUID
    name: str
    may_answer: bool
    needs: list[Need] = field(default_factory=list)
    """Those in it now; of one that is over, when it ended."""
    left: int = 0
    answer: ClusterAnswer | None = None
    answered_by: str = ""

    @property
    def staff(self) -> int:
        """How many of the staff its needs concern."""
        return sum(need.staff for need in self.needs)

    @property
    def needs_count(self) -> int:
        return len(self.needs)

    @property
    def shown(self) -> list[Need]:
        """Needs whose own words the actor may read."""
        return [need for need in self.needs if need.title is not None]

    @property
    def hidden(self) -> int:
        """How many others there are."""
        return len(self.needs) - len(self.shown)


@dataclass(frozen=True)
class Details:
    """One cluster with its houses, the roles behind it, and who could help."""

    cluster: SharedNeedCluster
    houses: Sequence[House]
    roles: int
    helpers: Sequence[CapacityStatement]
    may_accept: bool
    unqualified: int
    """Needs that must be qualified before an initiative can answer them."""

    @property
    def inside(self) -> list[House]:
        """Houses that have needs in it."""
        return [house for house in self.houses if house.needs]

    @property
    def yes(self) -> int:
        """Houses that have said that they join."""
        return sum(1 for house in self.inside if house.answer is not None and house.answer.joins)


def visible(ctx: Context) -> ColumnElement[bool]:
    """Which clusters the actor may see: for screens and rooms that build their own SELECT."""
    return queries.visible(ctx)


def matching(
    ctx: Context,
    *,
    state: ClusterState | None = None,
    area_id: UUID | None = None,
    unit_id: UUID | None = None,
    to_answer: bool | None = None,
) -> list[ColumnElement[bool]]:
    """The conditions of a list. A unit includes what hangs below it today; raises NotFound for
    one out of scope."""
    filters: list[ColumnElement[bool]] = []
    if state is not None:
        filters.append(SharedNeedCluster.state == state)
    if area_id is not None:
        filters.append(SharedNeedCluster.area_id == area_id)
    if unit_id is not None:
        below = organisation.units_below(ctx, organisation.unit(ctx, unit_id).id)
        filters.append(queries.of_house(below))
    if to_answer is not None:
        lacks = queries.lacks_answer(ctx)
        filters.append(lacks if to_answer else ~lacks)
    return filters


def clusters(
    ctx: Context,
    *,
    state: ClusterState | None = None,
    area_id: UUID | None = None,
    unit_id: UUID | None = None,
    to_answer: bool | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[SharedNeedCluster]:
    """The clusters in the actor's sight that fit, the latest first."""
    ctx.require(Permission.COOPERATION_VIEW)
    filters = matching(ctx, state=state, area_id=area_id, unit_id=unit_id, to_answer=to_answer)
    found = queries.clusters([queries.visible(ctx), *filters])
    return scalars_page(ctx, found, page=page, page_size=page_size)


def figures(ctx: Context, cluster_ids: Collection[UUID]) -> dict[UUID, Figures]:
    """What is in each of the clusters, in one statement."""
    found = {key: Figures() for key in cluster_ids}
    if found:
        for key, houses, count, staff, yes in queries.figures(ctx, list(found)):
            found[key] = Figures(tuple(houses), count, int(staff), yes)
    return found


def get(ctx: Context, cluster_id: UUID) -> SharedNeedCluster:
    """The cluster with its competence area. Raises NotFound outside the actor's sight."""
    ctx.require(Permission.COOPERATION_VIEW)
    found = queries.cluster(ctx, cluster_id, queries.visible(ctx))
    if found is None:
        raise NotFound()
    return found


def one(ctx: Context, cluster_id: UUID) -> Details:
    """The same with all that is in it."""
    return details(ctx, get(ctx, cluster_id))


def details(ctx: Context, cluster: SharedNeedCluster) -> Details:
    """Everything about a cluster that was found in the actor's sight."""
    houses = _houses(ctx, cluster)
    inside = [house.id for house in houses if house.needs]
    return Details(
        cluster=cluster,
        houses=houses,
        roles=queries.roles_behind(ctx, cluster.id),
        helpers=helpers(ctx, cluster),
        may_accept=may_accept(ctx, cluster, inside),
        unqualified=sum(
            1
            for house in houses
            for need in house.needs
            if need.state in need_rules.LIVE and need.state not in need_rules.ANSWERABLE
        ),
    )


def _houses(ctx: Context, cluster: SharedNeedCluster) -> list[House]:
    found: dict[UUID, House] = {}
    leads = organisation.visible_units(ctx, Permission.COOPERATION_CONFIRM)
    is_open = rules.is_open(cluster.state, cluster.outcome)
    for row in queries.parts(ctx, cluster.id, needs.visible(ctx), leads):
        house = found.setdefault(
            row.institution_id, House(row.institution_id, row.name, row.may_answer and is_open)
        )
        if row.is_inside:
            house.needs.append(Need(row.need_id, row.title, row.state, row.staff, row.likeness))
        else:
            house.left += 1
    for answer, name in queries.answers(ctx, cluster.id):
        if answer.institution_id in found:
            house = found[answer.institution_id]
            house.answer, house.answered_by = answer, name or ""
    for house in found.values():
        house.may_answer = house.may_answer and bool(house.needs)
    return list(found.values())


def houses_inside(ctx: Context, cluster: SharedNeedCluster) -> list[House]:
    """The houses that have needs in the cluster: two statements."""
    return [house for house in _houses(ctx, cluster) if house.needs]


def houses_to_answer(ctx: Context, cluster: SharedNeedCluster) -> list[House]:
    """The houses in the cluster for which the actor can speak."""
    return [house for house in _houses(ctx, cluster) if house.may_answer]


def may_answer(ctx: Context, cluster: SharedNeedCluster) -> bool:
    """Whether the actor can say something for one of its houses."""
    is_open = rules.is_open(cluster.state, cluster.outcome)
    if not is_open or not ctx.actor.may(Permission.COOPERATION_CONFIRM):
        return False
    return bool(houses_to_answer(ctx, cluster))


def confirmed_clusters(
    ctx: Context, *, under: str | None = None, limit: int = 200
) -> list[ClusterLine]:
    """Clusters in the actor's sight about which something is to be decided: two statements.

    `under` is the path of a unit: those with a house there or below it today.
    """
    ctx.require(Permission.COOPERATION_VIEW)
    conditions = [queries.visible(ctx)]
    if under is not None:
        conditions.append(queries.of_house(queries.under(under, ctx.today)))
    found: Sequence[SharedNeedCluster] = ctx.session.scalars(
        queries.confirmed(conditions, limit=limit)
    ).all()
    known = figures(ctx, [each.id for each in found])
    return [
        ClusterLine(
            id=each.id,
            title=each.title,
            area=each.area.name,
            area_id=each.area_id,
            state=each.state,
            outcome=each.outcome,
            words=tuple(each.words),
            houses=known[each.id].houses,
            needs=known[each.id].needs,
            staff=known[each.id].staff,
            confirmed_at=each.confirmed_at,
            data_at=each.data_at,
            rule_version=each.rule_version,
            initiative_id=each.initiative_id,
        )
        for each in found
    ]


def named(ctx: Context, cluster_ids: Collection[UUID]) -> dict[UUID, str]:
    """What the clusters in the actor's sight are called."""
    if not cluster_ids:
        return {}
    rows = queries.titles(ctx, list(cluster_ids), queries.visible(ctx))
    return {key: f"{area}: {title}" for key, area, title in rows}


def of_initiative(ctx: Context, initiative_id: UUID) -> SharedNeedCluster | None:
    """The cluster an initiative came of, in the actor's sight."""
    if not ctx.actor.may(Permission.COOPERATION_VIEW):
        return None
    return queries.of_initiative(ctx, initiative_id, queries.visible(ctx))


def asks(ctx: Context) -> list[Select[Any]]:
    """Shared needs that wait for an answer the actor can give: (key, count)."""
    if not ctx.actor.paths(Permission.COOPERATION_CONFIRM):
        return []
    return [queries.asks(ctx, TO_CONFIRM)]
