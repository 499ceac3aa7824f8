"""Cooperation over the API: the shapes, and the same refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenant_app.cooperation.api import blueprint
from tests.catalogue.door import api_of
from tests.cooperation.conftest import CLOAKROOM

ROOT = "/api/v1/cooperation"


@pytest.fixture
def api(town):
    return lambda user: api_of(town, user, blueprint)


def test_a_shared_need_is_listed_shown_and_answered(sharing, api):
    cluster_id = sharing.cloakroom()
    leader = api("leader_n1")
    [line] = leader.get(f"{ROOT}/clusters?to_answer=true").json["items"]
    assert line["id"] == str(cluster_id)
    assert line["area"]["name"] == "Sprog"
    assert set(line["words"]) == {"konflikter", "garderoben"}
    shown = leader.get(f"{ROOT}/clusters/{cluster_id}").json
    titles = [need["title"] for house in shown["houses"] for need in house["needs"]]
    assert titles == [CLOAKROOM["n1"]]
    assert {house["name"][:2]: (house["hidden"], house["staff"]) for house in shown["houses"]} == {
        "n1": (0, 4),
        "s1": (1, 4),
    }
    said = leader.post(
        f"{ROOT}/clusters/{cluster_id}/answer",
        json={"institution_id": str(sharing.town.units["n1"]), "joins": True},
    )
    assert (said.status_code, said.json["state"]) == (200, "suggested")
    assert leader.get(f"{ROOT}/clusters?to_answer=true").json["items"] == []


def test_an_initiative_is_made_of_it(sharing, api):
    cluster_id = sharing.confirmed(qualified=True)
    made = api("admin").post(f"{ROOT}/clusters/{cluster_id}/initiative", json={"title": "Ro"})
    assert (made.status_code, made.json["title"]) == (201, "Ro")
    line = api("admin").get(f"{ROOT}/clusters/{cluster_id}").json["cluster"]
    assert (line["state"], line["initiative_id"]) == ("staffed", made.json["initiative_id"])


def test_a_search_is_asked_for(sharing, api):
    first = api("leader_n1").post(f"{ROOT}/searches")
    again = api("leader_s1").post(f"{ROOT}/searches")
    assert first.status_code == again.status_code == 202
    assert first.json == again.json


def test_a_surplus_is_stated_found_and_withdrawn(sharing, api):
    today = sharing.town.today
    offer = {
        "unit_id": str(sharing.town.units["n1"]),
        "area_id": str(sharing.needing.area),
        "kind": "hours",
        "hours": 12,
        "from_date": today.isoformat(),
        "to_date": (today + timedelta(days=20)).isoformat(),
        "note": "En formiddag ad gangen",
    }
    made = api("leader_n1").post(f"{ROOT}/capacities", json=offer)
    assert made.status_code == 201
    assert made.json["unit"]["name"].startswith("n1")
    [found] = api("leader_s1").get(f"{ROOT}/capacities?q=formiddag").json["items"]
    assert found["hours"] == 12
    gone = api("leader_n1").post(f"{ROOT}/capacities/{found['id']}/withdrawal")
    assert gone.json["withdrawn_at"] is not None
    assert api("leader_s1").get(f"{ROOT}/capacities").json["items"] == []


def test_a_voice_is_followed(sharing, api):
    need_id = sharing.needing.need(by="ped_n1", unit="n1", title=CLOAKROOM["n1"])
    voice = api("ped_n1").get(f"{ROOT}/voices/{need_id}").json
    assert (voice["need_id"], voice["now"]) == (str(need_id), "heard")
    assert [step["kind"] for step in voice["steps"]] == ["need.reported"]


def test_what_is_too_long_or_unknown_is_refused_and_nothing_changes(sharing, api):
    cluster_id = sharing.cloakroom()
    before = sharing.sums()
    house = str(sharing.town.units["n1"])
    url = f"{ROOT}/clusters/{cluster_id}/answer"
    for body in (
        {"institution_id": house, "joins": False, "reason": "x" * 100_000},
        {"institution_id": house, "joins": True, "more": 1},
        {"institution_id": house},
    ):
        assert api("leader_n1").post(url, json=body).status_code == 422
    assert sharing.sums() == before
