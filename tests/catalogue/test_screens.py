"""Providers, courses and sessions in the panel."""

import pytest

from admin import catalogue as screens
from tenant_app.catalogue.models import Course, CourseCompetence, CourseSession, Provider
from tenant_app.competences import service as competences
from tenant_app.core.db import uuid7
from tests.catalogue.door import panel_of

COURSE = {
    "code": "TD-7",
    "title": "Legens betydning",
    "form": "theme_day",
    "ects": "0",
    "hours": "7,4",
    "cover_hours": "",
    "price_kind": "per_group",
    "price": "18.500,00",
    "materials": "",
    "travel": "",
}
SESSION = {
    "deadline": "01-04-2026",
    "starts_on": "15-04-2026",
    "ends_on": "15-04-2026",
    "seats": "25",
    "place": "Rådhuset",
}


@pytest.fixture
def admin(town, settings):
    return panel_of(town, "admin", settings, screens.views())


@pytest.fixture
def pedagogue(town, settings):
    return panel_of(town, "ped_n1", settings, screens.views())


def test_the_lists_and_details_show_what_there_is(admin, course, session):
    for url, words in {
        "/admin/providers/": ["Københavns Professionshøjskole", "Professionshøjskole"],
        "/admin/courses/": ["DM-SPROG", "Børns sprog", "Diplommodul", "12.000,00 kr"],
        f"/admin/courses/details/?id={course}": ["280", "Pr. person"],
        "/admin/sessions/": ["Børns sprog (DM-SPROG)", "15-04-2026", "Campus Carlsberg"],
        f"/admin/sessions/details/?id={session}": ["Diplommodul", "01-04-2026"],
    }.items():
        page = admin.get(url)
        assert page.status_code == 200, url
        for word in words:
            assert word in page.text, (url, word)


def test_the_lists_are_searched_and_filtered(admin, course, session):
    provider = admin.get("/admin/courses/")
    assert "Børns sprog" in provider.text
    for url, found in {
        "/admin/courses/?search=sprog": True,
        "/admin/courses/?search=krop": False,
        "/admin/courses/?flt0_form=diploma_module": True,
        "/admin/courses/?flt0_form=theme_day": False,
        "/admin/courses/?flt0_form=nonsense": True,
        "/admin/courses/?flt0_active=1": True,
        "/admin/courses/?flt0_active=0": False,
        f"/admin/courses/?flt0_provider={uuid7()}": False,
        "/admin/courses/?flt0_provider=x": True,
        "/admin/sessions/?search=sprog": True,
        "/admin/sessions/?search=carlsberg": True,
        "/admin/sessions/?search=krop": False,
        "/admin/sessions/?flt0_form=theme_day": False,
        "/admin/sessions/?flt0_state=cancelled": False,
        "/admin/sessions/?flt0_form=diploma_module&flt1_state=open&search=sprog": True,
        "/admin/sessions/?sort=1&desc=1": True,
    }.items():
        page = admin.get(url)
        assert page.status_code == 200, url
        assert ("DM-SPROG" in page.text) is found, url


def test_a_filter_keeps_its_name_on_the_next_page(admin, town, make_course):
    for number in range(52):
        make_course(town, code=f"DM-{number}", title=f"Forløb {number:02}")
    page = admin.get("/admin/courses/?flt0_form=diploma_module")
    assert "flt0_form=diploma_module" in page.text.split('class="pagination"')[1]


def test_a_provider_and_a_course_are_made_and_changed(town, admin, look):
    made = admin.post("/admin/providers/create/", data={"name": "UCL", "kind": "private"})
    assert made.status_code == 302
    (provider,) = look.rows(town, Provider)
    url = f"/admin/providers/change/?id={provider['id']}"
    assert "UCL" in admin.get(url).text
    admin.post(url, data={"name": "UCL Erhverv", "kind": "university_college"})
    assert look.rows(town, Provider)[0]["name"] == "UCL Erhverv"

    assert "UCL Erhverv" in admin.get("/admin/courses/create/").text
    made = admin.post("/admin/courses/create/", data=COURSE | {"provider_id": str(provider["id"])})
    assert made.status_code == 302
    (course,) = look.rows(town, Course)
    assert (course["price"], str(course["hours"]), course["cover_hours"]) == (
        1_850_000,
        "7.4000",
        None,
    )
    url = f"/admin/courses/change/?id={course['id']}"
    page = admin.get(url).text
    assert 'value="18.500,00"' in page
    assert 'value="7,4"' in page
    admin.post(
        url,
        data=COURSE | {"provider_id": str(provider["id"]), "travel": "250", "is_mandatory": "y"},
    )
    (course,) = look.rows(town, Course)
    assert (course["travel"], course["is_mandatory"]) == (25_000, True)


@pytest.mark.parametrize(
    ("facts", "status", "says"),
    [
        ({"price": "-5"}, 422, "price-error"),
        ({"price": "1,234.56"}, 422, "price-error"),
        ({"hours": "1.000"}, 422, "ikke et tal"),
        ({"ects": "61"}, 422, "fra 0 til 60"),
        ({"code": "DM-SPROG"}, 409, "findes allerede"),
        ({"form": "fest"}, 422, ""),
        ({"provider_id": str(uuid7())}, 422, ""),
    ],
)
def test_what_cannot_be_is_said_in_danish_and_nothing_changes(
    town, admin, course, facts, status, says, look
):
    before = look.rows(town, Course), look.trail(town)
    provider = str(look.rows(town, Provider)[0]["id"])
    answer = admin.post("/admin/courses/create/", data=COURSE | {"provider_id": provider} | facts)
    assert answer.status_code == status
    assert says in answer.text
    assert (look.rows(town, Course), look.trail(town)) == before


