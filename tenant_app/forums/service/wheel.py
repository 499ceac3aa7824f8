"""The year: fixed points of the municipality and the meetings in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.clock import DENMARK
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import NotFound
from tenant_app.forums import queries, rules
from tenant_app.forums.models import Meeting, MeetingState, WheelEntry, WheelKind
from tenant_app.forums.service.shared import require_sight
from tenant_app.organisation import service as organisation


@dataclass
class Month:
    """A month of the wheel."""

    number: int
    points: list[WheelEntry] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)


def year(ctx: Context, number: int) -> list[Month]:
    """The twelve months with their fixed points and the meetings the actor sees, in two
    statements. Cancelled meetings are left out."""
    require_sight(ctx)
    months = [Month(at) for at in range(1, 13)]
    for point in queries.wheel(ctx):
        months[point.month - 1].points.append(point)
    for meeting in _meetings(ctx, number):
        if meeting.state is not MeetingState.CANCELLED:
            months[meeting.starts_at.astimezone(DENMARK).month - 1].meetings.append(meeting)
    return months


def calendar(ctx: Context, number: int, *, name: str) -> str:
    """The meetings of a year that the actor sees, as other calendars read them; cancelled ones
    too, so that they leave the calendars they were put in."""
    require_sight(ctx)
    events = [
        rules.Event(
            id=meeting.id,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            title=f"{meeting.forum.name} ({meeting.forum.unit.name})",
            place=meeting.place,
            is_cancelled=meeting.state is MeetingState.CANCELLED,
        )
        for meeting in _meetings(ctx, number)
    ]
    return rules.calendar(events, name=name, now=ctx.now)


def points(ctx: Context) -> Sequence[WheelEntry]:
    """The fixed points of every year, in its order."""
    require_sight(ctx)
    return queries.wheel(ctx)


def add_point(
    ctx: Context, *, month: int, kind: WheelKind, text: str, week: int | None = None
) -> WheelEntry:
    """Every year has this fixed point. Raises Invalid for a week that lies in another month."""
    ctx.require(Permission.FORUMS_MANAGE, at=organisation.root_path(ctx))
    rules.check_point(month, week)
    rules.check_wheel_room(len(queries.wheel(ctx)))
    made = WheelEntry(
        id=uuid7(), month=month, week=week, kind=kind, text=rules.check_line(text, field="text")
    )
    ctx.session.add(made)
    audit.record(ctx, "wheel.added", made.id, new={"month": month, "week": week, "text": made.text})
    return made


def remove_point(ctx: Context, entry_id: UUID) -> None:
    """No year has it any more."""
    ctx.require(Permission.FORUMS_MANAGE, at=organisation.root_path(ctx))
    found = queries.wheel_entry(ctx, entry_id)
    if found is None:
        raise NotFound(field="entry_id")
    ctx.session.delete(found)
    audit.record(ctx, "wheel.removed", entry_id, old={"month": found.month, "text": found.text})


def _meetings(ctx: Context, number: int) -> Sequence[Meeting]:
    first, last = (
        datetime.combine(date(each, 1, 1), time(), tzinfo=DENMARK) for each in (number, number + 1)
    )
    return queries.between(ctx, first, last)
