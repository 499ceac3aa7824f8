"""Charts as pictures drawn on the server, each with its table and a sentence that says the same.

pygal draws; what it draws is then stripped of every style, script and link, so that the strict
content policy lets it stand in the page and charts.css colours it for light, dark and paper.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

import pygal
from flask_babel import gettext as _
from markupsafe import Markup
from pygal.style import Style

from admin.formats import thousands
from tenant_app.core.money import show

KEPT = 256
WIDTH = 480
LABEL_LENGTH = 24
SVG = "http://www.w3.org/2000/svg"
TEXT_SIZE = 12
"""What pygal measures its margins with, in the picture's own units. It takes letters for wider
than they are, so charts.css writes them at 13."""
_NO_XML = "\x7f\ufffe\uffff"
_SPARE = ("style", "id", "onclick", "onload", "rx", "ry")
_STYLE = Style(
    font_family="inherit",
    label_font_size=TEXT_SIZE,
    major_label_font_size=TEXT_SIZE,
    value_font_size=TEXT_SIZE,
    legend_font_size=TEXT_SIZE,
    no_data_font_size=TEXT_SIZE,
)

ElementTree.register_namespace("", SVG)
# pygal leaves a finder behind of a kind that Python no longer asks and that pytest stumbles over.
sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]


@dataclass(frozen=True)
class UsageBar:
    """How the money of a pool, or of some together, stands. Whole øre."""

    name: str
    actual: int
    committed: int
    reserved: int
    available: int
    """Below zero when more is taken than there was."""

    @property
    def budget(self) -> int:
        """What there was to begin with."""
        return self.actual + self.committed + self.reserved + self.available


@dataclass(frozen=True)
class CoverageBar:
    """How many of a group hold a competence, how many will, and how many there are."""

    name: str
    covered: int
    planned: int
    """Those covered included."""
    group_size: int


@dataclass(frozen=True)
class Chart:
    """A picture, what it says in one sentence, and the same numbers as a table."""

    key: str
    title: str
    svg: Markup
    summary: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[str, ...] = ()
    """What the shades mean, in their order; the last is what is not taken."""


def usage(key: str, title: str, bars: Sequence[UsageBar], *, of: str = "") -> Chart | None:
    """How much of each budget is spent, bound, reserved and left; None without a budget.

    `of` names the first column: what the bars are.
    """
    shown = [bar for bar in bars if bar.budget > 0]
    return _parted(
        key,
        title,
        (of or _("Pool"), _("Budget")),
        tuple(bar.name for bar in shown),
        [bar.budget for bar in shown],
        {
            _("Spent"): [bar.actual for bar in shown],
            _("Bound"): [bar.committed for bar in shown],
            _("Reserved"): [bar.reserved for bar in shown],
            _("Left"): [bar.available for bar in shown],
        },
        taken=[bar.actual + bar.committed for bar in shown],
        say=lambda parts: _("Of the budget is spent or bound: %(parts)s.", parts=parts),
        write=show,
    )


def coverage(key: str, title: str, bars: Sequence[CoverageBar]) -> Chart | None:
    """How much of each group holds the competence, is about to, and lacks it; None of nobody."""
    shown = [bar for bar in bars if bar.group_size > 0]
    return _parted(
        key,
        title,
        (_("Competence"), _("In the group")),
        tuple(bar.name for bar in shown),
        [bar.group_size for bar in shown],
        {
            _("Hold it"): [bar.covered for bar in shown],
            _("On their way"): [bar.planned - bar.covered for bar in shown],
            _("Lack it"): [bar.group_size - bar.planned for bar in shown],
        },
        taken=[bar.covered for bar in shown],
        say=lambda parts: _("Of the group hold the competence: %(parts)s.", parts=parts),
        write=thousands,
    )


def _parted(
    key: str,
    title: str,
    head: tuple[str, str],
    names: tuple[str, ...],
    wholes: Sequence[int],
    parts: Mapping[str, Sequence[int]],
    *,
    taken: Sequence[int],
    say: Callable[[str], str],
    write: Callable[[int], str],
) -> Chart | None:
    """A bar per name, the whole of each shared out among the parts; None without a name.

    `say` makes the sentence of how much of each is taken, `write` an amount of the table.
    """
    if not names:
        return None
    shares = {
        label: tuple(share(part, whole) for part, whole in zip(each, wholes, strict=True))
        for label, each in parts.items()
    }
    totals = tuple(share(part, whole) for part, whole in zip(taken, wholes, strict=True))
    rows = tuple(
        (
            name,
            write(wholes[at]),
            *(f"{write(parts[label][at])} ({percent(shares[label][at])})" for label in parts),
        )
        for at, name in enumerate(names)
    )
    summary = say(
        ", ".join(f"{name} {percent(part)}" for name, part in zip(names, totals, strict=True))
    )
    svg = _stacked(key, title, summary, names, totals, tuple(shares.items()))
    return Chart(key, title, svg, summary, (*head, *parts), rows, tuple(parts))


def growth(
    key: str, title: str, times: Sequence[str], counts: Mapping[str, Sequence[int | None]]
) -> Chart | None:
    """How many there were, time by time: the first of the counts is drawn, all stand in the table.

    None in all of them stands for a time when nobody counted. No chart before the first count.
    """
    what, drawn = next(iter(counts.items()))
    known = [count for count in drawn if count is not None]
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
        **_settings(),
    )
    picture.x_labels = labels
    picture.add(clean(what), list(drawn))
    names = [
        f"{time}: {thousands(count)}"
        for time, count in zip(times, drawn, strict=True)
        if count is not None
    ]
    rows = tuple(
        (time, *("–" if each[at] is None else thousands(each[at]) for each in counts.values()))
        for at, time in enumerate(times)
    )
    svg = _drawn(picture, key, title, summary, [names])
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


def share(part: int, whole: int) -> Decimal:
    """Per cent with one decimal, halves up."""
    return (Decimal(part * 100) / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def percent(value: Decimal) -> str:
    """12,5 %"""
    return f"{value}".replace(".", ",") + " %"


def clean(text: str) -> str:
    """The text without the signs that XML cannot hold."""
    return "".join(
        " " if sign < " " or "\ud800" <= sign <= "\udfff" or sign in _NO_XML else sign
        for sign in text
    )


def _settings() -> dict[str, Any]:
    return {
        "css": [],
        "js": [],
        "style": _STYLE,
        "width": WIDTH,
        "margin": 8,
        "explicit_size": False,
        "disable_xml_declaration": True,
    }


@lru_cache(maxsize=KEPT)
def _stacked(
    key: str,
    title: str,
    summary: str,
    names: tuple[str, ...],
    totals: tuple[Decimal, ...],
    parts: tuple[tuple[str, tuple[Decimal, ...]], ...],
) -> Markup:
    """One bar per name, its parts in per cent of the whole; the total is written at the name.

    Drawn once for the same words and numbers: it takes a few milliseconds, and home pages are
    opened far more often than their figures change.
    """
    shares = dict(parts)
    # More may be taken than there was: then the bar is longer than the whole.
    ends = [
        sum((max(part[at], Decimal(0)) for part in shares.values()), Decimal(0))
        for at in range(len(names))
    ]
    end = max(100, *(int(each) for each in ends))
    picture = pygal.HorizontalStackedBar(
        height=44 + 34 * len(names),
        range=(0, end),
        truncate_label=LABEL_LENGTH + 10,
        margin_right=26,
        show_legend=False,
        spacing=8,
        print_values=False,
        **_settings(),
    )
    # Horizontal bars are drawn from below.
    order = list(reversed(range(len(names))))
    labels = _short(names)
    picture.x_labels = [f"{labels[at]}  {percent(totals[at])}" for at in order]
    picture.y_labels = [
        {"value": value, "label": f"{value} %"}
        for value in range(0, end + 1, 50 if end <= 200 else 100)
    ]
    titles = []
    for label, each in shares.items():
        picture.add(clean(label), [float(max(each[at], Decimal(0))) for at in order])
        titles.append([f"{names[at]}: {label} {percent(each[at])}" for at in order])
    return _drawn(picture, key, title, summary, titles)


def _short(names: Sequence[str]) -> list[str]:
    """What fits beside a bar: without a first word that several share, such as “Børnehuset”."""
    cleaned = [clean(name) for name in names]
    first = Counter(name.partition(" ")[0] for name in cleaned if " " in name)
    shared = {word for word, times in first.items() if times > 1}
    found = []
    for name in cleaned:
        word, _space, rest = name.partition(" ")
        label = rest if word in shared and rest.strip() else name
        is_long = len(label) > LABEL_LENGTH
        found.append(label[: LABEL_LENGTH - 1].rstrip() + "…" if is_long else label)
    return found


def _drawn(
    picture: Any, key: str, title: str, summary: str, titles: Sequence[Sequence[str]]
) -> Markup:
    """The picture as SVG to stand in a page; each bar says its value when pointed at."""
    root = ElementTree.fromstring(picture.render(is_unicode=True))  # noqa: S314  # drawn just above
    _strip(root)
    for at, text in enumerate((title, summary)):
        tag = ("title", "desc")[at]
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{key}-{tag}"})
        element.text = clean(text)
        root.insert(at, element)
    _name_bars(root, titles)
    root.set("role", "img")
    root.set("aria-labelledby", f"{key}-title")
    root.set("aria-describedby", f"{key}-desc")
    root.set("class", "chart-picture")
    root.set("focusable", "false")
    # Built by ElementTree, which escapes every text and attribute.
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704


def _strip(element: ElementTree.Element) -> None:
    """No style, script, link, tooltip or id of pygal's remains at or below the element."""
    for name in list(element.attrib):
        if name in _SPARE or name.startswith("{"):
            del element.attrib[name]
    for child in list(element):
        kind = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        words = (child.get("class") or "").split()
        if (
            kind in ("", "style", "script", "defs", "desc", "title", "a")
            or "tooltip-overlay" in words
        ):
            element.remove(child)
        else:
            _strip(child)


def _name_bars(root: ElementTree.Element, titles: Sequence[Sequence[str]]) -> None:
    for at, texts in enumerate(titles):
        bars = [
            bar
            for group in root.iter(f"{{{SVG}}}g")
            if f"serie-{at}" in (group.get("class") or "").split()
            for bar in group.iter(f"{{{SVG}}}g")
            if bar.get("class") == "bar"
        ]
        for bar, text in zip(bars, texts, strict=True):
            named = ElementTree.SubElement(bar, f"{{{SVG}}}title")
            named.text = clean(text)
