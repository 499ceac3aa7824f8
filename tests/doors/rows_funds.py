"""Applications to funds, their terms, and state money."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

SEES = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
SEES_ALL = SEES | {"branch_may": True}
APPLIES = {"may": "leader_n1", "may_not": "auditor", "branch": "leader_s1"}
SIGNS = {"may": "union_n1", "may_not": "ped_n1", "branch": "union_s1"}
KEEPS = {"may": "admin", "may_not": "leader_n1", "branch": "admin_south"}
TOP = {"may": "auditor", "may_not": "ped_n1", "branch": "leader_s1"}
WHO = {"scheme_id": "fund_scheme", "session_id": "session"}
UNLISTED = (403, 404, 422)
"""Something that is not among the choices of the form."""
NUMBERS = {"cap_months": 12, "months_before": 9, "days_before": 1, "answer_days": 14}
LISTS = {"cost_lines": ["fee"], "positions": ["pedagogue"]}


def purpose(place, thing):
    return {"purpose": place.word("fund_applications", "purpose")}


def purpose_form(place, thing):
    return purpose(place, thing) | {"amount": "1,00"}


def purpose_json(place, thing):
    return purpose(place, thing) | {"amount": 100}


def note(place, thing):
    return {"note": place.word("fund_applications", "answer")}


def person(place, thing):
    return note(place, thing) | {"employee_ids": [str(place.employees["ped_n1_2"])]}


def terms(place, thing):
    return (
        NUMBERS
        | LISTS
        | {
            "code": f"FOND-{place.new_year()}",
            "name": place.word("fund_schemes", "name"),
            "terms": place.word("fund_schemes", "terms"),
        }
    )


def terms_form(place, thing):
    sums = {"cap": "30.000,00", "master_cap": "50.000,00", "employer_bp": "20"}
    return terms(place, thing) | sums | {"is_active": "y"}


def terms_json(place, thing):
    return terms(place, thing) | {"cap": 3_000_000, "master_cap": 5_000_000, "employer_bp": 2000}


def grant(place, thing):
    return {
        "title": place.word("state_grants", "title"),
        "giver": place.word("state_grants", "giver"),
        "code": f"STAT-{place.new_year()}",
        "year": place.today.year,
        "apply_by": place.day(10).isoformat(),
    }


def grant_form(place, thing):
    return grant(place, thing) | {"asked": "1.000,00"}


def grant_json(place, thing):
    return grant(place, thing) | {"asked": 100_000}


AWARD_FORM = fixed(outcome="awarded", amount="1,00")
AWARD = fixed(awarded=100)
ROWS = [
    Row(
        "fund-applications.index_view",
        **SEES_ALL,
        lists="fund_draft",
        asks={"flt0_unit": "unit"},
    ),
    Row("fund-applications.details_view", **SEES, thing="fund_draft"),
    *reaching(
        "fund-applications.verb_apply",
        **APPLIES,
        body=purpose_form,
        refs=WHO | {"employee_ids": "employee"},
        refused=UNLISTED,
    ),
    *verb("fund-applications.verb_sign", **SIGNS, thing="fund_led"),
    *verb("fund-applications.verb_send", **APPLIES, thing="fund_signed"),
    *verb("fund-applications.verb_answer", **KEEPS, thing="fund_sent", body=AWARD_FORM),
    *verb("fund-applications.verb_pay", **KEEPS, thing="fund_awarded"),
    *verb(
        "fund-applications.verb_refund",
        **KEEPS,
        thing="fund_paid",
        body=person,
        refs={"employee_ids": "employee"},
    ),
    *verb("fund-applications.verb_withdraw", **APPLIES, thing="fund_draft", body=note),
    Row("fund-schemes.index_view", **SEES_ALL),
    Row("fund-schemes.details_view", **SEES_ALL, thing="fund_scheme"),
    *reaching("fund-schemes.verb_set", **KEEPS, body=terms_form),
    *reaching("fund-schemes.verb_change", **KEEPS, thing="fund_scheme", body=terms_form),
    Row("state-grants.index_view", **TOP, branch_may=True),
    Row("state-grants.details_view", **TOP, thing="state_grant"),
    *reaching("state-grants.verb_create", **KEEPS, body=grant_form),
    *verb("state-grants.verb_send", **KEEPS, thing="state_grant"),
    *verb("state-grants.verb_answer", **KEEPS, thing="sent_grant", body=AWARD_FORM),
    *verb("state-grants.verb_receive", **KEEPS, thing="awarded_grant"),
    *verb("state-grants.verb_report", **KEEPS, thing="received_grant"),
    *api(
        Row("api_funds.list_schemes", **SEES_ALL),
        Row("api_funds.set_scheme", "PUT", **KEEPS, body=terms_json),
        Row(
            "api_funds.list_applications",
            **SEES_ALL,
            lists="fund_draft",
            asks={"unit_id": "unit"},
        ),
        Row("api_funds.show_application", **SEES, thing="fund_draft"),
        Row(
            "api_funds.apply",
            "POST",
            **APPLIES,
            body=purpose_json,
            # The panel has applied for the other: a place is applied for once.
            refs=WHO | {"session_id": "fund_session", "employee_ids[]": "employee"},
            answer=201,
        ),
        Row("api_funds.move", "POST", **APPLIES, thing="fund_draft", body=fixed(step="sign")),
        Row("api_funds.answer", "POST", **KEEPS, thing="fund_sent", body=AWARD),
        Row("api_funds.pay", "POST", **KEEPS, thing="fund_awarded"),
        Row(
            "api_funds.refund",
            "POST",
            **KEEPS,
            thing="fund_paid",
            body=person,
            refs={"employee_ids[]": "employee"},
        ),
        Row("api_funds.list_grants", **TOP, branch_may=True),
        Row("api_funds.create_grant", "POST", **KEEPS, body=grant_json, answer=201),
        Row("api_funds.show_grant", **TOP, thing="state_grant"),
        Row("api_funds.move_grant", "POST", **KEEPS, thing="state_grant", body=fixed(step="send")),
        Row("api_funds.answer_grant", "POST", **KEEPS, thing="sent_grant", body=AWARD),
        Row("api_funds.receive_grant", "POST", **KEEPS, thing="awarded_grant"),
    ),
]
