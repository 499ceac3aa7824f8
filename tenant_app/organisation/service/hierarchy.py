"""Verbs of the hierarchy: found, move, merge and close units, each from a date on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict
from tenant_app.organisation import queries, rules
from tenant_app.organisation.models import Unit, UnitKind
from tenant_app.organisation.service.keeping import (
    follow_on,
    keep_places,
    keep_spells,
    load_spells,
    load_tree,
)
from tenant_app.organisation.service.scope import chosen_unit, require_at_unit, unit

AFTER_MERGE: list[Callable[[Context, UUID, UUID], None]] = []
"""Rooms above follow a merge: (unit that closes, unit that takes over)."""


def found_unit(
    ctx: Context,
    *,
    number: str,
    name: str,
    kind: UnitKind,
    parent_id: UUID | None,
    from_date: date,
    weak_economy: bool = False,
) -> Unit:
    """The unit exists from the date on. No parent: the municipality itself, once.

    Raises NotFound for the parent, Conflict and Invalid.
    """
    if parent_id is None:
        ctx.require(Permission.UNITS_MANAGE)
    else:
        chosen_unit(ctx, parent_id, field="parent_id")
        require_at_unit(ctx, Permission.UNITS_MANAGE, parent_id)
    number = rules.clean_text(number, field="number")
    name = rules.clean_text(name, field="name")

    queries.lock_hierarchy(ctx)
    tree = load_tree(ctx)
    node = tree.found(
        uuid7(),
        number=number,
        name=name,
        kind=kind,
        parent_id=parent_id,
        from_date=from_date,
        weak_economy=weak_economy,
    )
    made = Unit(
        id=node.id,
        number=node.number,
        seq=node.seq,
        name=node.name,
        kind=node.kind,
        weak_economy=weak_economy,
    )
    ctx.session.add(made)
    ctx.session.flush()  # the placement points at this row
    keep_places(ctx, tree)
    audit.record(
        ctx,
        "unit.founded",
        made.id,
        new={
            "number": number,
            "name": name,
            "kind": kind.value,
            "parent_id": parent_id,
            "from_date": from_date,
            "weak_economy": weak_economy,
        },
    )
    return made


def move_unit(ctx: Context, unit_id: UUID, *, parent_id: UUID, on: date) -> Unit:
    """From `on` the unit and all below it hang under the new parent; before, nothing changed.

    Raises NotFound, Conflict.
    """
    moved = unit(ctx, unit_id)
    chosen_unit(ctx, parent_id, field="parent_id")
    require_at_unit(ctx, Permission.UNITS_MANAGE, unit_id)
    require_at_unit(ctx, Permission.UNITS_MANAGE, parent_id)

    queries.lock_hierarchy(ctx)
    tree = load_tree(ctx)
    before = tree.node(unit_id).on(on)
    tree.move(unit_id, parent_id=parent_id, on=on)
    keep_places(ctx, tree)
    audit.record(
        ctx,
        "unit.moved",
        unit_id,
        old={"parent_id": before.parent_id if before else None},
        new={"parent_id": parent_id, "on": on},
    )
    follow_on(ctx, on)
    return moved


def merge_unit(ctx: Context, unit_id: UUID, *, into_id: UUID, on: date) -> Unit:
    """From `on` the unit's staff works in the other unit, and the unit is closed.

    Returns the other unit. Raises NotFound, Conflict.
    """
    unit(ctx, unit_id)
    into = chosen_unit(ctx, into_id, field="into_id")
    require_at_unit(ctx, Permission.UNITS_MANAGE, unit_id)
    require_at_unit(ctx, Permission.UNITS_MANAGE, into_id)

    queries.lock_hierarchy(ctx)
    tree = load_tree(ctx)
    tree.check_merge(unit_id, into_id=into_id, on=on)
    tree.close(unit_id, on=on)
    staff = queries.staff_after(ctx, unit_id, on)
    spells = load_spells(ctx, staff)
    keep_spells(
        ctx,
        {
            employee_id: rules.moved_over(theirs, unit_id=unit_id, into_id=into_id, on=on)
            for employee_id, theirs in spells.items()
        },
    )
    keep_places(ctx, tree)
    audit.record(
        ctx, "unit.merged", unit_id, new={"into_id": into_id, "on": on, "staff": len(staff)}
    )
    for follow in AFTER_MERGE:
        follow(ctx, unit_id, into_id)
    follow_on(ctx, on)
    return into


def close_unit(ctx: Context, unit_id: UUID, *, on: date) -> Unit:
    """From `on` the unit is no longer there; what was before stays. Raises NotFound, Conflict."""
    closed = unit(ctx, unit_id)
    require_at_unit(ctx, Permission.UNITS_MANAGE, unit_id)

    queries.lock_hierarchy(ctx)
    tree = load_tree(ctx)
    tree.close(unit_id, on=on)
    staff = queries.staff_after(ctx, unit_id, on)
    if staff:
        raise Conflict(
            N_(
                "%(unit)s has %(staff)s employees on %(date)s or later. "
                "Move them or end their employment first, or merge the unit into another."
            ),
            field="unit_id",
            unit=closed.name,
            staff=str(len(staff)),
            date=rules.show_day(on),
        )
    keep_places(ctx, tree)
    audit.record(ctx, "unit.closed", unit_id, new={"on": on})
    follow_on(ctx, on)
    return closed


def describe_unit(
    ctx: Context, unit_id: UUID, *, name: str | None = None, weak_economy: bool | None = None
) -> Unit:
    """The unit has this name, and is flagged or not as having a weak economy. Raises NotFound."""
    found = unit(ctx, unit_id)
    require_at_unit(ctx, Permission.UNITS_MANAGE, unit_id)
    old = {"name": found.name, "weak_economy": found.weak_economy}
    if name is not None:
        found.name = rules.clean_text(name, field="name")
    if weak_economy is not None:
        found.weak_economy = weak_economy
    new = {"name": found.name, "weak_economy": found.weak_economy}
    if new != old:
        audit.record(ctx, "unit.described", unit_id, old=old, new=new)
    return found
