"""SELECTs of units and where they hang."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload

from tenant_app.core import searching
from tenant_app.core.context import Context
from tenant_app.core.db import StrEnumText, danish
from tenant_app.core.fence import only_own
from tenant_app.core.searching import Asked
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement


def on(day: date) -> ColumnElement[bool]:
    """The placement holds on this day."""
    return (UnitPlacement.from_date <= day) & (
        UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > day)
    )


# Asked by nearly every verb, so built once and not at each asking.
_DAY = bindparam("day", type_=Date())
_PATH = only_own(
    select(UnitPlacement.path).where(
        UnitPlacement.unit_id == bindparam("unit", type_=Uuid()),
        UnitPlacement.from_date <= _DAY,
        UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > _DAY),
    ),
    UnitPlacement,
)
_BY_STEPS = only_own(
    select(Unit).where(
        Unit.seq == any_(bindparam("steps", type_=ARRAY(BigInteger()))),
        Unit.kind == bindparam("kind", type_=StrEnumText(UnitKind)),
    ),
    Unit,
)


def path(ctx: Context, unit_id: UUID, day: date) -> str | None:
    return ctx.read(_PATH, {"unit": unit_id, "day": day}).scalar()


def _lines(low: Any, high: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    """The columns of a placement that is asked for and of each unit on the way down to it."""
    held = [
        and_(row.from_date <= _DAY, row.to_date.is_(None) | (row.to_date > _DAY))
        for row in (low, high)
    ]
    return only_own(
        select(*columns)
        .select_from(low)
        .join(high, low.path.bool_op("^@")(high.path))
        .join(Unit, Unit.id == high.unit_id)
        .where(low.unit_id == any_(bindparam("units", type_=ARRAY(Uuid()))), *held)
        .order_by(low.unit_id, func.length(high.path)),
        low,
        high,
        Unit,
    )


# Built once: building them anew cost more than running them.
_LOW, _HIGH = aliased(UnitPlacement), aliased(UnitPlacement)
_LINES = _lines(_LOW, _HIGH, _LOW.unit_id, _LOW.path, Unit, _HIGH.path)
_WAY = _lines(_LOW, _HIGH, Unit.id, Unit.kind, _HIGH.path)


def lines(
    ctx: Context, unit_ids: Collection[UUID], day: date
) -> Sequence[Row[UUID, str, Unit, str]]:
    """(unit, its path, a unit on the way down to it, that one's path), the municipality first."""
    return ctx.load(_LINES, {"day": day, "units": list(unit_ids)}).all()


def way(ctx: Context, unit_id: UUID, day: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """(unit, kind, path) of those on the way down to a unit, the municipality first."""
    return ctx.read(_WAY, {"day": day, "units": [unit_id]}).all()


def below(paths: tuple[str, ...], day: date) -> Select[UUID]:
    """Ids of the units in these subtrees on the day. No paths means no units: an empty or_()
    would mean no WHERE at all."""
    inside = or_(false(), *(UnitPlacement.path.op("^@")(p) for p in paths))
    return select(UnitPlacement.unit_id).where(on(day), inside)


def all_units() -> Select[UUID]:
    return select(Unit.id)


_SCOPE = bindparam("scope", type_=ARRAY(Text()))
_EVERYWHERE = bindparam("everywhere", type_=Boolean())
_SCOPE_DAY = bindparam("scope_day", type_=Date())


def scoped(unit_id: Any) -> ColumnElement[bool]:
    """The unit lies in a scope that is said when the statement is run."""
    low = aliased(UnitPlacement)
    inside = only_own(
        select(low.unit_id).where(
            low.path.bool_op("^@")(any_(_SCOPE)),
            low.from_date <= _SCOPE_DAY,
            low.to_date.is_(None) | (low.to_date > _SCOPE_DAY),
        ),
        low,
    )
    return or_(_EVERYWHERE, unit_id.in_(inside))


def root_path(ctx: Context) -> str | None:
    return ctx.session.scalar(
        select(UnitPlacement.path)
        .where(UnitPlacement.parent_id.is_(None))
        .order_by(UnitPlacement.from_date.desc())
        .limit(1)
    )


def unit(ctx: Context, unit_id: UUID, visible: Select[UUID]) -> Unit | None:
    return ctx.session.scalar(select(Unit).where(Unit.id == unit_id, Unit.id.in_(visible)))


def root(ctx: Context) -> Unit | None:
    return ctx.session.scalar(select(Unit).where(Unit.kind == UnitKind.MUNICIPALITY))


def unit_by_steps(ctx: Context, steps: Sequence[int], kind: UnitKind) -> Unit | None:
    """The unit of this kind among the steps of a path."""
    return ctx.load(_BY_STEPS, {"steps": list(steps), "kind": kind}).scalar()


def placements(
    day: date, *, kinds: Collection[UnitKind] = (), visible: Select[UUID] | None = None
) -> Select[UnitPlacement]:
    """Where units hang on the day, parents before children, the unit loaded."""
    found = (
        select(UnitPlacement)
        .join(Unit, Unit.id == UnitPlacement.unit_id)
        .where(on(day))
        .options(joinedload(UnitPlacement.unit))
        .order_by(UnitPlacement.path)
    )
    if kinds:
        found = found.where(Unit.kind.in_(kinds))
    if visible is not None:
        found = found.where(UnitPlacement.unit_id.in_(visible))
    return found


def placements_seen(
    ctx: Context, day: date, visible: Select[UUID]
) -> Sequence[Row[UnitPlacement, bool]]:
    """(placement, whether its unit is visible) of all units on the day."""
    return ctx.session.execute(
        placements(day).add_columns(UnitPlacement.unit_id.in_(visible))
    ).all()


def history(ctx: Context, unit_id: UUID) -> Sequence[UnitPlacement]:
    return ctx.session.scalars(
        select(UnitPlacement)
        .where(UnitPlacement.unit_id == unit_id)
        .options(joinedload(UnitPlacement.unit))
        .order_by(UnitPlacement.from_date)
    ).all()


def lock_hierarchy(ctx: Context) -> None:
    """One change of the hierarchy at a time: each first takes the municipality's own row.

    NO KEY UPDATE, so that rows which point at the unit can still be added meanwhile.
    """
    ctx.session.execute(
        select(Unit.id)
        .where(Unit.kind == UnitKind.MUNICIPALITY)
        .order_by(Unit.id)
        .with_for_update(key_share=True)
    )


def hold_hierarchy(ctx: Context) -> None:
    """Nothing moves or closes while people are placed; several may place people at once."""
    ctx.session.execute(
        select(Unit.id)
        .where(Unit.kind == UnitKind.MUNICIPALITY)
        .order_by(Unit.id)
        .with_for_update(read=True)
    )


def every_unit(ctx: Context) -> Sequence[Row[UUID, str, str, UnitKind, int, bool]]:
    return ctx.session.execute(
        select(Unit.id, Unit.number, Unit.name, Unit.kind, Unit.seq, Unit.weak_economy)
    ).all()


def every_placement(
    ctx: Context,
) -> Sequence[Row[UUID, UUID, UUID | None, str, date, date | None]]:
    return ctx.session.execute(
        select(
            UnitPlacement.id,
            UnitPlacement.unit_id,
            UnitPlacement.parent_id,
            UnitPlacement.path,
            UnitPlacement.from_date,
            UnitPlacement.to_date,
        ).order_by(UnitPlacement.unit_id, UnitPlacement.from_date)
    ).all()


def units_like(ctx: Context, wanted: Asked, visible: Select[UUID], *, limit: int) -> Sequence[Unit]:
    """Of the visible, the nearest first."""
    return ctx.session.scalars(
        select(Unit)
        .where(
            Unit.id.in_(visible),
            searching.holds(danish(Unit.name), wanted)
            | searching.begins(danish(Unit.number), wanted),
        )
        .order_by(searching.nearness(danish(Unit.name), wanted), danish(Unit.name), Unit.id)
        .limit(limit)
    ).all()
