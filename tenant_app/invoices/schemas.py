"""The shape of invoices in JSON. Amounts are whole øre, days are ISO dates."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.budgets.models import CostLine, MoneyState
from tenant_app.invoices.models import InvoiceForm, InvoiceState, OrderState, Why
from tenant_app.invoices.rules import LONGEST_LINE, LONGEST_TEXT

LINE = validate.Length(max=LONGEST_LINE)
TEXT = validate.Length(max=LONGEST_TEXT)
PART = {"description": "Whether more is to come: the rest of the order stays set aside"}
MOST_PLACES = 500
ORE = {"description": "Whole øre"}
NET = {"description": "Whole øre without VAT; below zero for a credit note"}


# What is sent


class OrderQuery(Schema):
    """Which orders."""

    state = fields.Enum(OrderState, by_value=True, load_default=None)
    provider_id = fields.UUID(load_default=None)
    overdue = fields.Boolean(
        load_default=None, metadata={"description": "Whether the invoice should have come by now"}
    )


class OrderIn(Schema):
    """Whose places are ordered."""

    session_id = fields.UUID(required=True)


class OrderChangeIn(Schema):
    """What is written on an order."""

    supplier_cvr = fields.String(load_default="", validate=LINE)
    gln = fields.String(load_default="", validate=LINE)
    reference = fields.String(required=True, validate=LINE)
    account = fields.String(load_default="", validate=LINE)
    expected_by = fields.Date(required=True)


class InvoiceQuery(Schema):
    """Which invoices."""

    state = fields.Enum(InvoiceState, by_value=True, load_default=None)
    supplier_cvr = fields.String(load_default="", validate=LINE)


class MatchIn(Schema):
    """Which order the invoice answers."""

    order_id = fields.UUID(required=True)
    is_part = fields.Boolean(load_default=False, metadata=PART)


class InvoiceAnswerIn(Schema):
    """A word about it, and what the difference is about."""

    note = fields.String(load_default="", validate=TEXT)
    enrolment_ids = fields.List(
        fields.UUID(),
        load_default=(),
        validate=validate.Length(max=MOST_PLACES),
        metadata={
            "description": "The places that the difference is about; left out it is about all of "
            "them. Needed where a place was given up."
        },
    )
    is_part = fields.Boolean(
        load_default=False,
        metadata={"description": "It is no difference: more invoices of the order are to come"},
    )


class InvoiceReasonIn(Schema):
    """Why."""

    note = fields.String(required=True, validate=TEXT)


class AccountStringIn(Schema):
    """Where a unit posts a cost line from a day on."""

    unit_id = fields.UUID(required=True)
    cost_line = fields.Enum(CostLine, by_value=True, required=True)
    from_date = fields.Date(required=True)
    account = fields.String(required=True, validate=LINE)
    psp = fields.String(load_default="", validate=LINE)
    gln = fields.String(load_default="", validate=LINE)


# What is answered


class InvoicesNameOut(Schema):
    """Something with a name."""

    id = fields.UUID()
    name = fields.String()


class OrderOut(Schema):
    """What is bought of a provider for one session."""

    id = fields.UUID()
    requisition = fields.String()
    state = fields.Enum(OrderState, by_value=True)
    session_id = fields.UUID()
    course = fields.String(attribute="session.course.title")
    starts_on = fields.Date(attribute="session.starts_on")
    ends_on = fields.Date(attribute="session.ends_on")
    provider = fields.Nested(InvoicesNameOut)
    supplier_cvr = fields.String()
    gln = fields.String()
    reference = fields.String(
        metadata={"description": "Whom to ask; empty for those who see only some of the places"}
    )
    account = fields.String()
    expected_by = fields.Date()


class OrderLineOut(Schema):
    """A money line of a place, and what was invoiced of it."""

    cost_line = fields.Enum(CostLine, by_value=True)
    pool = fields.String()
    state = fields.Enum(MoneyState, by_value=True)
    amount = fields.Integer(metadata=ORE)
    invoiced = fields.Integer(metadata=ORE)


class PostOut(Schema):
    """A place on an order."""

    enrolment_id = fields.UUID()
    employee = fields.String()
    unit = fields.Nested(InvoicesNameOut)
    lines = fields.List(fields.Nested(OrderLineOut))


class InvoiceOut(Schema):
    """An invoice as it was read, and what became of it."""

    id = fields.UUID()
    number = fields.String()
    supplier_cvr = fields.String()
    supplier_name = fields.String()
    issued_on = fields.Date()
    amount = fields.Integer(metadata=NET)
    requisition = fields.String()
    form = fields.Enum(InvoiceForm, by_value=True)
    state = fields.Enum(InvoiceState, by_value=True)
    why = fields.Enum(
        Why,
        by_value=True,
        allow_none=True,
        metadata={"description": "What was in the way of matching it by itself"},
    )
    order_id = fields.UUID(allow_none=True)
    difference = fields.Integer(metadata=ORE)
    is_part = fields.Boolean(metadata=PART)
    note = fields.String()


class OrderDetailsOut(OrderOut):
    """An order with the places in sight and its invoices."""

    places = fields.Integer(metadata={"description": "Those in sight, as the amounts"})
    expected = fields.Integer(metadata=ORE)
    left = fields.Integer(
        metadata={"description": "Whole øre still to be invoiced; below zero awaits a credit note"}
    )
    posts = fields.List(fields.Nested(PostOut))
    invoices = fields.List(fields.Nested(InvoiceOut))


class SuggestionOut(Schema):
    """An order that an invoice may answer."""

    order = fields.Nested(OrderOut)
    left = fields.Integer(metadata=ORE)
    is_equal = fields.Boolean()


class InvoiceDetailsOut(InvoiceOut):
    """An invoice, and while it waits the orders it may answer."""

    suggestions = fields.List(fields.Nested(SuggestionOut))


class AccountStringOut(Schema):
    """Where a unit posts a cost line from a day on."""

    id = fields.UUID()
    unit = fields.Nested(InvoicesNameOut)
    cost_line = fields.Enum(CostLine, by_value=True)
    from_date = fields.Date()
    account = fields.String()
    psp = fields.String()
    gln = fields.String()


class BatchOut(Schema):
    """Postings that were handed to the finance system together."""

    id = fields.UUID()
    number = fields.Integer()
    made_at = fields.DateTime()
    postings = fields.Integer()
    total = fields.Integer(metadata=ORE)


class PostingOut(Schema):
    """One row of a batch."""

    account = fields.String()
    psp = fields.String()
    amount = fields.Integer(metadata=NET)
    text = fields.String()
    requisition = fields.String()
    booked_on = fields.Date()
    invoice_number = fields.String()
    supplier_cvr = fields.String()
    unit = fields.String()
    cost_line = fields.Enum(CostLine, by_value=True)


class BatchDetailsOut(BatchOut):
    """A batch with its rows."""

    rows = fields.List(fields.Nested(PostingOut))
