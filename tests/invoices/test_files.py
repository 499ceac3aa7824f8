"""Files of invoices: tables, OIOUBL and Peppol; and files that mean harm."""

from __future__ import annotations

from datetime import date

import pytest

from tenant_app.core.errors import Forbidden, Invalid
from tenant_app.imports import service as imports
from tenant_app.invoices import rules
from tenant_app.invoices.models import InvoiceForm
from tests.imports.conftest import table, workbook
from tests.invoices.conftest import CVR, FEE
from tests.invoices.files import OIOUBL, PEPPOL, ubl

HEADER = ("fakturanummer", "CVR", "fakturadato", "beløb", "rekvisition", "valuta", "type")


def read(purchase, content, *, who="admin", dry_run=False, name="f.xml"):
    with purchase.town.as_user(who) as ctx:
        return imports.read_invoices(ctx, file_name=name, content=content, dry_run=dry_run)


# -- electronic invoices


@pytest.mark.parametrize(("custom", "form"), [(OIOUBL, "oioubl"), (PEPPOL, "peppol")])
def test_an_electronic_invoice_is_read_without_its_vat(custom, form):
    found = rules.read_xml(ubl(custom=custom, net="4000.00", vat="1000.00"))
    assert found == rules.InvoiceFact(
        supplier_cvr=CVR,
        number="F-77",
        issued_on=date(2026, 3, 1),
        amount=400000,
        requisition="RT26-ABCDEFGH",
        supplier_name="Københavns Professionshøjskole",
        reference="Anna",
        gln="5798000419681",
        form=InvoiceForm(form),
    )


def test_a_credit_note_is_below_zero():
    assert rules.read_xml(ubl(root="CreditNote", net="4000.00", vat="0")).amount == -400000


def test_what_was_paid_beforehand_is_part_of_the_price():
    """Peppol's payable amount is what is left; the order is about the whole."""
    found = rules.read_xml(ubl(custom=PEPPOL, net="4000.00", vat="0", prepaid="1000.00"))
    assert found.amount == 400000


def test_the_tax_is_the_documents_own():
    """Peppol may repeat it in the currency of the accounts."""
    second = '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">99.00</cbc:TaxAmount></cac:TaxTotal>'
    assert rules.read_xml(ubl(custom=PEPPOL, net="100", vat="25", more=second)).amount == 10000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_encoding_that_xml_begins_with_is_read(encoding):
    content = ubl(encoding=encoding.replace("-sig", ""))
    if encoding == "utf-8-sig":
        content = b"\xef\xbb\xbf" + content
    assert rules.is_xml(content)
    assert rules.read_xml(content).number == "F-77"


ATTRIBUTES = " ".join(f'a{at}="1"' for at in range(400))
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha" * 10}">' for i in range(10))
HOSTILE = {
    "a bomb": ubl(doctype=f"<!DOCTYPE Invoice [{LAUGHS}]>", number="&l9;"),
    "one long entity": ubl(
        doctype=f'<!DOCTYPE Invoice [<!ENTITY a "{"a" * 50_000}">]>', number="&a;" * 500
    ),
    "a file of the server": ubl(
        doctype='<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]>', number="&x;"
    ),
    "an address": ubl(doctype='<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:1/x.dtd">'),
    "a parameter entity": ubl(
        doctype='<!DOCTYPE Invoice [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>'
    ),
    "a bare DTD": ubl(doctype="<!DOCTYPE Invoice>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_means_harm_is_not_read(purchase, name):
    refusal = purchase.refused(Invalid, lambda: read(purchase, HOSTILE[name]))
    assert (refusal.field, "DTD" in str(refusal)) == ("file", True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (ubl(more="<!--" + "x" * rules.LARGEST_XML + "-->"), "5 MB"),
        (ubl(more="<a>" * 60 + "</a>" * 60), "not built as an invoice"),
        (ubl(more=f"<a {ATTRIBUTES}/>"), "not built as an invoice"),
        (ubl(more=f"<a {ATTRIBUTES}/>" * 200), "not built as an invoice"),
        (ubl()[:-20], "cannot be read"),
        (b"<html><body>Log ind</body></html>", "neither an invoice"),
        (ubl(encoding="utf-8").replace(b"utf-8", b"nonsense"), "cannot be read"),
        (ubl(custom="urn:factur-x"), "Only OIOUBL 2.1 and Peppol BIS 3"),
        (ubl(currency="EUR"), "EUR"),
        (ubl(net="100", vat="0", stated="SEK"), "SEK"),
        (ubl(net="0", vat="0"), "about nothing"),
        (ubl(net="1e400", vat="0"), "not an amount"),
        (ubl(net="NaN", vat="0"), "not an amount"),
        (ubl(net="9999999999999", vat="0"), "more than the system handles"),
        (ubl(cvr="123"), "CVR"),
        (ubl(number=" "), "lacks ID"),
        (ubl(issued="01-03-2026"), "IssueDate"),
    ],
)
def test_what_is_no_such_invoice_is_refused_with_the_cure(purchase, content, says):
    refusal = purchase.refused(Invalid, lambda: read(purchase, content))
    assert refusal.field == "file"
    assert says in str(refusal)


def test_an_electronic_invoice_settles_its_order(purchase):
    order_id = purchase.order()
    content = ubl(requisition=purchase.requisition(order_id), net="5000.00", vat="0")
    [tried] = read(purchase, content, dry_run=True).readings
    assert (tried.outcome, purchase.state(order_id)) == ("matched", "expected")
    read(purchase, content)
    assert purchase.state(order_id) == "matched"
    [again] = read(purchase, content).readings
    assert again.outcome == "known"


def test_an_invoice_of_many_lines_is_read():
    """Its attributes are many, and no more than its elements."""
    line = '<cac:InvoiceLine><cbc:ID schemeID="x">1</cbc:ID></cac:InvoiceLine>'
    assert rules.read_xml(ubl(more=line * 20_000)).number == "F-77"


# -- tables


@pytest.mark.parametrize("make", [table, workbook])
def test_a_table_is_read_in_one_go(purchase, make):
    first, second = purchase.order("ped_n1_1"), purchase.order("ped_n1_2")
    rows = [
        ("A1", CVR, "01-03-2026", "5.000,00", purchase.requisition(first), "DKK", "faktura"),
        ("A2", CVR, "02-03-2026", "5.100,50", purchase.requisition(second), "", ""),
        ("A3", f"DK{CVR}", "02-03-2026", "100,00", "", "", "kreditnota"),
    ]
    found = read(purchase, make(HEADER, rows), name="f.csv")
    assert [(each.outcome.value, each.fact.amount) for each in found.readings] == [
        ("matched", FEE),
        ("difference", 510050),
        ("waiting", -10000),
    ]
    assert found.readings[1].difference == 10050


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({0: ""}, "fakturanummer"),
        ({1: "123"}, "CVR"),
        ({1: ""}, "CVR"),
        ({2: "31-02-2026"}, "fakturadato"),
        ({3: "5,000.00"}, "beløb"),
        ({3: "0"}, "beløb"),
        ({5: "EUR"}, "valuta"),
        ({6: "rykker"}, "type"),
    ],
)
def test_one_wrong_row_and_nothing_is_read(purchase, change, column):
    order_id = purchase.order()
    good = ("A1", CVR, "01-03-2026", "5.000,00", purchase.requisition(order_id), "DKK", "")
    bad = tuple(change.get(at, cell) for at, cell in enumerate(("A2", *good[1:])))
    before = purchase.everything()
    found = read(purchase, table(HEADER, [good, bad]))
    assert [(error.row, error.column) for error in found.errors] == [(3, column)]
    assert (found.readings, purchase.everything()) == ((), before)


