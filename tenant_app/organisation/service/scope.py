"""What is where on a day, and the one scope: what an actor may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import queries, rules
from tenant_app.organisation.models import (
    Employee,
    Employment,
    Position,
    Unit,
    UnitKind,
    UnitPlacement,
)


def path_of(ctx: Context, unit_id: UUID, *, on: date | None = None) -> str:
    """Where the unit hangs on a day (today), such as '1.2.17.'. Raises NotFound when nowhere."""
    day = on or ctx.today
    key = ("path", unit_id, day)
    if key not in ctx.memo:
        ctx.memo[key] = queries.path(ctx, unit_id, day)
    if ctx.memo[key] is None:
        raise NotFound()
    return str(ctx.memo[key])


def root_path(ctx: Context) -> str:
    """The municipality's own path. Raises NotFound in a tenant without units."""
    if "root" not in ctx.memo:
        # Every path begins at the municipality, which never moves: a grant tells it without SQL.
        held = ctx.actor.grants[0].path if ctx.actor.grants else None
        ctx.memo["root"] = f"{held.split('.')[0]}." if held else queries.root_path(ctx)
    if ctx.memo["root"] is None:
        raise NotFound()
    return str(ctx.memo["root"])


def path_at(ctx: Context, unit_id: UUID) -> str:
    """Where the unit hangs today; a closed unit is the municipality's own affair."""
    try:
        return path_of(ctx, unit_id)
    except NotFound:
        return root_path(ctx)


def paths_of(ctx: Context, unit_ids: Collection[UUID]) -> dict[UUID, str]:
    """Unit → where it hangs today; those that hang nowhere are left out."""
    wanted = set(unit_ids)
    places = ctx.session.scalars(queries.placements(ctx.today)).all() if wanted else ()
    return {place.unit_id: place.path for place in places if place.unit_id in wanted}


def forget_paths(ctx: Context) -> None:
    """The hierarchy has changed in this unit of work: ask again."""
    ctx.memo.pop("root", None)
    for key in [key for key in ctx.memo if isinstance(key, tuple) and key[0] == "path"]:
        del ctx.memo[key]


def visible_units(ctx: Context, permission: Permission) -> Select[UUID]:
    """Ids of the units where the actor has the permission: for `column.in_(…)`.

    The only scope below the tenant. Who has it at the root sees closed units too.
    """
    if _everywhere(ctx, permission):
        return queries.all_units()
    return queries.below(ctx.actor.paths(permission), ctx.today)


scoped = queries.scoped
"""The same as a condition on a column, for a statement built once and so before there is a context;
`scope_of` are its values."""


def scope_of(ctx: Context, permission: Permission) -> dict[str, Any]:
    """What `scoped` means for the actor and the permission."""
    paths = [] if ctx.actor.is_system else list(ctx.actor.paths(permission))
    return {
        "everywhere": _everywhere(ctx, permission),
        "scope": paths,
        "scope_day": ctx.today,
    }


def visible_employees(ctx: Context, permission: Permission) -> Select[UUID]:
    """Ids of the employees where the actor has the permission: for `column.in_(…)`.

    Those employed there today or later. Who has it at the root sees former employees too.
    """
    if _everywhere(ctx, permission):
        return queries.all_employees()
    return queries.visible_employees(visible_units(ctx, permission), ctx.today)


def _everywhere(ctx: Context, permission: Permission) -> bool:
    paths = ctx.actor.paths(permission)
    return ctx.actor.is_system or bool(paths and root_path(ctx) in paths)


def require_at_unit(ctx: Context, permission: Permission, unit_id: UUID) -> None:
    """Go on only with the permission at the unit; at the root, when it hangs nowhere today."""
    path = path_at(ctx, unit_id)
    ctx.require(permission, at=path)


def unit(ctx: Context, unit_id: UUID) -> Unit:
    """A unit that the actor may see. Raises NotFound."""
    found = queries.unit(ctx, unit_id, visible_units(ctx, Permission.UNITS_VIEW))
    if found is None:
        raise NotFound()
    return found


def chosen_unit(ctx: Context, unit_id: UUID, *, field: str) -> Unit:
    """The same for a unit that a form or a body names: NotFound at its field."""
    found = queries.unit(ctx, unit_id, visible_units(ctx, Permission.UNITS_VIEW))
    if found is None:
        raise NotFound(N_("There is no such unit. Choose from the list."), field=field)
    return found


def root(ctx: Context) -> Unit:
    """The municipality as a unit. Raises NotFound in a tenant without units."""
    found = queries.root(ctx)
    if found is None:
        raise NotFound()
    return found


def ancestor(ctx: Context, unit_id: UUID, kind: UnitKind, *, on: date | None = None) -> Unit | None:
    """The unit of this kind at or above the unit on a day (today); None where there is none.

    Raises NotFound when the unit hangs nowhere on the day.
    """
    steps = [int(step) for step in path_of(ctx, unit_id, on=on).split(".") if step]
    return queries.unit_by_steps(ctx, steps, kind)


def placements(
    ctx: Context, *, on: date | None = None, kinds: Collection[UnitKind] = ()
) -> list[UnitPlacement]:
    """Every unit's placement on a day (today), as the tree is shown, the unit loaded.

    Whole municipality: for sums, not for showing to somebody.
    """
    # All of them: those in between say where the others stand.
    found = rules.as_tree(ctx.session.scalars(queries.placements(on or ctx.today)).all())
    return [place for place in found if not kinds or place.unit.kind in kinds]


