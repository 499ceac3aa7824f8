"""The money screens of the panel."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    BudgetYear,
    BudgetYearState,
    FundingRuleSet,
    LedgerEntry,
    Policy,
    Pool,
    PoolKind,
)
from tenant_app.core.money import kroner
from tests.budgets.screens import YEAR
from tests.statements import statements

ECTS = {
    "rules-0-name": "ECTS",
    "rules-0-ects_over": "0",
    "rules-0-fee_central": "100",
    "rules-0-cover_central": "50",
    "rules-0-cover_institution": "50",
    "rules-0-materials_institution": "100",
    "rules-0-travel_institution": "100",
}


def text_of(answer):
    return html.unescape(answer.text)


def pool_of(town, unit, kind=PoolKind.INSTITUTION) -> UUID:
    with town.as_system() as ctx:
        return ctx.session.scalars(
            select(Pool.id).where(Pool.unit_id == town.units[unit], Pool.kind == kind)
        ).one()


def count(town, model) -> int:
    with town.as_system() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(model))


def test_a_million_is_split_forty_sixty_by_pedagogue_fte_and_adds_up(page, today_town, year):
    preview = text_of(page("admin", f"/budget-years/preview/?id={year}"))
    assert '<strong id="allocation-total">1.000.000,00 kr</strong>' in preview
    assert "400.000,00 kr" in preview
    assert count(today_town, Pool) == 0

    assert "1.000.000,00 kr" in page("admin", f"/budget-years/adopt/?id={year}").text
    page("admin", f"/budget-years/adopt/?id={year}", {})
    page("admin", f"/budget-years/open/?id={year}", {})

    with today_town.as_system() as ctx:
        assert budgets.budget_year(ctx, year).state is BudgetYearState.OPEN
        assert ctx.session.scalar(select(func.sum(LedgerEntry.allotted))) == kroner(1_000_000)
    assert "Åbent" in page("admin", "/budget-years/").text
    assert page("admin", f"/budget-years/details/?id={year}").status_code == 200


def test_a_mixture_of_two_keys_is_chosen_and_kept(page, today_town, year):
    mixture = YEAR | {"weight": "70", "second_key": "equal", "second_weight": "30"}
    assert page("admin", f"/budget-years/change/?id={year}", mixture).status_code == 302
    kept = YEAR | {"allocation": "keep", "frame": "500"}
    assert page("admin", f"/budget-years/change/?id={year}", kept).status_code == 302

    with today_town.as_system() as ctx:
        found = budgets.budget_year(ctx, year)
    assert found.allocation == [
        {"key": "pedagogue_fte", "weight": 70},
        {"key": "equal", "weight": 30},
    ]
    assert found.frame == kroner(500)
    listed = re.sub("<[^>]+>", "", text_of(page("admin", "/budget-years/")))
    assert "Efter pædagogårsværk 70 % + Lige store dele 30 %" in listed


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("weight", "50"),
        ("second_key", "equal"),
        ("second_weight", "50"),
        ("amounts", "U4;100"),
        ("more_keys-0-key", "equal"),
        ("typed_amounts", "U4;100"),
    ],
)
def test_with_the_key_kept_nothing_typed_beside_it_is_lost_in_silence(
    page, today_town, year, field, typed
):
    url = f"/budget-years/change/?id={year}"
    kept = YEAR | {"allocation": "keep", "frame": "500"}

    answer = page("admin", url, kept | {field: typed})

    assert answer.status_code == 422
    assert "Den nuværende nøgle beholdes" in text_of(answer)
    with today_town.as_system() as ctx:
        assert budgets.budget_year(ctx, year).frame == kroner(1_000_000)
    assert page("admin", url, kept).status_code == 302


def test_fixed_amounts_are_typed_per_unit_number(page, today_town, year):
    fixed = YEAR | {"allocation": "fixed", "second_key": "equal", "second_weight": "100"}
    typed = fixed | {"amounts": "U4;1.000,50\r\nU5;2.000\r\n"}
    assert page("admin", f"/budget-years/change/?id={year}", typed).status_code == 302
    with today_town.as_system() as ctx:
        allocation = budgets.budget_year(ctx, year).allocation
    assert allocation == [
        {"key": "fixed", "amounts": {"U4": 100050, "U5": 200000}},
        {"key": "equal", "weight": 100},
    ]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"central_bp": "140"}, "Skriv en procent fra 0 til 100"),
        ({"central_bp": "60", "area_bp": "50"}, "er 110 % tilsammen"),
        ({"weight": "90"}, "giver 90 tilsammen"),
        ({"second_key": "equal"}, "et helt tal fra 1 til 100"),
        ({"frame": "1,234.56"}, "»1,234.56«"),
        ({"frame": "-5"}, "negativ"),
        ({"allocation": "manual", "amounts": "U4 1000"}, "nummer;beløb"),
        ({"allocation": "moon"}, "is-invalid"),
    ],
)
def test_a_split_that_cannot_be_right_is_refused_at_its_field(page, today_town, wrong, says):
    data = YEAR | {"year": today_town.now.year} | wrong
    answer = page("admin", "/budget-years/create/", data)
    assert answer.status_code == 422
    assert "Intet blev ændret" in answer.text
    assert says in text_of(answer)
    assert count(today_town, BudgetYear) == 0


def test_pools_are_listed_with_their_position(page, today_town, opened):
    listed = text_of(page("admin", "/pools/"))
    assert "400.000,00 kr" in listed
    assert f"n1 {today_town.slug}" in listed
    assert "Til rådighed" in listed
    only = text_of(page("admin", "/pools/?flt1_kind=central"))
    assert "400.000,00 kr" in only
    assert f"n1 {today_town.slug}" not in only
    assert page("admin", "/pools/?flt1_kind=moon").status_code == 200
    assert f"n1 {today_town.slug}" in page("admin", f"/pools/?flt1_year={today_town.now.year}").text
    assert f"n1 {today_town.slug}" not in page("admin", "/pools/?flt1_year=1999").text
    export = page("admin", "/pools/export/csv/")
    assert ";150000,00;" in export.text


def test_an_allotment_and_a_policy_are_set_in_the_panel(page, today_town, opened):
    pool = pool_of(today_town, "n1")
    adjusted = page(
        "admin", f"/pools/adjust/?id={pool}", {"amount": "-1.000,50", "reason": "Flyttet"}
    )
    assert adjusted.status_code == 302
    policy = {"policy": "warn", "over_level": "central"}
    policy |= {"notify_bp": "80", "approve_bp": "100", "block_bp": "105"}
    assert page("admin", f"/pools/policy/?id={pool}", policy).status_code == 302
    with today_town.as_system() as ctx:
        held = budgets.positions(ctx, [pool])[pool]
    assert held.allotted == kroner(150_000) - 100050
    assert held.policy is Policy.WARN
    details = text_of(page("admin", f"/pools/details/?id={pool}"))
    assert "Flyttet" in details
    assert "148.999,50 kr" in details
    ledger = text_of(page("admin", "/ledger/"))
    assert "Flyttet" in ledger
    assert f"n1 {today_town.slug}" in ledger
    assert "Flyttet" not in page("admin", "/ledger/?flt1_kind=allotted").text
    assert "Flyttet" in page("admin", "/ledger/export/csv/").text


def test_taking_more_than_is_available_is_refused_at_the_amount(page, today_town, opened):
    pool = pool_of(today_town, "n1")
    answer = page("admin", f"/pools/adjust/?id={pool}", {"amount": "-150.000,01", "reason": "Væk"})
    assert answer.status_code == 409
    assert "har 150.000,00 kr til rådighed af 150.000,00 kr tildelt" in text_of(answer)
    with today_town.as_system() as ctx:
        assert budgets.positions(ctx, [pool])[pool].allotted == kroner(150_000)


def test_a_leader_sees_the_own_pool_only(page, today_town, opened):
    listed = page("leader_n1", "/pools/").text
    assert f"n1 {today_town.slug}" in listed
    assert f"n2 {today_town.slug}" not in listed
    assert "400.000,00 kr" not in listed
    central = pool_of(today_town, "root", PoolKind.CENTRAL)
    unseen = page("leader_n1", f"/pools/details/?id={central}")
    assert unseen.status_code == 404
    assert page("leader_n1", f"/pools/details/?id={uuid4()}").text == unseen.text
    assert "400.000,00" not in page("leader_n1", "/ledger/").text
    own = pool_of(today_town, "n1")
    assert page("leader_n1", f"/pools/policy/?id={own}").status_code == 403
    assert page("leader_n1", f"/budget-years/preview/?id={opened}").status_code == 403
    assert page("leader_n1", f"/budget-years/details/?id={opened}").status_code == 200


def test_the_panel_says_that_rules_planned_before_take_over(page, today_town):
    today = today_town.today + timedelta(days=1)
    planned = f"{date(today.year + 1, 3, 1):%d-%m-%Y}"
    for day in (planned, f"{today:%d-%m-%Y}"):
        assert page("admin", "/funding-rules/set/", ECTS | {"valid_from": day}).status_code == 302
    said = f"Version 1 var planlagt i forvejen og tager over {planned}"
    assert said in text_of(page("admin", "/funding-rules/"))
    assert said in text_of(page("admin", "/funding-rules/details/?id=v2"))
    assert said not in text_of(page("admin", "/funding-rules/details/?id=v1"))


@pytest.mark.parametrize("screen", ["budget-years", "pools", "funding-rules", "ledger"])
def test_an_employee_sees_no_money(page, screen):
    assert page("ped_n1", f"/{screen}/").status_code == 403


def test_the_ects_rule_is_made_in_the_panel(page, today_town):
    day = today_town.today.strftime("%d-%m-%Y")
    made = page("admin", "/funding-rules/set/", ECTS | {"valid_from": day})
    assert made.status_code == 302
    with today_town.as_system() as ctx:
        found = ctx.session.scalars(select(FundingRuleSet)).one()
    assert found.rules == [
        {
            "name": "ECTS",
            "when": {"ects_over": 0},
            "shares": {
                "fee": {"central": 10000},
                "cover": {"central": 5000, "institution": 5000},
                "materials": {"institution": 10000},
                "travel": {"institution": 10000},
            },
        }
    ]
    listed = text_of(page("admin", f"/funding-rules/details/?id={found.id}"))
    assert "ECTS over: 0" in listed
    assert "Vikardækning: Central 50 %, Institution 50 %" in listed
    assert 'value="ECTS"' in page("admin", "/funding-rules/set/").text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"rules-0-cover_central": "40"}, "giver 90 % tilsammen"),
        ({"rules-0-name": ""}, "mangler et navn"),
        ({"rules-0-fee_central": "x"}, "Skriv en procent"),
        ({"rules-0-fee_central": ""}, "giver 0 % tilsammen"),
    ],
)
def test_rules_that_do_not_add_up_are_refused(page, today_town, wrong, says):
    data = ECTS | {"valid_from": today_town.today.strftime("%d-%m-%Y")} | wrong
    answer = page("admin", "/funding-rules/set/", data)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert count(today_town, FundingRuleSet) == 0


@pytest.mark.parametrize("screen", ["pools", "ledger"])
def test_lists_take_the_same_number_of_queries_however_long(page, today_town, opened, db, screen):
    def queries():
        with statements(db.app) as seen:
            page("admin", f"/{screen}/")
        return len(seen)

    page("admin", f"/{screen}/")
    page("admin", f"/{screen}/?page_size=2")
    before = queries()
    pool = pool_of(today_town, "n1")
    with today_town.as_user("admin") as ctx:
        for amount in range(1, 20):
            budgets.adjust_allotment(ctx, pool, amount=amount, reason="x")
    assert queries() == before


def test_an_entry_says_of_what_it_did_not_move_that_it_is_nothing(page, today_town, opened):
    with today_town.as_system() as ctx:
        entry = ctx.session.scalars(select(LedgerEntry).limit(1)).one()

    shown = text_of(page("admin", f"/ledger/details/?id={entry.id}"))

    cells = re.findall(r"<th scope=\"row\">([^<]+)</th><td>(.*?)</td>", shown)
    assert dict(cells)["Reserveret"] == "–"
    assert "kr" in dict(cells)["Tildelt"]
