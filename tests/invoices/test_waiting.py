"""Invoices that wait for a person."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tenant_app.budgets.models import BudgetYear, BudgetYearState
from tenant_app.core.errors import Conflict
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import Why
from tests.invoices.conftest import FEE
from tests.invoices.test_paying import match


def test_an_invoice_without_a_known_requisition_waits_with_suggestions(purchase):
    near, far = purchase.order("ped_n1_1"), purchase.order("ped_n1_2", fee=FEE + 1)
    unknown = purchase.invoiced(near, FEE, requisition="RT26-00000000")
    assert purchase.invoice(unknown).why is Why.UNKNOWN_REQUISITION
    none = purchase.invoiced(near, FEE, requisition="")
    assert purchase.invoice(none).why is Why.NO_REQUISITION
    with purchase.town.as_user("admin") as ctx:
        found = invoices.suggestions(ctx, invoices.invoice(ctx, none))
    assert [(each.order.id, each.is_equal) for each in found] == [(near, True), (far, False)]
    match(purchase, none, near)
    assert purchase.state(near) == "matched"


@pytest.mark.parametrize("written", ["RT 26 {}", "rt26{}", "Rek.nr. RT26-{} / Anna"])
def test_a_requisition_is_known_however_it_is_written(purchase, written):
    order_id = purchase.order()
    number = purchase.requisition(order_id).removeprefix("RT26-")
    purchase.invoiced(order_id, FEE, requisition=written.format(number))
    assert purchase.state(order_id) == "matched"


def test_another_supplier_waits_for_a_person(purchase):
    order_id = purchase.order()
    purchase.invoiced(purchase.order("ped_n1_2"), FEE)  # whose number the provider has from here on
    invoice_id = purchase.invoiced(order_id, FEE, supplier_cvr="16356706")
    assert purchase.invoice(invoice_id).why is Why.OTHER_SUPPLIER
    match(purchase, invoice_id, order_id)
    assert purchase.state(order_id) == "matched"


def test_an_invoice_for_a_closed_year_waits_and_changes_nothing(purchase):
    order_id = purchase.order()
    with purchase.town.as_system() as ctx:
        ctx.session.execute(update(BudgetYear).values(state=BudgetYearState.CLOSED))
    invoice_id = purchase.invoiced(order_id, FEE)
    assert purchase.invoice(invoice_id).why is Why.CLOSED_YEAR
    assert purchase.state(order_id) == "expected"
    purchase.refused(Conflict, lambda: match(purchase, invoice_id, order_id))
