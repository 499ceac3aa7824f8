"""The poster: three phases beside each other on the red thread, with room to write by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tenant_app.dialogue.printing.pen import INK, MUTED, PALE, PHASES, Colour, Pen
from tenant_app.dialogue.rules import prints
from tenant_app.dialogue.rules.prints import Box, Joining, Lines, Printed, PrintedPhase, Style

# Measured on an A3; an A4 is the same poster, smaller.
EDGE = 15.0
GAP = 13.0
THREAD_Y = 65.0
DISC = 9.0
TOP, BOTTOM = 97.0, 238.0
"""Between them the cards."""
OUTCOME = Box(0, 242, 0, 34)
FOOT_Y = 281.0
DOTS = 34.0
PITCH = 8.6
TITLE, ABOUT = Style(34, is_bold=True), Style(14, before=1.5)
NAME, LEAD = Style(23, is_bold=True), Style(12.5, before=0.5)
CARD = Style(13, is_bold=True)
TICK = 4.2


def poster(printed: Printed, *, paper: str, made_at: datetime) -> bytes:
    """The poster as PDF, on paper of that name."""
    sheet = prints.paper(paper)
    pen = Pen(
        sheet.width, sheet.height, title=printed.title, language=printed.language, made_at=made_at
    )
    pen.page()
    draw = _Poster(pen, sheet.width / prints.PAPERS["a3"].width)
    draw.head(printed)
    draw.thread()
    columns = prints.columns(
        Box(EDGE, TOP, prints.PAPERS["a3"].width - 2 * EDGE, BOTTOM - TOP),
        len(printed.phases),
        gap=GAP,
    )
    for number, (phase, column) in enumerate(zip(printed.phases, columns, strict=True)):
        draw.phase(number, phase, column)
    draw.foot(printed.foot)
    return pen.bytes()


class _Poster:
    """Draws an A3 at a scale."""

    def __init__(self, pen: Pen, scale: float) -> None:
        self.pen, self.scale = pen, scale
        self.width = prints.PAPERS["a3"].width

    def _write(
        self,
        text: str,
        style: Style,
        box: Box,
        *,
        colour: Colour = INK,
        tag: str = "P",
        align: str = "left",
    ) -> float:
        """The text in the box, smaller where it must be; where it ends on the A3."""
        [fitted] = self._fit([(text, style)], box)
        return self._put(fitted, style, box, box.y, colour=colour, tag=tag, align=align)

    def _fit(self, texts: list[tuple[str, Style]], box: Box) -> list[Lines]:
        """Fitted on the A3, so that the poster breaks its lines alike on both papers."""
        return prints.fit(texts, width=box.width, height=box.height, measure=self.pen.measure)

    def _put(
        self,
        fitted: Lines,
        style: Style,
        box: Box,
        y: float,
        *,
        colour: Colour = INK,
        tag: str = "P",
        align: str = "left",
    ) -> float:
        self.pen.text(
            box.x * self.scale,
            y * self.scale,
            replace(fitted, size=fitted.size * self.scale),
            is_bold=style.is_bold,
            colour=colour,
            tag=tag,
            width=box.width * self.scale,
            align=align,
        )
        return y + fitted.height

    def _box(self, box: Box) -> Box:
        return Box(*(part * self.scale for part in (box.x, box.y, box.width, box.height)))

    def head(self, printed: Printed) -> None:
        """What it is about, and at the right how one joins."""
        taken = DOTS + 62 if printed.joining else 0
        box = Box(EDGE, 12, self.width - 2 * EDGE - taken, 36)
        title, about = self._fit([(printed.title, TITLE), (printed.about, ABOUT)], box)
        y = self._put(title, TITLE, box, box.y, tag="H1")
        self._put(about, ABOUT, box, y + ABOUT.before, colour=MUTED)
        if printed.joining:
            self._joining(printed.joining)

    def _joining(self, joining: Joining) -> None:
        dots = Box(self.width - EDGE - DOTS, 12, DOTS, DOTS)
        self.pen.dots(self._box(dots), joining.url, alt=joining.picture)
        beside = Box(dots.x - 64, 13, 58, 12)
        self._write(joining.words, Style(11), beside, colour=MUTED, align="right")
        code = replace(beside, y=25, height=13)
        self._write(joining.code, Style(28, is_bold=True), code, align="right")
        address = replace(beside, y=38.5, height=5)
        self._write(joining.address, Style(9), address, colour=MUTED, align="right")

    def thread(self) -> None:
        """From edge to edge, dipping between the phases."""
        y, step = THREAD_Y, (self.width - 2 * EDGE + GAP) / 3
        middles = [EDGE + DISC + n * step for n in range(3)]
        curves = [((8.0, y - 9), (middles[0] - 13, y), (middles[0], y))]
        for n, middle in enumerate(middles):
            following = middles[n + 1] if n < 2 else self.width + 18
            low = 9.5 if n % 2 == 0 else 7.5
            curves.append(
                (
                    (middle + step * 0.34, y + 0.5),
                    (middle + step * 0.30, y - low),
                    (middle + step * 0.62, y - low * 0.8),
                )
            )
            curves.append(
                (
                    (middle + step * 0.82, y - low * 0.65),
                    (following - step * 0.18, y),
                    (following, y),
                )
            )
        scaled = [tuple((px * self.scale, py * self.scale) for px, py in each) for each in curves]
        self.pen.thread((0, (y - 12) * self.scale), scaled, 1.5 * self.scale)  # type: ignore[arg-type]  # three points each

    def phase(self, number: int, phase: PrintedPhase, column: Box) -> None:
        """Its number on the thread, its cards, and what comes out of it."""
        colour = PHASES[number % len(PHASES)]
        s = self.scale
        self.pen.disc((column.x + DISC) * s, THREAD_Y * s, DISC * s, number + 1, colour)
        beside = Box(column.x + 2 * DISC + 5, THREAD_Y + 1.5, column.width - 2 * DISC - 5, 11)
        self._write(phase.name, NAME, beside, colour=colour, tag="H2")
        below = Box(column.x, THREAD_Y + DISC + 4.5, column.width, TOP - THREAD_Y - DISC - 8)
        self._write(phase.lead, LEAD, below, colour=MUTED)
        self.pen.box(self._box(Box(column.x, TOP - 2, column.width, 0.7)), fill=colour)
        for card, row in zip(phase.cards, prints.rows(column, len(phase.cards)), strict=True):
            self._card(card.title, row, colour)
        if not phase.cards:
            self._lines(column)
        self._outcome(phase.outcome, column, colour)

    def _card(self, title: str, row: Box, colour: Colour) -> None:
        tick = Box(row.x, row.y + 3.4, TICK, TICK)
        self.pen.box(self._box(tick), line=colour, line_width=0.45 * self.scale, radius=self.scale)
        height = min(row.height - 3, max(7.0, row.height * 0.45))
        box = Box(row.x + TICK + 3, row.y + 2.4, row.width - TICK - 3, height)
        end = self._write(title, CARD, box, tag="H3")
        self._lines(Box(box.x, end, box.width, row.bottom - end))

    def _lines(self, box: Box) -> None:
        for y in prints.writing_lines(box, pitch=PITCH):
            self.pen.level(box.x * self.scale, y * self.scale, box.width * self.scale)

    def _outcome(self, label: str, column: Box, colour: Colour) -> None:
        box = replace(OUTCOME, x=column.x, width=column.width)
        s = self.scale
        self.pen.box(self._box(box), line=colour, line_width=0.6 * s, radius=3 * s)
        inner = Box(box.x + 5, box.y + 2.5, box.width - 10, 7)
        self._write(label, Style(12.5, is_bold=True), inner, colour=colour, tag="H3")

    def foot(self, text: str) -> None:
        """Whose it is."""
        box = Box(EDGE, FOOT_Y, self.width - 2 * EDGE, 6)
        self.pen.box(self._box(Box(EDGE, FOOT_Y - 1.5, box.width, 0.3)), fill=PALE)
        self._write(text, Style(9.5), box, colour=MUTED)
