"""A place that was given up: what the provider keeps of it is paid by its own pool."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from tenant_app.core.errors import Conflict, Invalid
from tenant_app.enrolments import service as enrolments
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import InvoiceState, Why
from tests.invoices.conftest import FEE, approve
from tests.invoices.test_beforehand import agrees, enrolled

HALF = FEE // 2


def give_up(purchase, enrolment_id, who="leader_n1"):
    with purchase.town.as_user(who) as ctx:
        enrolments.cancel(ctx, enrolment_id, note="Syg")


@pytest.fixture
def places(purchase):
    """(order, the place of n1, that of s1), for 5,000 kr each."""
    session_id = purchase.session()
    first = purchase.place("ped_n1_1", session_id)
    second = purchase.place("ped_s1_1", session_id)
    with purchase.town.as_user("admin") as ctx:
        [order] = invoices.orders(ctx).items
    return order.id, first, second


def money(purchase):
    return purchase.school.money("n1"), purchase.school.money("s1")


def test_a_fee_that_is_kept_in_part_stays_with_its_own_house(purchase, places):
    order_id, first, _ = places
    purchase.invoiced(order_id, 2 * FEE)
    give_up(purchase, first)
    credit = purchase.invoiced(order_id, -HALF)
    assert purchase.invoice(credit).state is InvoiceState.DIFFERENCE

    for chosen in ((), (uuid4(),)):
        refusal = purchase.refused(
            Invalid, lambda chosen=chosen: approve(purchase, credit, enrolment_ids=chosen)
        )
        assert refusal.field == "enrolment_ids"
    approve(purchase, credit, enrolment_ids=(first,))
    assert money(purchase) == ((0, 0, FEE - HALF), (0, FEE, 0))
    assert sorted(purchase.postings()) == sorted([(FEE, 0), (FEE, 0), (-HALF, HALF)])
    assert sorted(purchase.lines(order_id)) == [("actual", FEE, HALF - FEE), ("committed", FEE, 0)]
    assert agrees(purchase)
    with purchase.town.as_user("admin") as ctx:
        assert invoices.details(ctx, order_id).paid.left == 0

    with purchase.town.as_system(now=purchase.held) as ctx:
        assert invoices.settle_held(ctx) == 1
    assert money(purchase) == ((0, 0, FEE - HALF), (0, 0, FEE))
    assert agrees(purchase)


def test_a_fee_that_is_invoiced_after_the_place_was_given_up_stays_with_its_house(purchase, places):
    order_id, first, _ = places
    give_up(purchase, first)
    invoice_id = purchase.invoiced(order_id, 2 * FEE)
    assert purchase.invoice(invoice_id).difference == FEE
    purchase.refused(Invalid, lambda: approve(purchase, invoice_id))
    approve(purchase, invoice_id, enrolment_ids=(first,))
    assert money(purchase) == ((0, 0, FEE), (0, FEE, 0))
    assert agrees(purchase)
    # And it comes back all the same: its own pool has it again.
    credit = purchase.invoiced(order_id, -FEE)
    approve(purchase, credit, enrolment_ids=(first,))
    assert money(purchase) == ((0, 0, 0), (0, FEE, 0))
    assert agrees(purchase)


def test_a_price_that_rose_is_for_those_who_take_part(purchase, places):
    order_id, first, second = places
    give_up(purchase, first)
    invoice_id = purchase.invoiced(order_id, FEE + 100)
    approve(purchase, invoice_id, enrolment_ids=(second,))
    assert money(purchase) == ((0, 0, 0), (0, FEE + 100, 0))
    assert agrees(purchase)


def test_the_only_place_is_given_up_and_half_of_it_is_kept(purchase):
    order_id = purchase.order("ped_n1_1")
    purchase.invoiced(order_id, FEE)
    [enrolment_id] = enrolled(purchase, order_id)
    give_up(purchase, enrolment_id)
    credit = purchase.invoiced(order_id, -HALF)
    approve(purchase, credit, enrolment_ids=(enrolment_id,))
    assert purchase.school.money("n1") == (0, 0, FEE - HALF)
    assert purchase.state(order_id) == "settled"
    assert agrees(purchase)


def test_a_pool_that_stops_keeps_no_fee_it_lacks(purchase, places):
    order_id, first, _ = places
    purchase.invoiced(order_id, 2 * FEE)
    give_up(purchase, first)
    credit = purchase.invoiced(order_id, -HALF)
    purchase.school.leave("n1", FEE - HALF - 1)
    refusal = purchase.refused(Conflict, lambda: approve(purchase, credit, enrolment_ids=(first,)))
    assert refusal.code == "budget_exceeded"


@pytest.mark.parametrize("cover", ["0", "10"])
def test_a_place_whose_fee_is_spent_is_not_given_up(purchase, cover):
    """On the day of the course itself it is paid, and could still be cancelled."""
    day = date(2026, 5, 4)
    order_id = purchase.order("ped_n1_1", starts_on=day, ends_on=day, cover_hours=cover)
    on_the_day = purchase.town.now + (day - purchase.town.today)
    purchase.invoiced(order_id, FEE, now=on_the_day)
    assert purchase.state(order_id) == "settled"
    [enrolment_id] = enrolled(purchase, order_id)

    def cancel():
        with purchase.town.as_user("leader_n1", now=on_the_day) as ctx:
            enrolments.cancel(ctx, enrolment_id, note="Syg")

    purchase.refused(Conflict, cancel)
    with purchase.town.as_user("leader_n1", now=on_the_day) as ctx:
        enrolments.no_show(ctx, enrolment_id, note="Syg")
    assert agrees(purchase)


def test_the_answer_offers_the_places_of_the_order(purchase, places):
    order_id, first, second = places
    purchase.invoiced(order_id, 2 * FEE)
    give_up(purchase, first)
    credit = purchase.invoiced(order_id, -HALF)
    with purchase.town.as_user("consultant") as ctx:
        found = invoices.carriers(ctx, invoices.invoice(ctx, credit))
    assert {(each.enrolment_id, each.is_given_up) for each in found} == {
        (first, True),
        (second, False),
    }
    with purchase.town.as_user("leader_n1") as ctx:
        assert invoices.carriers(ctx, invoices.invoice(ctx, credit)) == []


def test_a_credit_note_for_more_than_was_paid_says_so(purchase):
    order_id = purchase.order()
    purchase.invoiced(order_id, FEE)
    credit = purchase.invoiced(order_id, -FEE - 100)
    assert purchase.invoice(credit).why is Why.CREDIT_TOO_LARGE


def test_a_number_is_not_learnt_of_a_difference_that_is_turned_down(purchase):
    first, second = purchase.order("ped_n1_1"), purchase.order("ped_n1_2")

    def cvr(order_id):
        with purchase.town.as_user("admin") as ctx:
            return invoices.order(ctx, order_id).supplier_cvr

    wrong = purchase.invoiced(first, FEE + 1, supplier_cvr="16356706")
    with purchase.town.as_user("consultant") as ctx:
        invoices.turn_down(ctx, wrong, note="Ikke vores")
    assert (cvr(first), cvr(second)) == ("", "")
    right = purchase.invoiced(first, FEE + 1)
    assert cvr(first) == ""
    approve(purchase, right)
    assert cvr(first) == cvr(second) != ""
