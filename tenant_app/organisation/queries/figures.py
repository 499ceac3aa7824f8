"""SELECTs of the figures of units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from tenant_app.core.context import Context
from tenant_app.organisation.models import Unit, UnitFigures


def figures_on(ctx: Context, day: date) -> Sequence[UnitFigures]:
    """The newest of each unit that hold on the day."""
    return ctx.session.scalars(
        select(UnitFigures)
        .ext(distinct_on(UnitFigures.unit_id))
        .where(UnitFigures.from_date <= day)
        .order_by(UnitFigures.unit_id, UnitFigures.from_date.desc())
    ).all()


def figures_seen(visible: Select[UUID], unit_id: UUID | None) -> Select[Any]:
    """Of the visible units, newest first."""
    statement = (
        select(UnitFigures)
        .join(Unit, Unit.id == UnitFigures.unit_id)
        .where(UnitFigures.unit_id.in_(visible))
        .options(joinedload(UnitFigures.unit))
        .order_by(UnitFigures.from_date.desc(), Unit.number, UnitFigures.id)
    )
    return statement if unit_id is None else statement.where(UnitFigures.unit_id == unit_id)


def every_figures(ctx: Context) -> Sequence[UnitFigures]:
    return ctx.session.scalars(select(UnitFigures)).all()


def figures_of_day(ctx: Context, unit_id: UUID, day: date) -> UnitFigures | None:
    return ctx.session.scalar(
        select(UnitFigures).where(UnitFigures.unit_id == unit_id, UnitFigures.from_date == day)
    )
