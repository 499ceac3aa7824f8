"""Competences, targets and who can what, in the panel."""

from datetime import date

import pytest

from admin import competences as screens
from tenant_app.competences import service as competences
from tenant_app.competences.models import HoldingSource
from tenant_app.core.db import uuid7
from tenant_app.organisation.models import Position
from tests.catalogue.door import panel_of


@pytest.fixture
def panel(town, settings):
    """Each user's own browser: `panel("admin")`."""

    def open_as(user, at=town):
        return panel_of(at, user, settings, screens.views())

    return open_as


def note(town, employee, competence_id):
    with town.as_system() as ctx:
        return competences.note_holding(
            ctx,
            employee_id=town.employees[employee],
            competence_id=competence_id,
            from_date=date(2025, 8, 31),
        ).id


def test_areas_and_competences_are_made_and_changed(town, panel):
    admin = panel("admin")
    assert "Ingen kompetenceområder endnu" in admin.get("/admin/competence-areas/").text
    made = admin.post("/admin/competence-areas/create/", data={"name": "Sprog"})
    assert made.status_code == 302
    double = admin.post("/admin/competence-areas/create/", data={"name": "Sprog"})
    assert (double.status_code, "findes allerede" in double.text) == (409, True)
    with town.as_system() as ctx:
        area = competences.areas(ctx).items[0].id
    facts = {"name": "Læsning", "area_id": str(area), "validity_months": "24"}
    admin.post("/admin/competences/create/", data=facts)
    page = admin.get(f"/admin/competences/?flt0_area={area}&search=læs").text
    assert "Læsning" in page
    assert "24 måneder" in page
    with town.as_system() as ctx:
        made = competences.competences(ctx).items[0].id
    url = f"/admin/competences/change/?id={made}"
    assert 'value="24"' in admin.get(url).text
    admin.post(url, data=facts | {"validity_months": ""})
    assert "For altid" in admin.get(f"/admin/competences/details/?id={made}").text
    absurd = admin.post(url, data=facts | {"validity_months": "0"})
    assert absurd.status_code == 422
    admin.post(f"/admin/competence-areas/rename/?id={area}", data={"name": "Kommunikation"})
    assert "Kommunikation" in admin.get("/admin/competences/").text


def test_a_target_is_set_changed_and_removed(town, panel, language, look):
    admin = panel("admin")
    facts = {"competence_id": str(language), "position": "pedagogue", "due_date": "31-12-2026"}
    admin.post("/admin/coverage-targets/set/", data=facts | {"kind": "count", "amount": "2"})
    (target,) = look.targets(town)
    assert (target.min_count, target.position) == (2, Position.PEDAGOGUE)
    page = admin.get("/admin/coverage-targets/").text
    assert "2 pers." in page
    assert "Pædagoger" in page
    url = f"/admin/coverage-targets/change/?id={target.id}"
    assert 'value="31-12-2026"' in admin.get(url).text
    absurd = admin.post(url, data={"kind": "percent", "amount": "101", "due_date": "31-12-2026"})
    assert absurd.status_code == 422
    admin.post(url, data={"kind": "percent", "amount": "80", "due_date": "01-07-2027"})
    (target,) = look.targets(town)
    assert (target.min_count, target.min_percent, target.due_date) == (
        None,
        80,
        date(2027, 7, 1),
    )
    admin.post(f"/admin/coverage-targets/remove/?id={target.id}")
    assert look.targets(town) == []


def test_a_leader_notes_and_ends_a_holding(town, panel, language, look):
    leader = panel("leader_n1")
    form = leader.get("/admin/holdings/note/").text
    assert "ped_n1_2" in form
    assert "ped_n2_1" not in form
    facts = {
        "employee_id": str(town.employees["ped_n1_2"]),
        "competence_id": str(language),
        "from_date": "31-08-2025",
        "until_date": "",
    }
    made = leader.post("/admin/holdings/note/", data=facts)
    assert made.status_code == 302
    (holding,) = look.holdings(town)
    assert holding.source is HoldingSource.EARLIER
    double = leader.post("/admin/holdings/note/", data=facts)
    assert (double.status_code, "allerede noteret" in double.text) == (409, True)
    foreign = leader.post(
        "/admin/holdings/note/", data=facts | {"employee_id": str(town.employees["ped_s1_1"])}
    )
    assert foreign.status_code == 422
    url = f"/admin/holdings/end/?id={holding.id}"
    early = leader.post(url, data={"until_date": "30-08-2025", "reason": "Fejl"})
    assert early.status_code == 422
    leader.post(url, data={"until_date": "31-12-2025", "reason": "Udløbet"})
    assert [h.until_date for h in look.holdings(town)] == [date(2025, 12, 31)]


