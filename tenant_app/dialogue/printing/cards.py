"""The cards, several on a sheet, to be cut out."""

from __future__ import annotations

from datetime import datetime

from tenant_app.dialogue.printing.pen import FAINT, MUTED, PHASES, Colour, Pen
from tenant_app.dialogue.rules import prints
from tenant_app.dialogue.rules.prints import Box, Lines, Printed, PrintedCard, Style

EDGE = 8.0
HEAD = 22.0
FOOT = 9.0
DISC = 5.2
TITLE, QUESTION, HINT = Style(19, is_bold=True), Style(13, before=3), Style(9.5, before=5)
LABEL = 9.5
PITCH = 8.0
ROOM_TO_WRITE = 26.0  # less is left empty


def cards(printed: Printed, *, paper: str, per: str, made_at: datetime) -> bytes:
    """Every card of the set as PDF."""
    width, height, places = prints.card_sheet(paper, per)
    pen = Pen(width, height, title=printed.title, language=printed.language, made_at=made_at)
    upright, level = prints.cuts(places)
    deck = [
        (number, place, len(phase.cards), phase.name, card)
        for number, phase in enumerate(printed.phases)
        for place, card in enumerate(phase.cards, 1)
    ]
    for sheet in range(prints.pages(len(deck), len(places))):
        pen.page()
        for x in upright:
            pen.cut(x, 0, x, height)
        for y in level:
            pen.cut(0, y, width, y)
        of_sheet = deck[sheet * len(places) : (sheet + 1) * len(places)]
        for (phase, place, count, name, card), box in zip(of_sheet, places, strict=False):
            _card(pen, box, printed, card, phase=phase, name=name, place=f"{place} / {count}")
    return pen.bytes()


def _card(
    pen: Pen, box: Box, printed: Printed, card: PrintedCard, *, phase: int, name: str, place: str
) -> None:
    colour = PHASES[phase % len(PHASES)]
    inner = Box(box.x + EDGE, box.y, box.width - 2 * EDGE, box.height)
    _head(pen, box, inner, phase=phase, name=name, place=place, colour=colour)
    height = box.height - HEAD - FOOT
    texts = [(card.title, TITLE), (card.question, QUESTION), (card.hint, HINT)]
    # The hint stands behind a bar, and so a little to the right.
    title, question, hint = prints.fit(
        texts, width=inner.width - 4, height=height, measure=pen.measure
    )
    y = pen.text(inner.x, box.y + HEAD, title, is_bold=True, tag="H2")
    y = pen.text(inner.x, y + QUESTION.before, question)
    if hint.lines:
        top = y + HINT.before
        pen.box(Box(inner.x, top + 0.6, 0.9, hint.height - 0.8), fill=colour)
        y = pen.text(inner.x + 4, top, hint, colour=MUTED)
    _room(pen, Box(inner.x, y + 5, inner.width, box.bottom - FOOT - y - 7), printed.notes)
    [foot] = prints.fit(
        [(printed.foot, Style(6.5))], width=inner.width, height=4, measure=pen.measure
    )
    pen.text(inner.x, box.bottom - FOOT + 1.5, foot, colour=MUTED)


def _head(
    pen: Pen, box: Box, inner: Box, *, phase: int, name: str, place: str, colour: Colour
) -> None:
    """The thread comes in from the left, goes through the number of the phase, and out again."""
    y = box.y + 11.5
    middle = inner.x + DISC
    rest = box.right - 5
    pen.thread(
        (box.x + 2.5, y + 2.2),
        [
            ((box.x + 5, y + 2.2), (middle - 5, y), (middle, y)),
            ((middle + 18, y + 0.2), (middle + 16, y + 7.4), (middle + 34, y + 6.4)),
            ((middle + 52, y + 5.4), (rest - 20, y + 4.2), (rest, y + 6.2)),
        ],
        0.7,
    )
    pen.disc(middle, y, DISC, phase + 1, colour)
    size = Style(11, is_bold=True)
    [fitted] = prints.fit([(name, size)], width=inner.width - 32, height=6, measure=pen.measure)
    pen.text(middle + DISC + 3, y - fitted.height / 2 - 1.8, fitted, is_bold=True, colour=colour)
    pen.text(
        inner.x,
        y - 4.4,
        Lines((place,), 8.5),
        colour=MUTED,
        width=inner.width,
        align="right",
    )


def _room(pen: Pen, box: Box, label: str) -> None:
    """What is left of a card is for notes."""
    if box.height < ROOM_TO_WRITE:
        return
    [fitted] = prints.fit([(label, Style(7.5))], width=box.width, height=4, measure=pen.measure)
    pen.text(box.x, box.y, fitted, colour=MUTED)
    lines = Box(box.x, box.y + 3, box.width, box.height - 3)
    for y in prints.writing_lines(lines, pitch=PITCH):
        pen.level(box.x, y, box.width, colour=FAINT)
