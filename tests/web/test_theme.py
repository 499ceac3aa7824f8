"""Light and dark: chosen without scripts, known to the server, readable in both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tenant_app.web import assets
from tests.web.conftest import give_password

WEB = Path(assets.__file__).parent / "static"
INK = ("text", "text-muted", "link", "good", "warn", "bad")
GROUNDS = ("bg", "surface", "surface-2")
PAIRS = (
    *((ink, ground) for ink in INK for ground in GROUNDS),
    *(("good", "good-bg"), ("warn", "warn-bg"), ("bad", "bad-bg"), ("bad-text", "bad")),
    *(("accent-text", "accent"), ("accent-text", "accent-hover"), ("link", "accent-bg")),
    *(("text", "accent-bg"), ("text", "surface-3"), ("accent-hover", "surface")),
)
MARKS = ("border-strong", "focus", "thread", *(f"chart-{n}" for n in range(1, 7)))
LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![^{}]*\{)|\brgba?\(|\bhsla?\(")


def tokens(name: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", (WEB / name).read_text()))


def light_of(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((light_of(one), light_of(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["tokens.css", "dark.css"])
def test_words_are_read_and_marks_are_seen_on_every_ground(name):
    colours = tokens(name)

    dim = {pair for pair in PAIRS if contrast(*(colours[one] for one in pair)) < 4.5}
    faint = {
        (mark, ground)
        for mark in MARKS
        for ground in GROUNDS
        if contrast(colours[mark], colours[ground]) < 3
    }

    assert not dim
    assert not faint


def test_the_measure_itself_tells_good_from_bad():
    assert round(contrast("#000000", "#ffffff"), 1) == 21
    assert contrast("#999999", "#ffffff") < 4.5


def test_every_colour_has_a_light_and_a_dark_value():
    assert tokens("tokens.css").keys() == tokens("dark.css").keys()


def test_no_style_sheet_but_those_two_names_a_colour():
    sheets = [*WEB.glob("*.css"), *assets.PLACES["panel"].glob("*.css")]
    named = {
        sheet.name: found
        for sheet in sheets
        if sheet.name not in ("tokens.css", "dark.css")
        and (found := LITERAL.findall(re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)))
    }
    assert not named, "Use a token of tokens.css; see the top of panel.css"


def sheets(page: str) -> dict[str, str | None]:
    """Linked style sheets by name, each with its media."""
    links = re.findall(
        r'<link rel="stylesheet" href="[^"]*/([\w-]+)\.[^"/]*"( media="[^"]*")?', page
    )
    return {name: media.removeprefix(' media="').rstrip('"') or None for name, media in links}


def test_the_system_decides_until_somebody_chooses(browser):
    page = browser.get("/sign-in").text

    assert '<html lang="da" data-theme="system">' in page
    assert sheets(page)["dark"] == "screen and (prefers-color-scheme: dark)"


@pytest.mark.parametrize(("theme", "media"), [("dark", "screen"), ("light", None)])
def test_a_chosen_theme_is_rendered_by_the_server_and_remembered(browser, town, theme, media):
    browser.sign_in(town, give_password(town))

    answer = browser.post(
        "/theme", {"theme": theme, "next": "/admin/profile/?x=1"}, form="/admin/profile/"
    )

    assert (answer.status_code, answer.location) == (302, "/admin/profile/?x=1")
    cookie = answer.headers["Set-Cookie"]
    assert f"theme={theme};" in cookie
    assert "SameSite=Lax" in cookie
    for path in ("/admin/profile/", "/password", "/nowhere"):
        page = browser.get(path).text
        assert f'data-theme="{theme}"' in page, path
        assert sheets(page).get("dark") == media, path
    assert f'value="{theme}" aria-pressed="true"' in browser.get("/admin/profile/").text


def test_the_theme_outlives_the_session(browser, town):
    browser.sign_in(town, give_password(town))
    browser.post("/theme", {"theme": "dark"}, form="/admin/profile/")

    browser.post("/sign-out", form="/sign-in")

    assert 'data-theme="dark"' in browser.get("/sign-in").text


def test_the_system_decides_again(browser):
    browser.post("/theme", {"theme": "dark"}, form="/sign-in")

    browser.post("/theme", {"theme": "system"}, form="/sign-in")

    assert 'data-theme="system"' in browser.get("/sign-in").text


@pytest.mark.parametrize("theme", ["", "pink", '"><script>'])
def test_another_word_than_the_known_changes_nothing(browser, theme):
    browser.post("/theme", {"theme": theme}, form="/sign-in")
    browser.client.set_cookie("theme", "pink")

    assert 'data-theme="system"' in browser.get("/sign-in").text


def test_the_choice_leads_to_no_other_site(browser):
    answer = browser.post("/theme", {"theme": "dark", "next": "//evil.example"}, form="/sign-in")

    assert answer.location == "/"
