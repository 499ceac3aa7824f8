"""Anchoring over the API: the same verbs as in the panel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenant_app.anchoring.api import blueprint
from tests.anchoring.conftest import ENDS
from tests.catalogue.door import api_of

URL = "/api/v1/anchoring"


@pytest.fixture
def api(town):
    """A client per user, at the town's time."""
    return lambda who: api_of(town, who, blueprint)


@pytest.fixture
def plan_id(practice):
    return practice.plan()


def test_a_plan_is_listed_shown_and_worked_on(town, practice, api, plan_id):
    mine = api("ped_n1")

    listed = mine.get(f"{URL}/plans", query_string={"standing": "open"}).json
    assert [each["id"] for each in listed["items"]] == [str(plan_id)]
    assert listed["has_more"] is False
    shown = mine.get(f"{URL}/plans/{plan_id}").json
    assert shown["unit"]["id"] == str(town.units["n1"])
    assert [item["kind"] for item in shown["items"]] == ["agree", "agree", "share", "trial"]
    assert shown["ends_on"] == ENDS.isoformat()

    item = practice.item(plan_id, "agree", owner="participant")
    done = mine.post(f"{URL}/items/{item.id}/tick", json={"note": "Ja"})
    assert (done.status_code, done.json["done_on"]) == (200, town.today.isoformat())
    moved = mine.post(
        f"{URL}/items/{practice.item(plan_id, 'share').id}/move",
        json={"due_on": (town.today + timedelta(days=5)).isoformat()},
    )
    assert moved.status_code == 200
    tasks = mine.get(f"{URL}/tasks", query_string={"owner": "participant"}).json["items"]
    assert [task["kind"] for task in tasks] == ["share", "trial"]
    assert tasks[0]["plan"]["employee"]["id"] == str(town.employees["ped_n1_1"])


def test_refusals_are_problems_that_name_the_field(practice, api, plan_id):
    leader = api("leader_n1")
    before = practice.everything()

    ahead = {"shared_on": "2026-12-01", "place": "Møde"}
    found = leader.post(f"{URL}/plans/{plan_id}/sharings", json=ahead)
    assert (found.status_code, found.json["field"]) == (422, "shared_on")
    big = {"hypothesis": "x" * 102_400, "signs": "y", "begins_on": ENDS.isoformat()}
    assert leader.post(f"{URL}/plans/{plan_id}/trials", json=big).status_code == 422
    share = practice.item(plan_id, "share")
    assert leader.post(f"{URL}/items/{share.id}/tick", json={}).status_code == 409
    leaders = practice.item(plan_id, "agree", owner="leader")
    assert api("ped_n1").post(f"{URL}/items/{leaders.id}/tick", json={}).status_code == 403
    assert api("leader_s1").post(f"{URL}/items/{leaders.id}/tick", json={}).status_code == 404
    assert practice.everything() == before


def test_the_set_is_kept_over_the_api(api, practice):
    consultant = api("consultant")
    facts = {
        "phase": "during",
        "owner": "leader",
        "kind": "agree",
        "text": "Ring midtvejs",
        "days": 3,
    }
    made = consultant.post(f"{URL}/template-items", json=facts)
    assert made.status_code == 201
    url = f"{URL}/template-items/{made.json['id']}"
    assert consultant.put(url, json=facts | {"days": 4}).json["days"] == 4
    listed = consultant.get(f"{URL}/template-items").json["items"]
    assert made.json["id"] in [item["id"] for item in listed]
    assert consultant.delete(url).status_code == 204
    assert consultant.post(f"{URL}/template-items/standard").json == {"items": 6}


def test_follow_through_comes_in_pages(api, practice, plan_id):
    practice.complete(plan_id)
    practice.plan("ped_s1_1")
    ask = {"as_of": "2026-12-01", "page_size": 1}

    pages = [
        api("admin").get(f"{URL}/follow-through", query_string=ask | {"page": page}).json
        for page in (1, 2)
    ]

    assert [page["has_more"] for page in pages] == [True, False]
    assert [page["items"][0]["completed"] for page in pages] == [1, 0]
    assert [page["items"][0]["percent"] for page in pages] == [0, None]
