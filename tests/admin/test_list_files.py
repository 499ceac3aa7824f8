"""A list as a file: what is seen, as Danish Excel reads it, and harmless."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import date, datetime
from decimal import Decimal

import pytest
from markupsafe import Markup
from openpyxl import load_workbook
from sqlalchemy import update

from admin import exports
from admin.lists import RowList
from tenant_app.core import clock
from tenant_app.organisation.models import Employee
from tests.admin.lists import Browser, lists_of, table_of
from tests.admin.test_list_features import add_staff

DANGEROUS = ["=1+1", "+45 12", "-2", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0", "'quoted", 'a"b;c']


@pytest.fixture
def town(make_town):
    return make_town(now=clock.now())


@pytest.fixture
def admin(app, town):
    return Browser(app, town)


def csv_rows(answer):
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


def xlsx_sheet(answer):
    return load_workbook(io.BytesIO(answer.data)).worksheets[0]


def test_both_files_hold_what_is_seen(admin, town):
    add_staff(town, 7)
    seen = "search=Nr&sort=1&desc=1&column=name&column=number"
    heads, rows = table_of(admin.get(f"/employees/?{seen}").text)
    assert len(rows) == 7

    answer = admin.get(f"/employees/export/csv/?{seen}")
    assert csv_rows(answer) == [heads, *rows]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="employees.csv"'
    assert answer.mimetype == "text/csv"
    sheet = xlsx_sheet(admin.get(f"/employees/export/xlsx/?{seen}"))
    assert [[cell.value for cell in row] for row in sheet.rows] == [heads, *rows]


def test_the_page_links_to_the_files_of_what_it_shows(admin, town):
    page = admin.get("/employees/?search=med&page=0&column=name").text
    assert 'href="/admin/employees/export/csv/?search=med&amp;column=name"' in page
    assert 'href="/admin/employees/export/xlsx/?search=med&amp;column=name"' in page


def test_every_list_has_both_files(app, admin, town):
    for endpoint, view in lists_of(app).items():
        every = "&".join(f"column={name}" for name, _ in view._list_columns)
        heads = [str(label) for _name, label in view._list_columns]
        for kind, read in (("csv", csv_rows), ("xlsx", xlsx_sheet)):
            answer = admin.get(f"/{endpoint}/export/{kind}/?{every}")
            assert answer.status_code == 200, endpoint
            assert answer.content_length == len(answer.data)
            found = read(answer)
            assert len(found[0] if kind == "csv" else list(found[1])) == len(heads)
        assert admin.get(f"/{endpoint}/export/html/").status_code == 404


def test_no_name_becomes_a_formula(admin, town):
    with town.as_system() as ctx:
        for key, name in zip(sorted(town.employees), DANGEROUS, strict=False):
            ctx.session.execute(
                update(Employee).where(Employee.id == town.employees[key]).values(name=name)
            )
    rows = csv_rows(admin.get("/employees/export/csv/?column=name"))
    assert not [row for row in rows if row[0].startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {"'=1+1", "'@SUM(A1)", 'a"b;c'} <= {row[0] for row in rows}

    sheet = xlsx_sheet(admin.get("/employees/export/xlsx/?column=name"))
    cells = [row[0] for row in sheet.rows]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=1+1" in {cell.value for cell in cells}


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        (Markup('<span class="money">-12.345,67 kr</span>'), Decimal("-12345.67")),
        ("0,00 kr", Decimal("0.00")),
        (Markup('<span class="day">24-12-2026</span>'), date(2026, 12, 24)),
        ("99-99-2026", "99-99-2026"),
        ("24-12-2026 10:15", "24-12-2026 10:15"),
        (Markup("<div>A</div><div>B &amp; C</div>"), "A; B & C"),
        ("<b>0042", "<b>0042"),
        ("\u2003\u2003Børnehus", "Børnehus"),
        ("", ""),
    ],
)
def test_amounts_and_days_are_what_they_are(shown, kept):
    found = exports.typed(shown)
    assert (found, type(found)) == (kept, type(kept))


def test_amounts_can_be_added_up_in_the_workbook_and_days_compared(app, admin, town):
    money = exports.Sheet("x", ["A", "B"], [[Decimal("1.50"), date(2026, 1, 2)]], 10, "")
    with app.test_request_context():
        made = exports.answer(money, "xlsx", name="x")
    sheet = load_workbook(io.BytesIO(made.data)).worksheets[0]
    amount, day = next(iter(sheet.iter_rows(min_row=2)))
    assert (amount.value, amount.number_format) == (1.5, "#,##0.00")
    assert (day.value, day.number_format) == (datetime(2026, 1, 2), "DD-MM-YYYY")


def test_a_file_ends_where_it_says_and_tells_so(admin, town, monkeypatch):
    add_staff(town, 30)
    monkeypatch.setattr(RowList, "export_max_rows", 20)
    for kind, rows in (
        ("csv", csv_rows(admin.get("/employees/export/csv/"))),
        (
            "xlsx",
            [[c.value for c in r] for r in xlsx_sheet(admin.get("/employees/export/xlsx/")).rows],
        ),
    ):
        assert len(rows) == 1 + 20 + 1, kind
        assert rows[-1][0] == (
            "Kun de første 20 rækker er med. Filtrér listen for at få de andre."
        ), kind


def test_a_long_list_is_not_held_in_memory(app, admin, town):
    """Ten times as many rows take less than three times the memory."""
    peaks = []
    for more in (400, 3_600):
        with town.as_system() as ctx:
            ctx.insert_many(
                Employee,
                [
                    {"number": f"m{more}-{at}", "name": f"Navn {at} {'x' * 200}", "email": None}
                    for at in range(more)
                ],
            )
        admin.get("/employees/export/csv/?column=name")  # what is loaded once is not counted
        tracemalloc.start()
        answer = admin.client.get("/admin/employees/export/csv/?column=name")
        length = sum(1 for _ in answer.response)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert length
    assert peaks[1] < 3 * peaks[0], peaks
