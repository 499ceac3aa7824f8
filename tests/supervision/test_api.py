"""Supervision over the API: the same verbs as in the panel."""

from __future__ import annotations

import pytest

from tenant_app.supervision.api import blueprint
from tests.catalogue.door import api_of
from tests.supervision.conftest import TODAY

URL = "/api/v1/supervision"
DAY = TODAY.isoformat()


@pytest.fixture
def api(town):
    """A client per user, at the town's time."""
    return lambda who: api_of(town, who, blueprint)


def test_from_a_planned_visit_to_a_need(town, inspectorate, api):
    consultant, leader = api("consultant"), api("leader_n1")
    made = consultant.post(
        f"{URL}/visits",
        json={
            "unit_id": str(town.units["n1"]),
            "visit_on": DAY,
            "notice": "announced",
            "by_whom": "Konsulenten",
        },
    )
    assert (made.status_code, made.json["state"]) == (201, "planned")
    visit = f"{URL}/visits/{made.json['id']}"
    facts = {"visit_on": DAY, "notice": "announced", "by_whom": "Konsulenten"}
    changed = consultant.put(visit, json=facts | {"heightened": True})
    assert changed.json["heightened"]
    assert consultant.put(visit, json=facts).json["heightened"], "as it was"
    held = consultant.post(f"{visit}/hold", json={"visit_on": DAY})
    assert (held.json["state"], held.json["heightened"]) == ("held", True)
    found = consultant.post(
        f"{visit}/findings",
        json={"area_id": str(inspectorate.area_id), "verdict": "attention", "text": "Kort leg"},
    )
    assert found.status_code == 201
    task = leader.post(
        f"{visit}/follow-ups", json={"text": "Grupper", "owner": "Leder", "due_on": DAY}
    )
    done = leader.post(f"{URL}/follow-ups/{task.json['id']}/done", json={})
    assert done.json["done_on"] == DAY
    published = consultant.post(f"{visit}/publish", json={"published_on": DAY})
    assert published.json["published_on"] == DAY

    use = f"{URL}/findings/{found.json['id']}/evidence"
    used = leader.post(use, json={"new": {"title": "Legene er korte", "staff": 3}})
    assert used.status_code == 200
    assert used.json["need_id"]
    assert leader.post(use, json={"need_id": used.json["need_id"]}).status_code == 409
    shown = leader.get(visit).json
    assert [each["need_id"] for each in shown["findings"]] == [used.json["need_id"]]
    assert [each["done_on"] for each in shown["plan"]] == [DAY]
    listed = leader.get(f"{URL}/visits", query_string={"state": "reported"}).json
    assert [each["id"] for each in listed["items"]] == [made.json["id"]]


def test_the_due_list_comes_in_pages(inspectorate, api):
    inspectorate.published("n1", TODAY)
    found = api("consultant").get(f"{URL}/due", query_string={"page_size": 2}).json
    assert len(found["items"]) == 2
    assert found["has_more"] is True
    assert {each["published_on"] for each in found["items"]} == {None}


def test_tools_and_screenings(inspectorate, api):
    consultant = api("consultant")
    tool = {
        "name": "Sprog",
        "smallest": "0",
        "largest": "10",
        "step": "0.5",
        "good_at": "6",
        "areas": [{"name": "Ord", "area_id": str(inspectorate.area_id)}, {"name": "Lyd"}],
    }
    made = consultant.post(f"{URL}/screening-tools", json=tool)
    assert made.status_code == 201
    assert consultant.post(f"{URL}/screening-tools", json=tool).status_code == 409
    wrong = consultant.put(f"{URL}/screening-tools/{made.json['id']}", json=tool | {"step": "0.3"})
    assert (wrong.status_code, wrong.json["field"]) == (422, "step")
    assert consultant.post(f"{URL}/screening-tools/{made.json['id']}/retire").status_code == 200
    names = [
        each["tool"]["name"] for each in consultant.get(f"{URL}/screening-tools").json["items"]
    ]
    assert names == ["KIDS", "Sprog"]

    screening_id = inspectorate.screened(score="2,5")
    shown = api("leader_n1").get(f"{URL}/screenings/{screening_id}").json
    assert shown["results"][0]["score"].startswith("2.5")
    assert shown["over_time"][0]["scores"][0]["mean"] is None


def test_refusals_name_the_field_and_change_nothing(town, inspectorate, api):
    visit_id = inspectorate.planned()
    before = inspectorate.everything()
    consultant = api("consultant")
    ahead = consultant.post(f"{URL}/visits/{visit_id}/hold", json={"visit_on": "2030-01-01"})
    assert (ahead.status_code, ahead.json["field"]) == (422, "visit_on")
    big = {"why": "x" * 102_400}
    assert consultant.post(f"{URL}/visits/{visit_id}/call-off", json=big).status_code == 422
    spare = {"visit_on": DAY, "state": "reported"}
    assert consultant.post(f"{URL}/visits/{visit_id}/hold", json=spare).status_code == 422
    other = api("leader_s1").get(f"{URL}/visits/{visit_id}")
    assert other.status_code == 404
    assert inspectorate.everything() == before
