"""A chart holds no style and no script, escapes what people typed, and says what its table says."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from admin import chart_growth, charts
from tests.house.source import ROOT

SVG = "{http://www.w3.org/2000/svg}"
NASTY = """Søstjernen "<script>alert('x')</script>" & Co. 🙂 af en meget lang titel\x0b"""
CLEAN = NASTY.replace("\x0b", " ")


@pytest.fixture(autouse=True)
def _danish(app):
    with app.test_request_context():
        yield


def usage(*bars):
    return charts.usage("usage", "Forbrug", bars)


def coverage(*bars):
    return charts.coverage("coverage", "Dækning", bars)


def growth(*counts):
    """Users are ten times as many as the municipalities that are drawn."""
    times = [f"{month:02}-2026" for month in range(1, len(counts) + 1)]
    users = [None if count is None else count * 10 for count in counts]
    return chart_growth.growth("growth", "Vækst", times, {"Kommuner": counts, "Brugere": users})


FULL = charts.UsageBar(
    "Centralt", actual=100_050, committed=20_000, reserved=30_000, available=50_000
)
SHORT = charts.UsageBar("Nord", actual=90_000, committed=40_000, reserved=20_000, available=-50_000)
HALF = charts.CoverageBar("Sprog", covered=5, planned=7, group_size=12)
ALL = {
    "usage": lambda: usage(FULL, SHORT),
    "coverage": lambda: coverage(HALF),
    "growth": lambda: growth(1, 2, 12),
}


def tree(chart):
    return ElementTree.fromstring(str(chart.svg))


def said(chart):
    """What each bar says when pointed at."""
    return [title.text for bar in bars(chart) for title in bar.iter(f"{SVG}title")]


def bars(chart):
    return [each for each in tree(chart).iter(f"{SVG}g") if each.get("class") == "bar"]


@pytest.mark.parametrize("name", ALL)
def test_nothing_in_a_picture_needs_leave_of_the_content_policy(name):
    root = tree(ALL[name]())

    for element in root.iter():
        assert element.tag.startswith(SVG)
        assert element.tag.removeprefix(SVG) in {
            "svg",
            "g",
            "rect",
            "path",
            "text",
            "title",
            "desc",
        }
        for attribute, value in element.attrib.items():
            assert attribute != "style"
            assert not attribute.startswith(("on", "{"))
            assert "url(" not in value
            assert "javascript" not in value.lower()


@pytest.mark.parametrize("name", ALL)
def test_a_picture_has_a_name_a_description_and_no_id_twice(name):
    chart = ALL[name]()
    root = tree(chart)
    ids = {each.get("id"): each.text for each in root.iter() if each.get("id")}

    assert root.get("role") == "img"
    assert ids[root.get("aria-labelledby")] == chart.title
    assert ids[root.get("aria-describedby")] == chart.summary
    assert set(ids) == {f"{name}-title", f"{name}-desc"}


@pytest.mark.parametrize("name", ALL)
def test_the_table_is_whole(name):
    chart = ALL[name]()

    assert chart.rows
    assert {len(row) for row in chart.rows} == {len(chart.head)}
    assert chart.summary.endswith(".")


def test_what_the_bars_say_is_what_the_table_says():
    for chart in (usage(FULL, SHORT), coverage(HALF)):
        table = {
            f"{row[0]}: {head} {re.search(r'[(](.+)[)]', cell)[1]}"
            for row in chart.rows
            for head, cell in zip(chart.head[2:], row[2:], strict=True)
        }
        assert set(said(chart)) == table
    chart = growth(1, 2, 12)
    assert said(chart) == [f"{name}: {count}" for name, count, _users in chart.rows]


def test_the_bars_are_as_long_as_they_say():
    chart = usage(FULL, SHORT)
    per_cent = set()
    for bar in bars(chart):
        share = Decimal(bar.find(f"{SVG}title").text.split()[-2].replace(",", "."))
        width = Decimal(bar.find(f"{SVG}rect").get("width") or 0)
        if share > 0:
            per_cent.add(round(width / share, 3))
        else:
            assert width == 0
    assert len(per_cent) == 1


def test_amounts_and_shares_are_written_the_danish_way():
    chart = usage(FULL, SHORT)

    assert chart.head[1:] == ("Budget", "Forbrugt", "Disponeret", "Reserveret", "Til rådighed")
    assert chart.rows[0] == (
        "Centralt", "2.000,50 kr", "1.000,50 kr (50,0 %)", "200,00 kr (10,0 %)",
        "300,00 kr (15,0 %)", "500,00 kr (25,0 %)",
    )  # fmt: skip
    assert chart.rows[1][-1] == "-500,00 kr (-50,0 %)"
    assert "Centralt 60,0 %, Nord 130,0 %" in chart.summary


def test_whoever_lacks_a_competence_is_counted_once():
    chart = coverage(HALF)

    assert chart.rows == (("Sprog", "12", "5 (41,7 %)", "2 (16,7 %)", "5 (41,7 %)"),)


def test_names_with_markup_quotes_and_emoji_stay_text():
    chart = usage(charts.UsageBar(NASTY, 1, 1, 1, 1))
    texts = [each.text or "" for each in tree(chart).iter(f"{SVG}text")]

    assert "<script" not in str(chart.svg)
    assert any(text.startswith(f"{CLEAN}: ") for text in said(chart))
    assert any(text.startswith("Søstjernen") and "…" in text for text in texts)
    assert chart.rows[0][0] == NASTY


def test_a_first_word_that_all_share_leaves_room_for_what_tells_them_apart():
    names = ("Børnehuset Mælkebøtten", "Børnehuset Solsikken", "Område Nord")
    chart = usage(*(charts.UsageBar(name, 1, 1, 1, 1) for name in names))
    texts = {each.text for each in tree(chart).iter(f"{SVG}text")}

    assert {"Mælkebøtten  50,0 %", "Solsikken  50,0 %", "Område Nord  50,0 %"} <= texts
    assert [row[0] for row in chart.rows] == list(names)


def test_nothing_is_drawn_of_nothing():
    assert usage() is None
    assert usage(charts.UsageBar("Tom", 0, 0, 0, 0)) is None
    assert coverage(charts.CoverageBar("Ingen", 0, 0, 0)) is None
    assert growth() is None
    assert growth(None, None) is None


def test_a_time_when_nobody_counted_is_left_open():
    chart = growth(3, None, 1200)

    assert said(chart) == ["01-2026: 3", "03-2026: 1.200"]
    assert chart.rows == (
        ("01-2026", "3", "30"), ("02-2026", "–", "–"), ("03-2026", "1.200", "12.000"),
    )  # fmt: skip
    assert chart.summary == (
        "Søjlerne viser: Kommuner. Kommuner: fra 3 (01-2026) til 1.200 (03-2026). "
        "Brugere: fra 30 (01-2026) til 12.000 (03-2026)."
    )


def test_one_count_alone_has_no_course():
    assert growth(7).summary.endswith(". Kommuner: 7 (01-2026). Brugere: 70 (01-2026).")


def test_none_of_something_is_a_count_too():
    chart = growth(0, 0)

    assert [row[1] for row in chart.rows] == ["0", "0"]
    assert len(bars(chart)) == 2


def test_colours_come_from_the_theme_alone():
    css = (ROOT / "admin/static/charts.css").read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", css)
    assert "var(--chart-1)" in css


def test_no_line_breaks_a_day_or_a_share_in_two():
    chart = charts.Chart("k", "t", Markup(""), "Fra <3> (15-01-2024) til 40 %.", (), ())
    assert chart.sentence == ('Fra &lt;3&gt; (<span class="day">15-01-2024</span>) til 40\xa0%.')
