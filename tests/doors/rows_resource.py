"""Resource persons: listed, changed, given hours, booked; hours bought against internal ones."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

READS = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
BOOKS = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}
KEEPS = {"may": "consultant", "may_not": "leader_n1", "branch": "consultant_south"}
PART = {"initiative_id": "planned_initiative", "need_id": "qualified"}


def facts(place, thing):
    return {
        "name": place.word("resource_persons", "name"),
        "description": place.word("resource_persons", "description"),
        "role": "guide",
    }


def hours_of_year(place, thing):
    return {"year": place.today.year, "hours": "900"}


def booked(place, thing):
    day = place.day(5).isoformat()
    return {
        "hours": "2",
        "starts_on": day,
        "ends_on": day,
        "purpose": place.word("resource_bookings", "purpose"),
    }


def given_up(place, thing):
    return {"reason": place.word("resource_bookings", "reason")}


PANEL = [
    Row("resource-persons.index_view", **READS, branch_may=True, lists="resource_person"),
    Row("resource-persons.details_view", **READS, thing="resource_person"),
    *reaching(
        "resource-persons.verb_create",
        **KEEPS,
        body=facts,
        refs={"unit_id": "area", "competence_ids": "competence"},
        natural={"employee_id": "number"},
        refused=(403, 404, 422),  # a unit that is not among the choices
    ),
    *verb(
        "resource-persons.verb_change",
        **KEEPS,
        thing="resource_person",
        body=facts,
        refs={"unit_id": "area", "competence_ids": "competence"},
    ),
    *verb("resource-persons.verb_hours", **KEEPS, thing="resource_person", body=hours_of_year),
    *verb(
        "resource-persons.verb_book",
        **BOOKS,
        thing="resource_person",
        body=booked,
        refs={"unit_id": "unit"} | PART,
    ),
    *verb("resource-persons.verb_retire", **KEEPS, thing="resource_person"),
    *verb("resource-persons.verb_restore", **KEEPS, thing="retired_person"),
    Row("resource-bookings.index_view", **READS, branch_may=True, lists="booking"),
    Row("resource-bookings.details_view", **READS, thing="booking"),
    *verb("resource-bookings.verb_agree", **KEEPS, thing="booking"),
    *verb("resource-bookings.verb_decline", **KEEPS, thing="booking", body=given_up),
    *verb("resource-bookings.verb_hold", **BOOKS, thing="agreed_booking"),
    *verb("resource-bookings.verb_cancel", **BOOKS, thing="booking", body=given_up),
    Row("resource-hours.index", **READS, branch_may=True),
    Row("resource-hours.export", **READS, branch_may=True, path={"export_type": "csv"}),
]
API = api(
    Row(
        "api_resource_persons.list_persons",
        **READS,
        branch_may=True,
        lists="resource_person",
        asks={"area_id": "field", "unit_id": "unit"},
    ),
    Row(
        "api_resource_persons.create_person",
        "POST",
        **KEEPS,
        body=facts,
        refs={"unit_id": "area", "competence_ids[]": "competence", "employee_id": "+employee"},
        answer=201,
    ),
    Row("api_resource_persons.show_person", **READS, thing="resource_person"),
    Row(
        "api_resource_persons.change_person",
        "PATCH",
        **KEEPS,
        thing="resource_person",
        body=facts,
        refs={"unit_id": "area", "competence_ids[]": "competence"},
    ),
    Row(
        "api_resource_persons.set_hours",
        "PUT",
        **KEEPS,
        thing="resource_person",
        body=hours_of_year,
    ),
    Row(
        "api_resource_persons.book",
        "POST",
        **BOOKS,
        thing="resource_person",
        body=booked,
        refs={"unit_id": "unit"} | PART,
        answer=201,
    ),
    Row(
        "api_resource_persons.list_bookings",
        **READS,
        branch_may=True,
        lists="booking",
        asks={"unit_id": "unit", "person_id": "resource_person"},
    ),
    Row(
        "api_resource_persons.move_booking",
        "POST",
        **KEEPS,
        thing="booking",
        body=fixed(to="agreed"),
    ),
    Row("api_resource_persons.list_hours", **READS, branch_may=True),
)
ROWS = [*PANEL, *API]
