"""What houses share: shared needs, what one has to give, and the way of a voice."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

SEES = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
LISTS = {**SEES, "branch_may": True}
ANSWERS = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}
ACCEPTS = {"may": "area_north", "may_not": "auditor", "branch": "area_south"}
STATES = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}
VOICES = {"may": "ped_n1", "may_not": "bare", "branch": "ped_s1"}
HOUSE = {"institution_id": "unit"}
OFFER = {"area_id": "field", "competence_id": "competence"}


def effort(place, thing):
    return {
        "title": place.word("initiatives", "title"),
        "description": place.word("initiatives", "description"),
    }


def effort_form(place, thing):
    return effort(place, thing) | {"people": "6", "unit_id": str(place.units["north"])}


def offer(place, thing):
    return {
        "kind": "hours",
        "hours": 12,
        "from_date": place.day(1).isoformat(),
        "to_date": place.day(40).isoformat(),
        "note": place.word("capacity_statements", "note"),
    }


PANEL = [
    Row("clusters.index_view", **LISTS, lists="cluster"),
    Row("clusters.details_view", **SEES, thing="half_cluster"),
    Row("clusters.progress", **SEES, thing="searching", arg="job", refused=(403, 404)),
    *verb(
        "clusters.verb_answer",
        **ANSWERS,
        thing="cluster",
        refs=HOUSE,
        body=fixed(joins="yes"),
    ),
    *verb(
        "clusters.verb_accept",
        **ACCEPTS,
        thing="shared",
        refs={"unit_id": "area"},
        refused=(403, 404, 422),
        body=effort_form,
    ),
    *verb("clusters.verb_find", **STATES, branch_may=True),
    Row("capacity.index_view", **LISTS),
    Row("capacity.details_view", **LISTS, thing="capacity"),
    *reaching(
        "capacity.verb_state",
        **STATES,
        refs={**OFFER, "unit_id": "unit"},
        body=offer,
        refused=(403, 404, 422),  # a unit that is not among the choices
    ),
    *reaching("capacity.verb_withdraw", **STATES, thing="capacity"),
    Row("voices.index", **VOICES, thing="need", arg="need"),
]
API = api(
    Row(
        "api_cooperation.list_clusters",
        **LISTS,
        lists="cluster",
        asks={"unit_id": "unit", "area_id": "field"},
    ),
    Row("api_cooperation.show_cluster", **SEES, thing="half_cluster"),
    Row(
        "api_cooperation.answer",
        "POST",
        **ANSWERS,
        thing="cluster",
        refs=HOUSE,
        body=fixed(joins=True),
    ),
    Row(
        "api_cooperation.accept",
        "POST",
        **ACCEPTS,
        thing="shared",
        refs={"unit_id": "area"},
        body=effort,
        answer=201,
    ),
    Row("api_cooperation.search", "POST", **STATES, branch_may=True, answer=202),
    Row(
        "api_cooperation.list_capacities",
        **LISTS,
        asks={"area_id": "field", "competence_id": "competence"},
    ),
    Row(
        "api_cooperation.state_capacity",
        "POST",
        **STATES,
        refs={**OFFER, "unit_id": "unit"},
        body=offer,
        answer=201,
    ),
    Row("api_cooperation.withdraw_capacity", "POST", **STATES, thing="capacity"),
    Row("api_cooperation.show_voice", **VOICES, thing="need"),
)
ROWS = [*PANEL, *API]
