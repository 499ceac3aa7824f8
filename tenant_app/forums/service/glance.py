"""What waits for the actor in forums, for a home page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.forums import queries


def asks(ctx: Context) -> list[Select[Any]]:
    """(key, count): packs to read, rankings to take part in, own decisions that are overdue and
    that are not; and when the next meeting begins."""
    user_id = ctx.actor.user_id
    if user_id is None or not ctx.actor.may(Permission.FORUMS_TAKE_PART):
        return []
    return [
        queries.to_read(ctx, user_id),
        queries.to_rank(ctx, user_id),
        queries.overdue(ctx, user_id),
        queries.owned(ctx, user_id),
        queries.next_meeting(ctx, user_id),
    ]
