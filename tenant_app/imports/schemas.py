"""The shape of imports in JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from tenant_app.imports.models import ImportKind
from tenant_app.invoices.models import Why
from tenant_app.invoices.service import Outcome

ERRORS = {
    "description": "Row of the file → column → what is wrong; row 0 is the file as a whole. "
    "At most the first 500"
}


class ImportFileIn(Schema):
    """The file, as multipart form data."""

    file = fields.Raw(
        required=True,
        metadata={
            "type": "string",
            "format": "binary",
            "description": "CSV or XLSX with a header row, at most 10 MB",
        },
    )


class ImportAsked(Schema):
    """Whether it is only to be tried."""

    dry_run = fields.Boolean(
        load_default=False, metadata={"description": "Say what the file would do, write nothing"}
    )


class ImportOut(Schema):
    """What the file came to, or would."""

    kind = fields.Enum(ImportKind, by_value=True)
    dry_run = fields.Boolean()
    rows = fields.Integer()
    added = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    ignored = fields.List(
        fields.String(), metadata={"description": "Columns of the file that are not read"}
    )
    error_count = fields.Integer()
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.List(fields.String())),
        metadata=ERRORS,
    )


class InvoiceFileIn(Schema):
    """The file, as multipart form data."""

    file = fields.Raw(
        required=True,
        metadata={
            "type": "string",
            "format": "binary",
            "description": "OIOUBL 2.1 or Peppol BIS 3 of one invoice, at most 5 MB; or CSV or "
            "XLSX with a header row, at most 10 MB and 500 invoices",
        },
    )


class InvoiceReadingOut(Schema):
    """An invoice of the file, and what became of it, or would."""

    number = fields.String(attribute="fact.number")
    supplier_cvr = fields.String(attribute="fact.supplier_cvr")
    amount = fields.Integer(
        attribute="fact.amount",
        metadata={"description": "Whole øre without VAT; below zero for a credit note"},
    )
    outcome = fields.Enum(Outcome, by_value=True)
    why = fields.Enum(Why, by_value=True, allow_none=True)
    order_id = fields.UUID(allow_none=True)
    requisition = fields.String()
    difference = fields.Integer(metadata={"description": "Whole øre"})


class InvoiceFileOut(Schema):
    """What the invoices of a file came to, or would."""

    dry_run = fields.Boolean()
    rows = fields.Integer()
    invoices = fields.List(fields.Nested(InvoiceReadingOut))
    error_count = fields.Integer()
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.List(fields.String())),
        metadata=ERRORS,
    )
