"""Initiatives over the API: the same verbs as in the panel, and refusals as problems."""

from datetime import timedelta

import pytest

from tenant_app.core.db import uuid7
from tenant_app.initiatives.api import blueprint
from tests.catalogue.door import api_of
from tests.initiatives.conftest import S

URL = "/api/v1/initiatives"
ASKED = {
    "urgency": "acute",
    "people": 3,
    "units": 1,
    "shared": False,
    "same_level": False,
    "resource_persons": True,
    "weeks": 10,
    "amount": 10_000_000,
}


@pytest.fixture
def leader(town):
    return api_of(town, "leader_n1", blueprint)


@pytest.fixture
def pedagogue(town):
    return api_of(town, "ped_n1", blueprint)


def test_an_initiative_is_made_changed_moved_and_found(town, plans, leader, pedagogue):
    need = plans.need("n1")
    made = leader.post(
        URL,
        json={
            "unit_id": str(town.units["n1"]),
            "title": "Leg",
            "people": 4,
            "need_ids": [str(need)],
            "starts_on": plans.today.isoformat(),
            "ends_on": (plans.today + timedelta(days=9)).isoformat(),
            "estimate": 1_250_000,
        },
    )
    assert made.status_code == 201
    one = f"{URL}/{made.json['id']}"
    assert (made.json["state"], made.json["estimate"]) == ("idea", 1_250_000)
    assert [each["id"] for each in made.json["needs"]] == [str(need)]
    assert [each["unit"]["id"] for each in made.json["units"]] == [str(town.units["n1"])]

    assert leader.patch(one, json={"title": "Leg ude"}).json["title"] == "Leg ude"
    assert leader.patch(one, json={}).json["people"] == 4
    for step in ("qualified", "prioritised", "planned", "running"):
        assert leader.post(f"{one}/state", json={"to": step}).json["state"] == step

    page = pedagogue.get(f"{URL}?state=running&q=ude&central=false&page_size=1").json
    assert [item["id"] for item in page["items"]] == [made.json["id"]]
    assert page["has_more"] is False
    assert pedagogue.get(f"{URL}?central=true").json["items"] == []
    assert pedagogue.get(one).json["survey"] is None
    assert pedagogue.patch(one, json={"title": "x"}).status_code == 403


def test_refusals_name_the_field_and_the_cure(town, plans, leader):
    plans.limits(running_initiatives=1)
    plans.make("n1", state=S.RUNNING)
    made = plans.make("n1", state=S.PLANNED)
    one = f"{URL}/{made}"
    before = plans.everything()
    for answer, status, field in (
        (leader.post(f"{one}/state", json={"to": "running"}), 409, "override_reason"),
        (
            leader.post(f"{one}/state", json={"to": "running", "override_reason": "Vi vil."}),
            403,
            "override_reason",
        ),
        (leader.post(f"{one}/state", json={"to": "stopped"}), 422, "reason"),
        (leader.post(f"{one}/state", json={"to": "anchored"}), 409, "to"),
        (leader.patch(one, json={"need_ids": [str(uuid7())]}), 422, "need_ids"),
        (leader.patch(one, json={"unit_ids": [str(town.units["s1"])]}), 404, "unit_ids"),
        (leader.patch(one, json={"ends_on": "2020-01-01"}), 422, "ends_on"),
        (leader.post(f"{URL}/form-advice", json=ASKED | {"people": 0}), 422, "people"),
    ):
        assert answer.status_code == status, answer.json
        assert answer.json["field"] == field, answer.json
        assert answer.json["detail"]
    for answer in (
        leader.patch(one, json={"description": "å" * 100_000}),
        leader.patch(one, json={"state": "running"}),
        leader.get(f"{URL}?colour=red"),
        leader.put(f"{one}/survey-answer", json={"confidence": 7}),
    ):
        assert answer.status_code == 422
    assert leader.get(f"{URL}/{plans.make('s1')}").status_code == 404
    assert leader.get(f"{URL}?unit_id={town.units['s1']}").status_code == 404
    assert plans.state(made) is S.PLANNED
    assert before[4] == plans.everything()[4]


