"""The catalogue over the API."""

import pytest

from tenant_app.catalogue.api import blueprint
from tenant_app.catalogue.models import Course, CourseCompetence, CourseSession, Provider
from tenant_app.competences import service as competences
from tenant_app.core.db import uuid7
from tests.catalogue.door import api_of

COURSE = {
    "code": "DM-1",
    "title": "Børns sprog",
    "form": "diploma_module",
    "ects": 10,
    "hours": "280",
    "price_kind": "per_person",
    "price": 1_200_000,
}
SESSION = {
    "starts_on": "2026-04-15",
    "ends_on": "2026-06-15",
    "deadline": "2026-04-01",
    "seats": 20,
    "place": "Campus Carlsberg",
}


@pytest.fixture
def admin(town):
    return api_of(town, "admin", blueprint)


@pytest.fixture
def pedagogue(town):
    return api_of(town, "ped_n1", blueprint)


def test_a_course_and_its_session_are_created_and_read(admin, pedagogue):
    provider = admin.post("/api/v1/providers", json={"name": "KP", "kind": "university_college"})
    assert provider.status_code == 201
    made = admin.post(
        "/api/v1/courses", json=COURSE | {"provider_id": provider.json["id"], "cover_hours": 84.5}
    )
    assert made.status_code == 201
    assert made.json["provider"]["name"] == "KP"
    assert (made.json["price"], made.json["cover_hours"]) == (1_200_000, "84.5")
    run = admin.post("/api/v1/sessions", json=SESSION | {"course_id": made.json["id"]})
    assert run.status_code == 201
    assert (run.json["course"]["code"], run.json["state"]) == ("DM-1", "open")

    assert pedagogue.get(f"/api/v1/courses/{made.json['id']}").json["title"] == "Børns sprog"
    assert pedagogue.get(f"/api/v1/sessions/{run.json['id']}").json["seats"] == 20
    page = pedagogue.get("/api/v1/sessions?open=true&q=sprog&form=diploma_module&page_size=1")
    assert [item["id"] for item in page.json["items"]] == [run.json["id"]]
    assert page.json["has_more"] is False
    assert pedagogue.get("/api/v1/courses?active=false").json["items"] == []
    assert pedagogue.get("/api/v1/providers?q=kp").json["items"][0]["name"] == "KP"


def test_courses_and_sessions_are_changed(admin, course, session):
    other = admin.post("/api/v1/providers", json={"name": "VIA", "kind": "university_college"})
    changed = admin.patch(
        f"/api/v1/courses/{course}", json={"price": 99, "provider_id": other.json["id"]}
    )
    assert (changed.json["price"], changed.json["provider"]["name"]) == (99, "VIA")
    assert admin.post(f"/api/v1/courses/{course}/retirement").json["is_active"] is False
    assert admin.post(f"/api/v1/courses/{course}/reinstatement").json["is_active"] is True
    renamed = admin.patch(f"/api/v1/providers/{other.json['id']}", json={"name": "VIA UC"})
    assert renamed.json["name"] == "VIA UC"
    moved = admin.patch(f"/api/v1/sessions/{session}", json={"place": "Aarhus"})
    assert (moved.json["place"], moved.json["seats"]) == ("Aarhus", 20)


def test_a_course_gives_and_takes_a_competence(town, admin, course):
    with town.as_system() as ctx:
        area = competences.create_area(ctx, name="Sprog")
        competence = competences.create_competence(ctx, area_id=area.id, name="Læsning").id
    url = f"/api/v1/courses/{course}/competences"
    given = admin.post(url, json={"competence_id": str(competence)})
    assert given.json == {"competence_ids": [str(competence)]}
    assert admin.delete(f"{url}/{competence}").status_code == 204
    assert admin.get(url).json == {"competence_ids": []}
    assert admin.delete(f"{url}/{competence}").status_code == 404


@pytest.mark.parametrize(
    ("facts", "status", "field"),
    [
        ({"price": -1}, 422, "price"),
        ({"price": 10**20}, 422, "price"),
        ({"price": 12.5}, 422, "price"),
        ({"ects": 61}, 422, "ects"),
        ({"ects": "NaN"}, 422, "ects"),
        ({"form": "party"}, 422, "form"),
        ({"code": "DM-SPROG"}, 409, "code"),
        ({"provider_id": "x"}, 422, "provider_id"),
        ({"provider_id": str(uuid7())}, 404, "provider_id"),
        ({"is_active": False}, 422, "is_active"),
        ({"title": "a\0b"}, 422, "title"),
    ],
)
def test_what_cannot_be_is_refused_by_field(town, admin, course, facts, status, field, look):
    before = look.rows(town, Course), look.trail(town)
    provider = str(look.rows(town, Provider)[0]["id"])
    answer = admin.post("/api/v1/courses", json=COURSE | {"provider_id": provider} | facts)
    assert (answer.status_code, answer.json["field"]) == (status, field)
    assert answer.content_type == "application/problem+json"
    assert (look.rows(town, Course), look.trail(town)) == before


@pytest.mark.parametrize("facts", [{"seats": 0}, {"seats": 10**20}, {"deadline": "2026-04-16"}])
def test_an_absurd_session_is_refused(town, admin, course, facts, look):
    answer = admin.post("/api/v1/sessions", json=SESSION | {"course_id": str(course)} | facts)
    assert (answer.status_code, answer.json["field"]) == (422, next(iter(facts)))
    assert look.rows(town, CourseSession) == []


CHANGES = [
    ("post", "/providers", {"name": "Ny", "kind": "private"}),
    ("patch", "/courses/{course}", {"price": 1}),
    ("post", "/courses/{course}/retirement", None),
    ("post", "/courses/{course}/reinstatement", None),
    ("post", "/courses/{course}/competences", {"competence_id": str(uuid7())}),
    ("patch", "/sessions/{session}", {"seats": 1}),
    ("post", "/sessions", SESSION | {"course_id": "{course}"}),
]


@pytest.mark.parametrize(("method", "url", "body"), CHANGES)
def test_those_who_only_look_are_refused(town, pedagogue, course, session, method, url, body, look):
    before = [look.rows(town, table) for table in (Course, CourseSession, CourseCompetence)]
    if body and "course_id" in body:
        body = body | {"course_id": str(course)}
    answer = pedagogue.open(
        "/api/v1" + url.format(course=course, session=session), method=method.upper(), json=body
    )
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    after = [look.rows(town, table) for table in (Course, CourseSession, CourseCompetence)]
    assert after == before


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("get", "/courses/{course}", None),
        ("get", "/courses/{course}/competences", None),
        ("get", "/sessions/{session}", None),
        *[change for change in CHANGES if "{" in change[1]],
    ],
)
def test_foreign_and_never_existing_answer_alike(
    town, make_town, course, session, method, url, body, look
):
    stranger = api_of(make_town(), "admin", blueprint)
    before = [look.rows(town, table) for table in (Course, CourseSession, CourseCompetence)]
    answers = [
        stranger.open("/api/v1" + url.format(**ids), method=method.upper(), json=body)
        for ids in (
            {"course": course, "session": session},
            {"course": uuid7(), "session": uuid7()},
        )
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    after = [look.rows(town, table) for table in (Course, CourseSession, CourseCompetence)]
    assert after == before
