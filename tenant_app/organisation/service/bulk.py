"""Units and employees many at a time, by their own numbers: the verbs behind files.

Everything is decided on values first; when one line cannot be taken, nothing is written.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Refusal
from tenant_app.organisation import queries, rules
from tenant_app.organisation.models import Employee, Position, Unit, UnitKind
from tenant_app.organisation.rules import Node, Spell, Tree
from tenant_app.organisation.service.keeping import (
    change_rows,
    follow_on,
    keep_places,
    keep_spells,
    load_spells,
    load_tree,
)
from tenant_app.organisation.service.scope import root_path


@dataclass(frozen=True)
class UnitLine:
    """How a unit should be from a date on. No parent: directly under the municipality."""

    number: str
    name: str
    kind: UnitKind
    parent_number: str | None
    from_date: date
    weak_economy: bool | None
    """None leaves it as it is (False for a new unit)."""


@dataclass(frozen=True)
class EmployeeLine:
    """How a person should be employed from a date on."""

    number: str
    name: str
    email: str | None
    unit_number: str
    position: Position
    fte: Decimal
    from_date: date


@dataclass
class Taken:
    """What many lines came to. `problems` are (place of the line from 0, why)."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[tuple[int, Refusal]] = field(default_factory=list)


def take_units(
    ctx: Context, lines: Sequence[UnitLine], *, write: bool, elsewhere: Collection[str] = ()
) -> Taken:
    """The units are as the lines say, parents in any order; with a problem none is.

    Without `write` it is only found out. `elsewhere` are numbers whose lines are already known
    to be wrong: what hangs under them is not judged. Needs the permission at the root.
    """
    queries.lock_hierarchy(ctx)
    tree = load_tree(ctx)
    if tree.root is None:
        ctx.require(Permission.UNITS_MANAGE)
    else:
        ctx.require(Permission.UNITS_MANAGE, at=root_path(ctx))
    taken, new, described = Taken(), list[Node](), list[dict[str, Any]]()
    changes: dict[str, Any] = {}
    moved_on = set[date]()
    in_file = {line.number: line for line in lines}
    failed = set(elsewhere)
    # Kinds hang under higher kinds, so that in this order every parent is there before its child.
    order = sorted(range(len(lines)), key=lambda at: (list(UnitKind).index(lines[at].kind), at))
    for at in order:
        line = lines[at]
        try:
            if line.parent_number in failed:
                failed.add(line.number)  # its parent's line tells what is wrong
                continue
            node = tree.by_number.get(line.number)
            if node is None:
                new.append(_found(tree, line, in_file))
                taken.added += 1
                continue
            change = _bring_in_line(tree, node, line, in_file)
        except Refusal as refusal:
            failed.add(line.number)
            taken.problems.append((at, refusal))
            continue
        if change:
            taken.changed += 1
            changes[line.number] = change
            if "parent_id" in change:
                moved_on.add(line.from_date)
            described.append({"id": node.id, "name": node.name, "weak_economy": node.weak_economy})
        else:
            taken.unchanged += 1
    taken.problems.sort(key=lambda problem: problem[0])
    if taken.problems or not write:
        return taken
    ctx.insert_many(
        Unit,
        [
            {
                "id": node.id,
                "number": node.number,
                "seq": node.seq,
                "name": node.name,
                "kind": node.kind,
                "weak_economy": node.weak_economy,
            }
            for node in new
        ],
    )
    change_rows(ctx, Unit, described)
    if new or changes:
        keep_places(ctx, tree)
        audit.record(
            ctx,
            "unit.imported",
            new={"added": [node.number for node in new], "changed": changes},
        )
    for day in sorted(moved_on):
        follow_on(ctx, day)
    return taken


def _found(tree: Tree, line: UnitLine, in_file: dict[str, UnitLine]) -> Node:
    root = tree.root
    if line.kind is UnitKind.MUNICIPALITY and root is not None:
        raise Conflict(
            N_("The municipality is already there with the number %(number)s. Write that number."),
            field="number",
            number=root.number,
        )
    return tree.found(
        uuid7(),
        number=line.number,
        name=line.name,
        kind=line.kind,
        parent_id=_parent(tree, line, in_file),
        from_date=line.from_date,
        weak_economy=bool(line.weak_economy),
    )


def _parent(tree: Tree, line: UnitLine, in_file: dict[str, UnitLine]) -> UUID | None:
    if line.kind is UnitKind.MUNICIPALITY:
        if line.parent_number is not None:
            raise Conflict(rules.WRONG_PARENT[line.kind], field="parent_number")
        return None
    if line.parent_number is None:
        if line.kind is UnitKind.HOUSE:
            raise Conflict(rules.WRONG_PARENT[line.kind], field="parent_number")
        return tree.root.id if tree.root else None
    parent = tree.by_number.get(line.parent_number)
    if parent is not None:
        return parent.id
    if line.parent_number in in_file:  # not reached yet, so it is of the wrong kind
        raise Conflict(rules.WRONG_PARENT[line.kind], field="parent_number")
    raise Conflict(
        N_(
            "No unit has the number %(number)s, here or in the file. "
            "Correct the number or add the unit."
        ),
        field="parent_number",
        number=line.parent_number,
    )


