"""What is approved before the course was held is committed: spent after it, or free again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy
from tenant_app.core.errors import Conflict
from tenant_app.enrolments import service as enrolments
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import Order, OrderLine
from tests.invoices.conftest import FEE, approve

DEARER, CHEAPER = 100, -1001


def agrees(purchase) -> bool:
    """Balances, lines and counters are what the ledger says."""
    with purchase.town.as_system() as ctx:
        return budgets.reconcile(ctx) == 0


def enrolled(purchase, order_id):
    with purchase.town.as_system() as ctx:
        return ctx.session.scalars(
            select(OrderLine.enrolment_id)
            .where(OrderLine.order_id == order_id)
            .order_by(OrderLine.id)
        ).all()


@pytest.mark.parametrize("difference", [DEARER, CHEAPER])
def test_a_difference_is_committed_and_spent_by_the_nightly_job(purchase, difference):
    order_id = purchase.order("ped_n1_1", "ped_n1_2")
    approve(purchase, purchase.invoiced(order_id, 2 * FEE + difference))
    assert purchase.state(order_id) == "matched"
    assert purchase.school.money("n1") == (0, 2 * FEE + difference, 0)
    assert agrees(purchase)
    for settled in (1, 0):
        with purchase.town.as_system(now=purchase.held) as ctx:
            assert invoices.settle_held(ctx) == settled
        assert purchase.state(order_id) == "settled"
        assert purchase.school.money("n1") == (0, 0, 2 * FEE + difference)
        assert {state for state, *_ in purchase.lines(order_id)} == {"actual"}
    assert agrees(purchase)


@pytest.mark.parametrize("difference", [DEARER, CHEAPER])
def test_a_place_is_given_up_and_exactly_what_is_committed_is_free(purchase, difference):
    order_id = purchase.order("ped_n1_1", "ped_n1_2")
    free = purchase.school.balance("n1").available
    approve(purchase, purchase.invoiced(order_id, 2 * FEE + difference))
    first, second = enrolled(purchase, order_id)
    with purchase.town.as_user("leader_n1") as ctx:
        enrolments.cancel(ctx, first, note="Syg")
    left = purchase.school.money("n1")
    assert left in {(0, FEE + difference // 2, 0), (0, FEE + difference - difference // 2, 0)}
    with purchase.town.as_user("admin") as ctx:
        paid = invoices.details(ctx, order_id).paid
    assert paid.expected == left[1]
    assert paid.left == left[1] - 2 * FEE - difference, "a credit note is to come"

    with purchase.town.as_user("leader_n1") as ctx:
        enrolments.cancel(ctx, second, note="Syg")
    assert purchase.school.money("n1") == (0, 0, 0)
    assert purchase.school.balance("n1").available == free + 2 * FEE
    credit = purchase.invoiced(order_id, -2 * FEE - difference)
    assert purchase.invoice(credit).state.value == "matched"
    assert sum(amount for amount, _ in purchase.postings()) == 0
    assert agrees(purchase)


def test_a_session_is_called_off_after_a_difference_was_approved(purchase):
    order_id = purchase.order("ped_n1_1", "ped_s1_1")
    approve(purchase, purchase.invoiced(order_id, 2 * FEE + DEARER))
    with purchase.town.as_system() as ctx:
        session_id = ctx.session.get_one(Order, order_id).session_id
    with purchase.town.as_user("admin") as ctx:
        enrolments.call_off(ctx, session_id, reason="For få")
    assert purchase.school.money("n1") == purchase.school.money("s1") == (0, 0, 0)
    with purchase.town.as_user("admin") as ctx:
        assert invoices.details(ctx, order_id).paid.left == -2 * FEE - DEARER
    assert agrees(purchase)


def test_who_completes_spends_what_was_approved(purchase):
    order_id = purchase.order("ped_n1_1")
    approve(purchase, purchase.invoiced(order_id, FEE + DEARER))
    [enrolment_id] = enrolled(purchase, order_id)
    with purchase.town.as_user("leader_n1", now=purchase.held) as ctx:
        enrolments.complete(ctx, enrolment_id)
    assert purchase.school.money("n1") == (0, 0, FEE + DEARER)
    with purchase.town.as_system(now=purchase.held) as ctx:
        assert invoices.settle_held(ctx) == 1
    assert purchase.school.money("n1") == (0, 0, FEE + DEARER)
    assert agrees(purchase)


def test_a_second_difference_counts_the_first(purchase):
    order_id = purchase.order("ped_n1_1")
    approve(purchase, purchase.invoiced(order_id, FEE + DEARER))
    approve(purchase, purchase.invoiced(order_id, 50))
    approve(purchase, purchase.invoiced(order_id, -FEE))
    assert purchase.school.money("n1") == (0, DEARER + 50, 0)
    assert purchase.lines(order_id) == [("committed", FEE, DEARER + 50 - FEE)]
    with purchase.town.as_system(now=purchase.held) as ctx:
        assert invoices.settle_held(ctx) == 1
    assert purchase.school.money("n1") == (0, 0, DEARER + 50)
    assert agrees(purchase)


def test_a_pool_that_stops_does_not_bind_a_difference_it_lacks(purchase):
    order_id = purchase.order("ped_n1_1")
    invoice_id = purchase.invoiced(order_id, FEE + DEARER)
    purchase.school.leave("n1", DEARER - 1)
    assert purchase.refused(Conflict, lambda: approve(purchase, invoice_id)).code == (
        "budget_exceeded"
    )
    purchase.school.set_policy("n1", Policy.WARN)
    approve(purchase, invoice_id)
    assert purchase.school.balance("n1").available == -1
