"""Which goals something of a unit can serve."""

from __future__ import annotations

from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.goals import queries
from tenant_app.goals.service.reading import visible
from tenant_app.organisation import service as organisation


def choices(ctx: Context, unit_id: UUID | None = None) -> list[tuple[UUID, str]]:
    """Adopted goals for a select, as a tree; of `unit_id` and above where it is given."""
    ctx.require(Permission.GOALS_VIEW)
    try:
        path = None if unit_id is None else organisation.path_of(ctx, unit_id)
    except NotFound:
        return []
    found = queries.adopted(visible(ctx), path=path, day=ctx.today)
    return [(row[0], f"{row[1]} ({row[2]})") for row in ctx.session.execute(found)]


def check_serves(ctx: Context, goal_id: UUID, unit_id: UUID) -> None:
    """Something of the unit can serve the goal: adopted, of the unit or above it, and seen.

    Raises Invalid naming `goal_id`, alike for what is elsewhere and what never was.
    """
    try:
        path = organisation.path_of(ctx, unit_id)
    except NotFound:
        path = ""
    found = queries.adopted(visible(ctx), path=path, day=ctx.today)
    if not path or ctx.session.execute(found.where(queries.is_goal(goal_id))).first() is None:
        raise Invalid(
            N_("Choose an adopted goal of the unit itself or of one above it."), field="goal_id"
        )
