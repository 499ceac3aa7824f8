"""Meetings as people name them, by forum and day. A room below that cannot know of forums keeps
such a name, and a door finds the way from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from tenant_app.core import clock
from tenant_app.core.context import Context
from tenant_app.forums import queries
from tenant_app.forums.models import Meeting, MeetingState

LATELY = timedelta(days=200)
_NAMED = re.compile(r"(.+) (\d\d-\d\d-\d{4})", re.DOTALL)


def names_of_meetings(ctx: Context) -> Sequence[str]:
    """Those in sight that were to begin lately, the latest first."""
    found = queries.between(ctx, ctx.now - LATELY, ctx.now + timedelta(days=1))
    names = [_name(each) for each in reversed(found) if each.state is not MeetingState.CANCELLED]
    return list(dict.fromkeys(names))


def meeting_named(ctx: Context, name: str) -> UUID | None:
    """The meeting in sight that has the name; None when it has none, or was renamed since."""
    parts = _NAMED.fullmatch(name)
    if parts is None:
        return None
    try:
        day = datetime.strptime(parts[2], "%d-%m-%Y").replace(tzinfo=ctx.now.tzinfo)
        span = (day - timedelta(days=1), day + timedelta(days=2))
    except (ValueError, OverflowError):
        return None
    return next((each.id for each in queries.between(ctx, *span) if _name(each) == name), None)


def _name(meeting: Meeting) -> str:
    return f"{meeting.forum.name} {clock.danish_date(meeting.starts_at):%d-%m-%Y}"
