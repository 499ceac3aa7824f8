"""SELECTs of who has a surplus of what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from tenant_app.competences.models import Competence, CompetenceArea
from tenant_app.cooperation.models import (
    CapacityKind,
    CapacityStatement,
    ClusterMember,
)
from tenant_app.cooperation.queries.shared import placed
from tenant_app.core.context import Context
from tenant_app.needs.models import Need
from tenant_app.organisation.models import UnitPlacement

STATED = (
    joinedload(CapacityStatement.unit),
    joinedload(CapacityStatement.area),
    joinedload(CapacityStatement.competence),
    joinedload(CapacityStatement.stater),
)


def capacities(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """What ends first comes first."""
    return (
        select(CapacityStatement)
        .where(*conditions)
        .options(*STATED)
        .order_by(CapacityStatement.to_date, CapacityStatement.id)
    )


def stands(day: date) -> ColumnElement[bool]:
    """Neither withdrawn nor over on the day, and of a unit that is open."""
    is_open = exists().where(
        UnitPlacement.unit_id == CapacityStatement.unit_id, placed(UnitPlacement, day)
    )
    return and_(CapacityStatement.withdrawn_at.is_(None), CapacityStatement.to_date >= day, is_open)


def capacity_to_change(ctx: Context, capacity_id: UUID) -> CapacityStatement | None:
    return ctx.session.scalars(
        select(CapacityStatement)
        .where(CapacityStatement.id == capacity_id)
        .options(*STATED)
        .with_for_update(of=CapacityStatement)
        .execution_options(populate_existing=True)
    ).one_or_none()


def helpers(
    ctx: Context, area_id: UUID, competence_ids: Select[Any], day: date, *, limit: int
) -> Sequence[CapacityStatement]:
    """Who has a surplus in the area today or soon; of a competence that is asked for first."""
    fits = case((CapacityStatement.competence_id.in_(competence_ids), 0), else_=1)
    return ctx.session.scalars(
        select(CapacityStatement)
        .where(CapacityStatement.area_id == area_id, stands(day))
        .options(*STATED)
        .order_by(fits, CapacityStatement.to_date, CapacityStatement.id)
        .limit(limit)
    ).all()


def competences_of(cluster_id: UUID) -> Select[Any]:
    """What the needs of a cluster call for."""
    return (
        select(Need.competence_id)
        .join(ClusterMember, ClusterMember.need_id == Need.id)
        .where(
            ClusterMember.cluster_id == cluster_id,
            ClusterMember.left_at.is_(None),
            Need.competence_id.is_not(None),
        )
    )


def about(words: str) -> ColumnElement[bool]:
    """Its competence, its area or its note says so."""
    pattern = {"autoescape": True}
    return or_(
        CapacityStatement.note.icontains(words, **pattern),
        CapacityStatement.area_id.in_(
            select(CompetenceArea.id).where(CompetenceArea.name.icontains(words, **pattern))
        ),
        CapacityStatement.competence_id.in_(
            select(Competence.id).where(Competence.name.icontains(words, **pattern))
        ),
    )


def of_kind(kind: CapacityKind) -> ColumnElement[bool]:
    return CapacityStatement.kind == kind


def area_exists(ctx: Context, area_id: UUID) -> bool:
    return (
        ctx.session.scalar(select(CompetenceArea.id).where(CompetenceArea.id == area_id))
        is not None
    )


def competence(ctx: Context, competence_id: UUID) -> Competence | None:
    return ctx.session.scalars(
        select(Competence).where(Competence.id == competence_id)
    ).one_or_none()
