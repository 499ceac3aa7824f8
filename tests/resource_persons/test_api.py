"""Resource persons over the API: the same verbs as in the panel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenant_app.resource_persons.api import blueprint
from tests.catalogue.door import api_of
from tests.resource_persons.conftest import YEAR

URL = "/api/v1/resource-persons"


@pytest.fixture
def api(town):
    """A client per user, at the town's time."""
    return lambda who: api_of(town, who, blueprint)


def asked(town, experts, **facts):
    day = (experts.today + timedelta(days=10)).isoformat()
    return {
        "unit_id": str(town.units["n1"]),
        "hours": "1.25",
        "starts_on": day,
        "ends_on": day,
        "purpose": "Vejledning",
    } | facts


def test_a_person_is_added_given_hours_booked_and_agreed(town, experts, api):
    keeper, leader = api("consultant"), api("leader_n1")
    made = keeper.post(
        URL,
        json={
            "unit_id": str(town.units["north"]),
            "role": "health_visitor",
            "name": "Signe",
            "competence_ids": [str(experts.competence_id)],
        },
    )
    assert made.status_code == 201
    person = made.json["id"]
    set_ = keeper.put(f"{URL}/{person}/hours", json={"year": YEAR, "hours": "7.5"})
    assert set_.json == {"year": YEAR, "hours": "7.5", "booked": "0", "left": "7.5"}
    booked = leader.post(f"{URL}/{person}/bookings", json=asked(town, experts))
    assert (booked.status_code, booked.json["state"]) == (201, "requested")
    assert booked.json["hours"] == "1.25"
    booking = booked.json["id"]
    agreed = keeper.post(f"{URL}/bookings/{booking}/state", json={"to": "agreed"})
    assert agreed.json["state"] == "agreed"

    [shown] = leader.get(URL, query_string={"bookable": "true"}).json["items"]
    assert (shown["name"], shown["role"]) == ("Signe", "health_visitor")
    assert shown["hours"] == [{"year": YEAR, "hours": "7.5", "booked": "1.25", "left": "6.25"}]
    assert [each["name"] for each in shown["competences"]] == ["Sprogvejledning"]
    [listed] = leader.get(f"{URL}/bookings", query_string={"state": "agreed"}).json["items"]
    assert listed["id"] == booking
    [unit] = leader.get(f"{URL}/hours", query_string={"year": YEAR}).json["items"]
    assert (unit["internal"], unit["bought"], unit["bookings"]) == ("1.25", "0", 1)

    given_up = leader.post(
        f"{URL}/bookings/{booking}/state", json={"to": "cancelled", "reason": "Sygdom"}
    )
    assert (given_up.status_code, given_up.json["reason"]) == (200, "Sygdom")
    gone = keeper.patch(f"{URL}/{person}", json={"active": False, "description": "Går på orlov"})
    assert (gone.json["active"], gone.json["description"]) == (False, "Går på orlov")


def test_refusals_are_problems_that_name_the_field_and_the_cure(town, experts, api):
    person = experts.person("north", hours="1")
    leader = api("leader_n1")
    before = experts.everything()

    found = leader.post(f"{URL}/{person}/bookings", json=asked(town, experts))
    assert (found.status_code, found.json["code"]) == (409, "hours_exceeded")
    assert found.json["field"] == "hours"
    big = asked(town, experts, purpose="x" * 102_400)
    assert leader.post(f"{URL}/{person}/bookings", json=big).status_code == 422
    odd = asked(town, experts, hours="1e400")
    assert leader.post(f"{URL}/{person}/bookings", json=odd).status_code == 422
    nan = asked(town, experts, hours="NaN")
    assert leader.post(f"{URL}/{person}/bookings", json=nan).status_code == 422
    spare = asked(town, experts, state="agreed")
    assert leader.post(f"{URL}/{person}/bookings", json=spare).status_code == 422
    far = leader.post(
        f"{URL}/{person}/bookings", json=asked(town, experts, unit_id=str(town.units["s1"]))
    )
    assert (far.status_code, far.json["field"]) == (404, "unit_id")
    assert experts.everything() == before


def test_no_step_leads_back_to_asked_for(town, experts, api):
    booking = experts.booking(experts.person())
    before = experts.everything()
    answer = api("consultant").post(f"{URL}/bookings/{booking}/state", json={"to": "requested"})
    assert (answer.status_code, answer.json["field"]) == (409, "to")
    assert experts.everything() == before
