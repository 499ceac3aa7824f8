"""People and units by what somebody typed, within what the actor may see."""

from __future__ import annotations

from collections.abc import Sequence

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.searching import Asked
from tenant_app.organisation import queries
from tenant_app.organisation.models import Employee, Unit
from tenant_app.organisation.service.scope import visible_employees, visible_units


def search_people(ctx: Context, wanted: Asked, *, limit: int) -> Sequence[Employee]:
    """At most so many, the nearest first, by name, number or e-mail. Oneself is always among those
    one may see."""
    visible = None
    if ctx.actor.may(Permission.EMPLOYEES_VIEW):
        visible = visible_employees(ctx, Permission.EMPLOYEES_VIEW)
    return queries.people_like(ctx, wanted, visible, own=ctx.actor.employee_id, limit=limit)


def search_units(ctx: Context, wanted: Asked, *, limit: int) -> Sequence[Unit]:
    """At most so many, the nearest first, by name or number."""
    if not ctx.actor.may(Permission.UNITS_VIEW):
        return ()
    visible = visible_units(ctx, Permission.UNITS_VIEW)
    return queries.units_like(ctx, wanted, visible, limit=limit)
