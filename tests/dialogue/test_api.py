"""The dialogue tool over the API: the same verbs as in the panel."""

from __future__ import annotations

import pytest

from tenant_app.dialogue.api import blueprint
from tenant_app.dialogue.models import Phase
from tests.catalogue.door import api_of

URL = "/api/v1/dialogue"


@pytest.fixture
def api(town):
    """A client per user, at the town's time."""
    return lambda who: api_of(town, who, blueprint)


def test_a_meeting_from_its_making_to_what_came_of_it(town, circle, api):
    leader, worker = api("leader_n1"), api("ped_n1")
    facts = {"title": "Sprog", "held_on": "2026-03-02", "unit_id": str(town.units["n1"])}
    made = leader.post(f"{URL}/sessions", json=facts)
    assert (made.status_code, made.json["state"]) == (201, "draft")
    session = f"{URL}/sessions/{made.json['id']}"
    change = {"title": "Sprog i garderoben", "held_on": "2026-03-03", "votes_each": 1}
    assert leader.put(session, json=change).json["title"] == "Sprog i garderoben"
    assert leader.post(f"{session}/state", json={"to": "open"}).json["state"] == "open"
    assert worker.post(f"{URL}/join", json={"code": made.json["join_code"]}).status_code == 200
    leader.post(f"{session}/state", json={"to": "needs"})
    assert leader.post(f"{session}/timer", json={"minutes": 5}).json["timer_ends_at"]

    live = worker.get(f"{session}/live").json
    assert live["changed"]
    assert live["now"]["votes_left"] == 1
    version = live["now"]["version"]
    again = worker.get(f"{session}/live", query_string={"since": version}).json
    assert again == {"changed": False, "now": None}
    card = live["now"]["cards"][0]["id"]
    said = worker.post(f"{session}/answers", json={"card_id": card, "text": "Vi når det ikke"})
    assert said.status_code == 201
    answer = f"{URL}/answers/{said.json['id']}"
    assert (
        worker.put(answer, json={"text": "Det når vi aldrig"}).json["text"] == "Det når vi aldrig"
    )
    assert worker.post(f"{answer}/vote").json == {"votes_left": 0}
    assert worker.delete(f"{answer}/vote").json == {"votes_left": 1}
    assert worker.post(f"{answer}/vote").json == {"votes_left": 0}
    leader.post(f"{session}/state", json={"to": "closed"})
    late = worker.delete(f"{answer}/vote")
    assert (late.status_code, late.json["code"]) == (409, "conflict")

    draft = {"answer_ids": [said.json["id"]], "title": "Mere tid", "staff": 4}
    draft["area_id"] = str(circle.area_id)
    became = leader.post(f"{session}/needs", json={"needs": [draft]})
    assert (became.status_code, [need["title"] for need in became.json]) == (201, ["Mere tid"])
    shown = worker.get(session).json
    [told] = [each for card in shown["cards"] for each in card["answers"]]
    assert (told["votes"], told["became"]["title"]) == (1, "Mere tid")
    assert [each["id"] for each in leader.get(f"{URL}/sessions").json["items"]] == [shown["id"]]


def test_an_initiative_and_a_plan_draft(town, circle, api):
    session, said = circle.held()
    leader = api("leader_n1")
    url = f"{URL}/sessions/{session.id}"

    sent = {"answer_ids": [str(said[Phase.INITIATIVE])], "title": "Sammen", "people": 4}
    made = leader.post(f"{url}/initiatives", json=sent)
    assert made.status_code == 201
    agreement = {"answer_id": str(said[Phase.PLANNING]), "phase": "after", "owner": "leader"}
    agreement |= {"text": "Lederen ser på", "due_on": "2026-04-01"}
    plan = {"initiative_id": made.json["id"], "agreements": [agreement]}
    kept = leader.post(f"{url}/plan", json=plan)
    assert (kept.status_code, kept.json[0]["due_on"]) == (201, "2026-04-01")


def test_refusals_are_problems_that_name_the_field(town, circle, api):
    session, _said = circle.held()
    before = circle.everything()
    worker, leader = api("ped_n1"), api("leader_n1")

    big = worker.post(
        f"{URL}/sessions/{session.id}/answers",
        json={"card_id": str(circle.card(session.id)), "text": "x" * 102_400},
    )
    assert (big.status_code, list(big.json["errors"])) == (422, ["text"])
    lost = worker.post(f"{URL}/join", json={"code": "AAAAAA"})
    assert (lost.status_code, lost.json["field"]) == (404, "code")
    unknown = leader.post(f"{URL}/sessions/{session.id}/state", json={"to": "open", "x": 1})
    assert unknown.status_code == 422
    nul = {"needs": [{"answer_ids": [str(session.id)], "title": "a\0b", "staff": 1}]}
    nul["needs"][0]["area_id"] = str(circle.area_id)
    assert leader.post(f"{URL}/sessions/{session.id}/needs", json=nul).status_code == 422

    assert circle.everything() == before


def test_the_set_of_cards(town, circle, api):
    consultant = api("consultant")
    sent = {"phase": "needs", "position": 1, "title_da": "Nyt", "question_da": "Hvad nu?"}

    made = consultant.post(f"{URL}/cards", json=sent)
    assert (made.status_code, made.json["title_en"]) == (201, "Nyt")
    card = f"{URL}/cards/{made.json['id']}"
    assert consultant.put(card, json=sent | {"title_en": "New"}).json["title_en"] == "New"
    assert consultant.delete(card).status_code == 204
    there = consultant.get(f"{URL}/cards").json["items"]
    assert made.json["id"] not in {each["id"] for each in there}
    assert consultant.post(f"{card}/return").json["retired_at"] is None
    assert consultant.post(f"{URL}/cards/standard").json == {"cards": 22}
