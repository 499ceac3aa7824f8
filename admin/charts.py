"""Charts as pictures drawn on the server, each with its table and a sentence that says the same.

pygal draws; what it draws is then stripped of every style, script and link, so that the strict
content policy lets it stand in the page and charts.css colours it for light, dark and paper.
"""

from __future__ import annotations

import re
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

    @property
    def sentence(self) -> Markup:
        """The same as the summary, with days and shares that no line breaks in two."""
        parts = _DAY.split(self.summary.replace(" %", "\xa0%"))
        day = Markup('<span class="day">{}</span>')
        return Markup("").join(
            day.format(part) if at % 2 else part for at, part in enumerate(parts)
        )


_DAY = re.compile(r"(\d\d-\d\d-\d{4})")


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
    return parts(
        key,
        title,
        (_("Hold it"), _("On their way"), _("Lack it")),
        [
            (bar.name, (bar.covered, bar.planned - bar.covered, bar.group_size - bar.planned))
            for bar in bars
        ],
        of=_("Competence"),
        whole=_("In the group"),
        sentence=_("Of the group hold the competence: %(parts)s."),
    )


def parts(
    key: str,
    title: str,
    labels: Sequence[str],
    bars: Sequence[tuple[str, Sequence[int]]],
    *,
    of: str,
    whole: str,
    sentence: str,
    write: Callable[[int], str] = thousands,
    reach: int = 100,
) -> Chart | None:
    """How each whole divides into parts named by the labels; None where all are empty.

    `of` and `whole` head the first columns; the sentence tells the first part as `%(parts)s`;
    `write` makes an amount of the table; the axis goes to `reach` per cent or further, so that
    two charts beside each other can be read as one.
    """
    shown = [(name, counts) for name, counts in bars if sum(counts) > 0]
    return _parted(
        key,
        title,
        (of, whole),
        tuple(name for name, _counts in shown),
        [sum(counts) for _name, counts in shown],
        {label: [counts[at] for _name, counts in shown] for at, label in enumerate(labels)},
        taken=[counts[0] for _name, counts in shown],
        say=lambda told: sentence % {"parts": told},
        write=write,
        reach=reach,
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
    reach: int = 100,
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
    svg = _stacked(key, title, summary, names, totals, tuple(shares.items()), reach)
    return Chart(key, title, svg, summary, (*head, *parts), rows, tuple(parts))


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


def settings() -> dict[str, Any]:
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
    reach: int,
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
    end = max(100, reach, *(int(each) for each in ends))
    picture = pygal.HorizontalStackedBar(
        height=44 + 34 * len(names),
        range=(0, end),
        truncate_label=LABEL_LENGTH + 10,
        margin_right=26,
        show_legend=False,
        spacing=8,
        print_values=False,
        **settings(),
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
    return drawn(picture, key, title, summary, titles)


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


def drawn(
    picture: Any,
    key: str,
    title: str,
    summary: str,
    titles: Sequence[Sequence[str]],
    *,
    mark: str = "bar",
) -> Markup:
    """The picture as SVG to stand in a page; each bar, or each of the dots, says its value when
    pointed at."""
    root = ElementTree.fromstring(picture.render(is_unicode=True))  # noqa: S314  # drawn just above
    _strip(root)
    for at, text in enumerate((title, summary)):
        tag = ("title", "desc")[at]
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{key}-{tag}"})
        element.text = clean(text)
        root.insert(at, element)
    _name_marks(root, titles, mark)
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


def _name_marks(root: ElementTree.Element, titles: Sequence[Sequence[str]], mark: str) -> None:
    for at, texts in enumerate(titles):
        marks = [
            each
            for group in root.iter(f"{{{SVG}}}g")
            if f"serie-{at}" in (group.get("class") or "").split()
            for each in group.iter(f"{{{SVG}}}g")
            if each.get("class") == mark
        ]
        for each, text in zip(marks, texts, strict=True):
            named = ElementTree.SubElement(each, f"{{{SVG}}}title")
            named.text = clean(text)
