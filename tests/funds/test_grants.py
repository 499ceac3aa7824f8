"""A state pool is applied for, received with its strings, and accounted for."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tenant_app.budgets import service as budgets
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.money import kroner
from tenant_app.funds import service as funds
from tenant_app.funds.models import GrantState

INFORMAL = {"name": "Uformel opkvalificering", "when": {"form": "network"}, "most_bp": 1000}


@pytest.fixture
def make_grant(fund):
    def make(*, who: str = "admin", **facts: Any) -> UUID:
        facts = {
            "title": "Opkvalificering af dagtilbud",
            "giver": "Børne- og Undervisningsministeriet",
            "code": "OPKVAL",
            "year": 2026,
            "asked": kroner(200_000),
            "apply_by": date(2026, 3, 20),
            "report_by": date(2027, 3, 1),
            "strings": [INFORMAL],
        } | facts
        with fund.town.as_user(who) as ctx:
            return funds.create_grant(ctx, **facts).id

    return make


def test_the_money_lies_in_an_earmarked_pool_with_the_strings(fund, make_grant):
    made = make_grant()
    fund.do("send_grant", made)
    fund.do("answer_grant", made, awarded=kroner(150_000), reference="BUVM-7")
    fund.do("receive_grant", made)

    assert fund.pool("OPKVAL") == (150_000, 150_000)
    with fund.town.as_user("admin") as ctx:
        found = funds.grant(ctx, made)
        [constraint] = budgets.constraints_of(ctx, found.pool_id)
        assert (constraint.name, constraint.most_bp) == (INFORMAL["name"], 1000)
    fund.refused(Conflict, lambda: fund.do("receive_grant", made))
    fund.do("report_grant", made)
    with fund.town.as_user("admin") as ctx:
        assert funds.grant(ctx, made).state is GrantState.REPORTED


def test_a_refused_or_unanswered_grant_gives_no_money(fund, make_grant):
    made = make_grant()
    fund.refused(Conflict, lambda: fund.do("receive_grant", made))
    fund.do("send_grant", made)
    fund.refused(Invalid, lambda: fund.do("answer_grant", made, awarded=None))
    fund.refused(Invalid, lambda: fund.do("answer_grant", made, awarded=kroner(200_001)))
    fund.do("answer_grant", made, awarded=None, answer="For mange ansøgere")

    fund.refused(Conflict, lambda: fund.do("receive_grant", made))


def test_it_is_sent_by_its_last_day(fund, make_grant):
    made = make_grant()
    late = fund.town.now.replace(day=21)

    fund.refused(Conflict, lambda: fund.do("send_grant", made, now=late))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"asked": 0}, "asked"),
        ({"strings": [{"name": "x", "when": {}, "most_bp": 1000}]}, "constraints"),
        ({"strings": [INFORMAL | {"most_bp": 10_001}]}, "constraints"),
        ({"report_by": date(2026, 3, 1)}, "report_by"),
        ({"report_by": date(2029, 1, 1)}, "report_by"),
        ({"report_by": date(9999, 12, 31)}, "report_by"),
        ({"apply_by": date(2027, 1, 1), "report_by": None}, "apply_by"),
        ({"apply_by": date(2024, 12, 31)}, "apply_by"),
        ({"apply_by": date(1999, 3, 20)}, "apply_by"),
        ({"year": 2050}, "year"),
        ({"title": "x" * 100_000}, "title"),
    ],
)
def test_what_makes_no_sense_is_refused(fund, make_grant, wrong, field):
    assert fund.refused(Invalid, lambda: make_grant(**wrong)).field == field


def test_money_of_a_year_is_applied_for_until_it_ends_and_accounted_for_within_two_more(make_grant):
    make_grant(code="A", apply_by=date(2025, 1, 1), report_by=date(2028, 12, 31))
    make_grant(code="B", apply_by=date(2026, 12, 31), report_by=None)


def test_the_code_of_a_pool_is_its_own(fund, make_grant):
    make_grant()

    fund.refused(Conflict, make_grant)


def test_state_money_is_the_municipalitys_affair(fund, make_grant):
    made = make_grant()

    fund.refused(Forbidden, lambda: make_grant(who="leader_n1", code="B"))
    fund.refused(NotFound, lambda: fund.do("send_grant", made, who="leader_n1"))
    fund.refused(Forbidden, lambda: fund.do("send_grant", made, who="consultant"))