def test_whoever_may_starts_it_above_the_limit(town, plans, leader):
    plans.limits(running_initiatives=1)
    plans.make("n1", state=S.RUNNING)
    made = plans.make("n1", state=S.PLANNED)
    above = api_of(town, "area_north", blueprint)
    done = above.post(
        f"{URL}/{made}/state", json={"to": "running", "override_reason": "Tilsynet kræver det."}
    )
    assert done.status_code == 200
    [part] = done.json["units"]
    assert (part["override"]["running"], part["override"]["most"]) == (1, 1)
    assert part["override"]["reason"] == "Tilsynet kræver det."
    assert leader.get(f"{URL}?over_limit=true").json["items"]


def test_the_advice_is_given_and_the_choice_kept(town, plans, leader):
    advice = leader.post(f"{URL}/form-advice", json=ASKED).json["advice"]
    assert advice[0]["form"] == "side_by_side"
    assert advice[0]["points"] == sum(each["points"] for each in advice[0]["reasons"])
    made = plans.make("n1")
    sent = {"answers": ASKED, "chosen": advice[-1]["form"]}
    assert leader.post(f"{URL}/{made}/form-choice", json=sent).json["field"] == "reason"
    kept = leader.post(f"{URL}/{made}/form-choice", json=sent | {"reason": "Aftalt med huset."})
    assert kept.json["form"] == advice[-1]["form"]
    assert kept.json["forms"][0]["ranked"][0]["form"] == "side_by_side"


def test_those_who_take_part_answer_the_survey(plans, leader, pedagogue):
    made = plans.make("n1", state=S.PLANNED)
    assert pedagogue.get(f"{URL}/surveys").json["surveys"] == []
    assert leader.post(f"{URL}/{made}/survey").json["survey"]["answers"] is None
    assert leader.post(f"{URL}/{made}/survey").status_code == 409
    told = {"confidence": 3, "expects": "Nyt"}
    for _ in range(2):
        answer = pedagogue.put(f"{URL}/{made}/survey-answer", json=told)
        assert (answer.status_code, answer.json["expects"]) == (200, "Nyt")
    [own] = pedagogue.get(f"{URL}/surveys").json["surveys"]
    assert own["answered"] is True
    shown = leader.get(f"{URL}/{made}")
    assert "Nyt" not in shown.text


def test_the_rules_of_the_advice_are_set_over_the_api(town, leader):
    consultant = api_of(town, "consultant", blueprint)
    url = f"{URL}/form-advice/rules"
    rule = {"says": "Det brænder.", "points": {"network": 9, "course": 0}, "version": 0}
    made = consultant.put(f"{url}/urgent", json=rule).json
    assert made["version"] == 1
    assert {"key": "urgent", "says": "Det brænder.", "points": {"network": 9}} in made["rules"]
    advised = leader.post(f"{URL}/form-advice", json=ASKED).json["advice"]
    network = next(each for each in advised if each["form"] == "network")
    assert {"says": "Det brænder.", "points": 9} in network["reasons"]

    scale = {"time": 1, "money": 2, "few": 3, "many": 9, "weeks": {"network": 4}, "version": 1}
    made = consultant.put(url, json=scale).json
    assert (made["version"], made["weeks"]["network"], made["weeks"]["course"]) == (2, 4, 8)
    for refused, status, field in (
        (consultant.put(url, json=scale), 409, "version"),
        (consultant.put(url, json=scale | {"version": 2, "few": 9}), 422, "many"),
        (consultant.put(f"{url}/no_such", json=rule | {"version": 2}), 422, "key"),
        (consultant.put(f"{url}/urgent", json=rule | {"points": {"walk": 1}}), 422, "points"),
        (leader.put(url, json=scale | {"version": 2}), 403, None),
    ):
        assert refused.status_code == status, refused.json
        if field:
            assert field in str(refused.json)
    assert consultant.get(url).json["version"] == 2
    standard = consultant.post(f"{url}/standard", json={"version": 2}).json
    assert (standard["version"], standard["weeks"]["network"]) == (3, 26)
