"""Posters and cards: what stands where, that nothing is cut off, and what the files hold."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from tenant_app.core.errors import Invalid
from tenant_app.dialogue import printing
from tenant_app.dialogue.printing.pen import FACES, FONTS, INK, MUTED, PHASES, WHITE
from tenant_app.dialogue.rules import prints
from tenant_app.dialogue.rules.prints import (
    Box,
    Joining,
    Printed,
    PrintedCard,
    PrintedPhase,
    Style,
)
from tests.dialogue.pdf import read

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
TYPED = "æøåÆØÅ éèüöäß łŁđğőűčšžñçþð “”„‘’–—… §½²€% 1234567890 !?&@#*+/=<>()[]{}|\\~^_`'\";:,."
LONG = "Hvordan understøtter vi børnenes sproglige udvikling i hverdagens rutiner? "
JOINING = Joining(
    url="https://by.example/admin/dialogue-join/?code=K7QX2M",
    address="by.example/admin/dialogue-join",
    code="K7Q X2M",
    words="Deltag med din telefon",
    picture="QR-kode",
)


def wide(text: str, size: float, is_bold: bool) -> float:
    """Letters of one width."""
    return len(text) * size * (0.2 if is_bold else 0.18)


def printed(*counts: int, card: PrintedCard | None = None, **facts: object) -> Printed:
    """Three phases with so many cards."""
    phases = tuple(
        PrintedPhase(
            f"Fase {number}",
            f"Indledning {number}",
            f"Resultat {number}",
            tuple(
                card or PrintedCard(f"Kort {number}.{n}", f"Spørgsmål {number}.{n}?", f"Råd {n}")
                for n in range(count)
            ),
        )
        for number, count in enumerate(counts, 1)
    )
    told = {"title": "Sprog i hverdagen", "about": "Solsikken", "foot": "By", "notes": "Noter"}
    return Printed(**(told | {"language": "da", "phases": phases} | facts))


# --- rules


@given(st.text(max_size=300), st.floats(5, 200), st.booleans())
def test_wrapped_lines_hold_all_letters_and_keep_within_the_width(text, width, is_bold):
    lines = prints.wrap(text, width, size=10, is_bold=is_bold, measure=wide)

    assert "".join("".join(lines).split()) == "".join(
        prints.printable(" ".join(text.splitlines())).split()
    )
    assert all(len(line) == 1 or wide(line, 10, is_bold) <= width for line in lines)


@given(st.text(max_size=2_000), st.text(max_size=2_000))
def test_texts_are_made_smaller_until_all_of_them_fit(title, question):
    styles = [Style(20, is_bold=True), Style(13, before=3)]

    fitted = prints.fit(
        list(zip((title, question), styles, strict=True)), width=87, height=60, measure=wide
    )

    assert prints.total(fitted, styles) <= 60
    for lines, style, text in zip(fitted, styles, (title, question), strict=True):
        assert lines.size <= style.size
        whole = prints.printable(" ".join(text.splitlines()))
        assert "".join("".join(lines.lines).split()) == "".join(whole.split())


def test_a_short_text_keeps_its_size():
    [fitted] = prints.fit([("Kort", Style(20))], width=100, height=20, measure=wide)

    assert (fitted.lines, fitted.size) == (("Kort",), 20)


def test_a_letter_of_two_signs_is_printed_as_one_and_signs_without_shape_are_left_out():
    assert prints.printable("A\u030arhus\u200b\u00ad og\tbørn\x07") == "Århus og børn "


@pytest.mark.parametrize(
    ("paper", "per", "count", "size", "upright", "level"),
    [
        ("a4", "4", 4, (105, 148.5), [105], [148.5]),
        ("a4", "6", 6, (105, 99), [105], [99, 198]),
        ("a3", "4", 8, (105, 148.5), [105, 210, 315], [148.5]),
        ("a3", "6", 12, (105, 99), [105, 210, 315], [99, 198]),
    ],
)
def test_cards_have_one_size_on_either_paper_and_meet_at_the_cuts(
    paper, per, count, size, upright, level
):
    width, height, places = prints.card_sheet(paper, per)

    assert len(places) == count
    assert {(each.width, each.height) for each in places} == {size}
    assert (max(each.right for each in places), max(each.bottom for each in places)) == (
        width,
        height,
    )
    assert prints.cuts(places) == (upright, level)


def test_lines_to_write_on_are_never_closer_than_a_hand_writes():
    found = prints.writing_lines(Box(0, 10, 50, 30), pitch=8)

    assert found == [20, 30, 40]
    assert prints.writing_lines(Box(0, 10, 50, 7), pitch=8) == []


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda: prints.paper("a5"), "paper"),
        (lambda: prints.paper("A3"), "paper"),
        (lambda: prints.language("sv"), "lang"),
        (lambda: prints.card_sheet("a4", "5"), "per"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_the_choice(ask, field):
    with pytest.raises(Invalid) as refused:
        ask()

    assert refused.value.field == field


# --- fonts and colours


@pytest.mark.parametrize("name", FACES.values())
def test_the_letters_are_few_free_and_cover_what_people_type(name):
    path = Path(FONTS / name)
    font = TTFont(path)

    missing = [sign for sign in TYPED if sign != " " and ord(sign) not in font.getBestCmap()]

    assert missing == []
    assert path.stat().st_size < 80_000
    assert "Apache License" in str(font["name"].getDebugName(13))
    assert "Apache License" in (FONTS / "LICENSE.txt").read_text()


def _light(colour):
    parts = [part / 255 for part in colour]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("colour", [INK, MUTED, *PHASES])
def test_every_text_can_be_read_where_the_printer_knows_no_colours(colour):
    grey = (_light(WHITE) + 0.05) / (_light(colour) + 0.05)

    assert grey >= 7


# --- files


@pytest.mark.parametrize(("paper", "points"), [("a3", (1190.55, 841.89)), ("a4", (841.89, 595.28))])
def test_a_poster_is_one_sheet_of_that_paper_with_everything_on_it(paper, points):
    facts = printed(7, 8, 7, joining=JOINING, title=f"Møde {TYPED}")

    found = read(printing.poster(facts, paper=paper, made_at=NOW))

    assert found.sizes == [pytest.approx(points, abs=0.5)]
    for words in (facts.title, facts.about, facts.foot, "K7Q X2M", JOINING.address):
        assert found.has(words)
    for phase in facts.phases:
        for words in (phase.name, phase.lead, phase.outcome, *(c.title for c in phase.cards)):
            assert found.has(words)
    assert {"H1", "H2", "H3", "P", "Figure"} <= found.tags()
    assert b"/Lang (da)" in found.raw
    assert b"/DisplayDocTitle true" in found.raw
    assert facts.title.encode("utf-16-be").hex().encode() in found.raw


def test_a_poster_without_a_session_has_nothing_to_scan():
    found = read(printing.poster(printed(2, 0, 30), paper="a4", made_at=NOW))

    assert "Figure" not in found.tags()
    assert found.has("Kort 3.29")


@pytest.mark.parametrize(
    ("paper", "per", "pages"), [("a4", "4", 6), ("a4", "6", 4), ("a3", "4", 3), ("a3", "6", 2)]
)
def test_cards_are_all_printed(paper, per, pages):
    facts = printed(7, 8, 7)

    found = read(printing.cards(facts, paper=paper, per=per, made_at=NOW))

    assert len(found.sizes) == pages
    for phase in facts.phases:
        for card in phase.cards:
            assert found.has(card.title)
            assert found.has(card.question)
            assert found.has(card.hint)


def test_the_longest_texts_are_on_the_smallest_card_to_the_last_letter():
    card = PrintedCard(
        title=(LONG * 9)[:119] + "Ø", question=(LONG * 9)[:499] + "Å", hint="W" * 499 + "Æ"
    )
    facts = printed(3, 3, 3, card=card, title=(LONG * 9)[:199] + "Ł")

    cards = read(printing.cards(facts, paper="a4", per="6", made_at=NOW))
    poster = read(printing.poster(facts, paper="a4", made_at=NOW))

    for words in (card.title, card.question, card.hint):
        assert cards.has(words)
    assert poster.has(facts.title)
    assert poster.has(card.title)


def test_a_set_without_cards_is_an_empty_sheet():
    assert len(read(printing.cards(printed(0, 0, 0), paper="a4", per="4", made_at=NOW)).sizes) == 1


def test_the_same_cards_make_the_same_file():
    facts = printed(3, 3, 3)

    assert printing.poster(facts, paper="a3", made_at=NOW) == printing.poster(
        facts, paper="a3", made_at=NOW
    )
