"""SELECTs of what became of what somebody raised."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    case,
    distinct,
    func,
    null,
    select,
)
from sqlalchemy.orm import joinedload

from tenant_app.audit.models import AuditEntry
from tenant_app.cooperation.models import (
    ClusterMember,
    SharedNeedCluster,
)
from tenant_app.cooperation.queries.shared import among
from tenant_app.core.context import Context
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.initiatives.models import Initiative, InitiativeNeed
from tenant_app.needs.models import Evidence, Need, NeedState


def clusters_with(
    ctx: Context, need_ids: Collection[UUID], seen: ColumnElement[bool]
) -> Sequence[Any]:
    """(cluster, need, when it joined, when it left, how many houses, whether it is in sight) of
    each that has one."""
    houses = (
        select(func.count(distinct(ClusterMember.institution_id)))
        .where(ClusterMember.cluster_id == SharedNeedCluster.id)
        .correlate(SharedNeedCluster)
        .scalar_subquery()
    )
    return ctx.session.execute(
        select(
            SharedNeedCluster,
            ClusterMember.need_id,
            ClusterMember.joined_at,
            ClusterMember.left_at,
            houses.label("houses"),
            seen.label("is_seen"),
        )
        .join(ClusterMember, ClusterMember.cluster_id == SharedNeedCluster.id)
        .where(among(ClusterMember.need_id, need_ids))
        .order_by(ClusterMember.joined_at)
    ).all()


def initiatives_with(
    ctx: Context, need_ids: Collection[UUID], seen: ColumnElement[bool]
) -> Sequence[Any]:
    """(initiative, need, made, state, since, title or NULL, who has a place, who completed)."""
    confirmed_ = EnrolmentState.CONFIRMED
    people = (
        select(
            Enrolment.initiative_id,
            func.count().filter(Enrolment.state == confirmed_).label("placed"),
            func.count().filter(Enrolment.state == EnrolmentState.COMPLETED).label("completed"),
        )
        .where(
            Enrolment.initiative_id.in_(
                select(InitiativeNeed.initiative_id).where(among(InitiativeNeed.need_id, need_ids))
            )
        )
        .group_by(Enrolment.initiative_id)
        .subquery()
    )
    return ctx.session.execute(
        select(
            Initiative.id,
            InitiativeNeed.need_id,
            Initiative.created_at,
            Initiative.state,
            Initiative.state_since,
            case((seen, Initiative.title), else_=null()).label("title"),
            func.coalesce(people.c.placed, 0).label("placed"),
            func.coalesce(people.c.completed, 0).label("completed"),
        )
        .join(InitiativeNeed, InitiativeNeed.initiative_id == Initiative.id)
        .outerjoin(people, people.c.initiative_id == Initiative.id)
        .where(among(InitiativeNeed.need_id, need_ids))
        .order_by(Initiative.created_at, Initiative.id)
    ).all()


def milestones(
    ctx: Context, need_id: UUID, actions: Collection[str]
) -> Sequence[Row[datetime, str]]:
    """(when, what) of a need that another was merged into: without names and reasons."""
    return ctx.session.execute(
        select(AuditEntry.at, AuditEntry.action)
        .where(AuditEntry.object_id == need_id, AuditEntry.action.in_(actions))
        .order_by(AuditEntry.at, AuditEntry.id)
    ).all()


def history(
    ctx: Context, need_id: UUID, actions: Collection[str]
) -> Sequence[Row[datetime, str, str, str]]:
    """(when, what, who, why) of a need, the oldest first."""
    return ctx.session.execute(
        select(AuditEntry.at, AuditEntry.action, AuditEntry.actor_name, AuditEntry.note)
        .where(AuditEntry.object_id == need_id, AuditEntry.action.in_(actions))
        .order_by(AuditEntry.at, AuditEntry.id)
    ).all()


def sources_behind(ctx: Context, need_ids: Collection[UUID]) -> Sequence[Row[datetime, Any]]:
    """(when, source) of the findings that count, without their text."""
    return ctx.session.execute(
        select(Evidence.recorded_at, Evidence.source)
        .where(among(Evidence.need_id, need_ids), Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.recorded_at, Evidence.id)
    ).all()


def states_of(ctx: Context, need_ids: Collection[UUID]) -> dict[UUID, NeedState]:
    rows = ctx.session.execute(select(Need.id, Need.state).where(among(Need.id, need_ids))).all()
    return {row.id: row.state for row in rows}


def own_needs(user_id: UUID) -> Select[Any]:
    """What somebody reported, the latest first."""
    return (
        select(Need)
        .where(Need.reported_by == user_id)
        .options(joinedload(Need.unit), joinedload(Need.area))
        .order_by(Need.reported_on.desc(), Need.id.desc())
    )
