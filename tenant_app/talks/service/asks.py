"""What waits for somebody, for the tiles of the home page."""

from __future__ import annotations

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.talks import queries
from tenant_app.talks.queries.figures import Asked


def asks(ctx: Context) -> list[Asked]:
    """Talks to prepare and to come to, talks to hold, agreements to sign."""
    me, holds = ctx.actor, ctx.actor.may(Permission.TALKS_HOLD)
    employee_id = me.employee_id if queries.takes_part(ctx) else None
    found = []
    if employee_id is not None:
        found += [
            queries.own_to_prepare(employee_id),
            queries.to_attend(employee_id, ctx.now),
        ]
    if holds and me.user_id is not None:
        found += [queries.late_to_hold(ctx), queries.soon_to_hold(ctx)]
    if me.user_id is not None and (holds or employee_id is not None):
        found.append(queries.to_sign(ctx, employee_id=employee_id))
    return found
