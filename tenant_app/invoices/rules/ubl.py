"""Electronic invoices: OIOUBL 2.1 and Peppol BIS 3, invoices and credit notes.

What could hurt is refused before it is read: DTDs, entities, more than 5 MB, deep nesting.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from tenant_app.core.errors import N_, Invalid
from tenant_app.core.money import Money, check_amount
from tenant_app.invoices.models import InvoiceForm
from tenant_app.invoices.rules.numbers import LONGEST_LINE, check_cvr

LARGEST_XML = 5 * 1024 * 1024
DEEPEST = 40
MOST_ELEMENTS = 200_000
MOST_ATTRIBUTES = 20
"""Of one element: in UBL few have more than three."""
MOST_EQUALS = 50_000
"""Of a file: each attribute has one, and few else. They are read before an element is seen."""
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_ROOTS = {f"{{{_UBL}Invoice-2}}Invoice": 1, f"{{{_UBL}CreditNote-2}}CreditNote": -1}
_CBC = f"{{{_UBL}CommonBasicComponents-2}}"
_CAC = f"{{{_UBL}CommonAggregateComponents-2}}"
_PEPPOL = "urn:fdc:peppol.eu:2017:poacc:billing:3"
_AMOUNT = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,6})?", re.ASCII)
_GLN_SCHEMES = {"EAN", "GLN", "0088"}
NOT_BUILT = N_("The file is not built as an invoice. Ask for it again.")
UNREADABLE = N_("The XML cannot be read. Ask the provider for the invoice again.")


@dataclass(frozen=True)
class InvoiceFact:
    """What an invoice says, whatever it was read from. Credit notes are below zero."""

    supplier_cvr: str
    number: str
    issued_on: date
    amount: Money
    requisition: str = ""
    supplier_name: str = ""
    reference: str = ""
    gln: str = ""
    form: InvoiceForm = InvoiceForm.TABLE


def is_xml(content: bytes) -> bool:
    """Whether the file claims to be XML, in any encoding that XML begins with."""
    head = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<", b"\x00<"))


def read_xml(content: bytes) -> InvoiceFact:
    """The invoice in the file. Raises Invalid naming `file` and the cure."""
    root = _parse(content)
    sign = _ROOTS.get(root.tag)
    if sign is None:
        raise _refuse(
            N_(
                "The file is neither an invoice nor a credit note in UBL 2. Ask the provider for "
                "OIOUBL 2.1 or Peppol BIS 3."
            )
        )
    form = _form_of(root)
    currency = _text(root, "DocumentCurrencyCode") or "DKK"
    if currency != "DKK":
        raise Invalid(
            N_("The invoice is in %(currency)s. Only invoices in Danish kroner (DKK) are read."),
            field="file",
            currency=currency[:10],
        )
    issued = _text(root, "IssueDate")
    try:
        issued_on = date.fromisoformat(issued[:10])
    except ValueError:
        raise _missing("IssueDate") from None
    if not 1970 <= issued_on.year < 2100:
        raise _missing("IssueDate")
    supplier = _party(root, "AccountingSupplierParty")
    cvr = _cvr_of(supplier)
    if not cvr:
        raise Invalid(
            N_("The invoice does not state the CVR number of the one who sends it."), field="file"
        )
    number = _line(_text(root, "ID"))
    if not number:
        raise _missing("ID")
    customer = _party(root, "AccountingCustomerParty")
    net = _net_of(root, currency)
    return InvoiceFact(
        supplier_cvr=cvr,
        number=number,
        issued_on=issued_on,
        amount=Money(sign * net),
        requisition=_line(
            _text(root, f"{_CAC}OrderReference/{_CBC}ID") or _text(root, "BuyerReference")
        ),
        supplier_name=_line(
            _text(supplier, f"{_CAC}PartyName/{_CBC}Name")
            or _text(supplier, f"{_CAC}PartyLegalEntity/{_CBC}RegistrationName")
        ),
        reference=_line(
            _text(root, "BuyerReference")
            or _text(customer, f"{_CAC}Contact/{_CBC}ID")
            or _text(customer, f"{_CAC}Contact/{_CBC}Name")
        ),
        gln=_gln_of(customer),
        form=form,
    )


def _parse(content: bytes) -> Element:
    if len(content) > LARGEST_XML:
        raise _refuse(N_("The invoice is larger than 5 MB. Ask for it without attachments in it."))
    if content.count(b"=") > MOST_EQUALS:
        raise _refuse(NOT_BUILT)
    root: Element | None = None
    depth = elements = 0
    try:
        # What is forbidden raises before anything of it is read or expanded.
        events = iterparse(
            io.BytesIO(content),
            events=("start", "end"),
            forbid_dtd=True,
            forbid_entities=True,
            forbid_external=True,
        )
        for event, element in events:
            depth += 1 if event == "start" else -1
            elements += event == "start"
            if depth > DEEPEST or elements > MOST_ELEMENTS or len(element.attrib) > MOST_ATTRIBUTES:
                raise _refuse(NOT_BUILT)
            root = element if root is None else root
    except DefusedXmlException:
        raise _refuse(
            N_(
                "The file holds a DTD or entities, which no invoice needs and which can do harm. "
                "It was not read."
            )
        ) from None
    except (ParseError, ValueError, LookupError):
        raise _refuse(UNREADABLE) from None
    if root is None:
        raise _refuse(UNREADABLE)
    return root


def _form_of(root: Element) -> InvoiceForm:
    custom = _text(root, "CustomizationID")
    if custom.upper().startswith("OIOUBL-2"):
        return InvoiceForm.OIOUBL
    if _PEPPOL in custom:
        return InvoiceForm.PEPPOL
    raise Invalid(
        N_(
            "The file says that it follows “%(custom)s”. Only OIOUBL 2.1 and Peppol BIS 3 are read."
        ),
        field="file",
        custom=custom[:80],
    )


def _net_of(root: Element, currency: str) -> Money:
    """Without VAT. Worked out from the whole and the tax: in OIOUBL `TaxExclusiveAmount` is the
    tax itself, in Peppol the amount without it."""
    total = root.find(f"{_CAC}LegalMonetaryTotal")
    if total is None:
        raise _missing("LegalMonetaryTotal")
    whole = _amount(total, "TaxInclusiveAmount", currency)
    if whole is None:
        payable = _amount(total, "PayableAmount", currency)
        if payable is None:
            raise _missing("PayableAmount")
        whole = payable + (_amount(total, "PrepaidAmount", currency) or Decimal(0))
        whole -= _amount(total, "PayableRoundingAmount", currency) or Decimal(0)
    tax = Decimal(0)
    for each in root.findall(f"{_CAC}TaxTotal"):
        # Peppol repeats the tax in the currency of the accounts: only the document's counts.
        stated = each.find(f"{_CBC}TaxAmount")
        if stated is not None and stated.get("currencyID", currency) == currency:
            tax = _amount(each, "TaxAmount", currency) or Decimal(0)
            break
    ore = (whole - tax) * 100
    if ore != ore.to_integral_value():
        raise _refuse(N_("The amounts of the invoice have more than two decimals."))
    if not ore:
        raise _refuse(N_("The invoice is about nothing: its amount is 0."))
    return check_amount(int(ore), field="file", negative=True)


def _amount(at: Element, name: str, currency: str) -> Decimal | None:
    found = at.find(f"{_CBC}{name}")
    if found is None:
        return None
    text = (found.text or "").strip()
    if not _AMOUNT.fullmatch(text):
        raise Invalid(
            N_("“%(text)s” is not an amount in %(name)s."), field="file", text=text[:40], name=name
        )
    if found.get("currencyID", currency) != currency:
        raise Invalid(
            N_("The invoice is in %(currency)s. Only invoices in Danish kroner (DKK) are read."),
            field="file",
            currency=found.get("currencyID", "")[:10],
        )
    return Decimal(text)


def _party(root: Element, name: str) -> Element:
    found = root.find(f"{_CAC}{name}/{_CAC}Party")
    if found is None:
        raise _missing(name)
    return found


def _cvr_of(party: Element) -> str:
    """The legal entity's number, else the tax number, else the address it sends from."""
    for path in (
        f"{_CAC}PartyLegalEntity/{_CBC}CompanyID",
        f"{_CAC}PartyTaxScheme/{_CBC}CompanyID",
        f"{_CBC}EndpointID",
    ):
        for text in _texts(party, path):
            try:
                return check_cvr(text, field="file")
            except Invalid:
                continue
    return ""


def _gln_of(party: Element) -> str:
    found = party.find(f"{_CBC}EndpointID")
    if found is None or (found.get("schemeID") or "").upper() not in _GLN_SCHEMES:
        return ""
    return _line(found.text or "")


def _texts(at: Element, path: str) -> Iterator[str]:
    for found in at.findall(path):
        if (found.text or "").strip():
            yield (found.text or "").strip()


def _text(at: Element, path: str) -> str:
    return next(_texts(at, path if path.startswith("{") else f"{_CBC}{path}"), "")


def _line(text: str) -> str:
    """One line that can be kept and shown."""
    return " ".join("".join(filter(_shows, text)).split())[:LONGEST_LINE]


def _shows(sign: str) -> bool:
    return sign.isprintable() or sign.isspace()


def _missing(name: str) -> Invalid:
    return Invalid(
        N_("The invoice lacks %(name)s, or it cannot be read. Ask the provider for it again."),
        field="file",
        name=name,
    )


def _refuse(message: str) -> Invalid:
    return Invalid(message, field="file")
