"""Verbs of the hierarchy, and the one helper for what an actor may see."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Select

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.organisation import queries


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
        ctx.memo["root"] = queries.root_path(ctx)
    if ctx.memo["root"] is None:
        raise NotFound()
    return str(ctx.memo["root"])


def visible_units(ctx: Context, permission: Permission) -> Select[tuple[UUID]]:
    """Ids of the units where the actor has the permission: for `column.in_(…)`.

    The only scope below the tenant. Who has it at the root sees closed units too.
    """
    paths = ctx.actor.paths(permission)
    if ctx.actor.is_system or (paths and root_path(ctx) in paths):
        return queries.all_units()
    return queries.below(paths, ctx.today)
