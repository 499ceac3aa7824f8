"""Needs over the API: the same verbs as in the panel."""

import pytest

from tenant_app.needs.api import blueprint
from tenant_app.needs.models import NeedState, Urgency
from tests.catalogue.door import api_of

URL = "/api/v1/needs"


@pytest.fixture
def api(town):
    return lambda user: api_of(town, user, blueprint)


def body(needing, **more):
    return {
        "unit_id": str(needing.town.units["n1"]),
        "area_id": str(needing.area),
        "title": "Vi mangler fælles sange",
        "urgency": "high",
        "staff": 3,
    } | more


def test_from_report_to_closed(needing, api):
    made = api("ped_n1").post(URL, json=body(needing, source="mus", role="leader", text="Aftalt"))
    assert made.status_code == 201
    assert made.json["standing"]["index"] == 1
    assert "screening" in made.json["standing"]["missing_sources"]
    leader, url = api("leader_n1"), f"{URL}/{made.json['id']}"
    assert leader.post(f"{url}/analysis").json["state"] == "analysed"
    refused = leader.post(f"{url}/qualification")
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")
    assert "Screening" in refused.json["detail"]
    found = {"source": "screening", "role": "consultant", "text": "Få ord"}
    added = leader.post(f"{url}/evidence", json=found | {"found_on": "2026-01-31"})
    assert (added.status_code, added.json["text"]) == (201, "Få ord")
    assert leader.post(f"{url}/qualification").json["standing"]["holds"] is True
    assert leader.post(f"{url}/prioritisation").json["state"] == "prioritised"
    gone = f"{URL}/evidence/{added.json['id']}/withdrawal"
    assert leader.post(gone, json={"why": "Forkert"}).json["state"] == "analysed"
    assert leader.post(gone, json={"why": "Forkert"}).status_code == 409
    assert len(leader.get(f"{url}/evidence").json) == 2
    parked = leader.post(f"{url}/parking", json={"reason": "Venter"})
    assert (parked.json["state"], parked.json["reason"]) == ("parked", "Venter")
    assert leader.patch(url, json={"title": "Sange hver dag"}).json["title"] == "Sange hver dag"
    assert leader.post(f"{url}/rejection", json={"reason": ""}).status_code == 422
    assert leader.post(f"{url}/rejection", json={"reason": "Løst"}).json["state"] == "rejected"


def test_merging_answers_with_the_need_that_goes_on(needing, api):
    one, other = needing.need(), needing.need()
    leader = api("leader_n1")
    done = leader.post(f"{URL}/{one}/merging", json={"into_id": str(other)})
    assert (done.status_code, done.json["id"]) == (200, str(other))
    again = leader.post(f"{URL}/{one}/merging", json={"into_id": str(other)})
    assert again.status_code == 409
    assert leader.get(f"{URL}/{one}").json["merged_into_id"] == str(other)


def test_a_covered_need_is_closed(needing, api):
    need_id = needing.need()
    assert api("leader_n1").post(f"{URL}/{need_id}/closing").status_code == 409
    assert needing.state(need_id) is NeedState.REPORTED


def test_lists_are_filtered_and_paged(needing, api):
    needing.need(urgency=Urgency.ACUTE)
    needing.qualified()
    needing.need(by="ped_s1", unit="s1", area_id=needing.play)
    admin = api("admin")
    units = needing.town.units
    counts = {
        "": 3,
        "?state=qualified": 1,
        f"?area_id={needing.play}": 1,
        f"?unit_id={units['north']}": 2,
        "?urgency=acute": 1,
        "?single_source=true": 0,
        "?single_source=false": 3,
        "?page_size=2": 2,
    }
    assert {query: len(admin.get(URL + query).json["items"]) for query in counts} == counts
    assert admin.get(f"{URL}?page_size=2").json["has_more"] is True
    assert admin.get(f"{URL}?state=lost").status_code == 422
    seen = api("ped_s1").get(URL).json["items"]
    assert [item["unit_id"] for item in seen] == [str(units["s1"])]


def test_a_colleague_gets_the_title_and_the_state(needing, api):
    need_id = needing.need(by="leader_n1", description="Kun for ledelsen")
    item = api("ped_n1").get(f"{URL}/{need_id}").json
    assert (item["description"], item["reason"], item["state"]) == (None, None, "reported")
    assert api("leader_n1").get(f"{URL}/{need_id}").json["description"] == "Kun for ledelsen"
    assert api("auditor").get(f"{URL}/{need_id}").json["description"] == "Kun for ledelsen"


def test_the_overview_in_json(needing, api):
    needing.need(staff=9)
    found = api("admin").get(f"{URL}/overview?level=area").json
    assert found["total"] == {"needs": 1, "staff": 9, "pressing": 0}
    (line,) = [line for line in found["lines"] if line["cells"]]
    assert line["cells"][0]["area_id"] == str(needing.area)
    assert found["without_evidence"] == 1
    assert api("ped_n1").get(f"{URL}/overview").status_code == 403
    assert api("admin").get(f"{URL}/overview?level=house").status_code == 422


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"title": "x" * 300}, 422),
        ({"description": "x" * 100_000}, 422),
        ({"staff": "3"}, 422),
        ({"state": "closed"}, 422),
        ({"source": "mus", "text": "Set", "found_on": "2099-01-01"}, 422),
        ({"unit_id": "0199e000-0000-7000-8000-000000000000"}, 404),
    ],
)
def test_what_cannot_be_is_refused(needing, api, more, status):
    assert api("ped_n1").post(URL, json=body(needing, **more)).status_code == status
    assert needing.trail() == []
