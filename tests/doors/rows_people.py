"""Units and employees."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb


def unit_facts(place, thing):
    return {
        "number": place.word("units", "number"),
        "name": place.word("units", "name"),
        "kind": "institution",
        "from_date": place.day(0).isoformat(),
    }


def unit_name(place, thing):
    return {"name": place.word("units", "name")}


def person_facts(place, thing):
    return {
        "number": place.word("employees", "number"),
        "name": place.word("employees", "name"),
        "position": "pedagogue",
        "fte": "1",
        "from_date": place.day(0).isoformat(),
    }


EMPLOYMENT = fixed(position="assistant", fte="1", from_date=(0,))
SEES_UNITS = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
KEEPS = {"may": "admin", "may_not": "leader_n1", "branch": "admin_south"}
ORGANISATION = [
    Row("units.index_view", **SEES_UNITS, branch_may=True, lists="unit"),
    Row("units.details_view", **SEES_UNITS, thing="unit"),
    *reaching("units.verb_found", **KEEPS, body=unit_facts, refs={"parent_id": "area"}),
    *verb(
        "units.verb_move",
        **KEEPS,
        thing="unit",
        body=fixed(on=(1,)),
        refs={"parent_id": "other_area"},
    ),
    *verb(
        "units.verb_merge", **KEEPS, thing="unit", body=fixed(on=(1,)), refs={"into_id": "+unit"}
    ),
    *verb("units.verb_close", **KEEPS, thing="unit", body=fixed(on=(1,))),
    *verb("units.verb_describe", **KEEPS, thing="unit", body=unit_name),
    Row("employees.index_view", **SEES_UNITS, branch_may=True, lists="employee"),
    Row("employees.details_view", **SEES_UNITS, thing="employee"),
    *reaching("employees.verb_hire", **KEEPS, body=person_facts, refs={"unit_id": "unit"}),
    *verb(
        "employees.verb_change",
        **KEEPS,
        thing="employee",
        body=fixed(on=(1,), position="assistant", fte="0,5"),
        refs={"unit_id": "unit"},
    ),
    *verb("employees.verb_end", **KEEPS, thing="employee", body=fixed(on=(1,))),
    *verb(
        "employees.verb_rehire", **KEEPS, thing="left", body=EMPLOYMENT, refs={"unit_id": "unit"}
    ),
    *verb("employees.verb_describe", **KEEPS, thing="employee", body=fixed(name="Ny", email="")),
]
ORGANISATION_API = api(
    Row("api_organisation.list_units", **SEES_UNITS, branch_may=True, lists="unit"),
    Row("api_organisation.get_unit", **SEES_UNITS, thing="unit"),
    Row("api_organisation.list_placements", **SEES_UNITS, thing="unit"),
    Row(
        "api_organisation.found_unit",
        "POST",
        **KEEPS,
        body=unit_facts,
        refs={"parent_id": "area"},
        answer=201,
    ),
    Row(
        "api_organisation.move_unit",
        "POST",
        **KEEPS,
        thing="unit",
        body=fixed(on=(1,)),
        refs={"parent_id": "other_area"},
    ),
    Row(
        "api_organisation.merge_unit",
        "POST",
        **KEEPS,
        thing="unit",
        body=fixed(on=(1,)),
        refs={"into_id": "+unit"},
    ),
    Row("api_organisation.close_unit", "POST", **KEEPS, thing="unit", body=fixed(on=(1,))),
    Row("api_organisation.describe_unit", "POST", **KEEPS, thing="unit", body=fixed(name="Nyt")),
    Row(
        "api_organisation.list_employees",
        **SEES_UNITS,
        branch_may=True,
        lists="employee",
        asks={"unit_id": "unit"},
    ),
    Row("api_organisation.get_employee", **SEES_UNITS, thing="employee"),
    Row("api_organisation.list_employments", **SEES_UNITS, thing="employee"),
    Row(
        "api_organisation.hire",
        "POST",
        **KEEPS,
        body=person_facts,
        refs={"unit_id": "unit"},
        answer=201,
    ),
    Row(
        "api_organisation.change_employment",
        "POST",
        **KEEPS,
        thing="employee",
        body=fixed(on=(1,), fte="0.5"),
        refs={"unit_id": "unit"},
    ),
    Row("api_organisation.end_employment", "POST", **KEEPS, thing="employee", body=fixed(on=(1,))),
    Row(
        "api_organisation.rehire",
        "POST",
        **KEEPS,
        thing="left",
        body=EMPLOYMENT,
        refs={"unit_id": "unit"},
    ),
    Row(
        "api_organisation.describe_employee",
        "POST",
        **KEEPS,
        thing="employee",
        body=fixed(name="Nyt"),
    ),
)
ROWS = [*ORGANISATION, *ORGANISATION_API]
