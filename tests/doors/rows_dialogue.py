"""Dialogue sessions: held, joined, and what their answers become; and the set of cards."""

from __future__ import annotations

from tenant_app.dialogue.models import Phase
from tests.doors.table import Row, api, fixed, reaching, verb

HOLDS = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}
SEES = {"may": "leader_n1", "may_not": "colleague_n1", "branch": "leader_s1"}
LISTS = {"may": "leader_n1", "may_not": "bare", "branch": "leader_s1", "branch_may": True}
READS_SET = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1", "branch_may": True}
SETS = {"may": "consultant", "may_not": "leader_n1", "branch": "consultant_south"}
THERE = {"may": "ped_n1", "may_not": "colleague_n1", "branch": "ped_s1"}
JOINS = {"may": "ped_n1", "may_not": "auditor", "branch": "ped_s1", "branch_may": True}
TEXTS = ("title_da", "title_en", "question_da", "question_en", "hint_da", "hint_en")


def told(place, thing):
    return {
        "title": place.word("dialogue_sessions", "title"),
        "held_on": place.day(3).isoformat(),
        "votes_each": 2,
    }


def card(place, thing):
    texts = {name: place.word("dialogue_cards", name) for name in TEXTS}
    return {"phase": "planning", "position": 4} | texts


def code(place, thing):
    return {"code": place.dialogue_code(place.the("dialogue_meeting"))}


def said(place, thing):
    return {
        "card_id": str(place.dialogue_card_of(thing, Phase.NEEDS)),
        "text": place.word("dialogue_answers", "text"),
    }


def edited(place, thing):
    return {"text": place.word("dialogue_answers", "text")}


def needs(place, thing):
    return {
        "rows-0-chosen": "y",
        "rows-0-answer_id": str(place.dialogue_answers(thing, Phase.NEEDS)[0]),
        "rows-0-title": place.word("needs", "title"),
        "rows-0-area_id": str(place.the("field")),
        "rows-0-urgency": "high",
        "staff": 3,
        "role": "pedagogue",
    }


def needs_of_api(place, thing):
    answers = [str(each) for each in place.dialogue_answers(thing, Phase.NEEDS)]
    draft = {"answer_ids": answers, "title": place.word("needs", "title"), "staff": 3}
    return {"needs": [draft | {"area_id": str(place.the("field"))}]}


def initiative(place, thing):
    return {
        "answer_ids": [str(each) for each in place.dialogue_answers(thing, Phase.INITIATIVE)],
        "title": place.word("initiatives", "title"),
        "description": place.word("initiatives", "description"),
        "people": 4,
    }


def plan(place, thing):
    return {
        "initiative_id": "",
        "rows-0-chosen": "y",
        "rows-0-answer_id": str(place.dialogue_answers(thing, Phase.PLANNING)[0]),
        "rows-0-text": place.word("dialogue_agreements", "text"),
        "rows-0-phase": "after",
        "rows-0-owner": "leader",
        "rows-0-due_on": place.day(9).isoformat(),
    }


def plan_of_api(place, thing):
    return {
        "initiative_id": None,
        "agreements": [
            {
                "answer_id": str(place.dialogue_answers(thing, Phase.PLANNING)[0]),
                "phase": "after",
                "owner": "leader",
                "text": place.word("dialogue_agreements", "text"),
            }
        ],
    }


def tied(place, thing):
    return {"initiative_id": str(place.dialogue_initiative_of(thing))}


def sets(endpoint, **facts):
    """The set is the whole municipality's."""
    return reaching(endpoint, **SETS, **facts)


