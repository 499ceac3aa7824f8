"""SELECTs of all needs at a glance: where they are, and what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    Uuid,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.types import NullType

from tenant_app.core.context import Context
from tenant_app.core.fence import own
from tenant_app.needs.models import Need, Urgency
from tenant_app.needs.queries.rows import by_owner, placed
from tenant_app.needs.rules import LIVE, Heat
from tenant_app.organisation.models import Unit, UnitPlacement

PRESSING = (Urgency.HIGH, Urgency.ACUTE)


def _heat(needs: ColumnElement[bool], units: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    ids = bindparam("areas", type_=ARRAY(Uuid()))
    day = bindparam("day", type_=Date())
    place = func.array_position(ids, Need.area_id) - 1  # PostgreSQL counts from 1
    cells = (
        select(
            Need.unit_id,
            cast(place, BigInteger).label("place"),
            func.count().label("needs"),
            # As int, whose sum is a bigint: that of a bigint is numeric and takes twice as long.
            func.sum(cast(Need.staff, Integer)).label("staff"),
            func.count().filter(Need.urgency.in_(PRESSING)).label("pressing"),
        )
        .where(needs, Need.state.in_(LIVE))
        .group_by(Need.unit_id, Need.area_id)
        .subquery()
    )
    # One list of fours: four lists, each with room of its own, did not fit into the memory.
    fours = func.array_agg(array([cells.c[name] for name in ("place", *Heat._fields)]))
    lists = (
        select(cells.c.unit_id, type_coerce(fours, NullType()).label("cells"))  # as it arrives
        .group_by(cells.c.unit_id)
        .subquery()
    )
    spots = (
        select(Unit.id, Unit.name, Unit.kind, UnitPlacement.path)
        .join(UnitPlacement, UnitPlacement.unit_id == Unit.id)
        .where(units, placed(UnitPlacement, day))
        .subquery()
    )
    return (
        select(
            func.coalesce(spots.c.id, lists.c.unit_id),
            spots.c.path,
            spots.c.name,
            spots.c.kind,
            lists.c.cells,
        )
        .select_from(spots.join(lists, lists.c.unit_id == spots.c.id, full=True))
        .order_by(spots.c.path)
    )


_HEAT_OF_ALL = _heat(own(Need), own(Unit, UnitPlacement))
"""Built once and past the ORM, whose work on it took as long as half of the counting."""


def heat_of_all(ctx: Context, area_ids: Sequence[UUID]) -> Sequence[Any]:
    """(unit, path, name, kind, [(place of a competence area, needs, staff, pressing ones)]) of
    every unit of the municipality, parents first, with what is worked with there; closed units
    come last.

    A row per unit, with a list: a row per cell took longer to fetch than to count.
    """
    return ctx.execute(_HEAT_OF_ALL, {"areas": list(area_ids), "day": ctx.today}).all()


def heat(
    ctx: Context, area_ids: Sequence[UUID], scope: ColumnElement[bool], seen: Select[UUID]
) -> Sequence[Any]:
    """The same of the units that one sees."""
    asked = {"areas": list(area_ids), "day": ctx.today}
    return ctx.session.execute(_heat(scope, Unit.id.in_(seen)), asked).all()


def by_source(ctx: Context, scope: ColumnElement[bool]) -> Sequence[Row[Any, int, int]]:
    """(source, live needs that have it, those that have no other); source None: without any."""
    found = by_owner().subquery()
    held = (
        select(
            Need.id,
            found.c.source,
            func.count(found.c.source).over(partition_by=Need.id).label("kinds"),
        )
        .outerjoin(found, found.c.owner == Need.id)
        .where(scope, Need.state.in_(LIVE))
        .subquery()
    )
    return ctx.session.execute(
        select(held.c.source, func.count(), func.count().filter(held.c.kinds == 1)).group_by(
            held.c.source
        )
    ).all()
