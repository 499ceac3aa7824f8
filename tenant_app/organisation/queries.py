"""SELECTs of the hierarchy. Used by this room only."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select

from tenant_app.core.context import Context
from tenant_app.organisation.models import Unit, UnitPlacement


def on(day: date) -> ColumnElement[bool]:
    """The placement holds on this day."""
    return (UnitPlacement.from_date <= day) & (
        UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > day)
    )


def path(ctx: Context, unit_id: UUID, day: date) -> str | None:
    return ctx.session.scalar(
        select(UnitPlacement.path).where(UnitPlacement.unit_id == unit_id, on(day))
    )


def below(paths: tuple[str, ...], day: date) -> Select[tuple[UUID]]:
    """Ids of the units in these subtrees on the day. No paths means no units: an empty or_()
    would mean no WHERE at all."""
    inside = or_(false(), *(UnitPlacement.path.op("^@")(p) for p in paths))
    return select(UnitPlacement.unit_id).where(on(day), inside)


def all_units() -> Select[tuple[UUID]]:
    return select(Unit.id)


def root_path(ctx: Context) -> str | None:
    return ctx.session.scalar(
        select(UnitPlacement.path)
        .where(UnitPlacement.parent_id.is_(None))
        .order_by(UnitPlacement.from_date.desc())
        .limit(1)
    )
