"""Initiatives: seen, made, moved on, advised, and asked about before they begin."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

READS = {"may": "ped_n1", "may_not": "bare", "branch": "ped_s1"}
LEADS = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}
ABOVE = {"may": "area_north", "may_not": "leader_n1", "branch": "area_south"}
ASKED = {
    "urgency": "normal",
    "people": "3",
    "units": "1",
    "weeks": "30",
    "amount": "50.000,00",
}
TIED = {
    "need_ids": "qualified",
    "unit_ids": "unit",
    "course_ids": "course",
    "goal_id": "served",
    "area_id": "field",
}
TIED_API = {
    "need_ids[]": "qualified",
    "unit_ids[]": "unit",
    "course_ids[]": "course",
    "goal_id": "served",
    "area_id": "field",
}


def facts(place, thing):
    return {
        "title": place.word("initiatives", "title"),
        "description": place.word("initiatives", "description"),
        "people": "4",
        "starts_on": place.day(5).isoformat(),
        "ends_on": place.day(90).isoformat(),
    }


def facts_json(place, thing):
    return facts(place, thing) | {"people": 4}


def chosen(place, thing):
    return ASKED | {"chosen": "lecture", "reason": place.word("form_choices", "reason")}


def asked_json(place, thing):
    return {
        "urgency": "normal",
        "people": 3,
        "units": 1,
        "shared": False,
        "same_level": False,
        "resource_persons": True,
        "weeks": 30,
        "amount": 5_000_000,
    }


def chosen_json(place, thing):
    return {
        "answers": asked_json(place, thing),
        "chosen": "lecture",
        "reason": place.word("form_choices", "reason"),
    }


def told(place, thing):
    return {
        "confidence": "4",
        "expects": place.word("survey_answers", "expects"),
        "will_use": place.word("survey_answers", "will_use"),
    }


def told_json(place, thing):
    return told(place, thing) | {"confidence": 4}


def stopped(place, thing):
    return {"reason": place.word("initiatives", "reason")}


def overridden(place, thing):
    return {"override_reason": place.word("limit_overrides", "reason")}


def state(name):
    """The thing in the state."""
    return {"thing": f"{name}_initiative"}


PANEL = [
    Row("initiatives.index_view", **READS, branch_may=True, lists="initiative"),
    Row("initiatives.details_view", **READS, **state("running")),
    *reaching(
        "initiatives.verb_create",
        **LEADS,
        body=facts,
        refs={"unit_id": "unit"} | TIED,
        refused=(403, 404, 422),  # a unit that is not among the choices
    ),
    *verb("initiatives.verb_change", **LEADS, thing="initiative", body=facts, refs=TIED),
    *verb("initiatives.verb_qualify", **LEADS, thing="initiative"),
    *verb("initiatives.verb_prioritise", **LEADS, **state("qualified")),
    *verb("initiatives.verb_plan", **LEADS, **state("prioritised")),
    *verb("initiatives.verb_start", **LEADS, **state("planned")),
    *verb("initiatives.verb_override", **ABOVE, **state("planned"), body=overridden),
    *verb("initiatives.verb_follow_up", **LEADS, **state("running")),
    *verb("initiatives.verb_evaluate", **LEADS, **state("followed")),
    *verb("initiatives.verb_anchor", **LEADS, **state("evaluated")),
    *verb("initiatives.verb_stop", **LEADS, **state("running"), body=stopped),
    *verb("initiatives.verb_survey", **LEADS, **state("planned")),
    *verb("initiatives.verb_form", **LEADS, thing="initiative", body=chosen),
    Row("portfolio.index", **READS, branch_may=True, lists="initiative"),
    Row("form-advice.index", **READS, branch_may=True),
    Row(
        "surveys.index",
        **(READS | {"may_not": "admin"}),
        branch_may=True,
        lists="surveyed_initiative",
    ),
    *verb(
        "surveys.verb_answer",
        **(READS | {"may_not": "admin"}),
        **state("surveyed"),
        body=told,
    ),
]
API = api(
    Row(
        "api_initiatives.list_initiatives",
        **READS,
        branch_may=True,
        lists="initiative",
        asks={"unit_id": "unit"},
    ),
    Row(
        "api_initiatives.create_initiative",
        "POST",
        **LEADS,
        body=facts_json,
        refs={"unit_id": "unit"} | TIED_API,
        answer=201,
    ),
    Row("api_initiatives.advise", "POST", **READS, branch_may=True, body=asked_json),
    Row(
        "api_initiatives.list_surveys",
        may="ped_n1",
        may_not=None,
        branch="ped_s1",
        branch_may=True,
        lists="surveyed_initiative",
        why="Whoever is signed in; those who are asked nothing see nothing.",
    ),
    Row("api_initiatives.show_initiative", **READS, thing="initiative"),
    Row(
        "api_initiatives.change_initiative",
        "PATCH",
        **LEADS,
        thing="initiative",
        body=facts_json,
        refs=TIED_API,
    ),
    Row(
        "api_initiatives.move_initiative",
        "POST",
        **LEADS,
        thing="initiative",
        body=fixed(to="qualified"),
    ),
    Row("api_initiatives.choose_form", "POST", **LEADS, thing="initiative", body=chosen_json),
    Row("api_initiatives.open_survey", "POST", **LEADS, **state("planned")),
    Row(
        "api_initiatives.answer_survey",
        "PUT",
        **(READS | {"may_not": "admin"}),
        **state("surveyed"),
        body=told_json,
    ),
)
ROWS = [*PANEL, *API]
