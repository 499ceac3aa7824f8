"""From the rows of a table to invoices. Pure."""

from __future__ import annotations

from tenant_app.core.errors import N_, Invalid
from tenant_app.core.money import Money
from tenant_app.imports.rules.cells import RowError, RowReader
from tenant_app.imports.table import Column, Sheet
from tenant_app.invoices import rules as invoices
from tenant_app.invoices.rules import InvoiceFact

INVOICE_COLUMNS = (
    Column("number", ("fakturanummer", "fakturanr", "bilagsnr", "invoice number", "number")),
    Column("supplier_cvr", ("CVR", "CVR-nummer", "leverandør CVR", "supplier CVR")),
    Column("issued_on", ("fakturadato", "dato", "invoice date", "date")),
    Column("amount", ("beløb", "beløb uden moms", "nettobeløb", "amount")),
    Column(
        "requisition", ("rekvisition", "rekvisitionsnummer", "ordrenummer", "requisition"), False
    ),
    Column("supplier_name", ("leverandør", "leverandørnavn", "supplier"), False),
    Column("reference", ("personreference", "reference", "att"), False),
    Column("gln", ("EAN", "EAN-nummer", "GLN"), False),
    Column("currency", ("valuta", "currency"), False),
    Column("kind", ("type", "bilagstype", "kind"), False),
)
CREDIT = {"kreditnota", "credit note", "credit", "kredit"}
INVOICE = {"faktura", "invoice", ""}


def check_invoices(sheet: Sheet) -> tuple[list[InvoiceFact], list[RowError]]:
    """Every row as an invoice, or all that is wrong with them."""
    found: list[InvoiceFact] = []
    errors: list[RowError] = []
    for row in sheet.rows:
        reader = RowReader(row, sheet)
        fact = _fact(reader)
        if row.spilled:
            reader.error(
                "", N_("There are more cells than headers. Put quotation marks around commas.")
            )
        errors += reader.errors
        if fact is not None and not reader.errors:
            found.append(fact)
    return found, errors


def _fact(reader: RowReader) -> InvoiceFact | None:
    number = reader.text("number")
    cvr = _cvr(reader)
    issued_on = reader.day("issued_on")
    amount = _amount(reader)
    currency = reader.words("currency").upper()
    if currency not in ("", "DKK", "KR", "KR."):
        reader.error(
            "currency",
            N_("The invoice is in %(currency)s. Only invoices in Danish kroner (DKK) are read."),
            currency=currency[:10],
        )
    if number is None or cvr is None or issued_on is None or amount is None:
        return None
    return InvoiceFact(
        supplier_cvr=cvr,
        number=number,
        issued_on=issued_on,
        amount=amount,
        requisition=reader.text("requisition", required=False) or "",
        supplier_name=reader.text("supplier_name", required=False) or "",
        reference=reader.text("reference", required=False) or "",
        gln=reader.text("gln", required=False) or "",
    )


def _cvr(reader: RowReader) -> str | None:
    try:
        cvr = invoices.check_cvr(reader.words("supplier_cvr"))
    except Invalid as refusal:
        reader.error("supplier_cvr", refusal.message)
        return None
    if not cvr:
        reader.error("supplier_cvr", N_("This cannot be empty."))
        return None
    return cvr


def _amount(reader: RowReader) -> Money | None:
    """Below zero for a credit note, whichever way the file says so."""
    amount = reader.money("amount", negative=True)
    kind = reader.words("kind").casefold()
    if kind not in CREDIT | INVOICE:
        reader.error(
            "kind",
            N_("“%(text)s” is not known. Write one of: %(known)s."),
            text=kind[:40],
            known="faktura, kreditnota",
        )
    if amount == 0:
        reader.error("amount", N_("The invoice is about nothing: its amount is 0."))
        return None
    if amount is not None and amount > 0 and kind in CREDIT:
        return Money(-amount)
    return amount
