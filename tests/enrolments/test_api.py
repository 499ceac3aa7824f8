"""Enrolments over the API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tenant_app.core.money import kroner
from tenant_app.enrolments.api import blueprint
from tests.catalogue.door import api_of
from tests.enrolments.conftest import NOTHING

URL = "/api/v1/enrolments"
CENTRAL, LOCAL = kroner(20_900), kroner(8_900)


class Caller:
    """One user's client; each POST is an intended effect of its own."""

    def __init__(self, town, user):
        self.client = api_of(town, user, blueprint)
        self.get = self.client.get

    def post(self, path, json=None, key=None):
        headers = {"Idempotency-Key": key or uuid4().hex}
        return self.client.post(URL + path, json=json or {}, headers=headers)


@pytest.fixture
def leader(town):
    return Caller(town, "leader_n1")


@pytest.fixture
def area(town):
    return Caller(town, "area_north")


@pytest.fixture
def body(town, school):
    return {
        "session_id": str(school.session()),
        "employee_ids": [str(town.employees["ped_n1_1"])],
        "motivation": "Sprog",
    }


def test_the_whole_way_over_the_api(town, school, leader, area, body):
    preview = leader.post("/cost-preview", {k: body[k] for k in ("session_id", "employee_ids")})
    assert preview.status_code == 200
    assert preview.json["total"] == kroner(29_800)
    assert preview.json["people"][0]["levels"] == ["institution", "area", "central"]
    assert school.money("root") == NOTHING

    made = leader.post("", body)
    assert made.status_code == 201
    [enrolment] = made.json["enrolments"]
    assert enrolment["state"] == "leader_approved"
    assert enrolment["session"]["title"].startswith("Course")
    assert made.json["warnings"] == []

    [row] = area.get(f"{URL}/inbox").json["items"]
    assert row["enrolment"]["id"] == enrolment["id"]
    assert sorted(pool["amount"] for pool in row["pools"]) == [LOCAL, CENTRAL]

    answer = area.post(f"/{enrolment['id']}/approval", {"expected_state": "leader_approved"})
    assert answer.json["state"] == "area_approved"
    stale = area.post(f"/{enrolment['id']}/rejection", {"note": "x", "expected_submission": 2})
    assert (stale.status_code, stale.json["field"]) == (409, "state")
    late = area.post(f"/{enrolment['id']}/approval")
    assert late.status_code == 409  # the central step is not an area leader's to answer
    done = Caller(town, "admin").post(f"/{enrolment['id']}/approval")
    assert done.json["state"] == "confirmed"

    shown = leader.get(f"{URL}/{enrolment['id']}").json
    assert [step["state"] for step in shown["steps"]] == ["approved"] * 3
    assert {movement["kind"] for movement in shown["movements"]} == {"reserved", "committed"}
    assert sum(line["amount"] for line in shown["lines"]) == kroner(29_800)
    early = leader.post(f"/{enrolment['id']}/completion")
    assert early.status_code == 409
    gone = leader.post(f"/{enrolment['id']}/cancellation", {"note": "Syg"})
    assert gone.json["state"] == "cancelled"
    assert school.money("root") == NOTHING


def test_the_same_key_twice_is_one_request(town, school, leader, body):
    first, second = leader.post("", body, key="k" * 16), leader.post("", body, key="k" * 16)

    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert school.money("root") == (CENTRAL, 0, 0)


@pytest.mark.parametrize(
    "path", ["", "/decisions", "/{}/approval", "/{}/return", "/{}/rejection", "/{}/withdrawal"]
)
def test_what_moves_money_needs_a_key(school, leader, path):
    answer = leader.client.post(URL + path.format(uuid4()), json={})

    assert answer.status_code == 422
    assert answer.json["field"] == "Idempotency-Key"


def test_a_return_and_a_resubmission(leader, area, body):
    enrolment_id = leader.post("", body).json["enrolments"][0]["id"]

    bare = area.post(f"/{enrolment_id}/return", {})
    assert bare.status_code == 422
    empty = area.post(f"/{enrolment_id}/return", {"note": " "})
    assert (empty.status_code, empty.json["field"]) == (422, "note")
    back = area.post(f"/{enrolment_id}/return", {"note": "Hvorfor?"})
    assert (back.json["state"], back.json["decision_note"]) == ("returned", "Hvorfor?")
    again = leader.post(f"/{enrolment_id}/resubmission", {"motivation": "Fordi"})
    assert again.json["enrolments"][0]["submission"] == 2


def test_bulk_answers_say_how_each_went(leader, area, body):
    enrolment_id = leader.post("", body).json["enrolments"][0]["id"]
    asked = [{"id": enrolment_id, "expected_state": "leader_approved"}, {"id": str(uuid4())}]

    answer = area.post("/decisions", {"decision": "approve", "enrolments": asked})

    done, missing = answer.json["outcomes"]
    assert (done["done"], done["state"]) == (True, "area_approved")
    assert (missing["done"], missing["code"]) == (False, "not_found")


def test_one_ore_too_little_names_the_pool(school, leader, body):
    school.leave("n1", LOCAL - 1)
    before = school.everything()

    answer = leader.post("", body)

    assert answer.status_code == 409
    assert answer.json["code"] == "budget_exceeded"
    assert "0,01 kr short" in answer.json["detail"]
    assert school.everything() == before


def test_employees_see_only_their_own(town, leader, body):
    own = leader.post("", body).json["enrolments"][0]["id"]
    other = leader.post("", body | {"employee_ids": [str(town.employees["ped_n1_2"])]})
    pedagogue = Caller(town, "ped_n1")

    assert [row["id"] for row in pedagogue.get(URL).json["items"]] == [own]
    assert pedagogue.get(f"{URL}/{other.json['enrolments'][0]['id']}").status_code == 404
    assert pedagogue.get(f"{URL}/inbox").status_code == 403
    assert pedagogue.post(f"/{own}/withdrawal").json["state"] == "withdrawn"


def test_a_foreign_and_a_never_existing_enrolment_answer_the_same(make_town, leader, body):
    enrolment_id = leader.post("", body).json["enrolments"][0]["id"]
    stranger = Caller(make_town(), "admin")

    answers = [stranger.get(f"{URL}/{each}") for each in (enrolment_id, uuid4())]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data


def test_the_list_is_filtered_over_the_api(town, leader, body):
    leader.post("", body)

    assert len(leader.get(f"{URL}?state=leader_approved&year=2026").json["items"]) == 1
    assert leader.get(f"{URL}?state=confirmed").json["items"] == []
    assert leader.get(f"{URL}?state=nonsense").status_code == 422
    assert leader.get(f"{URL}?unit_id={town.units['south']}").status_code == 404


@pytest.mark.parametrize(
    "extra", [{"state": "confirmed"}, {"total": 0}, {"tenant_id": 1}, {"requested_by": "x"}]
)
def test_facts_that_are_not_asked_for_are_refused(school, leader, body, extra):
    before = school.everything()

    assert leader.post("", body | extra).status_code == 422
    assert school.everything() == before
