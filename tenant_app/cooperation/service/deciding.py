"""What a forum decides about a shared need, and the initiative that is made of it.

A forum speaks for the houses below its unit (`under`, a path; None is the municipality). It can
take up what other areas share too, and ends it for its own houses only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.cooperation import queries, rules
from tenant_app.cooperation.models import ClusterOutcome, ClusterState, SharedNeedCluster
from tenant_app.cooperation.service.shared import (
    end,
    lock_for_decision,
    settle,
)
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative
from tenant_app.needs import rules as need_rules
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind

_Rows = Sequence[tuple[UUID, int, UUID]]
"""(need, staff, institution) of each need that an initiative will answer."""


def take_up(ctx: Context, cluster_id: UUID, *, under: str | None = None) -> SharedNeedCluster:
    """A forum has it on its agenda. Twice is the same. Its houses can still answer.

    The room of forums calls this, and has asked whether the actor may. Raises NotFound, Conflict.
    """
    cluster = lock_for_decision(ctx, cluster_id)
    rules.check_take_up(cluster.state, cluster.outcome)
    rules.check_under(_below(ctx, _houses(ctx, cluster), under))
    if cluster.state is ClusterState.TAKEN_UP:
        return cluster
    cluster.state, cluster.taken_up_at = ClusterState.TAKEN_UP, ctx.now
    cluster.outcome, cluster.decided_at = None, None
    audit.record(ctx, "cooperation.taken_up", cluster.id, new={"title": cluster.title})
    return cluster


def give_back(ctx: Context, cluster_id: UUID) -> None:
    """No forum has it on its agenda any more: it is what the answers of its houses make of it.

    The room of forums calls this, and has asked whether the actor may. Nothing happens to one that
    is not taken up.
    """
    queries.lock_needs(ctx, cluster_id)
    cluster = queries.clusters_to_change(ctx, [cluster_id], [ClusterState.TAKEN_UP]).get(cluster_id)
    if cluster is None:
        return
    cluster.state, cluster.taken_up_at = ClusterState.CONFIRMED, None
    audit.record(ctx, "cooperation.given_back", cluster.id, new={"title": cluster.title})
    settle(ctx, cluster, over=ClusterState.DECLINED)


def decide(
    ctx: Context, cluster_id: UUID, outcome: ClusterOutcome, *, under: str | None = None
) -> SharedNeedCluster:
    """A forum has decided, or decides anew: it starts, waits, or is given up.

    Given up by a forum that has not all the houses, the needs of its own leave, and the others
    share theirs as before. The room of forums calls this, and has asked whether the actor may.
    Raises NotFound, and Conflict for one that is not confirmed or has its initiative.
    """
    cluster = lock_for_decision(ctx, cluster_id)
    rules.check_decide(cluster.state, cluster.outcome, to=outcome)
    if cluster.outcome is ClusterOutcome.NO:
        _bring_back(ctx, cluster)
    houses = _houses(ctx, cluster)
    own = _below(ctx, houses, under)
    rules.check_under(own)
    told = {"title": cluster.title, "outcome": outcome.value}
    if outcome is ClusterOutcome.NO and len(houses - own) >= rules.HOUSES_AT_LEAST:
        _leave(ctx, cluster, own)
        cluster.state, cluster.taken_up_at = ClusterState.CONFIRMED, None
        cluster.outcome, cluster.decided_at = None, None
        audit.record(ctx, "cooperation.decided", cluster.id, new={**told, "houses": len(own)})
        settle(ctx, cluster, over=ClusterState.DECLINED)
        return cluster
    if outcome is ClusterOutcome.NO:
        end(ctx, cluster, ClusterState.DECIDED)
    cluster.state, cluster.outcome = ClusterState.DECIDED, outcome
    cluster.decided_at = ctx.now
    audit.record(ctx, "cooperation.decided", cluster.id, new=told)
    return cluster


def accept(
    ctx: Context,
    cluster_id: UUID,
    *,
    title: str,
    unit_id: UUID | None = None,
    description: str = "",
    people: int | None = None,
) -> Initiative:
    """One initiative answers all its needs, and all its houses take part.

    Owned by what all houses have in common, unless a unit is named; by whoever manages initiatives
    there and in all the houses. Needs nobody works with any more and houses that are closed stay
    out. Raises NotFound, Forbidden, Invalid, and Conflict while needs in it are not qualified, or
    when it has its initiative already.
    """

    def make(cluster: SharedNeedCluster, rows: _Rows, houses: list[UUID]) -> Initiative:
        return initiatives.create(
            ctx,
            unit_id=unit_id or common_unit(ctx, houses),
            title=title,
            people=people or max(1, sum(staff for _id, staff, _house in rows)),
            description=description,
            need_ids=[need_id for need_id, _staff, _house in rows],
            unit_ids=houses,
            area_id=cluster.area_id,
        )

    return _staff(ctx, cluster_id, make)


def start_with(ctx: Context, cluster_id: UUID, initiative_id: UUID) -> Initiative:
    """An initiative that is there answers all its needs too, and all its houses take part.

    By whoever manages initiatives in all the houses, and this one. Raises what `accept` raises,
    and Conflict for an initiative that is over.
    """

    def tie(cluster: SharedNeedCluster, rows: _Rows, houses: list[UUID]) -> Initiative:
        initiatives.get(ctx, initiative_id)
        tied = initiatives.tied(ctx, initiative_id)
        return initiatives.change(
            ctx,
            initiative_id,
            need_ids=sorted({*tied["need_ids"], *(need_id for need_id, _staff, _house in rows)}),
            unit_ids=sorted({*tied["unit_ids"], *houses}),
        )

    return _staff(ctx, cluster_id, tie)


def _staff(
    ctx: Context,
    cluster_id: UUID,
    make: Callable[[SharedNeedCluster, _Rows, list[UUID]], Initiative],
) -> Initiative:
    ctx.require(Permission.COOPERATION_VIEW)
    if queries.cluster(ctx, cluster_id, queries.visible(ctx)) is None:
        raise NotFound()
    ctx.require(Permission.INITIATIVES_MANAGE)
    cluster = lock_for_decision(ctx, cluster_id)
    rules.check_accept(cluster.state, cluster.outcome)
    known = queries.state_of_needs(ctx, cluster_id)
    open_ = queries.open_houses(ctx, {house for _id, _state, _staff, house in known})
    live = [row for row in known if row.state in need_rules.LIVE and row.institution_id in open_]
    houses = sorted({row.institution_id for row in live})
    rules.check_houses(houses)
    for house in houses:
        ctx.require(Permission.INITIATIVES_MANAGE, at=organisation.path_at(ctx, house))
    rules.check_all_answerable(sum(1 for row in live if row.state not in need_rules.ANSWERABLE))
    made = make(cluster, [(row.id, row.staff, row.institution_id) for row in live], houses)
    gone = {row.id for row in known} - {row.id for row in live}
    if gone:
        queries.leave(ctx, cluster.id, gone, ctx.now)
    cluster.state, cluster.initiative_id = ClusterState.STAFFED, made.id
    ctx.session.flush()  # a check of the table must speak before the trail is written
    ctx.session.expire(cluster, ["initiative"])
    audit.record(ctx, "cooperation.staffed", cluster.id, new={"title": cluster.title})
    return made


def _houses(ctx: Context, cluster: SharedNeedCluster) -> set[UUID]:
    return {each.institution_id for each in queries.members(ctx, cluster.id)}


def _below(ctx: Context, houses: Collection[UUID], under: str | None) -> set[UUID]:
    """Those of the houses for which the forum speaks."""
    path = organisation.root_path(ctx) if under is None else under
    return {house for house in houses if organisation.path_at(ctx, house).startswith(path)}


def _leave(ctx: Context, cluster: SharedNeedCluster, houses: Collection[UUID]) -> None:
    mine = [
        each.need_id for each in queries.members(ctx, cluster.id) if each.institution_id in houses
    ]
    queries.leave(ctx, cluster.id, mine, ctx.now)
    audit.record(ctx, "cooperation.left", cluster.id, new={"needs": len(mine)})


def _bring_back(ctx: Context, cluster: SharedNeedCluster) -> None:
    """What was given up is shared again, as far as its needs are free. Raises Conflict."""
    if cluster.ended_at is not None:
        queries.bring_back(ctx, cluster.id, cluster.ended_at, need_rules.LIVE)
    rules.check_houses(_houses(ctx, cluster))
    cluster.ended_at = None


def common_unit(ctx: Context, houses: Collection[UUID]) -> UUID:
    """The area in which all the houses are; the municipality where there is none."""
    first = next(iter(houses))
    area = organisation.ancestor(ctx, first, UnitKind.AREA)
    if area is not None:
        path = organisation.path_at(ctx, area.id)
        if all(organisation.path_at(ctx, house).startswith(path) for house in houses):
            return area.id
    return organisation.root(ctx).id


def may_accept(ctx: Context, cluster: SharedNeedCluster, houses: Collection[UUID]) -> bool:
    """Whether the actor can make an initiative of it."""
    if not rules.may_accept(cluster.state, cluster.outcome):
        return False
    permission = Permission.INITIATIVES_MANAGE
    if not ctx.actor.may(permission):
        return False
    return all(ctx.actor.may(permission, at=organisation.path_at(ctx, house)) for house in houses)
