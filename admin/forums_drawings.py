"""Pictures of forums drawn on the server: the result of a ranking, and the year as a wheel. Shapes
and classes only, so that the strict content policy lets them stand; forums.css colours them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, pi, sin

from flask_babel import format_date
from flask_babel import gettext as _
from markupsafe import Markup

from admin.charts import Chart
from admin.gantt import short

WIDTH = 480
NAMES = 16
"""Of the name above its line, and of a line, in the picture's own units."""
ROW = 46
LEFT, RIGHT = 24, 456
CENTRE, OUTER, INNER = 200, 150, 70
"""Of the wheel: its middle, and how far its ring reaches."""
MOST_DOTS = 6
"""Of a month; the table has all of them."""


@dataclass(frozen=True)
class RankBar:
    """A candidate in the result of a ranking."""

    name: str
    place: int
    mean: float
    best: int
    worst: int
    deviation: float
    points: int


@dataclass(frozen=True)
class Slice:
    """A month of the wheel: its first day in words, and what it holds."""

    name: str
    points: int
    meetings: int
    is_now: bool


def decimal(value: float) -> str:
    """1.333 as 1,3."""
    return f"{value:.1f}".replace(".", ",")


def ranking(key: str, title: str, bars: Sequence[RankBar], *, last: int) -> Chart:
    """The mean place of each candidate as a dot, on a line from the best place to the worst."""
    summary = _("In order: %(parts)s.", parts=_told(bars))
    height = 34 + ROW * len(bars)
    parts = [
        Markup(
            '<svg class="chart-picture spread" viewBox="0 0 {} {}" role="img" focusable="false" '
            'aria-labelledby="{}-title" aria-describedby="{}-desc">'
            '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>'
        ).format(WIDTH, height, key, key, key, title, key, summary)
    ]
    for place in range(1, last + 1):
        at = _across(place, last)
        parts.append(
            Markup('<line class="grid" x1="{}" y1="8" x2="{}" y2="{}"/>').format(
                at, at, height - 24
            )
        )
        parts.append(
            Markup('<text class="axis" x="{}" y="{}" text-anchor="middle">{}</text>').format(
                at, height - 8, place
            )
        )
    for number, bar in enumerate(bars):
        parts.append(_line(bar, 8 + ROW * number, last))
    parts.append(Markup("</svg>"))
    head = (
        *(_("Candidate"), _("Place in the order"), _("Mean place"), _("Best"), _("Worst")),
        *(_("Standard deviation"), _("Points (Borda)")),
    )
    rows = tuple(
        (
            *(bar.name, str(bar.place), decimal(bar.mean), str(bar.best), str(bar.worst)),
            *(decimal(bar.deviation), str(bar.points)),
        )
        for bar in bars
    )
    return Chart(key, title, Markup("").join(parts), summary, head, rows)


def _told(bars: Sequence[RankBar]) -> str:
    return ", ".join(
        _(
            "%(place)s. %(name)s (mean %(mean)s, from %(best)s to %(worst)s)",
            place=bar.place,
            name=bar.name,
            mean=decimal(bar.mean),
            best=bar.best,
            worst=bar.worst,
        )
        for bar in bars
    )


def _across(place: float, last: int) -> int:
    return round(LEFT + (RIGHT - LEFT) * (place - 1) / max(1, last - 1))


def _line(bar: RankBar, top: int, last: int) -> Markup:
    y = top + NAMES + 14
    return Markup(
        '<text class="candidate" x="{}" y="{}">{}</text>'
        '<line class="range" x1="{}" y1="{}" x2="{}" y2="{}"/>'
        '<circle class="end" cx="{}" cy="{}" r="3"/><circle class="end" cx="{}" cy="{}" r="3"/>'
        '<circle class="mean" cx="{}" cy="{}" r="7"><title>{}</title></circle>'
    ).format(
        *(LEFT - 8, top + NAMES, f"{bar.place}. {short(bar.name)}"),
        *(_across(bar.best, last), y, _across(bar.worst, last), y),
        *(_across(bar.best, last), y, _across(bar.worst, last), y),
        *(_across(bar.mean, last), y, f"{bar.name}: {decimal(bar.mean)}"),
    )


def wheel(slices: Sequence[Slice], *, year: int, title: str) -> Markup:
    """Twelve months around the year, each with a mark for what it holds."""
    parts = [
        Markup(
            '<svg class="year-wheel" viewBox="0 0 400 400" role="img" focusable="false" '
            'aria-labelledby="wheel-title"><title id="wheel-title">{}</title>'
        ).format(title)
    ]
    for at, each in enumerate(slices):
        parts.append(_slice(at, each))
    parts.append(
        Markup('<text class="year" x="{}" y="{}" text-anchor="middle">{}</text></svg>').format(
            CENTRE, CENTRE + 10, year
        )
    )
    return Markup("").join(parts)


def month_name(number: int, *, long: bool = False) -> str:
    """What a month is called in the reader's language."""
    return format_date(date(2026, number, 1), "LLLL" if long else "LLL").rstrip(".")


def _point(angle: float, radius: float) -> tuple[int, int]:
    """January begins at the top, and the year goes round with the clock."""
    turn = angle * pi / 6 - pi / 2
    return round(CENTRE + radius * cos(turn)), round(CENTRE + radius * sin(turn))


def _slice(at: int, each: Slice) -> Markup:
    corners = (
        *(_point(at, INNER), _point(at, OUTER)),
        *(_point(at + 1, OUTER), _point(at + 1, INNER)),
    )
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    nx, ny = _point(at + 0.5, OUTER + 22)
    found = Markup(
        '<path class="month{}" d="M{} {} L{} {} A{} {} 0 0 1 {} {} L{} {} A{} {} 0 0 0 {} {} Z"/>'
        '<text class="month-name{}" x="{}" y="{}" text-anchor="middle">{}</text>'
    ).format(
        " now" if each.is_now else "",
        *(ax, ay, bx, by, OUTER, OUTER, cx, cy, dx, dy, INNER, INNER, ax, ay),
        " now" if each.is_now else "",
        *(nx, ny + 5, each.name),
    )
    marks = [*["point"] * each.points, *["meeting"] * each.meetings][:MOST_DOTS]
    for place, kind in enumerate(marks):
        ring, column = divmod(place, 2)
        x, y = _point(at + 0.32 + 0.36 * column, OUTER - 18 - 24 * ring)
        found += _mark(kind, x, y)
    return found


def _mark(kind: str, x: int, y: int) -> Markup:
    """A fixed point is a square and a meeting a disc: colour does not carry it alone."""
    if kind == "point":
        return Markup('<rect class="point" x="{}" y="{}" width="12" height="12"/>').format(
            x - 6, y - 6
        )
    return Markup('<circle class="meeting" cx="{}" cy="{}" r="7"/>').format(x, y)