def test_too_many_and_too_large_is_refused(purchase):
    row = ("A1", CVR, "01-03-2026", "5.000,00", "", "", "")
    many = table(HEADER, [(f"A{at}", *row[1:]) for at in range(501)])
    assert "500" in str(purchase.refused(Invalid, lambda: read(purchase, many)))
    purchase.refused(Invalid, lambda: read(purchase, b"x" * (10 * 1024 * 1024 + 1)))
    long = table(HEADER, [("A" * 100_000, *row[1:])])
    before = purchase.everything()
    assert read(purchase, long).errors
    assert purchase.everything() == before


@pytest.mark.parametrize(
    "written",
    ["f-77", "F 77", "F77", "F\u00a077", "F\u201077", "F/77", "\uff26-77", "F-77 "],
)
def test_the_same_invoice_written_otherwise_is_read_once(purchase, written):
    first, second = purchase.order("ped_n1_1"), purchase.order("ped_n1_2")
    purchase.read(purchase.fact(first, FEE, number="F-77"))
    before = purchase.everything()[:-1]
    [again] = purchase.read(purchase.fact(second, FEE, number=written))
    assert (again.outcome.value, again.known_number) == ("known", "F-77")
    assert purchase.everything()[:-1] == before
    # Of another supplier it is another.
    [other] = purchase.read(purchase.fact(second, FEE, number=written, supplier_cvr="16356706"))
    assert other.outcome.value == "waiting"


@pytest.mark.parametrize(
    ("one", "other"),
    [("0077/77", "77/77"), ("Æ7", "æ7"), ("00123", "123"), ("F-0", "f0"), ("000", "0")],
)
def test_two_ways_of_writing_have_one_key(one, other):
    assert rules.number_key(one) == rules.number_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("F-77", "F-78"), ("7", "70"), ("A7", "Å7"), ("0", "1"), ("-", "/")]
)
def test_two_numbers_have_two_keys(one, other):
    assert rules.number_key(one) != rules.number_key(other)


def test_an_xml_and_a_workbook_are_one_invoice(purchase):
    first, second = purchase.order("ped_n1_1"), purchase.order("ped_n1_2")
    sent = {"net": "5000.00", "vat": "0"}
    read(purchase, ubl(requisition=purchase.requisition(first), number="00123", **sent))
    row = (123, CVR, "01-03-2026", "5.000,00", purchase.requisition(second), "", "")
    [again] = read(purchase, workbook(HEADER, [row]), name="f.xlsx").readings
    assert (again.outcome.value, again.known_number) == ("known", "00123")
    assert purchase.postings() == [(FEE, 0)]


def test_others_read_no_files(purchase):
    purchase.refused(Forbidden, lambda: read(purchase, ubl(), who="leader_n1"))
