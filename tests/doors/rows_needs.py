"""Needs: seen, reported, moved on, and the evidence behind them."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

READS = {"may": "leader_n1", "may_not": "bare", "branch": "leader_s1"}
REPORTS = {"may": "ped_n1", "may_not": "auditor", "branch": "ped_s1"}
LEADS = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}


def facts(place, thing):
    return {
        "title": place.word("needs", "title"),
        "description": place.word("needs", "description"),
        "urgency": "high",
        "staff": 2,
    }


def reported(place, thing):
    return facts(place, thing) | {
        "source": "mus",
        "role": "pedagogue",
        "text": place.word("evidence", "text"),
        "confidentiality": "institution",
    }


def finding(place, thing):
    return {
        "source": "supervision",
        "role": "consultant",
        "text": place.word("evidence", "text"),
        "confidentiality": "open",
        "found_on": place.day(-3).isoformat(),
    }


def reason(place, thing):
    return {"reason": place.word("needs", "reason")}


def withdrawal(place, thing):
    return {
        "evidence_id": str(place.finding_of(thing)),
        "why": place.word("evidence", "withdrawn_why"),
    }


WHY = fixed(why="En misforståelse")
GOES_ON = {"into_id": "other_need"}
SAYS = {"area_id": "field", "competence_id": "competence", "goal_id": "served"}
NEEDS = [
    Row("needs.index_view", **READS, branch_may=True, lists="need"),
    Row("needs.details_view", **READS, thing="evidenced"),
    *reaching(
        "needs.verb_report",
        **REPORTS,
        body=reported,
        refs={"unit_id": "unit", "area_id": "field"},
        refused=(403, 404, 422),  # a unit that is not among the choices
    ),
    *verb("needs.verb_analyse", **LEADS, thing="need"),
    *verb("needs.verb_qualify", **LEADS, thing="analysed"),
    *verb("needs.verb_prioritise", **LEADS, thing="qualified"),
    *verb("needs.verb_park", **LEADS, body=reason, thing="need"),
    *verb("needs.verb_reject", **LEADS, body=reason, thing="parked"),
    *verb("needs.verb_merge", **LEADS, refs=GOES_ON, thing="need"),
    *verb("needs.verb_close", **LEADS, thing="covered"),
    *verb("needs.verb_change", **LEADS, body=facts, refs=SAYS, thing="need"),
    *verb("needs.verb_evidence", **REPORTS, body=finding, thing="need"),
    *verb(
        "needs.verb_withdraw",
        **LEADS,
        body=withdrawal,
        refs={"evidence_id": "finding"},
        thing="evidenced",
    ),
    Row("needs-overview.index", **(READS | {"may_not": "ped_n1"}), branch_may=True),
]
NEEDS_API = api(
    Row(
        "api_needs.list_needs",
        **READS,
        branch_may=True,
        lists="need",
        asks={"area_id": "field", "unit_id": "unit"},
    ),
    Row(
        "api_needs.report",
        "POST",
        **REPORTS,
        body=reported,
        refs={"unit_id": "unit", **SAYS},
        answer=201,
    ),
    Row("api_needs.overview", **(READS | {"may_not": "ped_n1"}), branch_may=True),
    Row("api_needs.show", **READS, thing="need"),
    Row("api_needs.change", "PATCH", **LEADS, body=facts, refs=SAYS, thing="need"),
    Row("api_needs.list_evidence", **READS, thing="evidenced"),
    Row("api_needs.add_evidence", "POST", **REPORTS, body=finding, thing="need", answer=201),
    Row("api_needs.withdraw_evidence", "POST", **LEADS, body=WHY, thing="finding"),
    Row("api_needs.analyse", "POST", **LEADS, thing="need"),
    Row("api_needs.qualify", "POST", **LEADS, thing="analysed"),
    Row("api_needs.prioritise", "POST", **LEADS, thing="qualified"),
    Row("api_needs.park", "POST", **LEADS, body=reason, thing="need"),
    Row("api_needs.reject", "POST", **LEADS, body=reason, thing="parked"),
    Row("api_needs.merge", "POST", **LEADS, refs=GOES_ON, thing="need"),
    Row("api_needs.close", "POST", **LEADS, thing="covered"),
)
ROWS = [*NEEDS, *NEEDS_API]
