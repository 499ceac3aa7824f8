"""SELECTs of resource persons, what they can, and the hours they have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from tenant_app.competences.models import Competence
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Employment, Unit, UnitPlacement
from tenant_app.resource_persons.models import (
    ResourceCompetence,
    ResourceHours,
    ResourcePerson,
    ResourceRole,
)
from tenant_app.resource_persons.queries.scope import holds, seen_persons
from tenant_app.resource_persons.rules import Balance


def listing(filters: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """By name in the Danish alphabet."""
    return (
        select(ResourcePerson)
        .where(*filters)
        .order_by(danish(ResourcePerson.name), ResourcePerson.id)
        .options(joinedload(ResourcePerson.unit))
    )


def of_role(role: ResourceRole) -> ColumnElement[bool]:
    return ResourcePerson.role == role


def skilled(ctx: Context, area_id: UUID) -> ColumnElement[bool]:
    """They have a competence of the area."""
    return ResourcePerson.id.in_(
        select(ResourceCompetence.person_id)
        .join(Competence, Competence.id == ResourceCompetence.competence_id)
        .where(Competence.area_id == area_id)
    )


def serving(ctx: Context, unit_ids: Collection[UUID]) -> ColumnElement[bool]:
    """They serve one of the units."""
    area, served = aliased(UnitPlacement), aliased(UnitPlacement)
    return ResourcePerson.unit_id.in_(
        select(area.unit_id)
        .join(served, served.path.bool_op("^@")(area.path))
        .where(served.unit_id.in_(unit_ids), *_true_of(area, ctx), *_true_of(served, ctx))
    )


def _true_of(place: Any, ctx: Context) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return place.from_date <= ctx.today, or_(place.to_date.is_(None), place.to_date > ctx.today)


def with_hours_left(day: date) -> ColumnElement[bool]:
    """They can be booked, have not left, and have hours of the day's year left."""
    left = select(ResourceHours.person_id).where(
        ResourceHours.year == day.year, ResourceHours.booked < ResourceHours.minutes
    )
    return and_(ResourcePerson.is_active, ResourcePerson.id.in_(left), _works_on(day))


def _works_on(day: date) -> ColumnElement[bool]:
    """Employed on the day; who is no employee always is."""
    employed = exists().where(
        Employment.employee_id == ResourcePerson.employee_id,
        Employment.from_date <= day,
        or_(Employment.to_date.is_(None), Employment.to_date > day),
    )
    return or_(ResourcePerson.employee_id.is_(None), employed)


def works(ctx: Context, person: ResourcePerson, *, days: Collection[date]) -> bool:
    """Whether the person is employed on each of the days, or is no employee."""
    found = select(ResourcePerson.id).where(
        ResourcePerson.id == person.id, *(_works_on(day) for day in days)
    )
    return ctx.session.scalar(found) is not None


def person(ctx: Context, person_id: UUID) -> ResourcePerson | None:
    return ctx.session.scalars(
        select(ResourcePerson)
        .where(ResourcePerson.id == person_id, seen_persons(ctx))
        .options(joinedload(ResourcePerson.unit))
    ).one_or_none()


def person_locked(ctx: Context, person_id: UUID, *, read: bool = False) -> ResourcePerson | None:
    """Locked to change, or held as it is while it is booked (`read`). Read again even if this unit
    of work saw it before: the lock may have waited."""
    return ctx.session.scalars(
        select(ResourcePerson)
        .where(ResourcePerson.id == person_id, seen_persons(ctx))
        .options(joinedload(ResourcePerson.unit))
        .with_for_update(of=ResourcePerson, read=read)
        .execution_options(populate_existing=True)
    ).one_or_none()


def person_of(ctx: Context, employee_id: UUID) -> ResourcePerson | None:
    """The listing of an employee."""
    return ctx.session.scalars(
        select(ResourcePerson).where(ResourcePerson.employee_id == employee_id)
    ).one_or_none()


def units_to_choose(
    ctx: Context, unit_ids: Collection[UUID], permission: Permission
) -> dict[UUID, Unit]:
    """Those of the units that exist today and where the actor has the permission."""
    found = ctx.session.scalars(
        select(Unit)
        .join(UnitPlacement, UnitPlacement.unit_id == Unit.id)
        .where(
            Unit.id.in_(unit_ids),
            Unit.id.in_(organisation.visible_units(ctx, permission)),
            holds(ctx.today),
        )
    )
    return {unit.id: unit for unit in found}