@pytest.mark.parametrize(
    ("user", "sees"),
    [
        ("admin", {"ped_n1_1", "ped_s1_1"}),
        ("area_north", {"ped_n1_1"}),
        ("leader_s1", {"ped_s1_1"}),
        ("ped_n1", {"ped_n1_1"}),
        ("ped_n2", set()),
    ],
)
def test_each_sees_own_staff_and_own(town, panel, language, user, sees):
    ids = {employee: note(town, employee, language) for employee in ("ped_n1_1", "ped_s1_1")}
    browser = panel(user)
    page = browser.get("/admin/holdings/").text
    assert {employee for employee in ids if f"{employee} {town.slug}" in page} == sees
    for employee, holding in ids.items():
        details = browser.get(f"/admin/holdings/details/?id={holding}")
        assert details.status_code == (200 if employee in sees else 404)


def test_the_list_is_searched_and_filtered(town, panel, language, first_aid):
    note(town, "ped_n1_1", language)
    note(town, "ped_n1_2", first_aid)
    leader = panel("leader_n1")
    for url, found in {
        "/admin/holdings/?search=ped_n1_1": {"ped_n1_1"},
        "/admin/holdings/?search=førstehjælp": {"ped_n1_2"},
        f"/admin/holdings/?flt0_competence={language}": {"ped_n1_1"},
        "/admin/holdings/?flt0_source=earlier": {"ped_n1_1", "ped_n1_2"},
        "/admin/holdings/?flt0_source=course": set(),
        "/admin/holdings/?sort=2": {"ped_n1_1", "ped_n1_2"},
    }.items():
        page = leader.get(url)
        assert page.status_code == 200
        seen = {name for name in ("ped_n1_1", "ped_n1_2") if f"{name} {town.slug}" in page.text}
        assert seen == found, url


@pytest.mark.parametrize(
    "url",
    [
        "/admin/competence-areas/create/",
        "/admin/competences/create/",
        "/admin/competences/change/?id={competence}",
        "/admin/coverage-targets/set/",
        "/admin/holdings/note/",
        "/admin/holdings/end/?id={holding}",
    ],
)
def test_those_who_only_look_get_no_form(town, panel, language, url, look):
    holding = note(town, "ped_n1_1", language)
    before = look.trail(town)
    url = url.format(competence=language, holding=holding)
    for user in ("ped_n1", "auditor"):
        browser = panel(user)
        assert browser.get(url).status_code == 403
        assert browser.post(url, data={"name": "Ny"}).status_code == 403
    assert look.trail(town) == before


@pytest.mark.parametrize(
    "url",
    ["/admin/competences/{}/?id=", "/admin/holdings/{}/?id=", "/admin/coverage-targets/{}/?id="],
)
def test_foreign_and_never_existing_answer_alike(make_town, town, panel, language, url):
    holding = note(town, "ped_n1_1", language)
    with town.as_system() as ctx:
        target = competences.set_target(
            ctx,
            competence_id=language,
            position=Position.PEDAGOGUE,
            min_count=1,
            due_date=date(2026, 12, 31),
        ).id
    own = {"competences": language, "holdings": holding, "coverage-targets": target}
    stranger = panel("admin", make_town())
    room = url.split("/")[2]
    verb = "end" if room == "holdings" else "change"
    for page in ("details", verb):
        answers = [stranger.get(url.format(page) + str(key)) for key in (own[room], uuid7(), "x")]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert answers[0].data == answers[1].data == answers[2].data
