"""What every verb of this room does: find, and ask who acts."""

from __future__ import annotations

from uuid import UUID

from tenant_app.cooperation import queries
from tenant_app.cooperation.models import ClusterState, SharedNeedCluster
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.organisation import service as organisation


def cluster_to_change(ctx: Context, cluster_id: UUID) -> SharedNeedCluster:
    """The cluster, locked, in the actor's sight. Raises NotFound."""
    ctx.require(Permission.COOPERATION_VIEW)
    found = queries.cluster_to_change(ctx, cluster_id, queries.visible(ctx))
    if found is None:
        raise NotFound()
    return found


def path_at(ctx: Context, unit_id: UUID) -> str:
    """Where the unit hangs today; a closed unit is the municipality's own affair."""
    try:
        return organisation.path_of(ctx, unit_id)
    except NotFound:
        return organisation.root_path(ctx)


def end(ctx: Context, cluster: SharedNeedCluster, state: ClusterState) -> None:
    """It is over, and its needs are free. The moment tells them from those that left before."""
    queries.release(ctx, cluster.id, ctx.now)
    cluster.state, cluster.ended_at = state, ctx.now