def choosable(
    ctx: Context, permission: Permission, *, kinds: Collection[UnitKind] = ()
) -> list[UnitPlacement]:
    """Where the units hang today in which the actor has the permission, as the tree is shown."""
    found = queries.placements_seen(ctx, ctx.today, visible_units(ctx, permission))
    seen = {place.unit_id for place, is_seen in found if is_seen}
    return [
        place
        for place in rules.as_tree([place for place, _is_seen in found])
        if place.unit_id in seen and (not kinds or place.unit.kind in kinds)
    ]


def areas(ctx: Context, on: date | None = None) -> list[Unit]:
    """The areas that exist on a day (today), in the order of the hierarchy."""
    return [place.unit for place in placements(ctx, on=on, kinds=(UnitKind.AREA,))]


def institutions(ctx: Context, on: date | None = None) -> list[Unit]:
    """The institutions that exist on a day (today), in the order of the hierarchy."""
    return [place.unit for place in placements(ctx, on=on, kinds=(UnitKind.INSTITUTION,))]


def units_page(
    ctx: Context,
    *,
    on: date | None = None,
    kind: UnitKind | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[UnitPlacement]:
    """The units the actor may see as they hang on a day (today), parents before children."""
    ctx.require(Permission.UNITS_VIEW)
    statement = queries.placements(
        on or ctx.today,
        kinds=() if kind is None else (kind,),
        visible=visible_units(ctx, Permission.UNITS_VIEW),
    )
    return scalars_page(ctx, statement, page=page, page_size=page_size)


def employees_page(
    ctx: Context,
    *,
    on: date | None = None,
    unit_id: UUID | None = None,
    position: Position | None = None,
    text: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Employment]:
    """Who is employed on a day (today) where the actor may see, with unit and employee loaded."""
    ctx.require(Permission.EMPLOYEES_VIEW)
    statement = queries.employments(
        day=on or ctx.today,
        visible=visible_units(ctx, Permission.EMPLOYEES_VIEW),
        unit_id=unit_id,
        position=position,
        text=text,
    )
    return scalars_page(ctx, statement, page=page, page_size=page_size)


def employee(ctx: Context, employee_id: UUID) -> Employee:
    """An employee that the actor may see. Raises NotFound."""
    found = queries.employee(ctx, employee_id, visible_employees(ctx, Permission.EMPLOYEES_VIEW))
    if found is None:
        raise NotFound()
    return found


def employment(ctx: Context, employee_id: UUID, *, on: date | None = None) -> Employment | None:
    """What the person is on a day (today), with unit and employee loaded; None if not employed."""
    return queries.employment(ctx, employee_id, on or ctx.today)


def units_below(ctx: Context, unit_id: UUID) -> Select[UUID]:
    """Ids of the unit and those below it today: for `column.in_(…)`. Raises NotFound."""
    return queries.below((path_of(ctx, unit_id),), ctx.today)


def staff_of(ctx: Context, unit_id: UUID) -> Select[UUID]:
    """Ids of those employed today in the unit or below it. Raises NotFound."""
    return queries.employed_in(units_below(ctx, unit_id), ctx.today)


def staff_as(ctx: Context, position: Position) -> Select[UUID]:
    """Ids of those employed today in the position."""
    return queries.employed_as(position, ctx.today)


def nearest_employments(ctx: Context, employee_ids: Collection[UUID]) -> dict[UUID, Employment]:
    """Each person's employment of today, else the next, else the last, in the visible units."""
    visible = visible_units(ctx, Permission.EMPLOYEES_VIEW)
    found: dict[UUID, Employment] = {}
    for row in queries.latest_employments(ctx, employee_ids, visible):
        known = found.get(row.employee_id)
        if known is None or (known.to_date is not None and known.to_date <= ctx.today):
            found[row.employee_id] = row
    return found


def held_today(ctx: Context, what: Any) -> ColumnElement[Any]:
    """A fact of each employee's employment of today, to sort employees by; none comes last."""
    return queries.held_today(what, ctx.today)


def history(ctx: Context, unit_id: UUID) -> Sequence[UnitPlacement]:
    """Where a visible unit has hung, hangs and will hang. Raises NotFound."""
    unit(ctx, unit_id)
    return queries.history(ctx, unit_id)


def employments(ctx: Context, employee_id: UUID) -> Sequence[Employment]:
    """A visible person's employments, as far as their units are visible. Raises NotFound."""
    employee(ctx, employee_id)
    return queries.employments_seen(ctx, employee_id, visible_units(ctx, Permission.EMPLOYEES_VIEW))


@dataclass(frozen=True)
class StaffFigures:
    """An institution's staff on a day, its houses included."""

    unit_id: UUID
    headcount: int
    fte: Decimal
    pedagogue_fte: Decimal


def staff_figures(ctx: Context, *, on: date) -> list[StaffFigures]:
    """Each institution of the day, those without staff too, in the order of the hierarchy."""
    return [
        StaffFigures(unit_id, headcount, Decimal(str(fte)), Decimal(str(pedagogue_fte)))
        for unit_id, headcount, fte, pedagogue_fte in queries.staff_figures(ctx, on)
    ]
