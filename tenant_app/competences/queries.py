"""SELECTs of competences and of who holds them. Used by this room only."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from tenant_app.competences.models import (
    Competence,
    CompetenceArea,
    CoverageTarget,
    Holding,
)
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.organisation.models import Employee, Position


def held(day: date) -> ColumnElement[bool]:
    """The holding is in force on this day."""
    return (Holding.from_date <= day) & (Holding.until_date.is_(None) | (Holding.until_date >= day))


def holdings(scope: ColumnElement[bool]) -> Select[Any]:
    return select(Holding).where(scope).order_by(Holding.from_date.desc(), Holding.id)


def is_among(ctx: Context, employee_id: UUID, employees: Select[Any]) -> bool:
    found = select(Employee.id).where(Employee.id == employee_id, Employee.id.in_(employees))
    return ctx.session.scalar(found) is not None


def employees_by_id(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Employee]:
    found = ctx.session.scalars(select(Employee).where(Employee.id.in_(ids)))
    return {employee.id: employee for employee in found}


def holding_to_change(ctx: Context, holding_id: UUID, scope: ColumnElement[bool]) -> Holding | None:
    return ctx.session.scalars(
        select(Holding).where(Holding.id == holding_id, scope).with_for_update(of=Holding)
    ).one_or_none()


def granted_by(ctx: Context, employee_id: UUID, source_id: UUID) -> set[UUID]:
    """Competences that this source already gave the employee."""
    return set(
        ctx.session.scalars(
            select(Holding.competence_id).where(
                Holding.employee_id == employee_id, Holding.source_id == source_id
            )
        )
    )


def areas() -> Select[Any]:
    return select(CompetenceArea).order_by(danish(CompetenceArea.name), CompetenceArea.id)


def area_to_change(ctx: Context, area_id: UUID) -> CompetenceArea | None:
    return ctx.session.scalars(
        select(CompetenceArea).where(CompetenceArea.id == area_id).with_for_update()
    ).one_or_none()


def area(ctx: Context, area_id: UUID) -> CompetenceArea | None:
    return ctx.session.scalars(
        select(CompetenceArea).where(CompetenceArea.id == area_id)
    ).one_or_none()


def competences(*, q: str = "", area_id: UUID | None = None) -> Select[Any]:
    found = (
        select(Competence)
        .options(joinedload(Competence.area))
        .order_by(danish(Competence.name), Competence.id)
    )
    if q:
        found = found.where(Competence.name.icontains(q, autoescape=True))
    if area_id is not None:
        found = found.where(Competence.area_id == area_id)
    return found


def competence(ctx: Context, competence_id: UUID) -> Competence | None:
    return ctx.session.scalars(
        select(Competence)
        .where(Competence.id == competence_id)
        .options(joinedload(Competence.area))
    ).one_or_none()


def competence_to_change(ctx: Context, competence_id: UUID) -> Competence | None:
    return ctx.session.scalars(
        select(Competence)
        .where(Competence.id == competence_id)
        .options(joinedload(Competence.area))
        .with_for_update(of=Competence)
    ).one_or_none()


def competences_by_id(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Competence]:
    found = ctx.session.scalars(select(Competence).where(Competence.id.in_(ids)))
    return {competence.id: competence for competence in found}


def targets() -> Select[Any]:
    return (
        select(CoverageTarget)
        .options(joinedload(CoverageTarget.competence))
        .order_by(CoverageTarget.due_date, CoverageTarget.id)
    )


def target_of(ctx: Context, competence_id: UUID, position: Position) -> CoverageTarget | None:
    return ctx.session.scalars(
        select(CoverageTarget)
        .where(CoverageTarget.competence_id == competence_id, CoverageTarget.position == position)
        .with_for_update(of=CoverageTarget)
    ).one_or_none()


def target(ctx: Context, target_id: UUID) -> CoverageTarget | None:
    return ctx.session.scalars(
        select(CoverageTarget)
        .where(CoverageTarget.id == target_id)
        .with_for_update(of=CoverageTarget)
    ).one_or_none()
