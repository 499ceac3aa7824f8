"""What every verb of this room does: find, and ask who acts."""

from __future__ import annotations

from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.cooperation import queries, rules
from tenant_app.cooperation.models import ClusterState, SharedNeedCluster
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound


def cluster_to_change(ctx: Context, cluster_id: UUID) -> SharedNeedCluster:
    """The cluster, locked, in the actor's sight. Raises NotFound."""
    ctx.require(Permission.COOPERATION_VIEW)
    found = queries.cluster_to_change(ctx, cluster_id, queries.visible(ctx))
    if found is None:
        raise NotFound()
    return found


def lock_for_decision(ctx: Context, cluster_id: UUID) -> SharedNeedCluster:
    """Its needs, and then the cluster: the one order in which anybody locks the two.

    For whoever touches its needs and it in one unit of work. Raises NotFound, and Conflict where a
    need came to it meanwhile.
    """
    ctx.require(Permission.COOPERATION_VIEW)
    if queries.cluster(ctx, cluster_id, queries.visible(ctx)) is None:
        raise NotFound()
    locked = queries.lock_needs(ctx, cluster_id)
    found = cluster_to_change(ctx, cluster_id)
    rules.check_same(locked, {each.need_id for each in queries.members(ctx, found.id)})
    return found


def settle(ctx: Context, cluster: SharedNeedCluster, *, over: ClusterState) -> bool:
    """What the answers of the houses that are left amount to. Whether it is `over`: too few are.

    What a forum has on its agenda or has decided stays with it.
    """
    houses = {each.institution_id for each in queries.members(ctx, cluster.id)}
    if len(houses) < rules.HOUSES_AT_LEAST:
        end(ctx, cluster, over)
        cluster.confirmed_at = None
        audit.record(ctx, f"cooperation.{over.value}", cluster.id, new={"title": cluster.title})
        return True
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
    return False


def end(ctx: Context, cluster: SharedNeedCluster, state: ClusterState) -> None:
    """It is over, and its needs are free. The moment tells them from those that left before."""
    queries.release(ctx, cluster.id, ctx.now)
    cluster.state, cluster.ended_at = state, ctx.now