ELSEWHERE = {"refused": (403, 404, 422)}  # what is not among the choices
PANEL = [
    Row("dialogue.index_view", **LISTS, lists="dialogue_meeting"),
    Row("dialogue.details_view", **SEES, thing="dialogue_fruitful"),
    *reaching(
        "dialogue.verb_create",
        **HOLDS,
        **ELSEWHERE,
        body=told,
        refs={"unit_id": "unit", "card_ids": "+dialogue_card"},
    ),
    *verb("dialogue.verb_change", **HOLDS, thing="dialogue_draft", body=told),
    *verb("dialogue.verb_move", **HOLDS, thing="dialogue_draft", body=fixed(to="open")),
    *verb("dialogue.verb_needs", **HOLDS, thing="dialogue_held", body=needs),
    *verb(
        "dialogue.verb_initiative",
        **HOLDS,
        thing="dialogue_held",
        body=initiative,
        refs={"answer_ids": "dialogue_said"},
    ),
    *verb(
        "dialogue.verb_plan",
        **HOLDS,
        thing="dialogue_held",
        body=plan,
        refs={"initiative_id": "dialogue_initiative"},
    ),
    *verb(
        "dialogue.verb_tie",
        **HOLDS,
        thing="dialogue_fruitful",
        body=tied,
        refs={"initiative_id": "dialogue_initiative"},
    ),
    *verb("dialogue-join.index", **JOINS, body=code),
    Row("dialogue-cards.index_view", **READS_SET),
    Row("dialogue-cards.details_view", **READS_SET, thing="dialogue_card"),
    *sets("dialogue-cards.verb_add", body=card),
    *sets("dialogue-cards.verb_change", body=card, thing="dialogue_card"),
    *sets("dialogue-cards.verb_retire", thing="dialogue_card"),
    *sets("dialogue-cards.verb_restore", thing="dialogue_retired"),
    *sets("dialogue-cards.verb_standard"),
]
API = api(
    Row(
        "api_dialogue.list_sessions",
        **LISTS,
        lists="dialogue_meeting",
        asks={"unit_id": "unit"},
    ),
    Row(
        "api_dialogue.create_session",
        "POST",
        **HOLDS,
        body=told,
        refs={"unit_id": "unit", "card_ids[]": "+dialogue_card"},
        answer=201,
    ),
    Row("api_dialogue.show_session", **SEES, thing="dialogue_fruitful"),
    Row("api_dialogue.change_session", "PUT", **HOLDS, thing="dialogue_draft", body=told),
    Row(
        "api_dialogue.move_session",
        "POST",
        **HOLDS,
        thing="dialogue_draft",
        body=fixed(to="open"),
    ),
    Row(
        "api_dialogue.set_timer",
        "POST",
        **HOLDS,
        thing="dialogue_draft",
        body=fixed(minutes=5),
    ),
    Row("api_dialogue.join", "POST", **JOINS, body=code),
    Row("api_dialogue.show_live", **THERE, thing="dialogue_meeting"),
    Row(
        "api_dialogue.write_answer",
        "POST",
        **THERE,
        thing="dialogue_meeting",
        body=said,
        refs={"card_id": "dialogue_session_card"},
        answer=201,
    ),
    Row("api_dialogue.edit_answer", "PUT", **THERE, thing="dialogue_answer", body=edited),
    Row("api_dialogue.remove_answer", "DELETE", **THERE, thing="dialogue_answer", answer=204),
    Row("api_dialogue.vote", "POST", **THERE, thing="dialogue_answer"),
    Row("api_dialogue.unvote", "DELETE", **THERE, thing="dialogue_voted"),
    Row(
        "api_dialogue.make_needs",
        "POST",
        **HOLDS,
        thing="dialogue_held",
        body=needs_of_api,
        refs={"needs[].area_id": "field"},
        answer=201,
    ),
    Row(
        "api_dialogue.make_initiative",
        "POST",
        **HOLDS,
        thing="dialogue_held",
        body=initiative,
        refs={"answer_ids[]": "dialogue_said", "goal_id": "served"},
        answer=201,
    ),
    Row(
        "api_dialogue.make_plan",
        "POST",
        **HOLDS,
        thing="dialogue_held",
        body=plan_of_api,
        refs={"initiative_id": "dialogue_initiative", "agreements[].answer_id": "dialogue_said"},
        answer=201,
    ),
    Row("api_dialogue.list_cards", **READS_SET),
    Row("api_dialogue.add_card", "POST", **SETS, body=card, answer=201),
    Row("api_dialogue.change_card", "PUT", **SETS, body=card, thing="dialogue_card"),
    Row("api_dialogue.retire_card", "DELETE", **SETS, thing="dialogue_card", answer=204),
    Row("api_dialogue.restore_card", "POST", **SETS, thing="dialogue_retired"),
    Row("api_dialogue.restore_standard", "POST", **SETS),
)
ROWS = [*PANEL, *API]
