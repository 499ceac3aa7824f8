"""Plans around courses: one's own, those one leads, and what they are made of."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

LEADS = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}
SEES = {"may": "leader_n1", "may_not": "colleague_n1", "branch": "leader_s1"}
LISTS = {"may": "leader_n1", "may_not": "bare", "branch": "leader_s1", "branch_may": True}
OWNS = {"may": "ped_n1", "may_not": "colleague_n1", "branch": "ped_s1"}
SETS = {"may": "consultant", "may_not": "leader_n1", "branch": "consultant_south"}
READS_SET = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1", "branch_may": True}


def sharing(place, thing):
    return {
        "shared_on": place.day(-3).isoformat(),
        "place": place.word("sharings", "place"),
        "text": place.word("sharings", "text"),
    }


def trial(place, thing):
    return {
        "hypothesis": place.word("practice_trials", "hypothesis"),
        "signs": place.word("practice_trials", "signs"),
        "begins_on": place.day(-3).isoformat(),
    }


def result(place, thing):
    return {
        "outcome": "adapt",
        "result": place.word("practice_trials", "result"),
        "evaluated_on": place.day(-1).isoformat(),
    }


def observation(place, thing):
    return {
        "observed_on": place.day(-1).isoformat(),
        "seen": "yes",
        "text": place.word("observations", "text"),
    }


def note(place, thing):
    return {"note": place.word("anchoring_items", "note")}


def why(place, thing):
    return {"why": place.word("anchoring_items", "dropped_why")}


def set_item(place, thing):
    return {
        "phase": "after",
        "owner": "participant",
        "kind": "agree",
        "text": place.word("anchoring_template_items", "text"),
        "days": 9,
    }


def sets(endpoint, **facts):
    """The set is the whole municipality's."""
    return reaching(endpoint, **SETS, **facts)


PANEL = [
    Row("own-anchoring.index", may="ped_n1", may_not="admin", branch="ped_s1", branch_may=True),
    Row("anchoring.index_view", **LISTS, lists="plan"),
    Row("anchoring.details_view", **SEES, thing="plan"),
    *verb("anchoring.verb_share", **OWNS, thing="plan", body=sharing),
    *verb("anchoring.verb_begin_trial", **OWNS, thing="plan", body=trial),
    *verb("anchoring.verb_end_trial", **OWNS, thing="trying", body=result),
    *verb("anchoring.verb_observe", **LEADS, thing="plan", body=observation),
    Row("anchoring-tasks.index_view", **LISTS),
    *verb("anchoring-tasks.verb_tick", **OWNS, thing="anchoring_item", body=note),
    *verb("anchoring-tasks.verb_drop", **LEADS, thing="anchoring_item", body=why),
    *verb("anchoring-tasks.verb_move", **OWNS, thing="anchoring_item", body=fixed(due_on=(9,))),
    Row("follow-through.index", **READS_SET),
    Row("follow-through.export", **READS_SET, path={"export_type": "csv"}),
    Row("anchoring-template.index_view", **READS_SET),
    Row("anchoring-template.details_view", **READS_SET, thing="template_item"),
    *sets("anchoring-template.verb_add", body=set_item),
    *sets("anchoring-template.verb_change", body=set_item, thing="template_item"),
    *sets("anchoring-template.verb_remove", thing="template_item"),
    *sets("anchoring-template.verb_restore"),
]
API = api(
    Row(
        "api_anchoring.list_plans",
        **LISTS,
        lists="plan",
        asks={"unit_id": "unit"},
        refused=(403, 404, 200),  # whoever sees none has an empty list
    ),
    Row("api_anchoring.show_plan", **SEES, thing="plan"),
    Row("api_anchoring.record_sharing", "POST", **OWNS, thing="plan", body=sharing, answer=201),
    Row("api_anchoring.begin_trial", "POST", **OWNS, thing="plan", body=trial, answer=201),
    Row("api_anchoring.end_trial", "POST", **OWNS, thing="trial", body=result),
    Row(
        "api_anchoring.record_observation",
        "POST",
        **LEADS,
        thing="plan",
        body=observation,
        answer=201,
    ),
    Row(
        "api_anchoring.list_tasks",
        **LISTS,
        lists="anchoring_item",
        asks={"unit_id": "unit"},
        refused=(403, 404, 200),  # the same
    ),
    Row("api_anchoring.tick", "POST", **OWNS, thing="anchoring_item", body=note),
    Row("api_anchoring.drop", "POST", **LEADS, thing="anchoring_item", body=why),
    Row("api_anchoring.move", "POST", **OWNS, thing="anchoring_item", body=fixed(due_on=(9,))),
    Row("api_anchoring.list_template", **READS_SET),
    Row(
        "api_anchoring.add_template_item",
        "POST",
        **SETS,
        body=set_item,
        answer=201,
    ),
    Row(
        "api_anchoring.change_template_item",
        "PUT",
        **SETS,
        body=set_item,
        thing="template_item",
    ),
    Row(
        "api_anchoring.remove_template_item",
        "DELETE",
        **SETS,
        thing="template_item",
        answer=204,
    ),
    Row("api_anchoring.restore_standard", "POST", **SETS),
    Row("api_anchoring.list_follow_through", **READS_SET),
)
ROWS = [*PANEL, *API]
