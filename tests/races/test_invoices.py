"""Two match one invoice at once, and two hand over at once: the second sees the first. The control
looks without waiting, and pays the same invoice twice."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from tenant_app.core.errors import Conflict, Refusal
from tenant_app.invoices import queries
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import Invoice
from tests.invoices.conftest import FEE, Purchase

pytestmark = pytest.mark.races


def at_once(town, act):
    """The consultant acts while the administrator has acted and is not committed."""
    caught: list[Exception] = []

    def second():
        try:
            with town.as_user("consultant") as ctx:
                act(ctx)
        except Exception as error:  # a thread's error is judged by the test, whatever it is
            caught.append(error)

    thread = threading.Thread(target=second)
    with town.as_user("admin") as ctx:
        act(ctx)
        ctx.session.flush()
        thread.start()
        thread.join(timeout=0.7)  # without the lock it is through by now; with it it waits
    thread.join()
    return caught[0] if caught else None


@pytest.fixture
def waiting(town):
    """An invoice without a requisition, and the order it answers."""
    purchase = Purchase(town)
    order_id = purchase.order()
    return purchase, purchase.invoiced(order_id, FEE, requisition=""), order_id


def test_one_invoice_is_matched_once(town, waiting):
    purchase, invoice_id, order_id = waiting
    caught = at_once(town, lambda ctx: invoices.match(ctx, invoice_id, order_id=order_id))
    assert isinstance(caught, Conflict)
    assert purchase.postings() == [(FEE, 0)]


def test_control_without_the_locks_both_match(town, waiting, monkeypatch):
    """What the locks are for: both see it waiting, and only the database's own wall is left."""
    _purchase, invoice_id, order_id = waiting

    def look(ctx, invoice_id):
        return ctx.session.scalar(select(Invoice).where(Invoice.id == invoice_id))

    monkeypatch.setattr(queries, "invoice_to_change", look)
    monkeypatch.setattr(
        queries, "lock_orders", lambda ctx, ids: {each: queries.order(ctx, each) for each in ids}
    )
    monkeypatch.setattr(queries, "lock_places", queries.enrolments_on)
    monkeypatch.setattr(queries, "lock_pools", lambda ctx, pools: None)
    caught = at_once(town, lambda ctx: invoices.match(ctx, invoice_id, order_id=order_id))
    assert not isinstance(caught, Refusal), "the second was told nothing"
    assert caught is not None, "the postings’ own uniqueness is the last wall"


def test_the_same_file_twice_at_once_is_read_once(town):
    purchase = Purchase(town)
    fact = purchase.fact(purchase.order(), FEE)
    caught = at_once(town, lambda ctx: invoices.take(ctx, [fact], file_name="f", write=True))
    assert caught is None
    assert purchase.postings() == [(FEE, 0)]


def test_two_batches_at_once_hold_each_posting_once(town):
    purchase = Purchase(town)
    purchase.account()
    purchase.invoiced(purchase.order(), FEE)
    caught = at_once(town, invoices.hand_over)
    assert isinstance(caught, Conflict)
    with town.as_user("admin") as ctx:
        assert [each.postings for each in invoices.batches(ctx).items] == [1]
