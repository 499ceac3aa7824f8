"""What orders, invoices and their steps are called in the panel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.invoices.models import InvoiceForm, InvoiceState, OrderState, Why
from tenant_app.invoices.service import Outcome

ORDERS = {
    OrderState.EXPECTED: _l("Invoice expected"),
    OrderState.MATCHED: _l("Invoice matched"),
    OrderState.DIFFERENCE: _l("Difference waits"),
    OrderState.SETTLED: _l("Settled"),
    OrderState.CANCELLED: _l("Order cancelled"),
}
ORDER_TONES = {
    OrderState.MATCHED: "ok",
    OrderState.SETTLED: "ok",
    OrderState.DIFFERENCE: "warn",
}
OVERDUE = _l("Invoice overdue")
INVOICES = {
    InvoiceState.WAITING: _l("Waits to be matched"),
    InvoiceState.DIFFERENCE: _l("Difference waits"),
    InvoiceState.MATCHED: _l("Agrees"),
    InvoiceState.APPROVED: _l("Difference approved"),
    InvoiceState.DISMISSED: _l("Dismissed"),
}
INVOICE_TONES = {
    InvoiceState.WAITING: "warn",
    InvoiceState.DIFFERENCE: "warn",
    InvoiceState.MATCHED: "ok",
    InvoiceState.APPROVED: "ok",
}
OUTCOMES = {
    Outcome.MATCHED: _l("Agrees with the order"),
    Outcome.DIFFERENCE: _l("Difference waits"),
    Outcome.WAITING: _l("Waits to be matched"),
    Outcome.KNOWN: _l("Read before, changes nothing"),
}
OUTCOME_TONES = {
    Outcome.MATCHED: "ok",
    Outcome.DIFFERENCE: "warn",
    Outcome.WAITING: "warn",
    Outcome.KNOWN: "",
}
WHYS = {
    Why.NO_REQUISITION: _l("It has no requisition number."),
    Why.UNKNOWN_REQUISITION: _l("No order has its requisition number."),
    Why.CANCELLED: _l("The order is cancelled: all places were given up."),
    Why.OTHER_SUPPLIER: _l("Another CVR number than the order’s sent it."),
    Why.DIFFERENCE_WAITS: _l("Another invoice on the order waits for an answer."),
    Why.CLOSED_YEAR: _l("The order is paid from a budget year that is closed."),
    Why.NOBODY_LEFT: _l("No place on the order can carry the amount."),
    Why.CREDIT_TOO_LARGE: _l("The credit note is larger than what the order can take back."),
    Why.TURNED_DOWN: _l("The difference was turned down."),
}
FORMS = {
    InvoiceForm.TABLE: _l("Table"),
    InvoiceForm.OIOUBL: "OIOUBL",
    InvoiceForm.PEPPOL: "Peppol",
    InvoiceForm.TYPED: _l("Typed here"),
}
STEPS = {
    "account_string.set": _l("Account string set"),
    "invoice.approved": _l("Difference of an invoice approved"),
    "invoice.dismissed": _l("Invoice dismissed"),
    "invoice.matched": _l("Invoice matched with an order"),
    "invoice.turned_down": _l("Difference of an invoice turned down"),
    "invoices.read": _l("Invoices read in"),
    "order.cancelled": _l("Order cancelled"),
    "order.changed": _l("Order changed"),
    "order.made": _l("Order made"),
    "order.settled": _l("Order settled"),
    "postings.handed_over": _l("Postings handed over"),
}
"""What the trail calls the verbs of this room, and below what it calls their facts."""
FACTS = {
    "account": _l("Account string"),
    "amount": _l("Amount"),
    "difference": _l("Difference"),
    "expected_by": _l("Expected by"),
    "file_name": _l("File"),
    "gln": _l("EAN number"),
    "is_part": _l("Part invoice"),
    "known": _l("Read before"),
    "matched": _l("Agree with their order"),
    "order": _l("Requisition number"),
    "postings": _l("Postings"),
    "psp": _l("PSP element"),
    "reference": _l("Person reference"),
    "requisition": _l("Requisition number"),
    "supplier_cvr": _l("Supplier’s CVR number"),
    "waiting": _l("Wait to be matched"),
}
