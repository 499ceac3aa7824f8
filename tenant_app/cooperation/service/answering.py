"""What leaders say for their houses, and what is then decided and done about it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.cooperation import queries, rules
from tenant_app.cooperation.models import (
    ClusterAnswer,
    ClusterOutcome,
    ClusterState,
    SharedNeedCluster,
)
from tenant_app.cooperation.service.shared import cluster_to_change, end, path_at
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, NotFound
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative
from tenant_app.needs import rules as need_rules
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind


def answer(
    ctx: Context, cluster_id: UUID, *, institution_id: UUID, joins: bool, reason: str = ""
) -> SharedNeedCluster:
    """The house joins, or its needs leave for good. Yes from two leaders of two houses confirms.

    By whoever leads the house. Raises NotFound, Forbidden, Invalid, and Conflict once a forum has
    taken it up or it is over.
    """
    cluster = cluster_to_change(ctx, cluster_id)
    ctx.require(Permission.COOPERATION_CONFIRM)
    inside = queries.members(ctx, cluster.id)
    houses = {each.institution_id for each in inside}
    if institution_id not in {*houses, *queries.houses_ever(ctx, cluster.id)}:
        raise NotFound(
            N_("This house has no need in it. Choose one of those that have."),
            field="institution_id",
        )
    ctx.require(Permission.COOPERATION_CONFIRM, at=path_at(ctx, institution_id))
    rules.check_open(cluster.state)
    rules.check_house(institution_id, houses)
    said = rules.check_reason(reason, joins=joins)
    _put(ctx, cluster.id, institution_id, joins=joins, reason=said)
    what = "cooperation.joined" if joins else "cooperation.stayed_out"
    house = queries.name_of(ctx, institution_id)
    audit.record(ctx, what, cluster.id, note=said, new={"title": cluster.title, "house": house})
    if not joins:
        mine = [each.need_id for each in inside if each.institution_id == institution_id]
        queries.leave(ctx, cluster.id, mine, ctx.now)
        houses.discard(institution_id)
    _settle(ctx, cluster, houses)
    return cluster


def _put(ctx: Context, cluster_id: UUID, institution_id: UUID, *, joins: bool, reason: str) -> None:
    found = queries.answer_of(ctx, cluster_id, institution_id)
    if found is None:
        found = ClusterAnswer(cluster_id=cluster_id, institution_id=institution_id)
        ctx.session.add(found)
    found.joins, found.reason = joins, reason
    found.answered_by, found.answered_at = ctx.actor.user_id, ctx.now
    ctx.session.flush()  # counted below


def _settle(ctx: Context, cluster: SharedNeedCluster, houses: Collection[UUID]) -> None:
    """What the answers of the houses that are left amount to."""
    if len(houses) < rules.HOUSES_AT_LEAST:
        end(ctx, cluster, ClusterState.DECLINED)
        cluster.confirmed_at = None
        audit.record(ctx, "cooperation.declined", cluster.id, new={"title": cluster.title})
        return
    yes = [
        (each.institution_id, each.answered_by)
        for each, _name in queries.answers(ctx, cluster.id)
        if each.joins and each.institution_id in houses
    ]
    holds = rules.is_confirmed(yes)
    if holds and cluster.state is ClusterState.SUGGESTED:
        cluster.state, cluster.confirmed_at = ClusterState.CONFIRMED, ctx.now
        audit.record(ctx, "cooperation.confirmed", cluster.id, new={"title": cluster.title})
    elif not holds and cluster.state is ClusterState.CONFIRMED:
        cluster.state, cluster.confirmed_at = ClusterState.SUGGESTED, None
        audit.record(ctx, "cooperation.reopened", cluster.id, new={"title": cluster.title})


def take_up(ctx: Context, cluster_id: UUID) -> SharedNeedCluster:
    """A forum has it on its agenda. Twice is the same.

    The room of forums calls this, and has asked whether the actor may. Raises NotFound, Conflict.
    """
    cluster = cluster_to_change(ctx, cluster_id)
    rules.check_take_up(cluster.state, cluster.outcome)
    if cluster.state is ClusterState.TAKEN_UP:
        return cluster
    cluster.state, cluster.taken_up_at = ClusterState.TAKEN_UP, ctx.now
    cluster.outcome, cluster.decided_at = None, None
    audit.record(ctx, "cooperation.taken_up", cluster.id, new={"title": cluster.title})
    return cluster


def decide(ctx: Context, cluster_id: UUID, outcome: ClusterOutcome) -> SharedNeedCluster:
    """A forum has decided: it starts, waits, or is given up, and then its needs are free.

    The room of forums calls this, and has asked whether the actor may. Raises NotFound, and
    Conflict for one that is not confirmed or was decided by others meanwhile.
    """
    cluster = cluster_to_change(ctx, cluster_id)
    rules.check_decide(cluster.state, cluster.outcome)
    if outcome is ClusterOutcome.NO:
        end(ctx, cluster, ClusterState.DECIDED)
    cluster.state, cluster.outcome = ClusterState.DECIDED, outcome
    cluster.decided_at = ctx.now
    audit.record(
        ctx,
        "cooperation.decided",
        cluster.id,
        new={"title": cluster.title, "outcome": outcome.value},
    )
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
    there and in all the houses. Raises NotFound, Forbidden, Invalid, and Conflict while needs in it
    are not qualified, or when it has its initiative already.
    """
    ctx.require(Permission.COOPERATION_VIEW)
    if queries.cluster(ctx, cluster_id, queries.visible(ctx)) is None:
        raise NotFound()
    ctx.require(Permission.INITIATIVES_MANAGE)
    # The needs before the cluster, as a merge locks them: else the two could wait for each other.
    rows = queries.state_of_needs(ctx, cluster_id)
    cluster = cluster_to_change(ctx, cluster_id)
    houses = sorted({house for _id, _state, _staff, house in rows})
    for house in houses:
        ctx.require(Permission.INITIATIVES_MANAGE, at=path_at(ctx, house))
    rules.check_accept(cluster.state, cluster.outcome)
    rules.check_same(
        {need_id for need_id, _state, _staff, _house in rows},
        {each.need_id for each in queries.members(ctx, cluster.id)},
    )
    rules.check_all_answerable(
        sum(1 for _id, state, _staff, _house in rows if state not in need_rules.ANSWERABLE)
    )
    made = initiatives.create(
        ctx,
        unit_id=unit_id or common_unit(ctx, houses),
        title=title,
        people=people or max(1, sum(staff for _id, _state, staff, _house in rows)),
        description=description,
        need_ids=[need_id for need_id, _state, _staff, _house in rows],
        unit_ids=houses,
        area_id=cluster.area_id,
    )
    cluster.state, cluster.initiative_id = ClusterState.STAFFED, made.id
    ctx.session.flush()  # a check of the table must speak before the trail is written
    ctx.session.expire(cluster, ["initiative"])
    audit.record(ctx, "cooperation.staffed", cluster.id, new={"title": cluster.title})
    return made


def common_unit(ctx: Context, houses: Collection[UUID]) -> UUID:
    """The area in which all the houses are; the municipality where there is none."""
    first = next(iter(houses))
    area = organisation.ancestor(ctx, first, UnitKind.AREA)
    if area is not None:
        path = path_at(ctx, area.id)
        if all(path_at(ctx, house).startswith(path) for house in houses):
            return area.id
    return organisation.root(ctx).id


def may_accept(ctx: Context, cluster: SharedNeedCluster, houses: Collection[UUID]) -> bool:
    """Whether the actor can make an initiative of it."""
    if not rules.may_accept(cluster.state, cluster.outcome):
        return False
    permission = Permission.INITIATIVES_MANAGE
    if not ctx.actor.may(permission):
        return False
    return all(ctx.actor.may(permission, at=path_at(ctx, house)) for house in houses)
