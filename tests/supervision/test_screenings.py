"""Screening tools, files of results, and what they tell over time."""

from __future__ import annotations

import io
import threading
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.supervision import queries
from tenant_app.supervision import service as supervision
from tests.imports.conftest import bare_workbook, counts, where, workbook
from tests.supervision.conftest import HEADER, NEW, SCALE

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01" + bytes(range(256)) * 40


def create(inspectorate, who="consultant", **changed):
    facts = {"name": "Sprog", "scale": SCALE, "areas": [supervision.AreaDraft("Ord")]} | changed
    with inspectorate.town.as_user(who) as ctx:
        return supervision.create_tool(ctx, **facts).id


def change(inspectorate, tool_id, who="consultant", **changed):
    facts = {"name": "KIDS 2", "scale": SCALE, "areas": [supervision.AreaDraft("Ord")]} | changed
    with inspectorate.town.as_user(who) as ctx:
        return supervision.change_tool(ctx, tool_id, **facts)


def retire(inspectorate, tool_id, who="consultant"):
    with inspectorate.town.as_user(who) as ctx:
        return supervision.retire_tool(ctx, tool_id)


def test_a_tool_has_its_areas_in_their_order_until_it_is_used(town, inspectorate):
    change(inspectorate, inspectorate.tool_id, areas=[supervision.AreaDraft(n) for n in "BA"])
    with town.as_user("leader_n1") as ctx:
        found = supervision.tool(ctx, inspectorate.tool_id)
    assert (found.tool.name, [area.name for area in found.areas]) == ("KIDS 2", ["B", "A"])
    change(
        inspectorate, inspectorate.tool_id, name="KIDS", areas=[supervision.AreaDraft("Relationer")]
    )

    inspectorate.screened()
    inspectorate.refused(Conflict, lambda: change(inspectorate, inspectorate.tool_id))
    retire(inspectorate, inspectorate.tool_id)
    inspectorate.refused(Conflict, lambda: retire(inspectorate, inspectorate.tool_id))
    inspectorate.refused(Conflict, lambda: change(inspectorate, inspectorate.tool_id))


@pytest.mark.parametrize("who", ["area_north", "leader_n1", "auditor", "ped_n1"])
def test_others_keep_no_tools(inspectorate, who):
    tool_id = inspectorate.tool_id
    inspectorate.refused(Forbidden, lambda: create(inspectorate, who))
    inspectorate.refused(Forbidden, lambda: change(inspectorate, tool_id, who))
    inspectorate.refused(Forbidden, lambda: retire(inspectorate, tool_id, who))


@pytest.mark.parametrize(
    ("changed", "kind", "field"),
    [
        ({"name": "kids"}, Conflict, "name"),
        ({"name": ""}, Invalid, "name"),
        ({"name": "x" * 102_400}, Invalid, "name"),
        ({"areas": []}, Invalid, "areas"),
        ({"scale": replace(SCALE, step=Decimal(0))}, Invalid, "step"),
    ],
)
def test_a_tool_that_cannot_be_is_refused_at_its_field(inspectorate, changed, kind, field):
    assert inspectorate.refused(kind, lambda: create(inspectorate, **changed)).field == field


def test_a_file_is_read_in_and_twice_is_as_once(town, inspectorate):
    lines = [
        inspectorate.line("n1", score="2,5"),
        inspectorate.line("n1", område="leg og AKTIVITET", score="4"),
        inspectorate.line("s1", on="2026-01-13"),
    ]
    before = inspectorate.everything()
    assert counts(inspectorate.read_in(*lines, dry_run=True)) == (3, 0, 0, [])
    assert inspectorate.everything() == before
    assert counts(inspectorate.read_in(*lines)) == (3, 0, 0, [])
    assert counts(inspectorate.read_in(*lines)) == (0, 0, 3, [])
    assert counts(inspectorate.read_in(inspectorate.line("n1", score="3"))) == (0, 1, 0, [])
    with town.as_user("leader_n1") as ctx:
        [found] = supervision.screenings(ctx).items
        scores = [(r.area.name, r.score) for r in supervision.results(ctx, found)]
        assert supervision.scored(ctx, [found.id])[found.id] == (2, 1)
    assert scores == [("Relationer", Decimal(3)), ("Leg og aktivitet", Decimal(4))]


