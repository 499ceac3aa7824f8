"""What-if, forecasts, and the entries behind a figure."""

from __future__ import annotations

from tests.doors.table import Row, api, verb

SEES = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
SEES_ALL = SEES | {"branch_may": True}
OVERSEES = {"may": "consultant", "may_not": "leader_n1", "branch": "admin_south"}
KEEPS = {"may": "admin", "may_not": "leader_n1", "branch": "admin_south"}


def trial(place, thing):
    return {
        "name": f"Prøve {place.new_year()}",
        "year": place.today.year,
        "rules_from": "profile:ects_central",
        "allocation": "",
        "second_key": "",
    }


def trial_json(place, thing):
    return {"name": f"Prøve {place.new_year()}", "year": place.today.year}


ROWS = [
    Row("scenarios.index_view", **OVERSEES),
    Row("scenarios.details_view", **OVERSEES, thing="scenario"),
    Row("scenarios.result_export", **OVERSEES, thing="scenario", path={"export_type": "csv"}),
    *verb("scenarios.verb_make", **KEEPS, body=trial),
    *verb("scenarios.verb_adopt", **KEEPS, thing="scenario"),
    *verb("scenarios.verb_remove", **KEEPS, thing="scenario"),
    Row("explain.index", **SEES, thing="pool", arg="pool", query={"column": "available"}),
    Row("forecast.index", **SEES_ALL),
    *api(
        Row("api_scenarios.list_scenarios", **OVERSEES),
        Row("api_scenarios.make_scenario", "POST", **KEEPS, body=trial_json, answer=202),
        Row("api_scenarios.get_scenario", **OVERSEES, thing="scenario"),
        Row("api_scenarios.adopt_scenario", "POST", **KEEPS, thing="scenario"),
        Row("api_scenarios.remove_scenario", "DELETE", **KEEPS, thing="scenario", answer=204),
        Row(
            "api_reports.explain",
            **SEES,
            thing="pool",
            arg="pool_id",
            query={"column": "available"},
            asks={"pool_id": "pool", "unit_id": "unit"},
        ),
        Row("api_reports.forecast", **SEES_ALL, query={"year": "{year}"}),
    ),
]
