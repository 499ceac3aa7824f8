"""An invoice that came on paper or by mail is typed, and goes the way of those from a file."""

from __future__ import annotations

from datetime import date

from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.money import check_amount, show
from tenant_app.invoices import rules
from tenant_app.invoices.models import InvoiceForm
from tenant_app.invoices.rules import InvoiceFact
from tenant_app.invoices.service.taking import Outcome, Reading, take


def note_down(
    ctx: Context,
    *,
    number: str,
    supplier_cvr: str,
    issued_on: date,
    amount: int,
    requisition: str = "",
    supplier_name: str = "",
    reference: str = "",
    gln: str = "",
) -> Reading:
    """The invoice is read in as one from a file would be, and matched by its requisition.

    Raises as `take`, Invalid naming the field, and Conflict when it was read in before.
    """
    cvr = rules.check_cvr(supplier_cvr)
    if not cvr:
        raise Invalid(N_("This cannot be empty."), field="supplier_cvr")
    if not amount:
        raise Invalid(N_("The invoice is about nothing: its amount is 0."), field="amount")
    if issued_on > ctx.today:
        raise Invalid(
            N_("The invoice date is ahead. Write the day on the invoice."), field="issued_on"
        )
    fact = InvoiceFact(
        supplier_cvr=cvr,
        number=rules.check_line(number, field="number"),
        issued_on=issued_on,
        amount=check_amount(amount, negative=True),
        requisition=rules.check_line(requisition, field="requisition", required=False),
        supplier_name=rules.check_line(supplier_name, field="supplier_name", required=False),
        reference=rules.check_line(reference, field="reference", required=False),
        gln=rules.check_gln(gln),
        form=InvoiceForm.TYPED,
    )
    [found] = take(ctx, [fact], file_name="", write=True)
    if found.outcome is Outcome.KNOWN:
        raise Conflict(
            N_(
                "Invoice %(number)s from this supplier was read in before, with %(amount)s. Find "
                "it among the invoices. If this is another one, write its date behind the number."
            ),
            field="number",
            number=found.known_number or fact.number,
            amount=show(fact.amount if found.known_amount is None else found.known_amount),
        )
    return found
