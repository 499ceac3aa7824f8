"""SELECTs of the search: what it reads, and what it takes back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Row,
    Select,
    and_,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import aliased

from tenant_app.competences.models import CompetenceArea
from tenant_app.cooperation.models import (
    ClusterAnswer,
    ClusterMember,
    ClusterState,
    SharedNeedCluster,
)
from tenant_app.cooperation.queries.shared import among, placed
from tenant_app.cooperation.rules import LIVE
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.outbox import Outbox
from tenant_app.needs.models import Need, NeedState
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement


def institutions_of_needs(ctx: Context, need_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Need → its institution today; those of areas and of the municipality are left out."""
    rows = ctx.session.execute(
        _with_house(ctx.today)
        .where(among(Need.id, need_ids))
        .with_only_columns(Need.id, _HOUSE.unit_id)
    ).all()
    return {row.id: row.unit_id for row in rows}


_HOUSE = aliased(UnitPlacement)
_OWN = aliased(UnitPlacement)
_INSTITUTION = aliased(Unit)


def _with_house(day: date) -> Select[Any]:
    """Needs beside the placement of their institution."""
    return (
        select(Need.id)
        .join(_OWN, and_(_OWN.unit_id == Need.unit_id, placed(_OWN, day)))
        .join(_HOUSE, and_(_OWN.path.bool_op("^@")(_HOUSE.path), placed(_HOUSE, day)))
        .join(
            _INSTITUTION,
            and_(_INSTITUTION.id == _HOUSE.unit_id, _INSTITUTION.kind == UnitKind.INSTITUTION),
        )
    )


def areas_in_play(ctx: Context, states: Collection[NeedState]) -> Sequence[Row[UUID, str, int]]:
    """(area, name, needs) of each competence area with live needs or clusters nobody judged."""
    counted = (
        select(Need.area_id, func.count().label("needs"))
        .where(Need.state.in_(states))
        .group_by(Need.area_id)
        .subquery()
    )
    open_ = select(SharedNeedCluster.area_id).where(SharedNeedCluster.state.in_(LIVE))
    return ctx.session.execute(
        select(CompetenceArea.id, CompetenceArea.name, func.coalesce(counted.c.needs, 0))
        .outerjoin(counted, counted.c.area_id == CompetenceArea.id)
        .where(or_(counted.c.needs > 0, CompetenceArea.id.in_(open_)))
        .order_by(danish(CompetenceArea.name), CompetenceArea.id)
    ).all()


def needs_of_institutions(
    ctx: Context, area_id: UUID, states: Collection[NeedState]
) -> Sequence[Any]:
    """(need, institution, title, competence, cluster it is in) of the area's live needs, the
    oldest first."""
    return ctx.session.execute(
        _with_house(ctx.today)
        .with_only_columns(
            Need.id,
            _HOUSE.unit_id.label("house"),
            Need.title,
            Need.competence_id,
            ClusterMember.cluster_id,
        )
        .outerjoin(
            ClusterMember,
            and_(ClusterMember.need_id == Need.id, ClusterMember.left_at.is_(None)),
        )
        .where(Need.area_id == area_id, Need.state.in_(states))
        .order_by(Need.reported_on, Need.id)
    ).all()


def clusters_to_change(
    ctx: Context, cluster_ids: Collection[UUID], states: Collection[ClusterState]
) -> dict[UUID, SharedNeedCluster]:
    """Those still in one of the states, locked in the order of their ids."""
    found = ctx.session.scalars(
        select(SharedNeedCluster)
        .where(among(SharedNeedCluster.id, cluster_ids), SharedNeedCluster.state.in_(states))
        .order_by(SharedNeedCluster.id)
        .with_for_update(of=SharedNeedCluster, key_share=True)
        .execution_options(populate_existing=True)
    )
    return {each.id: each for each in found}


def members_of_area(ctx: Context, area_id: UUID) -> Sequence[Any]:
    """(cluster, state, need, institution, middle, left, need's state, need's area) of all that
    ever was in one."""
    return ctx.session.execute(
        select(
            ClusterMember.cluster_id,
            SharedNeedCluster.state,
            SharedNeedCluster.outcome,
            ClusterMember.need_id,
            ClusterMember.institution_id,
            ClusterMember.is_centre,
            ClusterMember.left_at,
            Need.state.label("need_state"),
            Need.area_id.label("need_area"),
        )
        .join(SharedNeedCluster, SharedNeedCluster.id == ClusterMember.cluster_id)
        .join(Need, Need.id == ClusterMember.need_id)
        .where(SharedNeedCluster.area_id == area_id)
        .order_by(ClusterMember.cluster_id, ClusterMember.joined_at, ClusterMember.need_id)
    ).all()


def join(ctx: Context, rows: Sequence[dict[str, Any]]) -> None:
    """These needs are in their clusters, but for those that somebody put elsewhere meanwhile."""
    if rows:
        ctx.session.execute(pg_insert(ClusterMember).on_conflict_do_nothing(), list(rows))


ONE_SEARCH = 6_510_027
"""Number of the lock that searches take turns by; beside it stands the municipality's."""


def take_turn(ctx: Context) -> None:
    """One search at a time, to the end of the unit of work. Nobody else waits for it."""
    ctx.session.execute(select(func.pg_advisory_xact_lock(ONE_SEARCH, ctx.tenant_id % 2**31))).all()


def hold_needs(
    ctx: Context, need_ids: Collection[UUID], states: Collection[NeedState]
) -> set[UUID]:
    """Those of the needs in one of the states, which stay so to the end of the unit of work."""
    return set(
        ctx.session.scalars(
            select(Need.id)
            .where(among(Need.id, need_ids), Need.state.in_(states))
            .order_by(Need.id)
            .with_for_update(of=Need, read=True)
        )
    )


def refusals(ctx: Context, area_id: UUID) -> Sequence[Row[UUID, UUID]]:
    """(cluster, institution) of each house that said no to a cluster of the area."""
    return ctx.session.execute(
        select(ClusterAnswer.cluster_id, ClusterAnswer.institution_id)
        .join(SharedNeedCluster, SharedNeedCluster.id == ClusterAnswer.cluster_id)
        .where(SharedNeedCluster.area_id == area_id, ~ClusterAnswer.joins)
    ).all()


def leave(ctx: Context, cluster_id: UUID, need_ids: Collection[UUID], at: datetime) -> None:
    """These are no longer in it."""
    ctx.session.execute(
        update(ClusterMember)
        .where(
            ClusterMember.cluster_id == cluster_id,
            among(ClusterMember.need_id, need_ids),
            ClusterMember.left_at.is_(None),
        )
        .values(left_at=at)
        .execution_options(synchronize_session=False)
    )


def undone_search(ctx: Context, job: str) -> UUID | None:
    """The search that waits or runs."""
    return ctx.session.scalar(
        select(Outbox.id)
        .where(Outbox.job == job, Outbox.done_at.is_(None), Outbox.dead_at.is_(None))
        .order_by(Outbox.created_at)
        .limit(1)
    )
