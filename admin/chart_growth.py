"""How many there were, time by time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pygal
from flask_babel import gettext as _

from admin.charts import Chart, clean, drawn, settings
from admin.formats import thousands

LEAST = 6
"""Places for bars: one or two alone would fill the whole width and look like more than they are."""


def growth(
    key: str, title: str, times: Sequence[str], counts: Mapping[str, Sequence[int | None]]
) -> Chart | None:
    """How many there were, time by time: the first of the counts is drawn, all stand in the table.

    None in all of them stands for a time when nobody counted. No chart before the first count.
    """
    what, counted = next(iter(counts.items()))
    known = [count for count in counted if count is not None]
    if not known:
        return None
    told = [_course(label, times, each) for label, each in counts.items()]
    if len(counts) > 1:
        told = [_("The bars show: %(what)s.", what=what), *told]
    summary = " ".join(told)
    labels = [clean(time) for time in times]
    picture = pygal.Bar(
        height=240,
        range=(0, max(known) * 1.1 or 1),
        print_values=True,
        print_values_position="top",
        show_legend=False,
        show_y_labels=False,
        x_labels_major=labels[::-1][:: _every(len(labels))],
        show_minor_x_labels=False,
        truncate_label=-1,
        value_formatter=lambda value: thousands(int(value)),
        **settings(),
    )
    empty = max(0, LEAST - len(labels))
    picture.x_labels = [""] * empty + labels
    picture.add(clean(what), [None] * empty + list(counted))
    names = [
        f"{time}: {thousands(count)}"
        for time, count in zip(times, counted, strict=True)
        if count is not None
    ]
    rows = tuple(
        (time, *("–" if each[at] is None else thousands(each[at]) for each in counts.values()))
        for at, time in enumerate(times)
    )
    svg = drawn(picture, key, title, summary, [names])
    return Chart(key, title, svg, summary, (_("Time"), *counts), rows)


def _course(what: str, times: Sequence[str], counts: Sequence[int | None]) -> str:
    """From how many to how many; one count alone has no course."""
    known = [(time, each) for time, each in zip(times, counts, strict=True) if each is not None]
    (first_time, first), (last_time, last) = known[0], known[-1]
    if len(known) == 1:
        return _(
            "%(what)s: %(count)s (%(time)s).", what=what, count=thousands(last), time=last_time
        )
    return _(
        "%(what)s: from %(first)s (%(first_time)s) to %(last)s (%(last_time)s).",
        what=what,
        first=thousands(first),
        first_time=first_time,
        last=thousands(last),
        last_time=last_time,
    )


def _every(points: int) -> int:
    """Which of the times are written below, so that they stand clear of each other."""
    return max(1, -(-points // 5))
