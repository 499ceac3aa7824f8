"""The user guide speaks of what is on the screen, in the words that are on the screen."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from tests.house.source import ROOT

GUIDE = ROOT / "docs" / "brugervejledning"
CATALOGUES = ROOT / "tenant_app" / "web" / "translations" / "da"
BOLD = re.compile(r"\*\*(.+?)\*\*", re.S)
PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)")


def on_screen() -> set[str]:
    """Every Danish text of the panel, without the full stop."""
    found = set()
    for path in CATALOGUES.glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="da"):
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                found |= {text.rstrip(".") for text in texts if text}
    return found


def named(text: str) -> set[str]:
    """The names in bold; `**A → B**` are two."""
    parts = [part for bold in BOLD.findall(text) for part in bold.split("→")]
    return {part.strip().rstrip(".:,") for part in parts}


def test_every_name_in_bold_is_a_name_on_the_screen():
    known, pages = on_screen(), sorted(GUIDE.glob("*.md"))
    wrong = {page.name: sorted(named(page.read_text()) - known) for page in pages}
    # The overview explains what bold means, and its last chapters have headings of their own.
    wrong["README.md"] = [each for each in wrong["README.md"] if each not in ("fed", "Menuen")]

    assert len(pages) == 7
    assert not any(wrong.values()), f"Not on any screen: {wrong}"


def test_a_name_that_is_on_no_screen_would_be_found():
    assert named("Tryk **Katalog → Anmod nu:** og **Tilmeld**.") - on_screen() == {"Anmod nu"}


def test_every_page_of_a_role_has_its_picture():
    for page in sorted(GUIDE.glob("*.md")):
        pictures = PICTURE.findall(page.read_text())
        assert len(pictures) == (0 if page.name == "README.md" else 1), page.name
        for text, target in pictures:
            assert len(text) > 15, "say what the picture shows"
            assert (page.parent / target).is_file(), target
    together = sum(each.stat().st_size for each in (ROOT / "docs" / "images").glob("*.png"))
    assert together <= 1_500_000
