"""Goals, their picture, and the red thread."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

READS = {"may": "ped_n1", "may_not": "bare", "branch": "ped_s1"}
READS_ALL = READS | {"branch_may": True}
KEEPS = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
LOOKS = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}


def goal_json(place, thing):
    return {
        "title": place.word("goals", "title"),
        "description": place.word("goals", "description"),
        "themes": ["language", "body"],
        "due_date": place.day(200).isoformat(),
    }


def goal_changed(place, thing):
    """In JSON a goal that was local and is to serve another says so."""
    return goal_json(place, thing) | {"is_local": False}


def scale(place, thing):
    return {
        "name": place.word("indicators", "name"),
        "measure": "%",
        "baseline": "20",
        "baseline_on": place.day(-80 if thing is None else -100).isoformat(),
        "target": "60",
    }


def its_indicator(facts):
    """The same facts with the indicator of the goal itself."""

    def body(place, thing):
        found = facts(place, thing)
        return found | {"indicator_id": str(place.indicator_of(thing))} if thing else found

    return body


READING = fixed(read_on=(-10,), value="3", note="Målt på stuen")
GOALS = [
    Row("goals.index_view", **READS_ALL, lists="goal"),
    Row("goals.details_view", **READS, thing="goal"),
    *reaching(
        "goals.verb_create",
        **KEEPS,
        body=goal_json,
        refs={"unit_id": "unit", "parent_id": "goal"},
        refused=(403, 404, 422),  # a unit that is not among the choices
    ),
    *verb("goals.verb_change", **KEEPS, body=goal_json, refs={"parent_id": "goal"}, thing="goal"),
    *verb("goals.verb_adopt", **KEEPS, body=fixed(note="Vedtaget"), thing="draft_goal"),
    *verb("goals.verb_retire", **KEEPS, body=fixed(note="Nået"), thing="goal"),
    *verb("goals.verb_indicator", **KEEPS, body=scale, thing="goal"),
    *verb(
        "goals.verb_change_indicator",
        **KEEPS,
        body=its_indicator(scale),
        refs={"indicator_id": "indicator"},
        thing="goal",
    ),
    *verb(
        "goals.verb_reading",
        **KEEPS,
        body=its_indicator(READING),
        refs={"indicator_id": "indicator"},
        thing="goal",
    ),
    Row("goal_tree.index", **READS_ALL, lists="goal"),
    Row("chain.index", **LOOKS, branch_may=True, lists="goal"),
    Row("thread.index", **READS, query={"kind": "goal"}, thing="goal"),
]
GOALS_API = api(
    Row("api_goals.list_goals", **READS_ALL, lists="goal", asks={"unit_id": "unit"}),
    Row(
        "api_goals.create_goal",
        "POST",
        **KEEPS,
        body=goal_json,
        refs={"unit_id": "unit", "parent_id": "goal"},
        answer=201,
    ),
    Row("api_goals.show_goal", **READS, thing="goal"),
    Row(
        "api_goals.change_goal",
        "PATCH",
        **KEEPS,
        body=goal_changed,
        refs={"parent_id": "goal"},
        thing="goal",
    ),
    Row("api_goals.adopt_goal", "POST", **KEEPS, body=fixed(note="Ja"), thing="draft_goal"),
    Row("api_goals.retire_goal", "POST", **KEEPS, body=fixed(note="Nået"), thing="goal"),
    Row("api_goals.list_goal_versions", **READS, thing="goal"),
    Row("api_goals.add_indicator", "POST", **KEEPS, body=scale, thing="goal", answer=201),
    Row("api_goals.change_indicator", "PUT", **KEEPS, body=scale, thing="indicator"),
    Row("api_goals.list_readings", **READS, thing="indicator"),
    Row("api_goals.record_reading", "POST", **KEEPS, body=READING, thing="indicator"),
    Row("api_reports.goal_tree", **READS_ALL, lists="goal", asks={"unit_id": "unit"}),
    Row("api_reports.chain", **READS, query={"kind": "goal"}, thing="goal", asks={"id": "goal"}),
    Row(
        "api_reports.broken_chains",
        **LOOKS,
        branch_may=True,
        lists="goal",
        asks={"unit_id": "unit"},
    ),
)
ROWS = [*GOALS, *GOALS_API]
