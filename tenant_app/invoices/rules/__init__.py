"""Invoices said without saying "database": numbers with check digits, what is left to pay on an
order, and how an invoice divides over its places."""

from tenant_app.invoices.rules.accounts import check_code, check_facts
from tenant_app.invoices.rules.numbers import (
    LONGEST_LINE,
    LONGEST_TEXT,
    check_account,
    check_cvr,
    check_gln,
    check_line,
    check_note,
    is_odd_cvr,
    requisition_in,
    requisition_of,
)
from tenant_app.invoices.rules.paying import (
    LIVE,
    Part,
    Place,
    check_four_eyes,
    check_order_state,
    check_state,
    left_to_pay,
    parts_of,
    standing,
)
from tenant_app.invoices.rules.ubl import LARGEST_XML, InvoiceFact, is_xml, read_xml

__all__ = [
    "LARGEST_XML",
    "LIVE",
    "LONGEST_LINE",
    "LONGEST_TEXT",
    "InvoiceFact",
    "Part",
    "Place",
    "check_account",
    "check_code",
    "check_cvr",
    "check_facts",
    "check_four_eyes",
    "check_gln",
    "check_line",
    "check_note",
    "check_order_state",
    "check_state",
    "is_odd_cvr",
    "is_xml",
    "left_to_pay",
    "parts_of",
    "read_xml",
    "requisition_in",
    "requisition_of",
    "standing",
]
