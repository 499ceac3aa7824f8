"""Who reads, matches and sees orders and invoices, and whose amounts they see."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tenant_app.core.errors import Forbidden, NotFound
from tenant_app.invoices import service as invoices
from tests.invoices.conftest import FEE
from tests.invoices.test_paying import match


@pytest.mark.parametrize("who", ["leader_n1", "area_north", "auditor"])
def test_others_read_no_invoices_and_match_none(purchase, who):
    order_id = purchase.order()
    invoice_id = purchase.invoiced(order_id, FEE + 1)
    fact = purchase.fact(order_id, FEE)
    purchase.refused(Forbidden, lambda: purchase.read(fact, who=who))
    purchase.refused(Forbidden, lambda: match(purchase, invoice_id, order_id, who))


def test_orders_and_invoices_are_seen_where_their_places_are_paid(purchase):
    order_id = purchase.order("ped_n1_1", "ped_n2_1")
    invoice_id = purchase.invoiced(order_id, 2 * FEE)
    loose = purchase.invoiced(order_id, FEE, requisition="")
    for who, posts in (("leader_n1", 1), ("area_north", 2), ("auditor", 2)):
        with purchase.town.as_user(who) as ctx:
            assert len(invoices.details(ctx, order_id).posts) == posts
            assert invoices.invoice(ctx, invoice_id).id == invoice_id
    with purchase.town.as_user("leader_s1") as ctx:
        assert invoices.orders(ctx).items == []
        for ask in (
            lambda: invoices.order(ctx, order_id),
            lambda: invoices.invoice(ctx, invoice_id),
        ):
            with pytest.raises(NotFound):
                ask()
    with purchase.town.as_user("leader_n1") as ctx, pytest.raises(NotFound):
        invoices.invoice(ctx, loose)


def test_a_leader_sees_the_amounts_of_its_own_places(purchase):
    order_id = purchase.order("ped_n1_1", "ped_n2_1")
    for who, places, own in (("leader_n1", 1, True), ("leader_n2", 1, False), ("admin", 2, True)):
        with purchase.town.as_user(who) as ctx:
            found = invoices.details(ctx, order_id)
            assert found.paid == invoices.Paid(places, places * FEE, places * FEE)
            assert bool(invoices.reference_of(ctx, found.order)) is own
    with purchase.town.as_user("area_north") as ctx:
        assert invoices.details(ctx, order_id).paid.expected == 2 * FEE


def test_what_does_not_exist_is_not_found(purchase):
    order_id = purchase.order()
    invoice_id = purchase.invoiced(order_id, FEE, requisition="")
    purchase.refused(NotFound, lambda: match(purchase, uuid4(), order_id))
    refusal = purchase.refused(NotFound, lambda: match(purchase, invoice_id, uuid4()))
    assert refusal.field == "order_id"
