"""A number followed over time as a line, with the target it should reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pygal
from flask_babel import gettext as _

from admin.charts import Chart, clean, drawn, settings
from admin.formats import date_text

ROOM = 0.26
"""The share of the width that a day takes which is written below the line."""


@dataclass(frozen=True)
class Dot:
    """What was measured on a day."""

    day: date
    value: Decimal
    note: str = ""


def number(value: Decimal) -> str:
    """2.5000 as 2,5."""
    return format(value.normalize(), "f").replace(".", ",")


def short(value: Decimal) -> str:
    """3.4667 as 3,5: a mean is told no finer than it is known."""
    return number(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def course(
    key: str, title: str, measure: str, start: Dot, dots: Sequence[Dot], target: Decimal
) -> Chart:
    """From the start over each reading, with the target as a line of its own."""
    shown = [start, *dots]
    said = [f"{date_text(dot.day)}: {number(dot.value)} {measure}" for dot in shown]
    summary = _(
        "%(what)s: from %(start)s to %(latest)s (%(day)s); the target is %(target)s %(measure)s.",
        what=title,
        start=number(start.value),
        latest=number(shown[-1].value),
        day=date_text(shown[-1].day),
        target=number(target),
        measure=measure,
    )
    aim = f"{_('Target value')}: {number(target)} {measure}"
    values = [dot.value for dot in shown] + [target]
    room = max((max(values) - min(values)) / 10, Decimal(1) / 100)
    picture = pygal.DateLine(
        height=220,
        range=(float(min(values) - room), float(max(values) + room)),
        show_legend=False,
        dots_size=4,
        x_labels=_spread([dot.day for dot in shown]),
        x_value_formatter=lambda day: f"{day:%d-%m-%Y}",
        value_formatter=lambda value: number(Decimal(str(round(value, 2)))),
        y_labels_major_count=3,
        show_minor_y_labels=False,
        truncate_label=-1,
        margin_right=34,
        **settings(),
    )
    picture.add(clean(measure), [(dot.day, float(dot.value)) for dot in shown])
    last = shown[-1].day
    ends = [start.day, last] if last > start.day else [start.day]
    picture.add(clean(aim), [(day, float(target)) for day in ends])
    svg = drawn(picture, key, title, summary, [said, [aim for _day in ends]], mark="dots")
    rows = tuple(
        (date_text(dot.day), number(dot.value), dot.note or "–")
        for dot in (Dot(start.day, start.value, _("The start")), *dots)
    )
    head = (_("Day"), measure, _("Note to the reading"))
    return Chart(key, title, svg, summary, head, rows, (_("Measured"), _("Target value")))


def _spread(days: Sequence[date]) -> list[date]:
    """The first, the last, and those between that stand clear of their neighbours."""
    first, last = days[0], days[-1]
    room = (last - first) * ROOM
    found = [first]
    for day in days[1:-1]:
        if day - found[-1] >= room and last - day >= room:
            found.append(day)
    return sorted({*found, last} if last - first else {first})


def compared(
    key: str,
    title: str,
    names: tuple[str, str],
    dots: Sequence[tuple[Dot, Decimal | None]],
    bounds: tuple[Decimal, Decimal],
) -> Chart:
    """A number over time within its scale, and beside it what others together have that day.

    `names` are those of the two lines; where the second is not known it is left out.
    """
    own, others = names
    pairs = [(dot.day, mean) for dot, mean in dots if mean is not None]
    last, last_mean = dots[-1]
    summary = _(
        "%(what)s: %(value)s on %(day)s.",
        what=title,
        value=number(last.value),
        day=date_text(last.day),
    )
    if len(dots) > 1:
        summary = _(
            "%(what)s: from %(start)s (%(first)s) to %(value)s (%(day)s).",
            what=title,
            start=number(dots[0][0].value),
            first=date_text(dots[0][0].day),
            value=number(last.value),
            day=date_text(last.day),
        )
    if last_mean is not None:
        summary += " " + _("%(others)s: %(mean)s.", others=others, mean=short(last_mean))
    room = (bounds[1] - bounds[0]) / 20
    picture = pygal.DateLine(
        height=200,
        range=(float(bounds[0] - room), float(bounds[1] + room)),
        show_legend=False,
        dots_size=4,
        x_labels=_spread([dot.day for dot, _mean in dots]),
        x_value_formatter=lambda day: f"{day:%d-%m-%Y}",
        y_labels=[float(bounds[0]), float(bounds[1])],
        value_formatter=lambda value: short(Decimal(str(value))),
        truncate_label=-1,
        margin_right=34,
        **settings(),
    )
    picture.add(clean(own), [(dot.day, float(dot.value)) for dot, _mean in dots])
    said = [f"{date_text(dot.day)}: {number(dot.value)}" for dot, _mean in dots]
    titles = [said]
    if pairs:
        picture.add(clean(others), [(day, float(mean)) for day, mean in pairs])
        titles.append([f"{date_text(day)}: {short(mean)}" for day, mean in pairs])
    svg = drawn(picture, key, title, summary, titles, mark="dots")
    rows = tuple(
        (date_text(dot.day), number(dot.value), "–" if mean is None else short(mean), dot.note)
        for dot, mean in dots
    )
    head = (_("Day"), own, others, _("Observations"))
    return Chart(key, title, svg, summary, head, rows, names if pairs else names[:1])
