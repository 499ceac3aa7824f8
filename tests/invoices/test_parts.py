"""Instalments: an invoice for a part leaves the rest of the order set aside."""

from __future__ import annotations

import pytest

from tenant_app.core.errors import Conflict, Forbidden
from tenant_app.enrolments import service as enrolments
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import InvoiceState
from tests.invoices.conftest import FEE, approve
from tests.invoices.test_beforehand import agrees, enrolled

HALF = FEE // 2


def match(purchase, invoice_id, order_id, who="admin", **more):
    now = more.pop("now", None)
    with purchase.town.as_user(who, now=now) as ctx:
        return invoices.match(ctx, invoice_id, order_id=order_id, is_part=True)


def approve_part(purchase, invoice_id, who="consultant"):
    with purchase.town.as_user(who) as ctx:
        return invoices.approve_part(ctx, invoice_id, note="Rate 1 af 2")


def left(purchase, order_id):
    with purchase.town.as_user("admin") as ctx:
        return invoices.details(ctx, order_id).paid.left


def test_two_instalments_are_paid_of_what_was_set_aside(purchase):
    order_id = purchase.order("ped_n1_1", "ped_n1_2")
    purchase.school.leave("n1", 0)  # another request has taken all that is free
    first = purchase.invoiced(order_id, FEE, requisition="")
    match(purchase, first, order_id)
    assert purchase.invoice(first).state is InvoiceState.MATCHED
    assert (purchase.state(order_id), left(purchase, order_id)) == ("expected", FEE)
    assert purchase.school.money("n1") == (0, 2 * FEE, 0)
    assert purchase.school.balance("n1").available == 0
    assert purchase.postings() == [(HALF, 0), (HALF, 0)]

    second = purchase.invoiced(order_id, FEE)  # it agrees with what is left
    assert purchase.invoice(second).state is InvoiceState.MATCHED
    assert (purchase.state(order_id), left(purchase, order_id)) == ("matched", 0)
    with purchase.town.as_system(now=purchase.held) as ctx:
        assert invoices.settle_held(ctx) == 1
    assert purchase.school.money("n1") == (0, 0, 2 * FEE)
    assert agrees(purchase)


def test_who_answers_a_difference_may_say_that_it_is_a_part(purchase):
    order_id = purchase.order("ped_n1_1")
    first = purchase.invoiced(order_id, HALF + 1)
    assert purchase.state(order_id) == "difference"
    purchase.refused(Forbidden, lambda: approve_part(purchase, first, "admin"))
    approve_part(purchase, first)
    found = purchase.invoice(first)
    assert (found.state, found.difference, found.is_part) == (InvoiceState.MATCHED, 0, True)
    assert (purchase.state(order_id), left(purchase, order_id)) == ("expected", HALF - 1)
    purchase.refused(Conflict, lambda: approve_part(purchase, first))
    # The last instalment is dearer: that is a difference as any other.
    last = purchase.invoiced(order_id, HALF)
    assert purchase.invoice(last).difference == 1
    approve(purchase, last)
    assert (purchase.state(order_id), left(purchase, order_id)) == ("matched", 0)
    assert purchase.school.money("n1") == (0, FEE + 1, 0)
    assert agrees(purchase)


@pytest.mark.parametrize("amount", [-1, FEE, FEE + 1])
def test_what_is_no_part_of_what_is_left_is_refused(purchase, amount):
    order_id = purchase.order("ped_n1_1")
    invoice_id = purchase.invoiced(order_id, amount, requisition="")
    refusal = purchase.refused(Conflict, lambda: match(purchase, invoice_id, order_id))
    assert refusal.field == "is_part"


def test_after_the_course_the_last_instalment_spends_all(purchase):
    order_id = purchase.order("ped_n1_1")
    first = purchase.invoiced(order_id, HALF, requisition="", now=purchase.held)
    match(purchase, first, order_id, now=purchase.held)
    with purchase.town.as_system(now=purchase.held) as ctx:
        assert invoices.settle_held(ctx) == 0
    assert (purchase.state(order_id), purchase.school.money("n1")) == ("expected", (0, FEE, 0))
    purchase.invoiced(order_id, FEE - HALF, now=purchase.held)
    assert (purchase.state(order_id), purchase.school.money("n1")) == ("settled", (0, 0, FEE))
    assert agrees(purchase)


def test_a_place_given_up_between_two_instalments_waits_for_its_credit_note(purchase):
    order_id = purchase.order("ped_n1_1", "ped_n1_2")
    first = purchase.invoiced(order_id, FEE, requisition="")
    match(purchase, first, order_id)
    one, two = enrolled(purchase, order_id)
    for enrolment_id, owed, state in ((one, 0, "matched"), (two, -FEE, "matched")):
        with purchase.town.as_user("leader_n1") as ctx:
            enrolments.cancel(ctx, enrolment_id, note="Syg")
        assert (left(purchase, order_id), purchase.state(order_id)) == (owed, state)
    assert purchase.school.money("n1") == (0, 0, 0)
    credit = purchase.invoiced(order_id, -FEE)
    assert purchase.invoice(credit).state is InvoiceState.MATCHED
    assert agrees(purchase)
