"""Competences over the API."""

import pytest

from tenant_app.competences.api import blueprint
from tenant_app.core.db import uuid7
from tests.catalogue.door import api_of


@pytest.fixture
def admin(town):
    return api_of(town, "admin", blueprint)


@pytest.fixture
def leader(town):
    return api_of(town, "leader_n1", blueprint)


def test_areas_competences_and_targets(town, admin, look):
    area = admin.post("/api/v1/competence-areas", json={"name": "Sprog"})
    assert area.status_code == 201
    body = {"area_id": area.json["id"], "name": "Læsning", "validity_months": 24}
    made = admin.post("/api/v1/competences", json=body)
    assert (made.status_code, made.json["area"]["name"]) == (201, "Sprog")
    other = admin.post("/api/v1/competence-areas", json={"name": "Leg"}).json["id"]
    url = f"/api/v1/competences/{made.json['id']}"
    changed = admin.put(url, json={"area_id": other, "name": "Læselyst"})
    assert (changed.json["area"]["name"], changed.json["validity_months"]) == ("Leg", None)
    renamed = admin.put(f"/api/v1/competence-areas/{other}", json={"name": "Leg og krop"})
    assert renamed.json["name"] == "Leg og krop"
    assert admin.get(url).json["area"]["name"] == "Leg og krop"
    found = admin.get("/api/v1/competences?q=læse").json["items"]
    assert [item["name"] for item in found] == ["Læselyst"]
    assert len(admin.get("/api/v1/competence-areas").json["items"]) == 2

    aim = {"competence_id": made.json["id"], "position": "pedagogue", "due_date": "2026-12-31"}
    target = admin.post("/api/v1/coverage-targets", json=aim | {"min_percent": 80})
    assert (target.status_code, target.json["min_percent"]) == (200, 80)
    neither = admin.post("/api/v1/coverage-targets", json=aim)
    assert (neither.status_code, neither.json["field"]) == (422, "min_count")
    assert len(admin.get("/api/v1/coverage-targets").json["items"]) == 1
    gone = admin.delete(f"/api/v1/coverage-targets/{target.json['id']}")
    assert gone.status_code == 204
    assert look.targets(town) == []


def test_a_leader_notes_and_ends_a_holding(town, leader, language):
    body = {
        "employee_id": str(town.employees["ped_n1_1"]),
        "competence_id": str(language),
        "from_date": "2025-01-31",
    }
    made = leader.post("/api/v1/holdings", json=body)
    assert made.status_code == 201
    assert (made.json["competence_name"], made.json["source"]) == ("Sprog", "earlier")
    twice = leader.post("/api/v1/holdings", json=body)
    assert (twice.status_code, twice.json["field"]) == (409, "from_date")
    own = api_of(town, "ped_n1", blueprint).get("/api/v1/holdings?on=2026-03-01")
    assert [item["id"] for item in own.json["items"]] == [made.json["id"]]
    url = f"/api/v1/holdings/{made.json['id']}/ending"
    ended = leader.post(url, json={"until_date": "2025-12-31", "reason": "Udløbet"})
    assert ended.json["until_date"] == "2025-12-31"
    assert leader.get("/api/v1/holdings?on=2026-03-01").json["items"] == []


def test_a_leader_elsewhere_sees_and_notes_nothing(town, language, look):
    elsewhere = api_of(town, "leader_s1", blueprint)
    body = {"competence_id": str(language), "from_date": "2025-01-31"}
    answers = [
        elsewhere.post("/api/v1/holdings", json=body | {"employee_id": str(who)})
        for who in (town.employees["ped_n1_1"], uuid7())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    assert elsewhere.get("/api/v1/holdings").json["items"] == []
    assert look.holdings(town) == []


def test_foreign_and_never_existing_answer_alike(make_town, town, language):
    stranger = api_of(make_town(), "admin", blueprint)
    answers = [stranger.get(f"/api/v1/competences/{unknown}") for unknown in (language, uuid7())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data


@pytest.mark.parametrize("months", [0, 601, 10**30, "many", 1.5])
def test_an_absurd_validity_is_refused(admin, months):
    area = admin.post("/api/v1/competence-areas", json={"name": "Sprog"}).json["id"]
    answer = admin.post(
        "/api/v1/competences", json={"area_id": area, "name": "x", "validity_months": months}
    )
    assert (answer.status_code, answer.json["field"]) == (422, "validity_months")
