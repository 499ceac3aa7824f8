"""Supervision: visits, reports that are due, screenings, and the step from them to a need."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

SEES = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
LISTS = SEES | {"branch_may": True}
KEEPS = {"may": "area_north", "may_not": "leader_n1", "branch": "area_south"}
FOLLOWS = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}
SETS = {"may": "consultant", "may_not": "area_north", "branch": "consultant_south"}


def facts(place, thing):
    return {
        "visit_on": place.day(-2).isoformat(),
        "notice": "unannounced",
        "by_whom": place.word("supervision_visits", "by_whom"),
    }


def published(place, thing):
    return {
        "published_on": place.day(-1).isoformat(),
        "report_link": f"https://{place.word('supervision_visits', 'report_link')}",
    }


def why(place, thing):
    return {"why": place.word("supervision_visits", "called_off_why")}


def finding(place, thing):
    return {"verdict": "strength", "text": place.word("supervision_findings", "text")}


def task(place, thing):
    return {
        "text": place.word("supervision_follow_ups", "text"),
        "owner": place.word("supervision_follow_ups", "owner"),
        "due_on": place.day(20).isoformat(),
    }


def note(place, thing):
    return {"note": place.word("supervision_follow_ups", "note")}


def done(place, thing):
    return note(place, thing) | {"follow_up_id": str(place.planned_at(thing))}


def chosen(place, thing):
    return {"finding_id": str(place.found_at(thing))}


def used_finding(place, thing):
    return {"chosen_id": str(place.found_at(thing)), "role": "consultant"}


def used_score(place, thing):
    return {"chosen_id": str(place.scored_at(thing)), "role": "consultant"}


def scale(place, thing):
    return {
        "name": place.word("screening_tools", "name"),
        "smallest": "0",
        "largest": "10",
        "step": "1",
        "good_at": "6",
    }


def tool_form(place, thing):
    return scale(place, thing) | {
        "high_is_good": "1",
        "area_1": place.word("screening_areas", "name"),
    }


def tool_body(place, thing):
    return scale(place, thing) | {"areas": [{"name": place.word("screening_areas", "name")}]}


HELD = fixed(visit_on=(-3,))
UNLISTED = (403, 404, 422)
"""Something that is not among the choices of the form."""
NEED = {"need_id": "need"}
SUPERVISION = [
    Row("supervision.index_view", **LISTS, lists="visit"),
    Row("supervision.details_view", **SEES, thing="held_visit"),
    *reaching(
        "supervision.verb_plan", **KEEPS, body=facts, refs={"unit_id": "unit"}, refused=UNLISTED
    ),
    *verb("supervision.verb_change", **KEEPS, body=facts, thing="visit"),
    *verb("supervision.verb_hold", **KEEPS, body=HELD, thing="visit"),
    *verb("supervision.verb_publish", **KEEPS, body=published, thing="held_visit"),
    *verb("supervision.verb_call_off", **KEEPS, body=why, thing="visit"),
    *verb(
        "supervision.verb_finding",
        **KEEPS,
        body=finding,
        refs={"area_id": "field"},
        refused=UNLISTED,
        thing="held_visit",
    ),
    *verb(
        "supervision.verb_remove_finding",
        **KEEPS,
        body=chosen,
        refs={"finding_id": "visit_finding"},
        refused=UNLISTED,
        thing="held_visit",
    ),
    *verb("supervision.verb_follow_up", **FOLLOWS, body=task, thing="held_visit"),
    *verb(
        "supervision.verb_done",
        **FOLLOWS,
        body=done,
        refs={"follow_up_id": "supervision_task"},
        refused=UNLISTED,
        thing="held_visit",
    ),
    *verb(
        "supervision.verb_evidence",
        **FOLLOWS,
        body=used_finding,
        refs=NEED | {"area_id": "field", "chosen_id": "visit_finding"},
        refused=UNLISTED,
        thing="held_visit",
    ),
    Row("supervision-due.index", **LISTS),
    Row("supervision-due.export", **LISTS, path={"export_type": "csv"}),
    Row("screenings.index_view", **LISTS, lists="screening"),
    Row("screenings.details_view", **SEES, thing="screening"),
    *verb(
        "screenings.verb_evidence",
        **FOLLOWS,
        body=used_score,
        refs=NEED | {"area_id": "field", "chosen_id": "screening_result"},
        refused=UNLISTED,
        thing="screening",
    ),
    Row("screening-tools.index_view", **LISTS),
    Row("screening-tools.details_view", **LISTS, thing="screening_tool"),
    *reaching("screening-tools.verb_create", **SETS, body=tool_form),
    *reaching("screening-tools.verb_change", **SETS, body=tool_form, thing="screening_tool"),
    *reaching("screening-tools.verb_retire", **SETS, thing="screening_tool"),
]
SUPERVISION_API = api(
    Row("api_supervision.list_visits", **LISTS, lists="visit", asks={"unit_id": "unit"}),
    Row(
        "api_supervision.plan_visit",
        "POST",
        **KEEPS,
        body=facts,
        refs={"unit_id": "unit"},
        answer=201,
    ),
    Row("api_supervision.show_visit", **SEES, thing="held_visit"),
    Row("api_supervision.change_visit", "PUT", **KEEPS, body=facts, thing="visit"),
    Row("api_supervision.hold_visit", "POST", **KEEPS, body=HELD, thing="visit"),
    Row("api_supervision.publish_report", "POST", **KEEPS, body=published, thing="held_visit"),
    Row("api_supervision.call_off_visit", "POST", **KEEPS, body=why, thing="visit"),
    Row(
        "api_supervision.add_finding",
        "POST",
        **KEEPS,
        body=finding,
        refs={"area_id": "field"},
        thing="held_visit",
        answer=201,
    ),
    Row("api_supervision.remove_finding", "DELETE", **KEEPS, thing="visit_finding", answer=204),
    Row("api_supervision.use_finding", "POST", **FOLLOWS, refs=NEED, thing="visit_finding"),
    Row(
        "api_supervision.add_follow_up",
        "POST",
        **FOLLOWS,
        body=task,
        thing="held_visit",
        answer=201,
    ),
    Row("api_supervision.finish_follow_up", "POST", **FOLLOWS, body=note, thing="supervision_task"),
    Row("api_supervision.list_due", **LISTS),
    Row(
        "api_supervision.list_screenings",
        **LISTS,
        lists="screening",
        asks={"unit_id": "unit", "tool_id": "screening_tool"},
    ),
    Row("api_supervision.show_screening", **SEES, thing="screening"),
    Row("api_supervision.use_result", "POST", **FOLLOWS, refs=NEED, thing="screening_result"),
    Row("api_supervision.list_tools", **LISTS),
    Row(
        "api_supervision.create_tool",
        "POST",
        **SETS,
        body=tool_body,
        refs={"areas[].area_id": "field"},
        answer=201,
    ),
    Row(
        "api_supervision.change_tool",
        "PUT",
        **SETS,
        body=tool_body,
        refs={"areas[].area_id": "field"},
        thing="screening_tool",
    ),
    Row("api_supervision.retire_tool", "POST", **SETS, thing="screening_tool"),
)
ROWS = [*SUPERVISION, *SUPERVISION_API]