def employees_in(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Employee]:
    """Those of the employees that the actor sees."""
    seen = organisation.visible_employees(ctx, Permission.EMPLOYEES_VIEW)
    found = ctx.session.scalars(select(Employee).where(Employee.id.in_(ids), Employee.id.in_(seen)))
    return {each.id: each for each in found}


def employee_numbered(ctx: Context, number: str) -> UUID | None:
    """The employee with this payroll number, if the actor sees them."""
    seen = organisation.visible_employees(ctx, Permission.EMPLOYEES_VIEW)
    return ctx.session.scalar(
        select(Employee.id).where(Employee.number == number, Employee.id.in_(seen))
    )


# What they can


def competence_ids(ctx: Context, person_id: UUID) -> set[UUID]:
    return set(
        ctx.session.scalars(
            select(ResourceCompetence.competence_id).where(
                ResourceCompetence.person_id == person_id
            )
        )
    )


def competences_of(ctx: Context, person_ids: Collection[UUID]) -> Sequence[tuple[UUID, UUID, str]]:
    """(person, competence, its name) by name."""
    rows = ctx.session.execute(
        select(ResourceCompetence.person_id, Competence.id, Competence.name)
        .join(Competence, Competence.id == ResourceCompetence.competence_id)
        .where(ResourceCompetence.person_id.in_(person_ids))
        .order_by(danish(Competence.name), Competence.id)
    )
    return [(person_id, key, name) for person_id, key, name in rows]


def known_competences(ctx: Context, ids: Collection[UUID]) -> set[UUID]:
    return set(ctx.session.scalars(select(Competence.id).where(Competence.id.in_(ids))))


def untie(ctx: Context, person_id: UUID, ids: Collection[UUID]) -> None:
    """The person is no longer booked for these."""
    ctx.session.execute(
        delete(ResourceCompetence)
        .where(ResourceCompetence.person_id == person_id, ResourceCompetence.competence_id.in_(ids))
        .execution_options(synchronize_session=False)
    )


# Their hours


def balance(ctx: Context, person_id: UUID, year: int) -> Balance | None:
    row = ctx.session.execute(
        select(ResourceHours.year, ResourceHours.minutes, ResourceHours.booked).where(
            ResourceHours.person_id == person_id, ResourceHours.year == year
        )
    ).one_or_none()
    return None if row is None else Balance(*row)


def balances(
    ctx: Context, person_ids: Collection[UUID], *, year: int | None = None
) -> Sequence[tuple[UUID, Balance]]:
    """(person, hours) of the year, or of every year, the latest first."""
    asked = select(
        ResourceHours.person_id, ResourceHours.year, ResourceHours.minutes, ResourceHours.booked
    ).where(ResourceHours.person_id.in_(person_ids))
    if year is not None:
        asked = asked.where(ResourceHours.year == year)
    rows = ctx.session.execute(asked.order_by(ResourceHours.year.desc(), ResourceHours.id))
    return [(person_id, Balance(*facts)) for person_id, *facts in rows]


def helpers(
    ctx: Context, filters: Sequence[ColumnElement[bool]], *, year: int, most: int
) -> Sequence[tuple[ResourcePerson, str, int]]:
    """(person, names of what they can, minutes left in the year), those with most left first."""
    names = (
        select(func.string_agg(Competence.name, ", "))
        .join(ResourceCompetence, ResourceCompetence.competence_id == Competence.id)
        .where(ResourceCompetence.person_id == ResourcePerson.id)
        .correlate(ResourcePerson)
        .scalar_subquery()
    )
    left = ResourceHours.minutes - ResourceHours.booked
    rows = ctx.session.execute(
        select(ResourcePerson, names, left)
        .join(
            ResourceHours,
            and_(ResourceHours.person_id == ResourcePerson.id, ResourceHours.year == year),
        )
        .where(seen_persons(ctx), *filters)
        .options(joinedload(ResourcePerson.unit))
        .order_by(left.desc(), danish(ResourcePerson.name), ResourcePerson.id)
        .limit(most)
    )
    return [(person, can or "", minutes) for person, can, minutes in rows]