def test_a_workbook_is_read_in_with_numbers_as_numbers(inspectorate):
    facts = (inspectorate.number["n1"], "KIDS", date(2026, 1, 12), "Relationer", 2.5, 4)
    assert counts(inspectorate.read_in(file=workbook(HEADER, [facts]))) == (1, 0, 0, [])


@pytest.mark.parametrize(
    ("changed", "column", "told"),
    [
        ({"score": "5,5"}, "score", "fra 1 til 5"),
        ({"score": "3,7"}, "score", "0,5"),
        ({"score": "3.5"}, "score", ""),
        ({"score": ""}, "score", ""),
        ({"score": "god"}, "score", ""),
        ({"score": "-1"}, "score", ""),
        ({"enhedsnummer": "U99"}, "enhedsnummer", "U99"),
        ({"redskab": "ukendt"}, "redskab", "ukendt"),
        ({"område": "Mad"}, "område", "Relationer"),
        ({"dato": "01-01-2030"}, "dato", "02-03-2026"),
        ({"dato": "i går"}, "dato", ""),
        ({"observationer": "0"}, "observationer", ""),
        ({"observationer": "2,5"}, "observationer", ""),
        ({"område": "x" * 102_400}, "område", ""),
    ],
)
def test_one_wrong_row_is_named_and_nothing_is_written(inspectorate, changed, column, told):
    before = inspectorate.everything()
    result = inspectorate.read_in(inspectorate.line("s1"), inspectorate.line("n1", **changed))
    assert where(result) == [(3, column)]
    text = str(result.errors[0])
    assert told in text or "from 1 to 5" in text or told in str(result.errors[0].params)
    assert inspectorate.everything() == before


def test_the_same_twice_in_a_file_and_two_counts_of_one_screening_are_refused(inspectorate):
    line = inspectorate.line
    assert where(inspectorate.read_in(line(), line(score="4"))) == [(3, "område")]
    assert where(inspectorate.read_in(line(), line(redskab="kids"))) == [(3, "område")]
    other = line(område="Leg og aktivitet", observationer="9")
    assert where(inspectorate.read_in(line(), other)) == [(3, "observationer")]


def test_a_retired_tool_takes_nothing_new(inspectorate):
    inspectorate.screened()
    retire(inspectorate, inspectorate.tool_id)
    assert where(inspectorate.read_in(inspectorate.line("s1"))) == [(2, "redskab")]
    assert counts(inspectorate.read_in(inspectorate.line("n1"))) == (0, 0, 1, [])


def test_a_score_that_a_need_rests_on_stays(town, inspectorate):
    result = inspectorate.score_of(inspectorate.screened())
    with town.as_user("leader_n1") as ctx:
        supervision.use_result(ctx, result, new=NEW)
    before = inspectorate.everything()
    assert where(inspectorate.read_in(inspectorate.line(score="5"))) == [(2, "score")]
    assert inspectorate.everything() == before
    assert counts(inspectorate.read_in(inspectorate.line())) == (0, 0, 1, [])


def bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024 * 1024))
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: PNG, id="an image"),
        pytest.param(bomb, id="a zip bomb"),
        pytest.param(lambda: b"PK\x03\x04" + b"x" * 500, id="a torn zip"),
        pytest.param(lambda: b"x" * 102_400, id="a text of 100 KB"),
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: bare_workbook("<sheetData/>"), id="an empty workbook"),
    ],
)
def test_what_is_no_such_table_is_refused_at_the_file(inspectorate, content):
    error = inspectorate.refused(Invalid, lambda: inspectorate.read_in(file=content()))
    assert error.field == "file"


@pytest.mark.parametrize("who", ["consultant", "area_north", "leader_n1", "auditor", "ped_n1"])
def test_only_those_who_import_read_files_in(inspectorate, who):
    inspectorate.refused(Forbidden, lambda: inspectorate.read_in(inspectorate.line(), who=who))


def means(inspectorate, who, screening_id):
    """(year, score, mean) as the reader is told."""
    with inspectorate.town.as_user(who) as ctx:
        [course] = supervision.over_time(ctx, supervision.screening(ctx, screening_id))
    assert course.area.name == "Relationer"
    return [(each.day.year, each.score, each.mean) for each in course.scores]


