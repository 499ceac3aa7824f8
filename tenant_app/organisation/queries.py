"""SELECTs of the hierarchy and its staff. Used by this room only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Row,
    Select,
    SQLColumnExpression,
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
from tenant_app.core.db import danish
from tenant_app.core.searching import Asked
from tenant_app.organisation.models import (
    Employee,
    Employment,
    Position,
    Unit,
    UnitKind,
    UnitPlacement,
)


def on(day: date) -> ColumnElement[bool]:
    """The placement holds on this day."""
    return (UnitPlacement.from_date <= day) & (
        UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > day)
    )


def employed_on(day: date) -> ColumnElement[bool]:
    """The employment holds on this day."""
    return (Employment.from_date <= day) & not_over(day)


def not_over(day: date) -> ColumnElement[bool]:
    """The employment holds on this day or begins later."""
    return Employment.to_date.is_(None) | (Employment.to_date > day)


def among(column: SQLColumnExpression[UUID], ids: Collection[UUID]) -> ColumnElement[bool]:
    """`column = ANY(:ids)`: one parameter however many they are."""
    return column == any_(bindparam(None, list(ids), type_=ARRAY(Uuid())))


def named(column: SQLColumnExpression[str], texts: Collection[str]) -> ColumnElement[bool]:
    """`column = ANY(:texts)`: one parameter however many they are."""
    return column == any_(bindparam(None, list(texts), type_=ARRAY(Text())))


# Asked by nearly every verb, so built once and not at each asking.
_DAY = bindparam("day", type_=Date())
_PATH = select(UnitPlacement.path).where(
    UnitPlacement.unit_id == bindparam("unit", type_=Uuid()),
    UnitPlacement.from_date <= _DAY,
    UnitPlacement.to_date.is_(None) | (UnitPlacement.to_date > _DAY),
)


_BY_STEPS = select(Unit).where(
    Unit.seq == any_(bindparam("steps", type_=ARRAY(BigInteger()))), Unit.kind == bindparam("kind")
)


def path(ctx: Context, unit_id: UUID, day: date) -> str | None:
    return ctx.session.scalar(_PATH, {"unit": unit_id, "day": day})


def lines(
    ctx: Context, unit_ids: Collection[UUID], day: date
) -> Sequence[Row[UUID, str, Unit, str]]:
    """(unit, its path, a unit on the way down to it, that one's path), the municipality first."""
    low, high = aliased(UnitPlacement), aliased(UnitPlacement)
    held = [
        and_(row.from_date <= day, row.to_date.is_(None) | (row.to_date > day))
        for row in (low, high)
    ]
    return ctx.session.execute(
        select(low.unit_id, low.path, Unit, high.path)
        .join(high, low.path.bool_op("^@")(high.path))
        .join(Unit, Unit.id == high.unit_id)
        .where(low.unit_id.in_(unit_ids), *held)
        .order_by(low.unit_id, func.length(high.path))
    ).all()


def below(paths: tuple[str, ...], day: date) -> Select[UUID]:
    """Ids of the units in these subtrees on the day. No paths means no units: an empty or_()
    would mean no WHERE at all."""
    inside = or_(false(), *(UnitPlacement.path.op("^@")(p) for p in paths))
    return select(UnitPlacement.unit_id).where(on(day), inside)


def all_units() -> Select[UUID]:
    return select(Unit.id)


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
    return ctx.session.scalar(_BY_STEPS, {"steps": list(steps), "kind": kind})


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


def history(ctx: Context, unit_id: UUID) -> Sequence[UnitPlacement]:
    return ctx.session.scalars(
        select(UnitPlacement)
        .where(UnitPlacement.unit_id == unit_id)
        .options(joinedload(UnitPlacement.unit))
        .order_by(UnitPlacement.from_date)
    ).all()


def employments_seen(
    ctx: Context, employee_id: UUID, visible: Select[UUID]
) -> Sequence[Employment]:
    return ctx.session.scalars(
        select(Employment)
        .where(Employment.employee_id == employee_id, Employment.unit_id.in_(visible))
        .options(joinedload(Employment.employee), joinedload(Employment.unit))
        .order_by(Employment.from_date)
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


def visible_employees(visible: Select[UUID], day: date) -> Select[UUID]:
    """Ids of those employed in these units on the day or later: who has gone elsewhere is gone."""
    return select(Employment.employee_id).where(not_over(day), Employment.unit_id.in_(visible))


def all_employees() -> Select[UUID]:
    return select(Employee.id)


def employee(
    ctx: Context, employee_id: UUID, visible: Select[UUID], *, lock: bool = False
) -> Employee | None:
    statement = select(Employee).where(Employee.id == employee_id, Employee.id.in_(visible))
    if lock:
        statement = statement.with_for_update(of=Employee, key_share=True)
    return ctx.session.scalar(statement)


def employment(ctx: Context, employee_id: UUID, day: date) -> Employment | None:
    return ctx.session.scalar(
        select(Employment)
        .where(Employment.employee_id == employee_id, employed_on(day))
        .options(joinedload(Employment.employee), joinedload(Employment.unit))
    )


def employments_of(ctx: Context, employee_ids: Collection[UUID]) -> Sequence[Employment]:
    return ctx.session.scalars(
        select(Employment)
        .where(among(Employment.employee_id, employee_ids))
        .order_by(Employment.employee_id, Employment.from_date)
        .execution_options(populate_existing=True)
    ).all()


def latest_employments(
    ctx: Context, employee_ids: Collection[UUID], visible: Select[UUID]
) -> Sequence[Employment]:
    """In these units, in order of time, with unit."""
    return ctx.session.scalars(
        select(Employment)
        .where(among(Employment.employee_id, employee_ids), Employment.unit_id.in_(visible))
        .options(joinedload(Employment.unit))
        .order_by(Employment.from_date)
    ).all()


def employed_in(units: Select[UUID], day: date) -> Select[UUID]:
    """Ids of those employed in these units on the day."""
    return select(Employment.employee_id).where(employed_on(day), Employment.unit_id.in_(units))


def employed_as(position: Position, day: date) -> Select[UUID]:
    """Ids of those employed in this position on the day."""
    return select(Employment.employee_id).where(employed_on(day), Employment.position == position)


def held_today(what: Any, day: date) -> ColumnElement[Any]:
    """A fact of the employment that an employee holds on the day, to sort employees by."""
    return (
        select(what)
        .select_from(Employment)
        .join(Unit, Unit.id == Employment.unit_id)
        .where(Employment.employee_id == Employee.id, employed_on(day))
        .correlate(Employee)
        .limit(1)
        .scalar_subquery()
    )


def staff_after(ctx: Context, unit_id: UUID, day: date) -> Sequence[UUID]:
    """Who is employed in the unit itself on the day or later."""
    return ctx.session.scalars(
        select(Employment.employee_id)
        .where(Employment.unit_id == unit_id, not_over(day))
        .distinct()
        .order_by(Employment.employee_id)
    ).all()


def employees_by_number(ctx: Context, numbers: Collection[str]) -> Sequence[Employee]:
    return ctx.session.scalars(
        select(Employee)
        .where(named(Employee.number, numbers))
        .order_by(Employee.id)
        .with_for_update(of=Employee, key_share=True)
    ).all()


def employments(
    *,
    day: date,
    visible: Select[UUID],
    unit_id: UUID | None = None,
    position: Position | None = None,
    text: str | None = None,
) -> Select[Employment]:
    """Who is employed on the day in the visible units, by name."""
    found = (
        select(Employment)
        .join(Employee, Employee.id == Employment.employee_id)
        .where(employed_on(day), Employment.unit_id.in_(visible))
        .options(joinedload(Employment.employee), joinedload(Employment.unit))
        .order_by(danish(Employee.name), Employee.id)
    )
    if unit_id is not None:
        found = found.where(Employment.unit_id == unit_id)
    if position is not None:
        found = found.where(Employment.position == position)
    if text:
        found = found.where(
            or_(Employee.name.icontains(text, autoescape=True), Employee.number == text)
        )
    return found


def people_like(
    ctx: Context, wanted: Asked, visible: Select[UUID] | None, *, own: UUID | None, limit: int
) -> Sequence[Employee]:
    """Of the visible and oneself, the nearest first."""
    allowed = [] if visible is None else [Employee.id.in_(visible)]
    if own is not None:
        allowed.append(Employee.id == own)
    return ctx.session.scalars(
        select(Employee)
        .where(searching.holds(Employee.sought, wanted), or_(false(), *allowed))
        # A name comes first in what is sought, so it orders like one.
        .order_by(
            searching.nearness(Employee.sought, wanted), Employee.sought.collate("C"), Employee.id
        )
        .limit(limit)
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


def staff_figures(ctx: Context, day: date) -> Sequence[Row[UUID, int, Decimal, Decimal]]:
    """(institution, people, FTE, pedagogues' FTE), houses counted with their institution."""
    institution, place = aliased(UnitPlacement), aliased(UnitPlacement)
    here = and_(
        place.path.op("^@")(institution.path),
        place.from_date <= day,
        place.to_date.is_(None) | (place.to_date > day),
    )
    works = and_(Employment.unit_id == place.unit_id, employed_on(day))
    pedagogues = Employment.position == Position.PEDAGOGUE
    return ctx.session.execute(
        select(
            institution.unit_id,
            func.count(Employment.id),
            func.coalesce(func.sum(Employment.fte), 0),
            func.coalesce(func.sum(Employment.fte).filter(pedagogues), 0),
        )
        .select_from(institution)
        .join(Unit, Unit.id == institution.unit_id)
        .join(place, here)
        .outerjoin(Employment, works)
        .where(
            Unit.kind == UnitKind.INSTITUTION,
            institution.from_date <= day,
            institution.to_date.is_(None) | (institution.to_date > day),
        )
        .group_by(institution.unit_id, institution.path)
        .order_by(institution.path)
    ).all()
