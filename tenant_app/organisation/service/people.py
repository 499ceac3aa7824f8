"""Verbs of employees: hire, change and end, each from a date on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.organisation import queries, rules
from tenant_app.organisation.models import Employee, Position
from tenant_app.organisation.rules import Spell
from tenant_app.organisation.service.keeping import keep_spells, load_spells, load_tree
from tenant_app.organisation.service.scope import (
    chosen_unit,
    require_at_unit,
    root_path,
    visible_employees,
)


def hire(
    ctx: Context,
    *,
    number: str,
    name: str,
    email: str | None,
    unit_id: UUID,
    position: Position,
    fte: Decimal,
    from_date: date,
) -> Employee:
    """A new person is employed from the date on. `fte` is a share of full time.

    Raises NotFound for the unit, Conflict and Invalid.
    """
    chosen_unit(ctx, unit_id, field="unit_id")
    require_at_unit(ctx, Permission.EMPLOYEES_MANAGE, unit_id)
    row = {
        "id": uuid7(),
        "number": rules.clean_text(number, field="number"),
        "name": rules.clean_text(name, field="name"),
        "email": rules.clean_email(email),
    }
    spells = rules.begun((), Spell(unit_id, position, fte, from_date))
    _check_units(ctx, spells, field="from_date")

    employee_id = ctx.session.execute(insert_or_skip(Employee, row, skip=True)).scalar_one_or_none()
    if employee_id is None:
        raise Conflict(
            N_(
                "The number %(number)s is in use. Choose another number, "
                "or change or renew the employment of that person."
            ),
            field="number",
            number=str(row["number"]),
        )
    keep_spells(ctx, {employee_id: spells})
    audit.record(ctx, "employee.hired", employee_id, new={**row, **_facts(spells[-1])})
    return _locked(ctx, employee_id)


def rehire(
    ctx: Context,
    employee_id: UUID,
    *,
    unit_id: UUID,
    position: Position,
    fte: Decimal,
    from_date: date,
) -> Employee:
    """Somebody who has left is employed again from the date on. Raises NotFound, Conflict."""
    chosen_unit(ctx, unit_id, field="unit_id")
    queries.hold_hierarchy(ctx)
    employee = _locked(ctx, employee_id)
    require_at_unit(ctx, Permission.EMPLOYEES_MANAGE, unit_id)
    spells = rules.begun(
        load_spells(ctx, [employee_id])[employee_id], Spell(unit_id, position, fte, from_date)
    )
    _check_units(ctx, spells[-1:], field="from_date")
    keep_spells(ctx, {employee_id: spells})
    audit.record(ctx, "employee.rehired", employee_id, new=_facts(spells[-1]))
    return employee


def change_employment(
    ctx: Context,
    employee_id: UUID,
    *,
    on: date,
    unit_id: UUID | None = None,
    position: Position | None = None,
    fte: Decimal | None = None,
) -> Employee:
    """From `on` the person has another unit, position or FTE; before, nothing changed.

    Raises NotFound, Conflict, and Invalid for the FTE.
    """
    if unit_id is not None:
        chosen_unit(ctx, unit_id, field="unit_id")
    queries.hold_hierarchy(ctx)
    employee = _locked(ctx, employee_id)
    before = load_spells(ctx, [employee_id])[employee_id]
    _require_at(ctx, before)
    if unit_id is not None:
        require_at_unit(ctx, Permission.EMPLOYEES_MANAGE, unit_id)
    after = rules.changed(before, on, unit_id=unit_id, position=position, fte=fte)
    _check_units(ctx, after[-1:], field="on")
    keep_spells(ctx, {employee_id: after})
    was = rules.on_day(before, on)
    audit.record(
        ctx,
        "employee.changed",
        employee_id,
        old=_facts(was) if was else None,
        new=_facts(after[-1]),
    )
    return employee


def end_employment(ctx: Context, employee_id: UUID, *, on: date) -> Employee:
    """From `on` the person is no longer employed. Raises NotFound, Conflict."""
    queries.hold_hierarchy(ctx)  # a merge of the unit would write the same rows
    employee = _locked(ctx, employee_id)
    before = load_spells(ctx, [employee_id])[employee_id]
    _require_at(ctx, before)
    after = rules.ended(before, on)
    keep_spells(ctx, {employee_id: after})
    audit.record(ctx, "employee.ended", employee_id, new={"on": on})
    return employee


def describe_employee(
    ctx: Context, employee_id: UUID, *, name: str | None = None, email: str | None = None
) -> Employee:
    """The person has this name and e-mail; an empty e-mail removes it. Raises NotFound, Invalid."""
    employee = _locked(ctx, employee_id)
    _require_at(ctx, load_spells(ctx, [employee_id])[employee_id])
    old = {"name": employee.name, "email": employee.email}
    new_name = employee.name if name is None else rules.clean_text(name, field="name")
    new_email = employee.email if email is None else rules.clean_email(email)
    employee.name, employee.email = new_name, new_email
    new = {"name": new_name, "email": new_email}
    if new != old:
        audit.record(ctx, "employee.described", employee_id, old=old, new=new)
    return employee


def _locked(ctx: Context, employee_id: UUID) -> Employee:
    found = queries.employee(
        ctx, employee_id, visible_employees(ctx, Permission.EMPLOYEES_VIEW), lock=True
    )
    if found is None:
        raise NotFound()
    return found


def _require_at(ctx: Context, spells: Sequence[Spell]) -> None:
    """With the permission where the person is today, or at the root."""
    now = rules.on_day(spells, ctx.today)
    if now is None:
        ctx.require(Permission.EMPLOYEES_MANAGE, at=root_path(ctx))
    else:
        require_at_unit(ctx, Permission.EMPLOYEES_MANAGE, now.unit_id)


def _check_units(ctx: Context, spells: Sequence[Spell], *, field: str) -> None:
    """The units exist on all those days, and go on doing so until this unit of work ends."""
    queries.hold_hierarchy(ctx)
    tree = load_tree(ctx)
    for spell in spells:
        rules.there_throughout(
            tree.node(spell.unit_id),
            spell.from_date,
            spell.to_date,
            unit_field="unit_id",
            day_field=field,
        )


def _facts(spell: Spell) -> dict[str, Any]:
    return {
        "unit_id": spell.unit_id,
        "position": spell.position.value,
        "fte": spell.fte,
        "from_date": spell.from_date,
        "to_date": spell.to_date,
    }
