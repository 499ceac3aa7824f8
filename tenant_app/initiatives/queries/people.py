"""SELECTs of the people who take part: how many initiatives each is in, and who was let in above
the limit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from tenant_app.accounts.models import User
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.initiatives.models import Initiative, PersonOverride
from tenant_app.initiatives.queries.scope import RUNNING, holds
from tenant_app.initiatives.rules import Person
from tenant_app.organisation.models import Employee, Employment, UnitPlacement

Enrolled = Sequence[Select[UUID | None, UUID]]
"""Each (initiative_id, employee_id) of those who are enrolled through an initiative."""


def enrolled_in(ctx: Context, initiative_id: UUID, enrolled: Enrolled) -> set[UUID]:
    """Those who take part in the initiative."""
    if not enrolled:
        return set()
    pairs = union_all(*enrolled).subquery()
    return set(
        ctx.session.scalars(
            select(pairs.c.employee_id).where(pairs.c.initiative_id == initiative_id)
        )
    )


def lock_people(ctx: Context, ids: Collection[UUID]) -> None:
    """Lock the people in id order: what they take part in is counted afterwards, by one at a
    time. Rows that point at them can still be written."""
    ctx.session.execute(
        select(Employee.id)
        .where(Employee.id.in_(ids))
        .order_by(Employee.id)
        .with_for_update(key_share=True)
    ).all()


def people(
    ctx: Context, ids: Collection[UUID], enrolled: Enrolled, *, without: UUID
) -> list[Person]:
    """Each of the people with how many initiatives under way they take part in, `without` one."""
    if not enrolled:
        return []
    pairs = union_all(*enrolled).subquery()
    running = (
        select(pairs.c.employee_id, func.count(Initiative.id.distinct()).label("number"))
        .join(Initiative, Initiative.id == pairs.c.initiative_id)
        .where(Initiative.state.in_(RUNNING), Initiative.id != without)
        .where(pairs.c.employee_id.in_(ids))
        .group_by(pairs.c.employee_id)
        .subquery()
    )
    rows = ctx.session.execute(
        select(Employee.id, Employee.name, func.coalesce(running.c.number, 0))
        .outerjoin(running, running.c.employee_id == Employee.id)
        .where(Employee.id.in_(ids))
        .order_by(danish(Employee.name), Employee.id)
    )
    return [Person(*row) for row in rows]


def paths_of(ctx: Context, ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Where each of the people works today, or will."""
    rows = ctx.session.execute(
        select(Employment.employee_id, UnitPlacement.path)
        .join(UnitPlacement, UnitPlacement.unit_id == Employment.unit_id)
        .where(
            Employment.employee_id.in_(ids),
            or_(Employment.to_date.is_(None), Employment.to_date > ctx.today),
            holds(ctx.today),
        )
    )
    found: dict[UUID, list[str]] = {}
    for employee_id, path in rows:
        found.setdefault(employee_id, []).append(path)
    return found


def let_in(initiative_id: UUID) -> Any:
    """[people, why, who let them in], the first first; without the names of the people: a scalar
    for another SELECT."""
    rows = (
        select(
            func.count().label("people"),
            PersonOverride.reason.label("reason"),
            func.coalesce(User.name, "").label("by"),
            func.min(PersonOverride.overridden_at).label("first"),
        )
        .outerjoin(User, User.id == PersonOverride.overridden_by)
        .where(PersonOverride.initiative_id == initiative_id)
        .group_by(PersonOverride.reason, User.name)
        .subquery()
    )
    row = func.jsonb_build_array(rows.c.people, rows.c.reason, rows.c.by)
    return select(func.jsonb_agg(aggregate_order_by(row, rows.c.first))).scalar_subquery()
