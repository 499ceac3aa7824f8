"""The year as a wheel of twelve months, and meetings as other calendars read them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from tenant_app.core.errors import N_, Conflict, Invalid

MOST_ENTRIES = 100
EARLIEST, LATEST = 2000, 2100
_WIDEST = 75
"""Octets of a line, RFC 5545 § 3.1."""


@dataclass(frozen=True)
class Event:
    """A meeting, for a calendar."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    is_cancelled: bool


def year_of(asked: int | None, *, today: date) -> int:
    """The year that is asked for, or this one."""
    return asked if asked is not None and EARLIEST <= asked <= LATEST else today.year


def weeks_of(month: int) -> range:
    """The week numbers that can lie in a month, of whatever year."""
    first = (date(2001, month, 1) - date(2001, 1, 1)).days
    last = first + 30
    return range(max(1, first // 7), min(53, last // 7 + 2) + 1)


def check_point(month: int, week: int | None) -> None:
    """Raises Invalid for a month there is not, or a week that never lies in it."""
    if not 1 <= month <= 12:
        raise Invalid(N_("Choose a month."), field="month")
    if week is not None and week not in weeks_of(month):
        raise Invalid(
            N_("Week %(week)s does not lie in that month. Choose one from %(first)s to %(last)s."),
            field="week",
            week=week,
            first=weeks_of(month)[0],
            last=weeks_of(month)[-1],
        )


def check_wheel_room(entries: int) -> None:
    """Raises Conflict when the wheel is full."""
    if entries >= MOST_ENTRIES:
        raise Conflict(
            N_("The wheel has %(most)s fixed points already. Remove one first."),
            field="text",
            most=MOST_ENTRIES,
        )


def calendar(events: Iterable[Event], *, name: str, now: datetime) -> str:
    """The events as iCalendar (RFC 5545), which Outlook and phones read."""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Roed Traad//Forums//DA"),
        *("CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_escaped(name)}"),
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.id}@roedtraad",
            f"DTSTAMP:{_stamp(now)}",
            f"DTSTART:{_stamp(event.starts_at)}",
            f"DTEND:{_stamp(event.ends_at)}",
            f"SUMMARY:{_escaped(event.title)}",
            f"LOCATION:{_escaped(event.place)}",
            f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.splitlines())


def _folded(line: str) -> str:
    """Lines of at most 75 octets, and no letter broken in two."""
    parts, part, room = [], "", _WIDEST
    for sign in line:
        if len((part + sign).encode()) > room:
            parts.append(part)
            part, room = "", _WIDEST - 1  # the blank that begins what goes on
        part += sign
    return "\r\n ".join([*parts, part])
