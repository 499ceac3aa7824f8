"""What a verb holds on to while it changes a cluster: its needs first, then the cluster."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, exists, select, update
from sqlalchemy.orm import aliased

from tenant_app.cooperation.models import ClusterMember, SharedNeedCluster
from tenant_app.cooperation.queries.shared import among, inside, placed
from tenant_app.core.context import Context
from tenant_app.needs.models import Need, NeedState
from tenant_app.organisation.models import UnitPlacement


def lock_needs(ctx: Context, cluster_id: UUID) -> set[UUID]:
    """Those in it, or in it when it ended, locked against moving on. Rows can still point at
    them."""
    its = (
        select(ClusterMember.need_id)
        .join(SharedNeedCluster, SharedNeedCluster.id == ClusterMember.cluster_id)
        .where(ClusterMember.cluster_id == cluster_id, inside())
    )
    return set(
        ctx.session.scalars(
            select(Need.id)
            .where(Need.id.in_(its))
            .order_by(Need.id)
            .with_for_update(of=Need, key_share=True)
        )
    )


def state_of_needs(ctx: Context, cluster_id: UUID) -> Sequence[Row[UUID, NeedState, int, UUID]]:
    """(need, its state, staff, institution) of each in it now."""
    return ctx.session.execute(
        select(Need.id, Need.state, Need.staff, ClusterMember.institution_id)
        .join(ClusterMember, ClusterMember.need_id == Need.id)
        .where(ClusterMember.cluster_id == cluster_id, ClusterMember.left_at.is_(None))
        .order_by(Need.id)
    ).all()


def bring_back(ctx: Context, cluster_id: UUID, at: datetime, states: Collection[NeedState]) -> None:
    """What was in it when it ended is in it again: of those in one of the states, which nobody
    put elsewhere meanwhile."""
    elsewhere = aliased(ClusterMember)
    ctx.session.execute(
        update(ClusterMember)
        .where(
            ClusterMember.cluster_id == cluster_id,
            ClusterMember.left_at == at,
            ClusterMember.need_id.in_(select(Need.id).where(Need.state.in_(states))),
            ~exists().where(
                elsewhere.need_id == ClusterMember.need_id, elsewhere.left_at.is_(None)
            ),
        )
        .values(left_at=None)
        .execution_options(synchronize_session=False)
    )


def open_houses(ctx: Context, unit_ids: Collection[UUID]) -> set[UUID]:
    """Those of the units that have a place today."""
    return set(
        ctx.session.scalars(
            select(UnitPlacement.unit_id).where(
                among(UnitPlacement.unit_id, unit_ids), placed(UnitPlacement, ctx.today)
            )
        )
    )


def release(ctx: Context, cluster_id: UUID, at: datetime) -> None:
    """Its needs are free."""
    ctx.session.execute(
        update(ClusterMember)
        .where(ClusterMember.cluster_id == cluster_id, ClusterMember.left_at.is_(None))
        .values(left_at=at)
    )


def live_membership(ctx: Context, need_id: UUID) -> ClusterMember | None:
    return ctx.session.scalars(
        select(ClusterMember).where(
            ClusterMember.need_id == need_id, ClusterMember.left_at.is_(None)
        )
    ).one_or_none()


def membership(ctx: Context, cluster_id: UUID, need_id: UUID) -> ClusterMember | None:
    return ctx.session.scalars(
        select(ClusterMember).where(
            ClusterMember.cluster_id == cluster_id, ClusterMember.need_id == need_id
        )
    ).one_or_none()
