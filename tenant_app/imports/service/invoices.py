"""A file of invoices: a table of many, or the XML of one."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.imports import reading
from tenant_app.imports.rules import RowError
from tenant_app.imports.rules.invoices import INVOICE_COLUMNS, check_invoices
from tenant_app.invoices import service as invoices


@dataclass(frozen=True)
class InvoiceFile:
    """What the invoices of a file came to, or would. With errors nothing was read."""

    readings: Sequence[invoices.Reading] = ()
    errors: Sequence[RowError] = ()
    rows: int = 0


def read_invoices(ctx: Context, *, file_name: str, content: bytes, dry_run: bool) -> InvoiceFile:
    """The invoices are read and matched by requisition, all of the file or none; with `dry_run`
    it is only said what would become of them. Those read before change nothing.

    Raises Forbidden, and Invalid naming `file` when it is neither such a table nor an invoice.
    """
    if not ctx.actor.may(Permission.INVOICES_VIEW):
        raise NotFound()
    invoices.require_manage(ctx)
    if invoices.is_xml(content):
        facts = [invoices.read_xml(content)]
        errors: list[RowError] = []
        rows = 1
    else:
        sheet = reading.read(content, INVOICE_COLUMNS)
        facts, errors = check_invoices(sheet)
        rows = len(sheet.rows)
    if errors:
        return InvoiceFile(errors=sorted(errors, key=lambda error: error.row), rows=rows)
    return InvoiceFile(invoices.take(ctx, facts, file_name=file_name, write=not dry_run), rows=rows)


def invoice_template(ctx: Context) -> bytes:
    """An empty table with the header row, as Danish Excel opens it."""
    invoices.require_manage(ctx)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(
        column.headers[0] for column in INVOICE_COLUMNS
    )
    return text.getvalue().encode("utf-8-sig")
