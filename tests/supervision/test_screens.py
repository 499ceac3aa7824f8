"""The pages of supervision: what each role sees and does there, in a few statements."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import pytest

from tenant_app.core import clock
from tenant_app.needs import service as needs
from tenant_app.supervision import service as supervision
from tests.admin.lists import Browser
from tests.supervision.conftest import NEW, TODAY


@pytest.fixture
def browser(app, town, monkeypatch):
    """A user's browser, at the town's time."""
    monkeypatch.setattr(clock, "now", lambda: town.now)
    return lambda user: Browser(app, town, user)


def page(browser, path, *, status=200):
    answer = browser.get(path)
    assert answer.status_code == status, answer.text
    return unescape(re.sub(r"\s+", " ", answer.text))


def test_the_consultant_plans_holds_finds_and_publishes(town, inspectorate, browser):
    me = browser("consultant")
    sent = me.post(
        "/supervision/plan/",
        unit_id=str(town.units["n1"]),
        visit_on="02-03-2026",
        notice="unannounced",
        by_whom="To konsulenter",
    )
    assert sent.status_code == 302
    visit_id = sent.location.rpartition("=")[2]
    for verb, fields in (
        ("hold", {"visit_on": "02-03-2026", "heightened": "y"}),
        (
            "finding",
            {
                "verdict": "attention",
                "area_id": str(inspectorate.area_id),
                "text": "Legen <b>afbrydes</b>",
            },
        ),
        ("follow-up", {"text": "Små grupper", "owner": "Leder", "due_on": "02-04-2026"}),
        (
            "publish",
            {"published_on": "02-03-2026", "report_link": "https://hus.dk/tilsyn"},
        ),
    ):
        assert me.post(f"/supervision/{verb}/?id={visit_id}", **fields).status_code == 302, verb
    shown = page(me, f"/supervision/details/?id={visit_id}")
    for text in ("Skærpet tilsyn", "Rapport offentliggjort", "Små grupper", "https://hus.dk"):
        assert text in shown
    assert "<b>afbrydes</b>" not in me.get(f"/supervision/details/?id={visit_id}").text
    assert "Fjern fundet" not in shown
    listed = page(me, "/supervision/?flt0_heightened=1")
    assert "02-03-2026" in listed


def test_the_leader_uses_a_finding_in_one_step_and_is_led_both_ways(town, inspectorate, browser):
    visit_id = inspectorate.held()
    finding = inspectorate.found(visit_id)
    me = browser("leader_n1")
    assert "Brug som belæg" in page(me, f"/supervision/details/?id={visit_id}")
    form = page(me, f"/supervision/evidence/?id={visit_id}&chosen_id={finding}")
    assert "Legen afbrydes</textarea>" in form
    assert "Hvem må læse, hvad der blev set?" in form

    sent = me.post(
        f"/supervision/evidence/?id={visit_id}",
        chosen_id=str(finding),
        role="consultant",
        title="Legen afbrydes for tit",
        urgency="high",
        staff="6",
    )
    assert sent.status_code == 302
    assert "/needs/details/" in sent.location
    need = page(me, sent.location.removeprefix("/admin"))
    assert "Hvor det kommer fra" in need
    assert f"/admin/supervision/details/?id={visit_id}" in need
    visit = page(me, f"/supervision/details/?id={visit_id}")
    assert "Legen afbrydes for tit" in visit
    assert "Brug som belæg" not in visit
    again = me.post(
        f"/supervision/evidence/?id={visit_id}",
        chosen_id=str(finding),
        role="consultant",
        title="Igen",
    )
    assert again.status_code == 422


def test_the_leader_ticks_what_is_overdue(town, inspectorate, browser):
    visit_id = inspectorate.held(on=TODAY - timedelta(days=40))
    task = inspectorate.agreed(visit_id, due=TODAY - timedelta(days=1))
    me = browser("leader_n1")
    assert "1 over tid" in page(me, "/supervision/?flt0_late=1")
    sent = me.post(f"/supervision/done/?id={visit_id}", follow_up_id=str(task), note="Det virker")
    assert sent.status_code == 302
    shown = page(me, f"/supervision/details/?id={visit_id}")
    assert "Det virker" in shown
    assert "1 over tid" not in page(me, "/supervision/")


def test_the_due_list_says_who_is_missing_and_can_be_taken_along(town, inspectorate, browser):
    inspectorate.published("n1", TODAY)
    me = browser("consultant")
    shown = page(me, "/supervision-due/")
    assert "3 af 4 institutioner" in shown
    assert "Aldrig offentliggjort" in shown
    assert shown.count("Planlæg et tilsynsbesøg") == 3
    assert page(me, "/supervision-due/?all=1").count("chart-picture") == 1
    assert "31-02-2026" not in page(me, "/supervision-due/?as_of=31-02-2026", status=422)
    file = me.get("/supervision-due/export/csv/").text
    assert file.count("Aldrig") == 0
    assert len(file.strip().splitlines()) == 5
    assert me.get("/supervision-due/export/pdf/").status_code == 422
    own = page(browser("leader_n1"), "/supervision-due/")
    assert "02-03-2028" in own


def test_a_screening_is_shown_over_time_and_used(town, inspectorate, browser):
    inspectorate.screened(on="13-01-2025", score="4")
    screening_id = inspectorate.screened(score="2,5")
    me = browser("leader_n1")
    assert "1 af 1" in page(me, "/screenings/")
    shown = page(me, f"/screenings/details/?id={screening_id}")
    said = re.sub(r"</?span[^>]*>", "", shown)
    for text in ("Kan styrkes", "Scorer over tid", "fra 4 (13-01-2025) til 2,5 (12-01-2026)"):
        assert text in said
    assert shown.count('<details class="chart-numbers" open>') == 1
    result = inspectorate.score_of(screening_id)
    need_id = inspectorate.need()
    sent = me.post(
        f"/screenings/evidence/?id={screening_id}",
        chosen_id=str(result),
        need_id=str(need_id),
        role="leader",
        title="Ikke læst",
    )
    assert sent.status_code == 302
    assert "KIDS, Relationer 12-01-2026: 2,5" in page(me, f"/needs/details/?id={need_id}")
    with town.as_user("leader_n1") as ctx:
        assert len(needs.needs(ctx).items) == 1


def test_the_first_tool_begins_as_kids_and_is_changed_until_it_is_used(app, make_town, monkeypatch):
    town = make_town()
    monkeypatch.setattr(clock, "now", lambda: town.now)
    me = Browser(app, town, "consultant")
    form = page(me, "/screening-tools/create/")
    assert 'value="KIDS"' in form
    assert 'value="Relationer"' in form
    sent = me.post(
        "/screening-tools/create/",
        name="KIDS",
        smallest="1",
        largest="5",
        step="0,1",
        good_at="3,5",
        high_is_good="1",
        area_1="Relationer",
        area_3="Leg",
    )
    assert sent.status_code == 302
    tool_id = sent.location.rpartition("=")[2]
    assert "1–5 i trin på 0,1" in page(me, f"/screening-tools/details/?id={tool_id}")
    form = page(me, f"/screening-tools/change/?id={tool_id}")
    assert 'value="0,1"' in form
    wrong = me.post(
        f"/screening-tools/change/?id={tool_id}",
        name="KIDS",
        smallest="1",
        largest="5",
        step="0,3",
        good_at="3,5",
        high_is_good="0",
        area_1="Leg",
    )
    assert wrong.status_code == 422
    assert "Med dette trin kommer man aldrig" in wrong.text
    assert me.post(f"/screening-tools/retire/?id={tool_id}").status_code == 302
    assert "Afsluttet" in page(me, "/screening-tools/")


@pytest.mark.parametrize(
    ("path", "field"),
    [("call-off", "why"), ("change", "by_whom")],
)
def test_a_text_of_100_kb_is_refused_at_its_field(inspectorate, browser, path, field):
    visit_id = inspectorate.planned()
    me = browser("consultant")
    fields = {"visit_on": "02-03-2026", "notice": "announced", "by_whom": "A", "why": "B"}
    before = inspectorate.everything()
    answer = me.post(f"/supervision/{path}/?id={visit_id}", **fields | {field: "x" * 102_400})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert inspectorate.everything() == before


def test_an_image_as_a_file_of_screenings_is_refused_on_the_page(inspectorate, browser):

    me = browser("admin")
    before = inspectorate.everything()
    answer = me.post(
        "/imports/check/",
        kind="screenings",
        file=(io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20), "kids.csv"),
    )
    assert answer.status_code == 422
    assert "Filen" in answer.text
    assert inspectorate.everything() == before


def test_used_findings_of_others_are_not_shown_on_the_need(town, inspectorate, browser):
    finding = inspectorate.found(inspectorate.held())
    with town.as_user("leader_n1") as ctx:
        need_id = supervision.use_finding(ctx, finding, new=NEW).need_id
    shown = page(browser("ped_n1"), f"/needs/details/?id={need_id}")
    assert "Hvor det kommer fra" not in shown


def test_the_menu_lists_what_each_works_with(inspectorate, browser):
    def menu(who):
        nav = re.search(r'<nav class="side".*?</nav>', browser(who).get("/profile/").text, re.S)[0]
        return set(re.findall(r'href="/admin/([a-z-]+)/"', nav))

    every = {"supervision", "supervision-due", "screenings", "screening-tools"}
    assert every <= menu("consultant")
    assert every & menu("leader_n1") == {"supervision", "screenings"}
    assert not every & menu("ped_n1")
