"""Verbs of invoices, one file per story."""

from tenant_app.invoices.rules import (
    LARGEST_XML,
    LONGEST_LINE,
    LONGEST_TEXT,
    InvoiceFact,
    is_odd_cvr,
    is_xml,
    read_xml,
)
from tenant_app.invoices.rules.numbers import LONGEST_ACCOUNT
from tenant_app.invoices.service.accounts import account_strings, accounts_of, set_account_string
from tenant_app.invoices.service.answering import Carrier, approve, carriers, dismiss, turn_down
from tenant_app.invoices.service.batches import (
    Ready,
    Row,
    batch,
    batches,
    hand_over,
    ready,
    rows_of,
)
from tenant_app.invoices.service.comparing import Beside, Posted, beside, posted
from tenant_app.invoices.service.home import asks
from tenant_app.invoices.service.matching import Suggestion, match, settle_held, suggestions
from tenant_app.invoices.service.noting import note_down
from tenant_app.invoices.service.ordering import (
    change_order,
    expect,
    give_up,
    order_session,
    sessions_to_order,
)
from tenant_app.invoices.service.reading import (
    Details,
    InvoiceDetails,
    Paid,
    all_invoices,
    details,
    invoice,
    invoice_details,
    is_overdue,
    order,
    orders,
    paid_of,
    story,
    visible_invoices,
    visible_orders,
)
from tenant_app.invoices.service.shared import may_manage, require_manage
from tenant_app.invoices.service.taking import MOST_INVOICES, Outcome, Reading, take

__all__ = [
    "LARGEST_XML",
    "LONGEST_ACCOUNT",
    "LONGEST_LINE",
    "LONGEST_TEXT",
    "MOST_INVOICES",
    "Beside",
    "Carrier",
    "Details",
    "InvoiceDetails",
    "InvoiceFact",
    "Outcome",
    "Paid",
    "Posted",
    "Reading",
    "Ready",
    "Row",
    "Suggestion",
    "account_strings",
    "accounts_of",
    "all_invoices",
    "approve",
    "asks",
    "batch",
    "batches",
    "beside",
    "carriers",
    "change_order",
    "details",
    "dismiss",
    "expect",
    "give_up",
    "hand_over",
    "invoice",
    "invoice_details",
    "is_odd_cvr",
    "is_overdue",
    "is_xml",
    "match",
    "may_manage",
    "note_down",
    "order",
    "order_session",
    "orders",
    "paid_of",
    "posted",
    "read_xml",
    "ready",
    "require_manage",
    "rows_of",
    "sessions_to_order",
    "set_account_string",
    "settle_held",
    "story",
    "suggestions",
    "take",
    "turn_down",
    "visible_invoices",
    "visible_orders",
]
