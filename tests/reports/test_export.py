"""Reports as files."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from tenant_app.reports import exporting
from tenant_app.reports import service as reports
from tests.reports.conftest import NOVEMBER, Skills

PAYLOADS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "\n=1")


@pytest.fixture
def tables(town, ledger):
    """Both reports of a town whose units and competence are called like formulas."""

    def make(name: str):
        Skills(town)
        with town.as_system(now=NOVEMBER) as ctx:
            ctx.session.execute(text("UPDATE units SET name = :n, number = :n || seq"), {"n": name})
            ctx.session.execute(text("UPDATE competences SET name = :n"), {"n": name})
            reports.compute_usage(ctx, year=2026)
            reports.compute_coverage(ctx, year=2026)
            return (
                exporting.usage_table(reports.usage(ctx, year=2026), str),
                exporting.coverage_table(reports.coverage(ctx, year=2026), str),
            )

    return make


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_a_formula(tables, payload):
    for table in tables(payload):
        rows = list(
            csv.reader(io.StringIO(exporting.as_csv(table).decode("utf-8-sig")), delimiter=";")
        )
        texts = [row[i] for row in rows[1:8] if row for i in (1, 2, 3)]
        assert texts
        for cell in texts[1::3] + texts[::3]:
            assert cell.startswith("'")

        book = load_workbook(io.BytesIO(exporting.as_xlsx(table)))
        for row in book.active.iter_rows():
            for cell in row:
                assert cell.data_type != "f"


def test_the_file_is_as_danish_offices_read_it(town, ledger):
    ledger.book("n1", date(2026, 1, 1), "allotted", allotted=1_234_56)
    ledger.book("n1", date(2026, 2, 1), "adjusted", actual=-5_07)
    with town.as_system(now=NOVEMBER) as ctx:
        reports.compute_usage(ctx, year=2026)
        table = exporting.usage_table(reports.usage(ctx, year=2026), str)

    data = exporting.as_csv(table)
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("Level;Number;Unit;Allotted;")
    n1 = next(line for line in lines if ";n1 " in line)
    assert ";1234,56;" in n1
    assert ";-5,07;" in n1  # a number, so without the apostrophe

    sheet = load_workbook(io.BytesIO(exporting.as_xlsx(table))).active
    amounts = [
        row[3].value
        for row in sheet.iter_rows(min_row=2)
        if row[2].value and row[2].value.startswith("n1 ")
    ]
    assert amounts == [1234.56]
    assert sheet["D2"].number_format == "#,##0.00"


def test_the_rows_of_a_file_add_up(town, ledger):
    ledger.book("root", date(2026, 1, 1), "allotted", allotted=100)
    ledger.book("north", date(2026, 1, 1), "allotted", allotted=20)
    ledger.book("n1", date(2026, 1, 1), "allotted", allotted=3)
    with town.as_system(now=NOVEMBER) as ctx:
        reports.compute_usage(ctx, year=2026)
        table = exporting.usage_table(reports.usage(ctx, year=2026), str)

    by_name = {str(row[2]).replace(f" {town.slug}", ""): row[3] for row in table.rows}
    assert by_name["root"] == by_name["root: own pools"] + by_name["north"] + by_name["south"]
    assert by_name["north"] == by_name["north: own pools"] + by_name["n1"] + by_name["n2"]
