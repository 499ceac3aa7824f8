"""Figures of an institution over time: its enrolled children and its socio-economic index.

They say what was true from a day until the next such day. Writing the same day again corrects it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, Refusal
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import queries, rules
from tenant_app.organisation.models import UnitFigures, UnitKind
from tenant_app.organisation.rules import Tree
from tenant_app.organisation.service.bulk import Taken
from tenant_app.organisation.service.keeping import change_rows, load_tree
from tenant_app.organisation.service.scope import (
    chosen_unit,
    require_at_unit,
    root_path,
    visible_units,
)

MOST_CHILDREN = 5_000
AVERAGE = 100
YEARS_AHEAD = 3
MOST_INDEX = 1_000


@dataclass(frozen=True)
class FigureLine:
    """Figures of a unit from a date on. The index is in hundredths."""

    unit_number: str
    from_date: date
    children_0_2: int
    children_3_5: int
    socio_index: int = AVERAGE


def record_figures(
    ctx: Context,
    *,
    unit_id: UUID,
    from_date: date,
    children_0_2: int,
    children_3_5: int,
    socio_index: int = AVERAGE,
) -> UnitFigures:
    """The institution has so many children from the date on; the same date again corrects it.

    The index is in hundredths: 120 is 1,20. Raises NotFound for the unit, Invalid and Conflict.
    """
    chosen_unit(ctx, unit_id, field="unit_id")
    require_at_unit(ctx, Permission.UNITS_MANAGE, unit_id)
    facts = _checked(children_0_2, children_3_5, socio_index)
    _check_day(ctx, from_date)
    _check_place(load_tree(ctx), unit_id, from_date)
    row = {"id": uuid7(), "unit_id": unit_id, "from_date": from_date} | facts
    made = ctx.session.execute(insert_or_skip(UnitFigures, row, skip=True)).scalar_one_or_none()
    if made is not None:
        audit.record(ctx, "unit.figures_recorded", unit_id, new={"from_date": from_date} | facts)
        return ctx.session.get_one(UnitFigures, made)
    found = queries.figures_of_day(ctx, unit_id, from_date)
    if found is None:  # pragma: no cover - nothing removes figures
        raise RuntimeError("figures neither added nor there")
    old = {name: getattr(found, name) for name in facts}
    if old != facts:
        for name, value in facts.items():
            setattr(found, name, value)
        audit.record(
            ctx,
            "unit.figures_recorded",
            unit_id,
            old={"from_date": from_date} | old,
            new={"from_date": from_date} | facts,
        )
    return found


def take_figures(ctx: Context, lines: Sequence[FigureLine], *, write: bool) -> Taken:
    """The figures are as the lines say; with a problem none is.

    Needs the permission at the root.
    """
    ctx.require(Permission.UNITS_MANAGE, at=root_path(ctx))
    queries.lock_hierarchy(ctx)
    tree = load_tree(ctx)
    known = {(row.unit_id, row.from_date): row for row in queries.every_figures(ctx)}
    taken, new, changed = Taken(), list[dict[str, Any]](), list[dict[str, Any]]()
    for at, line in enumerate(lines):
        try:
            node = tree.by_number.get(line.unit_number)
            if node is None:
                raise Conflict(
                    N_(
                        "No unit has the number %(number)s. Correct the number or add the unit "
                        "first."
                    ),
                    field="unit_number",
                    number=line.unit_number,
                )
            facts = _checked(line.children_0_2, line.children_3_5, line.socio_index)
            _check_day(ctx, line.from_date)
            _check_place(tree, node.id, line.from_date, field="unit_number")
        except Refusal as refusal:
            taken.problems.append((at, refusal))
            continue
        row = known.get((node.id, line.from_date))
        if row is None:
            taken.added += 1
            new.append({"unit_id": node.id, "from_date": line.from_date} | facts)
        elif any(getattr(row, name) != value for name, value in facts.items()):
            taken.changed += 1
            changed.append({"id": row.id} | facts)
        else:
            taken.unchanged += 1
    if taken.problems or not write:
        return taken
    ctx.insert_many(UnitFigures, new)
    change_rows(ctx, UnitFigures, changed)
    if new or changed:
        audit.record(ctx, "unit.figures_imported", new={"added": len(new), "changed": len(changed)})
    return taken


def figures_page(
    ctx: Context, *, unit_id: UUID | None = None, page: int = 1, page_size: int = 50
) -> Page[UnitFigures]:
    """The figures of the units in sight, newest first."""
    ctx.require(Permission.UNITS_VIEW)
    statement = queries.figures_seen(visible_units(ctx, Permission.UNITS_VIEW), unit_id)
    return scalars_page(ctx, statement, page=page, page_size=page_size)


def figures_on(ctx: Context, day: date) -> dict[UUID, UnitFigures]:
    """Unit → its figures of the day, where it has any. Whole municipality: for sums."""
    return {row.unit_id: row for row in queries.figures_on(ctx, day)}


def _checked(children_0_2: int, children_3_5: int, socio_index: int) -> dict[str, int]:
    facts = {"children_0_2": children_0_2, "children_3_5": children_3_5}
    for field, count in facts.items():
        if not 0 <= count <= MOST_CHILDREN:
            raise Invalid(N_("Write how many children, from 0 to 5.000."), field=field)
    if not 0 < socio_index <= MOST_INDEX:
        raise Invalid(
            N_("Write the index as a number above 0 and at most 10; the average is 1."),
            field="socio_index",
        )
    return facts | {"socio_index": socio_index}


def _check_day(ctx: Context, day: date) -> None:
    """Not so far ahead that it can only be a slip: such figures would count in no budget."""
    last = date(ctx.today.year + YEARS_AHEAD, 12, 31)
    if day > last:
        raise Invalid(
            N_("Choose a date no later than %(day)s."), field="from_date", day=f"{last:%d-%m-%Y}"
        )


def _check_place(tree: Tree, unit_id: UUID, day: date, *, field: str = "unit_id") -> None:
    node = tree.nodes[unit_id]
    if node.kind is not UnitKind.INSTITUTION:
        raise Invalid(N_("Children are counted per institution, its houses included."), field=field)
    rules.alive(node, day, field="from_date")
