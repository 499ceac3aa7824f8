"""Figures, revisions, transfers, caps and the end of a year."""

from __future__ import annotations

from datetime import date

from tenant_app.budgets.models import BudgetYear
from tests.doors.rows_money import KEEPS, SEES, SEES_ALL
from tests.doors.table import Row, api, fixed, reaching, verb

ASKS = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
SEES_UNITS = {"may": "leader_n1", "may_not": "bare", "branch": "leader_s1", "branch_may": True}
ASKED = fixed(amount="1,00", reason="Fælles forløb")
ENDS = {"from_pool_id": "pool", "to_pool_id": "area_pool"}
CAPS = fixed(kind="area", pool_id="", underspend_cap_bp="5", approver="central")


def children(place, thing):
    return {
        "from_date": place.day(-1).isoformat(),
        "children_0_2": 10,
        "children_3_5": 20,
        "socio_index": "1,05",
    }


def children_json(place, thing):
    return children(place, thing) | {"socio_index": 105}


def closing_day(place, thing):
    with place.as_system() as ctx:
        year = ctx.session.get_one(BudgetYear, thing).year
    return {"closes_from": date(year, 12, 31).isoformat()}


YEARS = [
    Row("budget-years.closing_view", **KEEPS, thing="ending_year"),
    *reaching(
        "budget-years.verb_redivide",
        **KEEPS,
        thing="adopted_year",
        body=fixed(frame="11.000.000,00", reason="Faktiske tal"),
    ),
    *reaching("budget-years.verb_begin_closing", **KEEPS, thing="open_year"),
    *reaching(
        "budget-years.verb_closing_day",
        **KEEPS,
        thing="adopted_year",
        body=closing_day,
    ),
    *verb(
        "budget-years.verb_take_back_closing",
        **KEEPS,
        thing="ending_year",
        body=fixed(note="For tidligt"),
    ),
    *verb("budget-years.verb_make_up", **KEEPS, thing="ending_year"),
    *verb(
        "budget-years.verb_send_back",
        **KEEPS,
        thing="ending_year",
        body=fixed(note="Året er slut"),
    ),
    *reaching(
        "budget-years.verb_approve_carry",
        may="admin",
        may_not="ped_n1",
        branch="admin_south",
        thing="ending_year",
        refused=(403, 404, 409),
    ),
    *verb("budget-years.verb_close", **KEEPS, thing="approved_year"),
    Row("carry-overs.index_view", **SEES_ALL, lists="carry_over"),
    Row("carry-overs.details_view", **SEES, thing="carry_over"),
    *verb(
        "carry-overs.verb_purpose", **ASKS, thing="carry_over", body=fixed(purpose="Diplomforløb")
    ),
    *verb(
        "carry-overs.verb_approve",
        may="admin",
        may_not="ped_n1",
        branch="admin_south",
        thing="carry_over",
    ),
    Row("carry-rules.index_view", **SEES_ALL),
    *reaching("carry-rules.verb_set", **KEEPS, body=CAPS, refs={"pool_id": "pool"}),
    Row("budget-revisions.index_view", **SEES_ALL),
    Row("budget-alarms.index_view", **KEEPS, branch_may=True),
    Row("budget-revisions.details_view", **KEEPS, thing="revision"),
    Row("transfers.index_view", **SEES_ALL, lists="transfer"),
    Row("transfers.details_view", **SEES, thing="transfer"),
    *reaching("transfers.verb_ask", **ASKS, body=ASKED, refs=ENDS, refused=(403, 404, 422)),
    *verb("transfers.verb_approve", **ASKS, thing="transfer", body=fixed(note="Det giver mening")),
    *verb("transfers.verb_reject", **ASKS, thing="transfer", body=fixed(note="Ikke nu")),
    *verb("transfers.verb_withdraw", **ASKS, thing="own_transfer"),
    Row("unit-figures.index_view", **SEES_UNITS),
    *reaching(
        "unit-figures.verb_record",
        **KEEPS,
        body=children,
        refs={"unit_id": "unit"},
        refused=(403, 404, 422),
    ),
]
API = api(
    Row("api_organisation.list_figures", **SEES_UNITS, lists="figures", asks={"unit_id": "unit"}),
    Row(
        "api_organisation.record_figures",
        "POST",
        **KEEPS,
        body=children_json,
        refs={"unit_id": "unit"},
        answer=201,
    ),
    Row(
        "api_budgets.redivide",
        "POST",
        **KEEPS,
        thing="adopted_year",
        body=fixed(dry_run=False, reason="Faktiske tal"),
    ),
    Row("api_budgets.list_revisions", **KEEPS, thing="year"),
    Row("api_budgets.close_year", "POST", **KEEPS, thing="open_year", body=fixed(step="begin")),
    Row("api_budgets.list_carry_overs", **SEES_ALL, thing="ending_year"),
    Row(
        "api_budgets.approve_carry_overs",
        "POST",
        may="admin",
        may_not="ped_n1",
        branch="admin_south",
        thing="ending_year",
        refs={"ids[]": "carry_over"},
        body=fixed(ids=None),
        refused=(403, 404, 409),
    ),
    Row(
        "api_budgets.state_purpose",
        "PUT",
        **ASKS,
        thing="carry_over",
        body=fixed(purpose="Diplomforløb"),
    ),
    Row("api_budgets.list_carry_rules", **KEEPS),
    Row(
        "api_budgets.set_carry_rule",
        "PUT",
        **KEEPS,
        body=fixed(underspend_cap_bp=500),
        refs={"pool_id": "pool"},
    ),
    Row("api_budgets.list_alarms", may="admin", may_not="leader_n1", branch="admin_south"),
    Row("api_budgets.list_transfers", **SEES_ALL, lists="transfer"),
    Row(
        "api_budgets.ask_transfer",
        "POST",
        **ASKS,
        body=fixed(amount=100, reason="Fælles forløb"),
        refs=ENDS,
        answer=201,
    ),
    Row(
        "api_budgets.answer_transfer",
        "POST",
        **ASKS,
        thing="transfer",
        body=fixed(state="approved"),
    ),
)
ROWS = [*YEARS, *API]
