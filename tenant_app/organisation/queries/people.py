"""SELECTs of employees and their employments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
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


def employments_seen(
    ctx: Context, employee_id: UUID, visible: Select[UUID]
) -> Sequence[Employment]:
    return ctx.session.scalars(
        select(Employment)
        .where(Employment.employee_id == employee_id, Employment.unit_id.in_(visible))
        .options(joinedload(Employment.employee), joinedload(Employment.unit))
        .order_by(Employment.from_date)
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
    allowed: list[ColumnElement[bool]] = []
    if visible is not None:
        allowed.append(Employee.id.in_(visible))
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
