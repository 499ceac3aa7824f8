"""Budget years, pools, the ledger, funding rules and the reports."""

from __future__ import annotations

from tenant_app.organisation.models import Employee
from tests.doors.table import Row, api, fixed, reaching, verb

SEES = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
SEES_ALL = SEES | {"branch_may": True}
KEEPS = {"may": "admin", "may_not": "leader_n1", "branch": "admin_south"}
RUNS = {"may": "area_north", "may_not": "leader_n1", "branch": "area_south", "branch_may": True}
RULES = [{"name": "Alt", "when": {}, "shares": {"default": {"institution": 10000}}}]


def year_form(place, thing):
    return {
        "year": place.new_year(),
        "frame": "1.000.000,00",
        "central_bp": "40",
        "area_bp": "10",
        "allocation": "pedagogue_fte",
        "weight": "100",
        "second_key": "",
        "policy": "stop",
    }


def year_json(place, thing):
    return {"year": place.new_year(), "frame": 100_000_000, "central_bp": 4000}


RULES_FORM = fixed(
    **{
        "valid_from": (1,),
        "rules-0-name": "Alt",
        **{f"rules-0-{line}_central": "100" for line in ("fee", "cover", "materials", "travel")},
    }
)


POLICY_FORM = fixed(
    policy="warn", over_level="central", notify_bp="80", approve_bp="100", block_bp="105"
)
CONSTRAINTS_FORM = fixed(
    **{
        "constraints-0-name": "Uformel",
        "constraints-0-most_bp": "10",
        "constraints-0-form": "network",
    }
)
CONSTRAINTS = [{"name": "Uformel", "when": {"form": "network"}, "most_bp": 1000}]


def cap_form(place, thing):
    return {
        "name": place.word("person_caps", "name"),
        "payer": "central",
        "rule_name": "",
        "most": "30.000,00",
    }


def cap_json(place, thing):
    return {"name": place.word("person_caps", "name"), "payer": "central", "most": 3_000_000}


def trial_form(place, thing):
    with place.as_system() as ctx:
        person = ctx.session.get_one(Employee, place.employees["ped_n1_1"])
        return {"try_words": person.number, "try_session": str(place.the("session"))} | {
            "try_employee": str(person.id)
        }


def named_form(place, thing):
    return {
        "year_id": str(place.the("year")),
        "unit_id": str(place.units["root"]),
        "kind": "earmarked",
        "code": f"STAT-{place.new_year()}",
        "name": "Statspulje",
        "policy": "stop",
    }


def trial_json(place, thing):
    return {
        "session_id": str(place.the("session")),
        "employee_id": str(place.employees["ped_n1_1"]),
    }


def this_year(place, thing):
    return {"year": place.today.year}


