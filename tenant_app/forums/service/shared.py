"""What every verb of this room does: find, and ask who acts."""

from __future__ import annotations

from uuid import UUID

from tenant_app.cooperation import service as cooperation
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.forums import queries
from tenant_app.forums.models import Forum, Meeting
from tenant_app.organisation import service as organisation


def require_sight(ctx: Context) -> None:
    """Go on for those who look into forums, or take part in one. Else 403."""
    if not ctx.actor.may(Permission.FORUMS_TAKE_PART):
        ctx.require(Permission.FORUMS_VIEW)


def hangs(ctx: Context, unit_id: UUID) -> bool:
    """Whether the unit has a place today: it is neither closed nor merged."""
    try:
        organisation.path_of(ctx, unit_id)
    except NotFound:
        return False
    return True


def clusters_below(ctx: Context, unit_id: UUID) -> list[cooperation.ClusterLine]:
    """The shared needs of houses at or below a unit; none of a closed one."""
    if not hangs(ctx, unit_id):
        return []
    return list(cooperation.confirmed_clusters(ctx, under=organisation.path_at(ctx, unit_id)))


def find_forum(ctx: Context, forum_id: UUID) -> Forum:
    """The forum with its unit. Raises NotFound outside the actor's sight."""
    found = queries.forum(ctx, forum_id)
    if found is None:
        require_sight(ctx)
        raise NotFound()
    return found


def forum_to_manage(ctx: Context, forum_id: UUID) -> Forum:
    """The same, locked, for those who keep it."""
    found = queries.forum(ctx, forum_id, lock=True)
    if found is None:
        require_sight(ctx)
        raise NotFound()
    ctx.require(Permission.FORUMS_MANAGE, at=organisation.path_at(ctx, found.unit_id))
    return found


def find_meeting(ctx: Context, meeting_id: UUID) -> Meeting:
    """The meeting with its forum and unit. Raises NotFound outside the actor's sight."""
    found = queries.meeting(ctx, meeting_id)
    if found is None:
        require_sight(ctx)
        raise NotFound()
    return found


def meeting_to_manage(ctx: Context, meeting_id: UUID) -> Meeting:
    """The same, locked, for those who keep the forum."""
    found = queries.meeting(ctx, meeting_id, lock=True)
    if found is None:
        require_sight(ctx)
        raise NotFound()
    ctx.require(Permission.FORUMS_MANAGE, at=organisation.path_at(ctx, found.forum.unit_id))
    return found


def may_manage(ctx: Context, forum: Forum) -> bool:
    """Whether the actor keeps the forum."""
    if not ctx.actor.may(Permission.FORUMS_MANAGE):
        return False  # without asking where
    return ctx.actor.may(Permission.FORUMS_MANAGE, at=organisation.path_at(ctx, forum.unit_id))
