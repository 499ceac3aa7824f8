"""The way from the municipality down to many units, asked for once."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tenant_app.core.context import Context
from tenant_app.organisation import queries
from tenant_app.organisation.models import Unit, UnitKind


def lines_above(ctx: Context, unit_ids: Collection[UUID]) -> dict[UUID, list[Unit]]:
    """Unit → the units on its way from the municipality down to itself today, in one SELECT.

    Their paths are known afterwards. Units that hang nowhere today are left out.
    """
    found: dict[UUID, list[Unit]] = {}
    if unit_ids:
        for unit_id, path, unit, its_path in queries.lines(ctx, unit_ids, ctx.today):
            ctx.memo[("path", unit_id, ctx.today)] = path
            ctx.memo[("path", unit.id, ctx.today)] = its_path
            found.setdefault(unit_id, []).append(unit)
    return found


def way_down(ctx: Context, unit_id: UUID) -> list[tuple[UUID, UnitKind]]:
    """The same of one unit as (unit, kind); nothing where it hangs nowhere today."""
    rows = queries.way(ctx, unit_id, ctx.today)
    for its_id, _kind, its_path in rows:
        ctx.memo[("path", its_id, ctx.today)] = its_path
    return [(its_id, kind) for its_id, kind, _path in rows]