BUDGETS = [
    Row("budget-years.index_view", **SEES_ALL),
    Row("budget-years.details_view", **SEES_ALL, thing="year"),
    Row("budget-years.preview_view", **KEEPS, thing="draft_year"),
    *reaching("budget-years.verb_create", **KEEPS, body=year_form),
    *reaching("budget-years.verb_change", **KEEPS, thing="draft_year", body=year_form),
    *reaching("budget-years.verb_adopt", **KEEPS, thing="draft_year"),
    *reaching("budget-years.verb_open", **KEEPS, thing="adopted_year"),
    Row("funding-rules.index_view", **SEES_ALL),
    Row("funding-rules.details_view", **SEES_ALL, thing="rules"),
    *reaching("funding-rules.verb_set", **KEEPS, body=RULES_FORM),
    *reaching("funding-rules.verb_try", **KEEPS, body=trial_form, answer=200),
    Row("pools.index_view", **SEES_ALL, lists="pool"),
    Row("pools.details_view", **SEES, thing="pool"),
    *verb("pools.verb_adjust", **KEEPS, thing="pool", body=fixed(amount="1,00", reason="Mere")),
    *verb("pools.verb_policy", **KEEPS, thing="pool", body=POLICY_FORM),
    *verb("pools.verb_constraints", **KEEPS, thing="state_pool", body=CONSTRAINTS_FORM),
    Row("pool-statement.index", **SEES, thing="pool"),
    Row("pool-statement.export", **SEES, thing="pool", path={"export_type": "csv"}),
    Row("person-caps.index_view", **SEES_ALL),
    Row("person-caps.details_view", **SEES_ALL, thing="cap"),
    *reaching("person-caps.verb_set", **KEEPS, body=cap_form),
    *reaching("person-caps.verb_change", **KEEPS, thing="cap", body=fixed(most="30.000,00")),
    *reaching("person-caps.verb_end", **KEEPS, thing="cap"),
    *reaching(
        "pools.verb_open_named",
        **KEEPS,
        body=named_form,
        refs={"year_id": "year", "unit_id": "unit"},
    ),
    *reaching("pools.verb_open_pool", **KEEPS, refs={"year_id": "year", "unit_id": "+unit"}),
    Row("ledger.index_view", **SEES_ALL, lists="entry"),
    Row("ledger.details_view", **SEES, thing="entry"),
]
BUDGETS_API = api(
    Row("api_budgets.list_years", **SEES_ALL),
    Row("api_budgets.create_year", "POST", **KEEPS, body=year_json, answer=201),
    Row("api_budgets.get_year", **SEES_ALL, thing="year"),
    Row(
        "api_budgets.change_year", "PATCH", **KEEPS, thing="draft_year", body=fixed(frame=5_000_00)
    ),
    Row("api_budgets.preview_allocation", **KEEPS, thing="draft_year"),
    Row("api_budgets.adopt", "POST", **KEEPS, thing="draft_year"),
    Row("api_budgets.open_year", "POST", **KEEPS, thing="adopted_year"),
    Row("api_budgets.list_pools", **SEES_ALL, lists="pool"),
    Row(
        "api_budgets.open_pool",
        "POST",
        **KEEPS,
        refs={"year_id": "year", "unit_id": "+unit"},
        answer=201,
    ),
    Row("api_budgets.get_pool", **SEES, thing="pool"),
    Row("api_budgets.list_entries", **SEES, thing="pool"),
    Row("api_budgets.set_policy", "PUT", **KEEPS, thing="pool", body=fixed(policy="stop")),
    Row("api_budgets.list_constraints", **SEES, thing="pool"),
    Row(
        "api_budgets.set_constraints",
        "PUT",
        **KEEPS,
        thing="state_pool",
        body=fixed(constraints=CONSTRAINTS),
    ),
    Row("api_budgets.list_caps", **SEES_ALL),
    Row("api_budgets.set_cap", "PUT", **KEEPS, body=cap_json),
    Row("api_budgets.end_cap", "DELETE", **KEEPS, thing="cap", answer=204),
    Row("api_pool_statements.pool_statement", **SEES, thing="pool"),
    Row(
        "api_budgets.adjust_allotment",
        "POST",
        **KEEPS,
        thing="pool",
        body=fixed(amount=100, reason="Mere"),
    ),
    Row("api_budgets.list_rules", **SEES_ALL),
    Row(
        "api_funding_trials.try_rules",
        "POST",
        **KEEPS,
        body=trial_json,
        refs={"session_id": "session", "employee_id": "employee"},
    ),
    Row(
        "api_budgets.set_rules",
        "POST",
        **KEEPS,
        body=fixed(rules=RULES, valid_from=(1,)),
        answer=201,
    ),
)
REPORTS = [
    *(
        row
        for name in ("usage", "coverage")
        for row in (
            Row(f"{name}.index", **SEES_ALL),
            Row(f"{name}.export", **SEES_ALL, query={"format": "csv"}),
            Row(
                f"{name}.progress",
                may="admin",
                may_not="ped_n1",
                branch="leader_s1",
                thing="job",
                arg="job",
            ),
            *verb(f"{name}.verb_run", **RUNS, body=this_year),
        )
    ),
    *api(
        Row("api_reports.usage", **SEES_ALL, query={"year": "{year}"}),
        Row("api_reports.coverage", **SEES_ALL, query={"year": "{year}"}),
        Row("api_reports.run_usage", "POST", **RUNS, body=this_year, answer=202),
        Row("api_reports.run_coverage", "POST", **RUNS, body=this_year, answer=202),
    ),
]
ROWS = [*BUDGETS, *BUDGETS_API, *REPORTS]
