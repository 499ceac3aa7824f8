"""Verbs of imports."""

from tenant_app.imports.service.invoices import InvoiceFile, invoice_template, read_invoices
from tenant_app.imports.service.running import ImportResult, latest, run, template

__all__ = [
    "ImportResult",
    "InvoiceFile",
    "invoice_template",
    "latest",
    "read_invoices",
    "run",
    "template",
]
