"""An invoice for a course over New Year: what the closed year pays stays as it is."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from tenant_app.budgets.models import BudgetYear, BudgetYearState, MoneyLine, Pool, PoolBalance
from tenant_app.core.errors import Conflict
from tenant_app.core.money import kroner
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import OrderLine, Why
from tests.enrolments.test_over_new_year import SPAN, next_year
from tests.invoices.conftest import FEE, Purchase, approve
from tests.invoices.test_paying import match

OLD = FEE * 46 // 96
NEW = FEE - OLD


@pytest.fixture
def order(purchase: Purchase):
    """An order that 2026 and 2027 pay, of which 2026 is closed."""
    next_year(purchase.town)
    made = purchase.order("ped_n1_1", **SPAN)
    close(purchase, 2026)
    return made


def close(purchase, *years):
    with purchase.town.as_system() as ctx:
        ctx.session.execute(
            update(BudgetYear)
            .where(BudgetYear.year.in_(years))
            .values(state=BudgetYearState.CLOSED)
        )


def lines(purchase, order_id):
    """Year → (state, amount, adjusted)."""
    with purchase.town.as_system() as ctx:
        rows = ctx.session.execute(
            select(BudgetYear.year, MoneyLine.state, MoneyLine.amount, MoneyLine.adjusted)
            .join(Pool, Pool.id == MoneyLine.pool_id)
            .join(BudgetYear, BudgetYear.id == Pool.year_id)
            .join(OrderLine, OrderLine.enrolment_id == MoneyLine.source_id)
            .where(OrderLine.order_id == order_id)
        )
        return {year: (state.value, amount, more) for year, state, amount, more in rows}


def closed_pools(purchase):
    """Committed and spent together, of the pools of 2026."""
    with purchase.town.as_system() as ctx:
        rows = ctx.session.execute(
            select(PoolBalance.pool_id, PoolBalance.committed + PoolBalance.actual)
            .join(Pool, Pool.id == PoolBalance.pool_id)
            .join(BudgetYear, BudgetYear.id == Pool.year_id)
            .where(BudgetYear.year == 2026)
        )
        return {row[0]: row[1] for row in rows}


def test_an_equal_invoice_is_matched(purchase, order):
    purchase.invoiced(order, FEE)
    assert purchase.state(order) == "matched"
    assert sorted(purchase.postings()) == sorted([(OLD, 0), (NEW, 0)])


@pytest.mark.parametrize("difference", [kroner(100) + 1, -NEW])
def test_the_whole_difference_falls_on_the_open_year(purchase, order, difference):
    before = closed_pools(purchase)
    approve(purchase, purchase.invoiced(order, FEE + difference))
    assert lines(purchase, order) == {
        2026: ("committed", OLD, 0),
        2027: ("committed", NEW, difference),
    }
    posted = {(OLD, 0), (NEW + difference, difference)}
    assert set(purchase.postings()) == posted
    after = purchase.town.now.replace(year=2027, month=3)
    with purchase.town.as_system(now=after) as ctx:
        assert invoices.settle_held(ctx) == 1
    assert {state for state, *_ in lines(purchase, order).values()} == {"actual"}
    assert closed_pools(purchase) == before, "the closed year comes to the same"


def test_a_credit_note_takes_no_more_than_the_open_year_pays(purchase, order):
    purchase.invoiced(order, FEE)
    credit = purchase.invoiced(order, -NEW - 1)
    assert purchase.invoice(credit).why is Why.CREDIT_TOO_LARGE
    refusal = purchase.refused(Conflict, lambda: match(purchase, credit, order))
    assert refusal.field == "order_id"
    assert "not closed" in str(refusal)
    approve(purchase, purchase.invoiced(order, -NEW))
    assert lines(purchase, order)[2027] == ("committed", NEW, -NEW)


def test_an_order_whose_every_year_is_closed_is_refused(purchase, order):
    waiting = purchase.invoiced(order, FEE + 1)
    close(purchase, 2026, 2027)
    refusal = purchase.refused(Conflict, lambda: approve(purchase, waiting))
    assert "2026, 2027" in str(refusal)
    with purchase.town.as_user("consultant") as ctx:
        invoices.turn_down(ctx, waiting, note="Året er lukket")
    refusal = purchase.refused(Conflict, lambda: match(purchase, waiting, order))
    assert refusal.field == "order_id"
    assert purchase.invoice(purchase.invoiced(order, FEE)).why is Why.CLOSED_YEAR
