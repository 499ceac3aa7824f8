"""A Gantt picture drawn on the server: shapes and classes only, so that the strict content policy
lets it stand and initiatives.css colours it for light, dark and paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from markupsafe import Markup

WIDTH, NAMES = 1000, 280
"""Of the picture, and of the names to the left, in its own units."""
HEAD, LANE, BAR = 28, 26, 22
LONGEST = 36
"""Letters of a title; the table has all of it."""


@dataclass(frozen=True)
class Bar:
    """Something that lasts from the one day up to but not including the other."""

    title: str
    starts: date
    ends: date
    kind: str
    is_above: bool
    """Marked: it was let in although there was no room."""


@dataclass(frozen=True)
class Row:
    """A name with its bars, and a word on how loaded it is."""

    name: str
    load: str
    is_over: bool
    bars: Sequence[Bar]


def draw(rows: Sequence[Row], *, first: date, last: date, today: date, title: str) -> Markup:
    """The rows below each other, the days from `first` up to `last` from left to right."""
    height = HEAD + sum(LANE + BAR * len(row.bars) for row in rows) + 8
    parts = [
        Markup(
            '<svg class="gantt" viewBox="0 0 {} {}" role="img" aria-labelledby="gantt-title">'
            '<title id="gantt-title">{}</title>'
        ).format(WIDTH, height, title)
    ]
    parts += _months(first, last, height)
    top = HEAD
    for row in rows:
        parts.append(_lane(row, top))
        top += LANE
        for bar in row.bars:
            parts.append(_bar(bar, top, first, last))
            top += BAR
    if first <= today < last:
        at = _x(today, first, last)
        parts.append(
            Markup('<line class="today" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
                at, HEAD - 6, at, height
            )
        )
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def _x(day: date, first: date, last: date) -> int:
    """Where a day lies, no further out than the picture."""
    inside = min(max(day, first), last)
    return NAMES + (WIDTH - NAMES) * (inside - first).days // (last - first).days


def _months(first: date, last: date, height: int) -> list[Markup]:
    found = []
    day = first
    while day < last:
        at = _x(day, first, last)
        found.append(
            Markup(
                '<line class="month" x1="{}" y1="{}" x2="{}" y2="{}"/>'
                '<text class="month-name" x="{}" y="{}">{}</text>'
            ).format(at, 4, at, height, at + 4, HEAD - 12, format_date(day, "MMM").rstrip("."))
        )
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found


def _lane(row: Row, top: int) -> Markup:
    return Markup(
        '<rect class="lane{}" x="0" y="{}" width="{}" height="{}"/>'
        '<text class="unit" x="8" y="{}">{}</text>'
        '<text class="load{}" x="{}" y="{}">{}</text>'
    ).format(
        " over" if row.is_over else "",
        top,
        WIDTH,
        LANE - 2,
        top + 17,
        short(row.name),
        " over" if row.is_over else "",
        NAMES + 8,
        top + 17,
        ("▲ " if row.is_over else "") + row.load,
    )


def _bar(bar: Bar, top: int, first: date, last: date) -> Markup:
    left, right = _x(bar.starts, first, last), _x(bar.ends, first, last)
    return Markup(
        '<text class="name" x="20" y="{}">{}</text>'
        '<rect class="bar {}{}" x="{}" y="{}" width="{}" height="{}" rx="3">'
        "<title>{}</title></rect>{}"
    ).format(
        top + 15,
        short(bar.title),
        bar.kind,
        " above" if bar.is_above else "",
        left,
        top + 4,
        max(4, right - left),
        BAR - 8,
        bar.title,
        Markup('<text class="mark" x="{}" y="{}">▲</text>').format(left + 3, top + 15)
        if bar.is_above
        else "",
    )


def short(text: str) -> str:
    """The text, or its beginning."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
