"""Goals over the API."""

import pytest

from tenant_app.core.db import uuid7
from tenant_app.goals.api import blueprint
from tests.catalogue.door import api_of

SCALE = {
    "name": "Ordforråd",
    "measure": "point",
    "baseline": "2",
    "baseline_on": "2026-01-15",
    "target": "4.5",
}


@pytest.fixture
def leader(town):
    return api_of(town, "leader_n1", blueprint)


def test_a_goal_from_draft_to_reading(town, leader, make_goal):
    above = make_goal("root", "Kommunens")
    made = leader.post(
        "/api/v1/goals",
        json={
            "unit_id": str(town.units["n1"]),
            "title": "Husets",
            "themes": ["language"],
            "due_date": "2026-12-31",
            "parent_id": str(above),
        },
    )
    assert (made.status_code, made.json["state"]) == (201, "draft")
    url = f"/api/v1/goals/{made.json['id']}"
    indicator = leader.post(f"{url}/indicators", json=SCALE)
    assert (indicator.status_code, indicator.json["target"]) == (201, "4.5")
    changed = leader.put(f"/api/v1/indicators/{indicator.json['id']}", json=SCALE | {"target": "4"})
    assert changed.json["target"] == "4"
    adopted = leader.post(f"{url}/adoption", json={})
    assert (adopted.json["state"], adopted.json["version"]) == ("adopted", 1)
    readings = f"/api/v1/indicators/{indicator.json['id']}/readings"
    assert leader.post(readings, json={"read_on": "2026-02-01", "value": "3"}).status_code == 200
    assert len(leader.get(readings).json["items"]) == 1
    shown = leader.get(url).json
    assert (shown["progress"], shown["is_changed"]) == (50, False)
    assert shown["adopted"]["indicators"][0]["target"] == "4"
    changed = leader.patch(url, json={"title": "Rettet"}).json
    assert (changed["title"], changed["draft"]["title"]) == ("Husets", "Rettet")
    assert leader.get(url).json["draft"]["title"] == "Rettet"
    assert leader.get(url).json["adopted"]["title"] == "Husets"
    assert [v["version"] for v in leader.get(f"{url}/versions").json["items"]] == [1]
    assert leader.post(f"{url}/retirement", json={"note": "Nået"}).json["state"] == "retired"
    listed = leader.get("/api/v1/goals?state=retired&theme=language&level=institution").json
    assert [item["title"] for item in listed["items"]] == ["Husets"]
    assert leader.get("/api/v1/goals").json["items"][0]["title"] == "Kommunens"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"title": "a" * 300}, "title"),
        ({"description": "a" * 100_000}, "description"),
        ({"is_local": False}, "parent_id"),
        ({"due_date": "0001-01-01"}, "due_date"),
        ({"unit_id": str(uuid7())}, "unit_id"),
    ],
)
def test_a_refusal_names_its_field_and_changes_nothing(town, leader, look, sent, field):
    before = look.counts()
    body = {"unit_id": str(town.units["n1"]), "title": "Husets", "is_local": True}
    answer = leader.post("/api/v1/goals", json=body | sent)
    assert answer.status_code in (404, 422)
    assert answer.json["field"] == field
    assert look.counts() == before


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", "mange", None, 100_000])
def test_an_absurd_reading_is_refused(leader, make_goal, make_indicator, look, value):
    indicator = make_indicator(make_goal("n1"))
    before = look.counts()
    url = f"/api/v1/indicators/{indicator}/readings"
    answer = leader.post(url, json={"read_on": "2026-02-10", "value": value})
    assert (answer.status_code, answer.json["field"]) == (422, "value")
    assert look.counts() == before


def test_foreign_and_never_existing_answer_alike(town, make_town, make_goal):
    goal_id = make_goal("n1")
    for client in (api_of(make_town(), "admin", blueprint), api_of(town, "leader_s1", blueprint)):
        answers = [client.get(f"/api/v1/goals/{each}") for each in (goal_id, uuid7())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].data == answers[1].data
