"""Where everything stands on a printed poster or card: millimetres and points, no drawing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tenant_app.core.errors import N_, Invalid

Measure = Callable[[str, float, bool], float]
"""How many millimetres wide a text is at so many points, bold or not."""
MM_PER_POINT = 25.4 / 72
LEADING = 1.32
"""From one line of text to the next, in sizes of its letters."""
SHRINK = 0.96
SMALL_ENOUGH = 0.2  # so many points: below it nobody reads, and shrinking ends anyway
LANGUAGES = ("da", "en")


@dataclass(frozen=True)
class PrintedCard:
    """A card as it is printed."""

    title: str
    question: str
    hint: str


@dataclass(frozen=True)
class PrintedPhase:
    """A phase of the dialogue with its cards, in the words of one language."""

    name: str
    lead: str
    outcome: str
    """What is written below: what comes out of it."""
    cards: tuple[PrintedCard, ...]


@dataclass(frozen=True)
class Joining:
    """How somebody in the room joins with a telephone."""

    url: str
    """What the dots lead to."""
    address: str
    """The same for whoever writes it by hand, together with the code."""
    code: str
    words: str
    picture: str
    """What the square of dots is, for whoever has the page read aloud."""


@dataclass(frozen=True)
class Printed:
    """All that is on paper."""

    title: str
    about: str
    foot: str
    notes: str
    language: str
    phases: tuple[PrintedPhase, ...]
    joining: Joining | None = None


@dataclass(frozen=True)
class Paper:
    """A sheet lying down, in millimetres."""

    name: str
    width: float
    height: float


@dataclass(frozen=True)
class Box:
    """A place on a sheet."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True)
class Lines:
    """A text broken into lines at the size at which it fits."""

    lines: tuple[str, ...]
    size: float

    @property
    def step(self) -> float:
        """Millimetres from line to line."""
        return self.size * MM_PER_POINT * LEADING

    @property
    def height(self) -> float:
        return len(self.lines) * self.step


@dataclass(frozen=True)
class Style:
    """How large a text would like to be, and how much air stands before it."""

    size: float
    is_bold: bool = False
    before: float = 0.0


PAPERS = {"a3": Paper("a3", 420, 297), "a4": Paper("a4", 297, 210)}
CARDS_ON_A4 = {"4": (2, 2), "6": (2, 3)}
"""Cards on an A4 → (across, down), standing up. An A3 lying down holds twice as many."""


def paper(name: str) -> Paper:
    """The paper of that name."""
    if name not in PAPERS:
        raise Invalid(N_("Choose the paper A3 or A4."), field="paper")
    return PAPERS[name]


def language(name: str) -> str:
    """A language in which cards are written."""
    if name not in LANGUAGES:
        raise Invalid(N_("Choose Danish or English."), field="lang")
    return name


def printable(text: str) -> str:
    """The text with each letter in one sign, and without signs that have no shape."""
    composed = unicodedata.normalize("NFC", text)
    kept = (" " if unicodedata.category(sign) == "Cc" else sign for sign in composed)
    return "".join(sign for sign in kept if unicodedata.category(sign) != "Cf")


def wrap(text: str, width: float, *, size: float, is_bold: bool, measure: Measure) -> list[str]:
    """Lines that are no wider than that. A word too wide for a line is broken where it must."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in printable(paragraph).split():
            longer = f"{line} {word}" if line else word
            if measure(longer, size, is_bold) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while measure(line, size, is_bold) > width and len(line) > 1:
                length = _fitting(line, width, lambda part: measure(part, size, is_bold))
                lines.append(line[:length])
                line = line[length:]
        if line:
            lines.append(line)
    return lines


def _fitting(word: str, width: float, wide: Callable[[str], float]) -> int:
    """How many of its letters, at least one, fit into the width."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if wide(word[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def fit(
    texts: Sequence[tuple[str, Style]], *, width: float, height: float, measure: Measure
) -> list[Lines]:
    """Each text at the largest common share of its size at which all of them fit.

    Nothing is ever cut: what is too long becomes smaller.
    """
    share = 1.0
    while True:
        fitted = [
            Lines(
                tuple(
                    wrap(
                        text,
                        width,
                        size=style.size * share,
                        is_bold=style.is_bold,
                        measure=measure,
                    )
                ),
                style.size * share,
            )
            for text, style in texts
        ]
        if total(fitted, [style for _text, style in texts]) <= height or share < SMALL_ENOUGH / 10:
            return fitted
        share *= SHRINK


def total(fitted: Sequence[Lines], styles: Sequence[Style]) -> float:
    """The height of texts below each other; an empty one takes no room at all."""
    pairs = zip(fitted, styles, strict=True)
    return sum(lines.height + style.before for lines, style in pairs if lines.lines)


def columns(box: Box, count: int, *, gap: float) -> list[Box]:
    """Equal columns beside each other."""
    width = (box.width - gap * (count - 1)) / count
    return [Box(box.x + n * (width + gap), box.y, width, box.height) for n in range(count)]


def rows(box: Box, count: int) -> list[Box]:
    """Equal rows below each other."""
    height = box.height / max(1, count)
    return [Box(box.x, box.y + n * height, box.width, height) for n in range(count)]


def writing_lines(box: Box, *, pitch: float) -> list[float]:
    """The heights of lines to write on, evenly over the box and never closer than a hand writes."""
    count = int(box.height / pitch + 1e-9)
    step = box.height / count if count else 0.0
    return [box.y + step * (n + 1) for n in range(count)]


def card_sheet(paper_name: str, per_a4: str) -> tuple[float, float, list[Box]]:
    """(width, height, places of the cards) of a sheet. The cards meet at the lines to cut along."""
    sheet = paper(paper_name)
    if per_a4 not in CARDS_ON_A4:
        raise Invalid(N_("Choose 4 or 6 cards on a sheet of A4."), field="per")
    across, down = CARDS_ON_A4[per_a4]
    if sheet.name == "a4":  # standing up, so that four cards have the size of a postcard
        width, height = sheet.height, sheet.width
    else:
        width, height, across = sheet.width, sheet.height, across * 2
    card = width / across, height / down
    places = [
        Box(column * card[0], row * card[1], *card)
        for row in range(down)
        for column in range(across)
    ]
    return width, height, places


def cuts(places: Sequence[Box]) -> tuple[list[float], list[float]]:
    """(x of upright cuts, y of level cuts) between cards."""
    upright = sorted({round(each.x, 3) for each in places} - {0.0})
    level = sorted({round(each.y, 3) for each in places} - {0.0})
    return upright, level


def pages(cards: int, places: int) -> int:
    """How many sheets so many cards need; an empty set still is one sheet."""
    return max(1, -(-cards // places))