def _bring_in_line(
    tree: Tree, node: Node, line: UnitLine, in_file: dict[str, UnitLine]
) -> dict[str, Any]:
    """What changed, as old and new."""
    if node.kind is not line.kind:
        raise Conflict(
            N_(
                "%(unit)s is already there as another kind. "
                "Write its kind as it is, or choose another number."
            ),
            field="kind",
            unit=node.name,
        )
    hang = rules.alive(node, line.from_date, field="from_date")
    parent_id = _parent(tree, line, in_file)
    change: dict[str, Any] = {}
    if hang.parent_id != parent_id and parent_id is not None:
        tree.move(node.id, parent_id=parent_id, on=line.from_date)
        change["parent_id"] = [str(hang.parent_id), str(parent_id), line.from_date.isoformat()]
    if node.name != line.name:
        change["name"] = [node.name, line.name]
        node.name = line.name
    if line.weak_economy is not None and node.weak_economy != line.weak_economy:
        change["weak_economy"] = [node.weak_economy, line.weak_economy]
        node.weak_economy = line.weak_economy
    return change


def take_employees(ctx: Context, lines: Sequence[EmployeeLine], *, write: bool) -> Taken:
    """The people are employed as the lines say; with a problem none is.

    Without `write` it is only found out. Needs the permission at the root.
    """
    ctx.require(Permission.EMPLOYEES_MANAGE, at=root_path(ctx))
    # Exclusive, not only held: two files with the same new people must not race.
    queries.lock_hierarchy(ctx)
    tree = load_tree(ctx)
    known = {
        person.number: person
        for person in queries.employees_by_number(ctx, [line.number for line in lines])
    }
    before = load_spells(ctx, [person.id for person in known.values()])
    taken, new, described = Taken(), list[dict[str, Any]](), list[dict[str, Any]]()
    after: dict[UUID, Sequence[Spell]] = {}
    changes: dict[str, Any] = {}
    for at, line in enumerate(lines):
        person = known.get(line.number)
        try:
            theirs = before[person.id] if person else []
            spells = _employed(tree, theirs, line)
        except Refusal as refusal:
            taken.problems.append((at, refusal))
            continue
        person_id = person.id if person else uuid7()
        row = {
            "id": person_id,
            "name": line.name,
            # A file without the address does not take it away.
            "email": line.email or (person.email if person else None),
        }
        if person is None:
            taken.added += 1
            new.append({**row, "number": line.number})
            after[person_id] = spells
            continue
        change: dict[str, Any] = {}
        if (person.name, person.email) != (row["name"], row["email"]):
            change["described"] = [[person.name, person.email], [row["name"], row["email"]]]
            described.append(row)
        if spells != theirs:
            change["from_date"] = line.from_date.isoformat()
            change["employment"] = [str(spells[-1].unit_id), line.position, str(line.fte)]
            after[person.id] = spells
        if change:
            taken.changed += 1
            changes[line.number] = change
        else:
            taken.unchanged += 1
    if taken.problems or not write:
        return taken
    ctx.insert_many(Employee, new)
    change_rows(ctx, Employee, described)
    keep_spells(ctx, after)
    if new or changes:
        audit.record(
            ctx,
            "employee.imported",
            new={"added": [row["number"] for row in new], "changed": changes},
        )
    return taken


def _employed(tree: Tree, theirs: list[Spell], line: EmployeeLine) -> list[Spell]:
    unit = tree.by_number.get(line.unit_number)
    if unit is None:
        raise Conflict(
            N_("No unit has the number %(number)s. Correct the number or add the unit first."),
            field="unit_number",
            number=line.unit_number,
        )
    wanted = Spell(unit.id, line.position, rules.check_fte(line.fte), line.from_date)
    now = rules.on_day(theirs, line.from_date)
    if now is None:
        spells = rules.begun(theirs, wanted)
    elif replace(wanted, from_date=now.from_date, to_date=now.to_date) == now:
        return theirs
    else:
        spells = rules.changed(
            theirs,
            line.from_date,
            unit_id=wanted.unit_id,
            position=wanted.position,
            fte=wanted.fte,
        )
    last = spells[-1]
    rules.there_throughout(
        unit, last.from_date, last.to_date, unit_field="unit_number", day_field="from_date"
    )
    return spells
