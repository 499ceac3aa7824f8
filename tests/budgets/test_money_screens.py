"""What whoever reads the money screens goes by: figures that add up, and what they were for."""

from __future__ import annotations

import re

import pytest

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PoolKind
from tenant_app.budgets.year_models import BudgetRevision, PoolTransfer
from tenant_app.core.money import kroner
from tests.budgets.test_screens import ECTS, count, pool_of, text_of


@pytest.fixture
def asked(today_town, opened):
    """The leader of n1 asks the central pool for 10,000 kr."""
    with today_town.as_user("leader_n1") as ctx:
        made = budgets.ask_transfer(
            ctx,
            from_pool_id=pool_of(today_town, "root", PoolKind.CENTRAL),
            to_pool_id=pool_of(today_town, "n1"),
            amount=kroner(10_000),
            reason="Vikar i marts",
        )
        return made.id


def kroner_in(text):
    return [
        int(found.replace(".", "").replace(",", ""))
        for found in re.findall(r"-?\d{1,3}(?:\.\d{3})*,\d{2}", text)
    ]


def test_a_pool_and_its_money_moved_add_up_in_the_list(page, today_town, opened, asked):
    with today_town.as_user("admin") as ctx:
        budgets.approve_transfer(ctx, asked)
    shown = text_of(page("leader_n1", "/pools/"))
    [row] = re.findall(r"<tr[^>]*>(?:(?!</tr>).)*?n1 .*?</tr>", shown, re.DOTALL)
    budget, reserved, committed, spent, available = kroner_in(re.sub(r"<[^>]+>", " ", row))
    assert budget - reserved - committed - spent == available
    with today_town.as_user("admin") as ctx:
        held = budgets.positions(ctx, [pool_of(today_town, "n1")]).popitem()[1]
    assert budget == held.allotted + held.transferred
    ledger = text_of(page("leader_n1", "/ledger/"))
    assert "Indtægt" in ledger
    assert "10.000,00 kr" in ledger  # what was moved has an amount in the list too
    assert "Vikar i marts" in ledger


def test_a_pool_shows_how_much_of_it_is_used_and_leads_to_its_year(page, today_town, opened):
    pool = pool_of(today_town, "n1")
    shown = text_of(page("admin", f"/pools/details/?id={pool}"))
    assert "Så meget af puljen er brugt" in shown
    assert f"/admin/budget-years/details/?id={opened}" in shown
    # The year's page is for those who see the whole of it.
    leader = text_of(page("leader_n1", f"/pools/details/?id={pool}"))
    assert "/admin/budget-years/details/" not in leader


def test_a_year_says_what_is_left_and_leads_to_its_own_pools(page, today_town, opened):
    number = today_town.now.year
    shown = text_of(page("admin", f"/budget-years/details/?id={opened}"))
    assert "Året lige nu" in shown
    assert "Af et budget på 1.000.000,00 kr er" in shown
    assert f"/admin/pools/?flt0_year={number}" in shown
    other = text_of(page("admin", f"/pools/?flt0_year={number - 1}"))
    assert f"n1 {today_town.slug}" not in other


def test_the_first_year_there_is_none_of_is_suggested(page, today_town, opened):
    form = page("admin", "/budget-years/create/").text
    assert f'value="{today_town.now.year + 1}"' in form


def test_a_frame_that_cannot_be_read_is_said_and_not_passed_over(page, today_town, opened):
    for typed in ("-5", "abc", "1.000,005"):
        shown = text_of(page("admin", f"/budget-years/redivide/?id={opened}&frame={typed}"))
        assert 'id="look-problem"' in shown
        assert "ingen forskel" not in shown
    fine = text_of(page("admin", f"/budget-years/redivide/?id={opened}&frame=900.000"))
    assert "ramme 900.000,00 kr" in fine
    assert count(today_town, BudgetRevision) == 0


def test_a_revision_names_its_year(page, today_town, opened):
    with today_town.as_user("admin") as ctx:
        pool = pool_of(today_town, "n1")
        budgets.adjust_allotment(ctx, pool, amount=kroner(500), reason="Ny stue")
        [made] = budgets.revisions(ctx, year_id=opened).items
    number = today_town.now.year
    assert re.search(rf">\s*{number}\s*<", page("admin", "/budget-revisions/").text)
    shown = text_of(page("admin", f"/budget-revisions/details/?id={made.id}"))
    assert f"Budgetrevision 1 for {number}" in shown


def test_who_answers_a_transfer_sees_what_the_pools_have(page, today_town, opened, asked):
    shown = text_of(page("admin", f"/transfers/details/?id={asked}"))
    for part in ("De to puljer lige nu", "400.000,00 kr", "390.000,00 kr"):
        assert part in shown
    asking = text_of(page("admin", f"/transfers/approve/?id={asked}"))
    assert "390.000,00 kr" in asking
    # A leader asks the central pool, and does not see what it holds.
    leader = text_of(page("leader_n1", f"/transfers/details/?id={asked}"))
    assert "De to puljer lige nu" in leader
    assert "400.000,00 kr" not in leader
    form = text_of(page("leader_n1", "/transfers/ask/"))
    assert f"n1 {today_town.slug}, {today_town.now.year} (" in form
    assert "400.000,00 kr" not in form


def test_more_than_the_giver_has_is_warned_of_before_the_answer(page, today_town, opened):
    with today_town.as_user("leader_n1") as ctx:
        made = budgets.ask_transfer(
            ctx,
            from_pool_id=pool_of(today_town, "n1"),
            to_pool_id=pool_of(today_town, "root", PoolKind.CENTRAL),
            amount=kroner(90_000_000),
            reason="For meget",
        )
    shown = text_of(page("leader_n1", f"/transfers/details/?id={made.id}"))
    assert "har ikke så meget" in shown
    assert count(today_town, PoolTransfer) == 1


def test_an_error_in_a_row_names_row_and_field(page, today_town, opened):
    with today_town.as_user("admin") as ctx:
        pool = budgets.open_named_pool(
            ctx, opened, kind=PoolKind.EARMARKED, code="STAT", name="Statspuljen"
        )
    sent = {"constraints-0-name": "Ny", "constraints-0-most_bp": "150"}
    answer = page("admin", f"/pools/constraints/?id={pool.id}", sent)
    assert answer.status_code == 422
    said = text_of(answer)
    assert "Betingelser 1, Højst (% af puljens penge)" in said
    assert "{'" not in said
    assert "Betingelserne" not in text_of(page("admin", f"/pools/details/?id={pool.id}"))


def test_a_version_of_the_rules_is_found_by_its_number(page, today_town):
    sent = {**ECTS, "valid_from": f"{today_town.now:%d-%m-%Y}", "do": "save"}
    sent["rules-0-fee_central"] = "100"
    assert page("admin", "/funding-rules/set/", sent).status_code == 302
    assert "version 1" in text_of(page("leader_n1", "/funding-rules/details/?id=v1"))
    for missing in ("v99", "v", "v1x", "v99999999999"):
        assert page("admin", f"/funding-rules/details/?id={missing}").status_code == 404
