"""How the tree and the spells get from the tables and back: the differences, in few statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, column, delete, func, update
from sqlalchemy.types import TypeEngine

from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.core.db import TenantOwned
from tenant_app.organisation import queries
from tenant_app.organisation.models import Employment, UnitPlacement
from tenant_app.organisation.rules import Hang, Node, Spell, Tree, joined
from tenant_app.organisation.service.leaving import check_leaving
from tenant_app.organisation.service.scope import forget_paths


def load_tree(ctx: Context) -> Tree:
    """Every unit with where it hangs over all time."""
    nodes = {
        row.id: Node(row.id, row.number, row.name, row.kind, row.seq, row.weak_economy)
        for row in queries.every_unit(ctx)
    }
    for unit_id, rows in groupby(queries.every_placement(ctx), key=lambda row: row.unit_id):
        nodes[unit_id].hangs = joined(
            [Hang(row.parent_id, row.from_date, row.to_date) for row in rows]
        )
    return Tree(node for node in nodes.values() if node.hangs)


def keep_places(ctx: Context, tree: Tree) -> None:
    """The placements in the table are those that follow from the tree."""
    kept = {(row.unit_id, row.from_date): row for row in queries.every_placement(ctx)}
    add: list[dict[str, Any]] = []
    change: list[dict[str, Any]] = []
    for place in tree.places():
        row = kept.pop((place.unit_id, place.from_date), None)
        facts = {"parent_id": place.parent_id, "path": place.path, "to_date": place.to_date}
        if row is None:
            add.append({"unit_id": place.unit_id, "from_date": place.from_date, **facts})
        elif (row.parent_id, row.path, row.to_date) != tuple(facts.values()):
            change.append({"id": row.id, **facts})
    # Away and shorter before new: a unit has one open placement at most.
    remove_rows(ctx, UnitPlacement, [row.id for row in kept.values()])
    change_rows(ctx, UnitPlacement, change)
    ctx.insert_many(UnitPlacement, add)
    forget_paths(ctx)


def follow_on(ctx: Context, on: date) -> None:
    """Once the day has come, whatever waits for a leader waits for the right one."""
    midnight = datetime.combine(on, time(0), tzinfo=DENMARK)
    ctx.enqueue("jobs.enrolments.follow_moves", unique=f"moved:{on}", due=max(midnight, ctx.now))


def load_spells(ctx: Context, employee_ids: Collection[UUID]) -> dict[UUID, list[Spell]]:
    """Everybody's employments in order of time."""
    found: dict[UUID, list[Spell]] = {employee_id: [] for employee_id in employee_ids}
    for row in queries.employments_of(ctx, employee_ids):
        found[row.employee_id].append(
            Spell(row.unit_id, row.position, row.fte, row.from_date, row.to_date)
        )
    return found


def keep_spells(ctx: Context, spells: dict[UUID, Sequence[Spell]]) -> None:
    """The employments of these people in the table are these. Raises what rooms above object."""
    kept = {(row.employee_id, row.from_date): row for row in queries.employments_of(ctx, spells)}
    known = {employee_id for employee_id, _day in kept}  # who begins now does not leave
    check_leaving(ctx, {who: theirs for who, theirs in spells.items() if who in known})
    add: list[dict[str, Any]] = []
    change: list[dict[str, Any]] = []
    for employee_id, theirs in spells.items():
        for spell in theirs:
            row = kept.pop((employee_id, spell.from_date), None)
            facts = {
                "unit_id": spell.unit_id,
                "position": spell.position,
                "fte": spell.fte,
                "to_date": spell.to_date,
            }
            if row is None:
                add.append({"employee_id": employee_id, "from_date": spell.from_date, **facts})
            elif any(getattr(row, key) != value for key, value in facts.items()):
                change.append({"id": row.id, **facts})
    # Away and shorter before new: a person has one open employment at most.
    remove_rows(ctx, Employment, [row.id for row in kept.values()])
    change_rows(ctx, Employment, change)
    ctx.insert_many(Employment, add)


def change_rows(ctx: Context, model: type[TenantOwned], rows: Sequence[dict[str, Any]]) -> None:
    """Set the same columns of many rows, each to its own values, in one statement."""
    if not rows:
        return
    names = list(rows[0])
    types: dict[str, TypeEngine[Any]] = {name: model.__table__.c[name].type for name in names}
    types |= {name: Text() for name, kind in types.items() if type(kind) is Text}  # no COLLATE here
    arrays = [
        bindparam(None, [row[name] for row in rows], type_=ARRAY(types[name])) for name in names
    ]
    new = (
        func.unnest(*arrays)
        .table_valued(*(column(name, types[name]) for name in names), name="new")
        .render_derived()
    )
    ctx.session.execute(
        update(model)
        .where(model.id == new.c["id"])
        .values({name: new.c[name] for name in names if name != "id"})
        .execution_options(synchronize_session=False)
    )
    _read_again(ctx, model)


def remove_rows(ctx: Context, model: type[TenantOwned], ids: Sequence[UUID]) -> None:
    """Delete these rows in one statement."""
    if ids:
        ctx.session.execute(
            delete(model)
            .where(queries.among(model.id, ids))
            .execution_options(synchronize_session=False)
        )
        _read_again(ctx, model)


def _read_again(ctx: Context, model: type[TenantOwned]) -> None:
    """Objects read before the statement no longer tell the truth."""
    for known in list(ctx.session.identity_map.values()):
        if isinstance(known, model):
            ctx.session.expire(known)
