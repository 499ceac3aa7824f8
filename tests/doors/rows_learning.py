"""Competences, the catalogue, and everything about enrolments."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

READS = {"may": "ped_n1", "may_not": "bare", "branch": "ped_s1"}
READS_ALL = READS | {"branch_may": True}
KEEPS = {"may": "consultant", "may_not": "leader_n1", "branch": "consultant_south"}
NOTES = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}


def keeps(endpoint, **facts):
    """Done by those who keep the catalogue for the whole municipality."""
    return reaching(endpoint, **KEEPS, **facts)


def field_facts(place, thing):
    return {"name": place.word("competence_areas", "name")}


def competence_facts(place, thing):
    return {"name": place.word("competences", "name"), "validity_months": 12}


def target_form(place, thing):
    return {
        "kind": "percent",
        "amount": "50",
        "due_date": place.day(60).isoformat(),
        "position": "leader",
    }


def provider_facts(place, thing):
    return {"name": place.word("providers", "name"), "kind": "private"}


def course_form(place, thing):
    return course_json(place, thing) | {"price": "500,00"}


def course_json(place, thing):
    return {
        "code": place.word("courses", "code"),
        "title": place.word("courses", "title"),
        "form": "course",
        "ects": "0",
        "hours": "8",
        "price_kind": "per_person",
        "price": 50_000,
    }


def session_facts(place, thing):
    return {
        "starts_on": place.day(30).isoformat(),
        "ends_on": place.day(31).isoformat(),
        "deadline": place.day(9).isoformat(),
        "seats": 9,
        "place": place.word("course_sessions", "place"),
    }


def holding_facts(place, thing):
    return {"from_date": place.day(-50).isoformat()}


def taken(place, thing):
    return {"competence_id": str(place.the("competence"))}


ENDING = fixed(until_date=(-1,), reason="Udløbet")
COMPETENCES = [
    Row("competence-areas.index_view", **READS_ALL),
    Row("competence-areas.details_view", **READS_ALL, thing="field"),
    *keeps("competence-areas.verb_create", body=field_facts),
    *keeps("competence-areas.verb_rename", body=field_facts, thing="field"),
    Row("competences.index_view", **READS_ALL),
    Row("competences.details_view", **READS_ALL, thing="competence"),
    *keeps("competences.verb_create", body=competence_facts, refs={"area_id": "field"}),
    *keeps(
        "competences.verb_change",
        body=competence_facts,
        refs={"area_id": "field"},
        thing="competence",
    ),
    Row("coverage-targets.index_view", **READS_ALL),
    Row("coverage-targets.details_view", **READS_ALL, thing="target"),
    *keeps("coverage-targets.verb_set", body=target_form, refs={"competence_id": "+competence"}),
    *keeps("coverage-targets.verb_change", body=target_form, thing="target"),
    *keeps("coverage-targets.verb_remove", thing="target"),
    Row(
        "holdings.index_view", **(NOTES | {"may_not": "bare", "branch_may": True}), lists="holding"
    ),
    Row("holdings.details_view", **(NOTES | {"may_not": "bare"}), thing="holding"),
    *reaching(
        "holdings.verb_note",
        **NOTES,
        body=holding_facts,
        refs={"employee_id": "employee", "competence_id": "+competence"},
        refused=(403, 404, 422),  # an employee who is not among the choices
    ),
    *verb("holdings.verb_end", **NOTES, body=ENDING, thing="holding"),
]
COMPETENCES_API = api(
    Row("api_competences.list_areas", **READS_ALL),
    Row("api_competences.create_area", "POST", **KEEPS, body=field_facts, answer=201),
    Row("api_competences.rename_area", "PUT", **KEEPS, body=field_facts, thing="field"),
    Row("api_competences.list_competences", **READS_ALL, asks={"area_id": "field"}),
    Row(
        "api_competences.create_competence",
        "POST",
        **KEEPS,
        body=competence_facts,
        refs={"area_id": "field"},
        answer=201,
    ),
    Row("api_competences.show_competence", **READS_ALL, thing="competence"),
    Row(
        "api_competences.change_competence",
        "PUT",
        **KEEPS,
        body=competence_facts,
        refs={"area_id": "field"},
        thing="competence",
    ),
    Row("api_competences.list_targets", **READS_ALL),
    Row(
        "api_competences.set_target",
        "POST",
        **KEEPS,
        body=fixed(position="leader", min_count=1, due_date=(60,)),
        refs={"competence_id": "+competence"},
    ),
    Row("api_competences.remove_target", "DELETE", **KEEPS, thing="target", answer=204),
    Row(
        "api_competences.list_holdings",
        **(NOTES | {"may_not": "bare", "branch_may": True}),
        lists="holding",
        asks={"employee_id": "employee", "competence_id": "competence"},
    ),
    Row(
        "api_competences.note_holding",
        "POST",
        **NOTES,
        body=holding_facts,
        refs={"employee_id": "employee", "competence_id": "+competence"},
        answer=201,
    ),
    Row("api_competences.end_holding", "POST", **NOTES, body=ENDING, thing="holding"),
)
CATALOGUE = [
    Row("providers.index_view", **READS_ALL),
    Row("providers.details_view", **READS_ALL, thing="provider"),
    *keeps("providers.verb_create", body=provider_facts),
    *keeps("providers.verb_change", body=provider_facts, thing="provider"),
    Row("courses.index_view", **READS_ALL),
    Row("courses.details_view", **READS_ALL, thing="course"),
    *keeps("courses.verb_create", body=course_form, refs={"provider_id": "provider"}),
    *keeps(
        "courses.verb_change", body=course_form, refs={"provider_id": "provider"}, thing="course"
    ),
    *keeps("courses.verb_retire", thing="course"),
    *keeps("courses.verb_reinstate", thing="retired"),
    *keeps("courses.verb_session", body=session_facts, thing="course"),
    *keeps("courses.verb_give", refs={"competence_id": "competence"}, thing="course"),
    *keeps("courses.verb_take", body=taken, refs={"competence_id": "competence"}, thing="gift"),
    Row("sessions.index_view", **READS_ALL),
    Row("sessions.details_view", **READS_ALL, thing="session"),
    *keeps("sessions.verb_create", body=session_facts, refs={"course_id": "course"}),
    *keeps("sessions.verb_change", body=session_facts, thing="session"),
    *keeps("sessions.verb_cancel", body=fixed(reason="Aflyst"), thing="session"),
]
CATALOGUE_API = api(
    Row("api_catalogue.list_providers", **READS_ALL),
    Row("api_catalogue.create_provider", "POST", **KEEPS, body=provider_facts, answer=201),
    Row("api_catalogue.change_provider", "PATCH", **KEEPS, body=provider_facts, thing="provider"),
    Row("api_catalogue.list_courses", **READS_ALL, asks={"provider_id": "provider"}),
    Row(
        "api_catalogue.create_course",
        "POST",
        **KEEPS,
        body=course_json,
        refs={"provider_id": "provider"},
        answer=201,
    ),
    Row("api_catalogue.show_course", **READS_ALL, thing="course"),
    Row(
        "api_catalogue.change_course",
        "PATCH",
        **KEEPS,
        body=course_json,
        refs={"provider_id": "provider"},
        thing="course",
    ),
    Row("api_catalogue.retire_course", "POST", **KEEPS, thing="course"),
    Row("api_catalogue.reinstate_course", "POST", **KEEPS, thing="retired"),
    Row("api_catalogue.list_gifts", **READS_ALL, thing="gift"),
    Row(
        "api_catalogue.give_competence",
        "POST",
        **KEEPS,
        refs={"competence_id": "competence"},
        thing="course",
    ),
    Row(
        "api_catalogue.take_competence",
        "DELETE",
        **KEEPS,
        path={"competence_id": "competence"},
        thing="gift",
        answer=204,
    ),
    Row("api_catalogue.list_sessions", **READS_ALL, asks={"course_id": "course"}),
    Row(
        "api_catalogue.create_session",
        "POST",
        **KEEPS,
        body=session_facts,
        refs={"course_id": "course"},
        answer=201,
    ),
    Row("api_catalogue.show_session", **READS_ALL, thing="session"),
    Row("api_catalogue.change_session", "PATCH", **KEEPS, body=session_facts, thing="session"),
    Row("api_called_off.call_off", "POST", **KEEPS, body=fixed(reason="Aflyst"), thing="session"),
)
ROWS = [*COMPETENCES, *COMPETENCES_API, *CATALOGUE, *CATALOGUE_API]
