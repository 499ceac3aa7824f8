"""A module from November to February sits in two budget years."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, MoneyLine, MoneyState, Pool, PoolKind
from tenant_app.core.errors import Conflict
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import EnrolmentState
from tests.statements import statements

SPAN = {"starts_on": date(2026, 11, 16), "ends_on": date(2027, 2, 19)}
DAYS = (46, 50)
FEE, COVER = kroner(12_000), kroner(17_800)


def next_year(town, *, adopt=True):
    with town.as_system() as ctx:
        year = budgets.create_year(ctx, year=2027, frame=kroner(10_000_000), central_bp=4000)
        if adopt:
            budgets.adopt(ctx, year.id)


def per_year(ctx, enrolment_id):
    """(year, cost line, kind of pool) → (amount, state)."""
    rows = ctx.session.execute(
        select(BudgetYear.year, MoneyLine.cost_line, Pool.kind, MoneyLine.amount, MoneyLine.state)
        .join(Pool, Pool.id == MoneyLine.pool_id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(MoneyLine.source_id == enrolment_id)
    )
    return {
        (year, line.value, kind.value): (amount, state) for year, line, kind, amount, state in rows
    }


def asked(town, session):
    with town.as_user("leader_n1") as ctx:
        [made] = enrolments.request(
            ctx, session_id=session, employee_ids=[town.employees["ped_n1_1"]]
        )
        return made.id


def test_the_cost_lies_in_two_years_by_the_days_in_each(town, school):
    next_year(town)
    made = asked(town, school.session(**SPAN))
    with town.as_system() as ctx:
        found = per_year(ctx, made)
    fee_1 = found[2026, "fee", "central"][0]
    fee_2 = found[2027, "fee", "central"][0]
    assert (fee_1, fee_2) == (FEE * 46 // 96, FEE - FEE * 46 // 96)
    cover = {
        year: sum(a for (y, line, _k), (a, _s) in found.items() if (y, line) == (year, "cover"))
        for year in (2026, 2027)
    }
    assert sum(cover.values()) == COVER
    assert abs(cover[2026] * 96 - COVER * 46) < 96
    assert sum(amount for amount, _state in found.values()) == FEE + COVER
    assert {state for _amount, state in found.values()} == {MoneyState.RESERVED}
    assert {year for year, _line, _kind in found} == {2026, 2027}


def test_completion_charges_both_years_and_a_refusal_releases_both(town, school):
    next_year(town)
    made, other = asked(town, school.session(**SPAN)), asked(town, school.session(**SPAN))
    with town.as_user("admin") as ctx:
        while enrolments.one(ctx, made).enrolment.state is not EnrolmentState.CONFIRMED:
            enrolments.approve(ctx, made)
        enrolments.reject(ctx, other, note="Ikke i år")
    with town.as_system() as ctx:
        assert {state for _a, state in per_year(ctx, made).values()} == {MoneyState.COMMITTED}
        assert {state for _a, state in per_year(ctx, other).values()} == {MoneyState.RELEASED}
        budgets.charge(ctx, source_id=made)
        budgets.charge(ctx, source_id=made)
    with town.as_system() as ctx:
        assert {state for _a, state in per_year(ctx, made).values()} == {MoneyState.ACTUAL}
        pools = ctx.session.scalars(select(Pool.id)).all()
        balances = budgets.positions(ctx, pools).values()
        assert sum(balance.actual for balance in balances) == FEE + COVER
        assert not any(balance.reserved or balance.committed for balance in balances)


@pytest.mark.parametrize("state", ["none", "draft"])
def test_a_year_that_holds_no_money_is_named_and_nothing_is_set_aside(town, school, state):
    if state == "draft":
        next_year(town, adopt=False)
    session = school.session(**SPAN)
    before = school.everything()
    with pytest.raises(Conflict, match="runs into 2027"):
        asked(town, session)
    assert school.everything() == before
    asked(town, school.session(starts_on=date(2026, 11, 16), ends_on=date(2026, 12, 31)))


def test_the_years_share_no_pool_and_each_stops_by_itself(town, school):
    next_year(town)
    with town.as_system() as ctx:
        [poor] = ctx.session.scalars(
            select(Pool.id)
            .join(BudgetYear, BudgetYear.id == Pool.year_id)
            .where(BudgetYear.year == 2027, Pool.kind == PoolKind.CENTRAL)
        )
        left = budgets.positions(ctx, [poor])[poor].available
        budgets.adjust_allotment(ctx, poor, amount=-left, reason="Tømt")
    session = school.session(**SPAN)
    before = school.everything()
    with pytest.raises(budgets.BudgetExceeded):
        asked(town, session)
    assert school.everything() == before


def test_two_years_are_learnt_in_one_select(town, school):
    next_year(town)
    over, within = school.session(**SPAN), school.session()

    def sent(session):
        with town.as_user("leader_n1") as ctx, statements(ctx.session.get_bind()) as seen:
            [draft] = enrolments.preview(
                ctx, session_id=session, employee_ids=[town.employees["ped_n1_1"]]
            )
            enrolments.effect(ctx, [draft.card])
        return len(seen), draft

    (over_sent, draft), (within_sent, _) = sent(over), sent(within)
    assert over_sent == within_sent
    assert draft.card.years() == [2026, 2027]
    assert draft.card.cost.cover_hours == Decimal(89)