def test_a_course_is_retired_and_brought_back(town, admin, course, look):
    details = f"/admin/courses/details/?id={course}"
    assert "/admin/courses/retire/" in admin.get(details).text
    admin.post(f"/admin/courses/retire/?id={course}")
    assert look.rows(town, Course)[0]["is_active"] is False
    page = admin.get(details).text
    assert "/admin/courses/retire/" not in page
    admin.post(f"/admin/courses/reinstate/?id={course}")
    assert look.rows(town, Course)[0]["is_active"] is True


def test_a_course_gives_and_takes_a_competence(town, admin, course, look):
    with town.as_system() as ctx:
        area = competences.create_area(ctx, name="Sprog")
        competence = competences.create_competence(ctx, area_id=area.id, name="Læsning").id
    url = f"/admin/courses/give/?id={course}"
    assert "Læsning (Sprog)" in admin.get(url).text
    admin.post(url, data={"competence_id": str(competence)})
    assert "Læsning" in admin.get(f"/admin/courses/details/?id={course}").text
    assert "Læsning" not in admin.get(url).text
    url = f"/admin/courses/take/?id={course}"
    assert "Læsning" in admin.get(url).text
    admin.post(url, data={"competence_id": str(competence)})
    assert look.rows(town, CourseCompetence) == []


def test_a_session_is_made_changed_and_cancelled(town, admin, course, look):
    assert "Børns sprog (DM-SPROG)" in admin.get("/admin/sessions/create/").text
    made = admin.post("/admin/sessions/create/", data=SESSION | {"course_id": str(course)})
    assert made.status_code == 302
    double = admin.post(f"/admin/courses/session/?id={course}", data=SESSION)
    assert double.status_code == 409
    assert "Rådhuset" in double.text
    admin.post(f"/admin/courses/session/?id={course}", data=SESSION | {"place": "Odense"})
    first, second = look.rows(town, CourseSession)
    url = f"/admin/sessions/change/?id={first['id']}"
    assert 'value="15-04-2026"' in admin.get(url).text
    late = admin.post(url, data=SESSION | {"deadline": "16-04-2026"})
    assert late.status_code == 422
    assert "15-04-2026" in late.text
    admin.post(url, data=SESSION | {"seats": "30"})
    empty = admin.post(f"/admin/sessions/cancel/?id={second['id']}", data={"reason": ""})
    assert empty.status_code == 422
    admin.post(f"/admin/sessions/cancel/?id={second['id']}", data={"reason": "Sygdom"})
    first, second = look.rows(town, CourseSession)
    assert (first["seats"], second["state"]) == (30, "cancelled")
    assert "/sessions/cancel/" not in admin.get(f"/admin/sessions/details/?id={second['id']}").text


VERBS = [
    "/admin/providers/create/",
    "/admin/courses/create/",
    "/admin/courses/change/?id={course}",
    "/admin/courses/retire/?id={course}",
    "/admin/courses/give/?id={course}",
    "/admin/courses/session/?id={course}",
    "/admin/sessions/create/",
    "/admin/sessions/change/?id={session}",
    "/admin/sessions/cancel/?id={session}",
]


@pytest.mark.parametrize("url", VERBS)
def test_those_who_only_look_get_no_form(town, pedagogue, course, session, url, look):
    before = look.rows(town, Course), look.rows(town, CourseSession), look.trail(town)
    url = url.format(course=course, session=session)
    assert pedagogue.get(url).status_code == 403
    assert pedagogue.post(url, data=COURSE | SESSION | {"reason": "x"}).status_code == 403
    after = look.rows(town, Course), look.rows(town, CourseSession), look.trail(town)
    assert after == before


def test_those_who_only_look_see_no_buttons(pedagogue, course, session):
    for url in ("/admin/courses/", f"/admin/courses/details/?id={course}", "/admin/sessions/"):
        page = pedagogue.get(url)
        assert page.status_code == 200
        assert "/create/" not in page.text
        assert "/change/" not in page.text


@pytest.mark.parametrize(
    "url",
    [
        "/admin/courses/details/?id={course}",
        "/admin/sessions/details/?id={session}",
        *[url for url in VERBS if "{" in url],
    ],
)
def test_foreign_and_never_existing_answer_alike(
    town, make_town, settings, course, session, url, look
):
    stranger = panel_of(make_town(), "admin", settings, screens.views())
    before = look.rows(town, Course), look.rows(town, CourseSession)
    for method in ("get", "post"):
        answers = [
            stranger.open(url.format(**ids), method=method.upper(), data=COURSE | SESSION)
            for ids in (
                {"course": course, "session": session},
                {"course": uuid7(), "session": uuid7()},
                {"course": "x", "session": "x"},
            )
        ]
        if "details" in url and method == "post":
            continue
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert answers[0].data == answers[1].data == answers[2].data
    assert (look.rows(town, Course), look.rows(town, CourseSession)) == before
