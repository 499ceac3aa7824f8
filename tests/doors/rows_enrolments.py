"""From the catalogue to a request, its answers and what became of it."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, verb

ANSWERS = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}
OWNS = {"may": "ped_n1", "may_not": "auditor", "branch": "ped_s1"}
SEES = {"may": "leader_n1", "may_not": "bare", "branch": "leader_s1"}
EVERY_USER = "Whoever is signed in may."


def asked(place, thing):
    return {"motivation": place.word("enrolments", "motivation")}


def sent(place, thing):
    return asked(place, thing) | {"step": "send"}


def answer(place, thing):
    return {"shown": f"{thing}:submitted:1", "note": place.word("approval_steps", "note")}


def reason(place, thing):
    return {"note": place.word("approval_steps", "note")}


def decision(place, thing):
    return {"decision": "reject"} | reason(place, thing)


GROUP = {"session_id": "+session", "employee_ids[]": "employee"}
PANEL = [
    Row("browse.index", may="ped_n1", may_not="bare", branch="ped_s1", branch_may=True),
    Row(
        "browse.request_page",
        **(ANSWERS | {"branch_may": True}),
        thing="session",
        arg="session",
    ),
    Row(
        "browse.request_page",
        "POST",
        **ANSWERS,
        thing="session",
        arg="session",
        body=sent,
        refs={"people[]": "employee", "initiative_id": "planned_initiative"},
        answer=302,
    ),
    Row("browse.cost", **(ANSWERS | {"branch_may": True}), thing="session", arg="session"),
    Row("own.index", may="ped_n1", may_not="admin", branch="ped_s1", branch_may=True),
    Row("inbox.index", **(ANSWERS | {"branch_may": True}), lists="submitted"),
    Row(
        "inbox.index",
        "POST",
        **ANSWERS,
        body=decision,
        refs={"rows[]": "+submitted"},
        wrap="{}:submitted:1",
        each=True,
        answer=302,
    ),
    Row("inbox.answered", **(ANSWERS | {"branch_may": True}), answer=302),  # nothing to tell yet
    Row("requests.index_view", **(SEES | {"branch_may": True}), lists="submitted"),
    Row("requests.details_view", **(SEES | {"may_not": "colleague_n1"}), thing="submitted"),
    *verb("requests.verb_approve", **ANSWERS, thing="submitted", body=answer),
    *verb("requests.verb_return", **ANSWERS, thing="submitted", body=answer),
    *verb("requests.verb_reject", **ANSWERS, thing="submitted", body=answer),
    *verb("requests.verb_withdraw", **OWNS, thing="submitted", body=reason),
    *verb("requests.verb_resubmit", **OWNS, thing="returned", body=asked),
    *verb("requests.verb_cancel", **ANSWERS, thing="confirmed", body=reason),
    *verb("requests.verb_complete", **ANSWERS, thing="attended", body=reason),
    *verb("requests.verb_no_show", **ANSWERS, thing="attended", body=reason),
    Row(
        "admin.index",
        may="leader_n1",
        may_not=None,
        branch="leader_s1",
        branch_may=True,
        why=EVERY_USER,
    ),
]
API = api(
    Row(
        "api_enrolments.list_enrolments",
        **(SEES | {"branch_may": True}),
        lists="submitted",
        asks={"unit_id": "unit", "course_id": "course", "initiative_id": "initiative"},
        refused=(403, 404, 200),  # whoever is employed has a list, if only of their own
    ),
    Row(
        "api_enrolments.request",
        "POST",
        **ANSWERS,
        body=asked,
        refs=GROUP | {"initiative_id": "planned_initiative"},
        answer=201,
    ),
    Row(
        "api_enrolments.preview_cost",
        "POST",
        **ANSWERS,
        refs=GROUP,
    ),
    Row("api_enrolments.list_inbox", **(ANSWERS | {"branch_may": True}), lists="submitted"),
    Row(
        "api_enrolments.decide_many",
        "POST",
        **ANSWERS,
        body=decision,
        refs={"enrolments[].id": "+submitted"},
        each=True,
    ),
    Row(
        "api_enrolments.show_enrolment",
        **(SEES | {"may_not": "colleague_n1"}),
        thing="submitted",
    ),
    Row("api_enrolments.approve", "POST", **ANSWERS, thing="submitted", body=reason),
    Row("api_enrolments.return_", "POST", **ANSWERS, thing="submitted", body=reason),
    Row("api_enrolments.reject", "POST", **ANSWERS, thing="submitted", body=reason),
    Row("api_enrolments.resubmit", "POST", **OWNS, thing="returned", body=asked),
    Row("api_enrolments.withdraw", "POST", **OWNS, thing="submitted", body=reason),
    Row("api_enrolments.cancel", "POST", **ANSWERS, thing="confirmed", body=reason),
    Row("api_enrolments.complete", "POST", **ANSWERS, thing="attended", body=reason),
    Row("api_enrolments.mark_no_show", "POST", **ANSWERS, thing="attended", body=fixed(note="")),
)
ROWS = [*PANEL, *API]