def test_over_time_beside_a_mean_of_three_that_the_reader_does_not_know(inspectorate):
    for unit, score in (("n1", "2"), ("n2", "3"), ("s1", "4"), ("s2", "2")):
        inspectorate.screened(unit, on="13-01-2025", score=score)
    inspectorate.screened("s1", on="13-06-2025", score="5")  # each institution counts once a year
    inspectorate.screened("n1", on="12-01-2026", score="3,5")
    inspectorate.screened("s1", on="12-01-2026", score="3")
    newest = inspectorate.screened("n2", on="12-01-2026", score="4")

    mean = Decimal("2.88")
    # In 2026 the two others could be worked out together, and one of them by the other.
    assert means(inspectorate, "leader_n2", newest) == [(2025, 3, mean), (2026, 4, None)]
    # North knows two of the four, and would learn of the other two.
    assert means(inspectorate, "area_north", newest) == [(2025, 3, None), (2026, 4, None)]
    # Nothing is hidden from the consultant.
    assert means(inspectorate, "consultant", newest) == [(2025, 3, mean), (2026, 4, Decimal("3.5"))]


def test_houses_are_their_institution_in_the_mean(inspectorate):
    inspectorate.house("h1")
    inspectorate.house("h2")
    for unit, score in (("h1", "2"), ("h2", "5"), ("s1", "4")):
        inspectorate.screened(unit, score=score)
    own = inspectorate.screened("n2", score="3")

    assert means(inspectorate, "leader_n2", own) == [(2026, 3, None)], "two others, not three"
    assert means(inspectorate, "consultant", own) == [(2026, 3, Decimal("3.5"))]


@pytest.mark.parametrize("unit", ["root", "north"])
def test_only_what_is_visited_is_screened(inspectorate, unit):
    before = inspectorate.everything()
    assert where(inspectorate.read_in(inspectorate.line(unit))) == [(2, "enhedsnummer")]
    assert inspectorate.everything() == before


def test_a_score_far_below_is_told_the_bounds(inspectorate):
    [error] = inspectorate.read_in(inspectorate.line(score="-2000")).errors
    assert error.params == {"least": "-1000", "most": "1000"}


def test_the_count_under_a_score_that_a_need_rests_on_stays(town, inspectorate):
    score = {"Relationer": "3,5", "Leg og aktivitet": "2"}
    result = inspectorate.score_of(inspectorate.screened())
    inspectorate.read_in(inspectorate.line(område="Leg og aktivitet", score="2"))
    with town.as_user("leader_n1") as ctx:
        supervision.use_result(ctx, result, new=NEW)
    before = inspectorate.everything()
    for area in score:
        changed = inspectorate.line(område=area, score=score[area], observationer="9")
        assert where(inspectorate.read_in(changed)) == [(2, "observationer")]
    assert inspectorate.everything() == before


def test_whoever_only_checks_a_file_waits_for_nobody(town, inspectorate):
    inspectorate.screened()
    told = []
    check = threading.Thread(
        target=lambda: told.append(inspectorate.read_in(inspectorate.line(), dry_run=True))
    )
    with town.as_system() as ctx:
        queries.lock(ctx)
        check.start()
        check.join(timeout=10)
        assert [counts(each) for each in told] == [(0, 0, 1, [])]
    check.join()


def test_who_keeps_no_tools_is_told_so_before_anything_is_looked_up(inspectorate):
    inspectorate.refused(Forbidden, lambda: retire(inspectorate, uuid4(), "leader_n1"))


def test_screenings_are_of_ones_own_units(town, inspectorate):
    north, south = inspectorate.screened("n1"), inspectorate.screened("s1")
    with town.as_user("consultant") as ctx:
        assert {each.id for each in supervision.screenings(ctx).items} == {north, south}
        below = supervision.screenings(ctx, unit_id=town.units["north"]).items
        assert [each.id for each in below] == [north]
    with town.as_user("leader_n1") as ctx:
        assert [each.id for each in supervision.screenings(ctx).items] == [north]
        with pytest.raises(NotFound):
            supervision.screening(ctx, south)
    with town.as_user("ped_n1") as ctx, pytest.raises(Forbidden):
        supervision.screenings(ctx)
