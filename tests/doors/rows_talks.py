"""Talks and plans: a pedagogue's own, and those of the leader who holds them."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

OWNS = {"may": "ped_n1", "may_not": "colleague_n1", "branch": "ped_s1"}
HOLDS = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
LISTS = {"may": "leader_n1", "may_not": "bare", "branch": "leader_s1", "branch_may": True}
OWN_PAGE = {"may": "ped_n1", "may_not": "admin", "branch": "ped_s1", "branch_may": True}
COUNTS = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1", "branch_may": True}
NONE_SEEN = (403, 404, 200)
"""Whoever sees none has an empty list."""
TIED = {
    "area_id": "field",
    "competence_id": "competence",
    "need_id": "need",
    "enrolment_id": "submitted",
}


def round_facts(place, thing):
    return {
        "kind": "mus",
        "from_date": place.day(-3).isoformat(),
        "to_date": place.day(60).isoformat(),
        "due_on": place.day(30).isoformat(),
        "invitation": place.word("talk_rounds", "invitation"),
    }


def new_days(place, thing):
    facts = round_facts(place, thing)
    return {name: facts[name] for name in ("to_date", "due_on", "invitation")}


def ending(place, thing):
    return {"reason": place.word("development_talks", "reason")}


def answers(place, thing):
    return {
        name: place.word("talk_preparations", name) for name in ("good", "hard", "learn", "support")
    }


def agreement(place, thing):
    return {"agreement": place.word("development_talks", "agreement"), "read": 0}


def reason(place, thing):
    return {"reason": place.word("talk_members", "left_why")}


def finding(place, thing):
    return {"text": place.word("evidence", "text"), "confidentiality": "institution"}


def notes(place, thing):
    return {
        "notes": place.word("development_plans", "notes"),
        "valid_until": place.day(200).isoformat(),
    }


def aim(place, thing):
    return {
        "aim": place.word("development_items", "aim"),
        "due_on": place.day(100).isoformat(),
    }


def changed_aim(place, thing):
    return aim(place, thing) | {"state": "underway"}


READ = fixed(revision=1)
HELD_ON = fixed(held_on=(-1,))
VALID = fixed(valid_until=(200,))
NEW_PLAN = {"may_not": "auditor", "branch": "ped_s1", "branch_may": True, "body": notes}
PANEL = [
    Row("own-talks.index", **OWN_PAGE),
    Row("own-plan.index", **OWN_PAGE),
    Row("talk-rounds.index_view", **COUNTS, lists="talk_round"),
    Row("talk-rounds.details_view", **HOLDS, thing="talk_round"),
    *reaching(
        "talk-rounds.verb_open",
        **HOLDS,
        body=round_facts,
        refs={"unit_id": "unit"},
        refused=(403, 404, 422),  # a unit that is not among the choices
    ),
    *verb(
        "talk-rounds.verb_invite",
        **HOLDS,
        thing="talk_round",
        refs={"employee_ids": "+employee"},
    ),
    *verb("talk-rounds.verb_change", **HOLDS, thing="talk_round", body=new_days),
    *verb("talk-rounds.verb_end", **HOLDS, thing="talk_round", body=ending),
    Row("talks.index_view", **LISTS, lists="talk"),
    Row("talks.details_view", **OWNS, thing="talk"),
    *verb("talks.verb_prepare", **OWNS, thing="talk", body=answers),
    *verb(
        "talks.verb_schedule",
        **HOLDS,
        thing="talk",
        body=lambda place, thing: {"day": place.day(9).isoformat(), "at": "09:30"},
    ),
    *verb("talks.verb_hold", **HOLDS, thing="talk", body=HELD_ON),
    *verb("talks.verb_hand_over", **HOLDS, thing="talk", refs={"holder_id": "talk_holder"}),
    *verb("talks.verb_agree", **OWNS, thing="held_talk", body=agreement),
    *verb("talks.verb_sign", **OWNS, thing="written_talk", body=READ),
    *verb("talks.verb_reopen", **OWNS, thing="half_signed_talk"),
    *verb("talks.verb_call_off", **OWNS, thing="talk", body=reason),
    *verb("talks.verb_evidence", **OWNS, thing="held_talk", body=finding, refs={"need_id": "need"}),
    *verb("talks.verb_plan", **OWNS, thing="talk", body=VALID, refs={"employee_id": "talker"}),
    Row("development-plans.index_view", **LISTS, lists="development_plan"),
    Row("development-plans.details_view", **OWNS, thing="development_plan"),
    *verb("development-plans.verb_begin", may="leader_n2", **NEW_PLAN),
    *verb("development-plans.verb_write", **OWNS, thing="development_plan", body=notes),
    *verb("development-plans.verb_add_item", **OWNS, thing="development_plan", body=aim, refs=TIED),
    *verb(
        "development-plans.verb_change_item",
        **OWNS,
        thing="development_plan",
        body=changed_aim,
        refs=TIED | {"item_id": "learning"},
    ),
    Row("talk-status.index", **COUNTS),
    Row("talk-status.export", **COUNTS, path={"export_type": "csv"}),
]
API = api(
    Row("api_talks.list_rounds", **COUNTS, lists="talk_round"),
    Row(
        "api_talks.open_round",
        "POST",
        **HOLDS,
        body=round_facts,
        refs={"unit_id": "unit", "employee_ids[]": "employee"},
        answer=201,
    ),
    Row("api_talks.change_round", "PUT", **HOLDS, thing="talk_round", body=new_days),
    Row("api_talks.end_round", "POST", **HOLDS, thing="talk_round", body=ending),
    Row(
        "api_talks.invite",
        "POST",
        **HOLDS,
        thing="talk_round",
        refs={"employee_ids[]": "+employee"},
        answer=201,
    ),
    Row(
        "api_talks.list_talks",
        **LISTS,
        lists="talk",
        asks={"round_id": "talk_round"},
        refused=NONE_SEEN,
    ),
    Row("api_talks.show_talk", **OWNS, thing="talk"),
    Row("api_talks.prepare", "PUT", **OWNS, thing="talk", body=answers),
    Row(
        "api_talks.schedule",
        "PUT",
        **HOLDS,
        thing="talk",
        body=lambda place, thing: {"planned_at": f"{place.day(9).isoformat()}T09:30:00+00:00"},
    ),
    Row("api_talks.hand_over", "PUT", **HOLDS, thing="talk", refs={"holder_id": "talk_holder"}),
    Row("api_talks.hold", "POST", **HOLDS, thing="talk", body=HELD_ON),
    Row("api_talks.write_agreement", "PUT", **OWNS, thing="held_talk", body=agreement),
    Row("api_talks.sign", "POST", **OWNS, thing="written_talk", body=READ),
    Row("api_talks.reopen", "POST", **OWNS, thing="half_signed_talk"),
    Row("api_talks.call_off", "POST", **OWNS, thing="talk", body=reason),
    Row(
        "api_talks.add_evidence",
        "POST",
        **OWNS,
        thing="held_talk",
        body=finding,
        refs={"need_id": "need"},
        answer=201,
    ),
    Row(
        "api_talks.take_up",
        "PUT",
        **OWNS,
        thing="talk",
        body=VALID,
        refs={"employee_id": "talker"},
    ),
    Row("api_talks.list_plans", **LISTS, lists="development_plan", refused=NONE_SEEN),
    Row("api_talks.begin_plan", "POST", may="leader_s2", **NEW_PLAN, answer=201),
    Row("api_talks.show_plan", **OWNS, thing="development_plan"),
    Row("api_talks.write_plan", "PUT", **OWNS, thing="development_plan", body=notes),
    Row(
        "api_talks.add_item",
        "POST",
        **OWNS,
        thing="development_plan",
        body=aim,
        refs=TIED,
        answer=201,
    ),
    Row("api_talks.change_item", "PUT", **OWNS, thing="learning", body=changed_aim, refs=TIED),
    Row("api_talks.list_status", **COUNTS),
)
ROWS = [*PANEL, *API]
