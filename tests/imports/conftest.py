"""Files as offices make them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.catalogue.models import Course, Provider
from tenant_app.imports import service as imports
from tenant_app.imports.models import ImportKind, ImportRun
from tenant_app.organisation.models import Employee, Employment, Unit, UnitPlacement
from tests.town import Town

UNITS = ("nummer", "navn", "type", "overordnet nummer", "fra dato", "svag økonomi")
EMPLOYEES = (
    "medarbejdernummer",
    "navn",
    "e-mail",
    "enhedsnummer",
    "stilling",
    "FTE",
    "fra dato",
)
COURSES = (
    "kode",
    "titel",
    "udbyder",
    "udbydertype",
    "form",
    "ECTS",
    "timer",
    "vikartimer",
    "pris",
    "pristype",
    "materialer",
    "transport",
    "kommunalt mål",
    "obligatorisk",
)


def table(header: Sequence[str], rows: Sequence[Sequence[Any]], *, delimiter: str = ";") -> bytes:
    """A CSV as Danish Excel writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def workbook(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """An .xlsx as Excel writes it."""
    book = Workbook()
    sheet = book.active
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def bare_workbook(sheet: str, **more: bytes) -> bytes:
    """An .xlsx written by hand: `sheet` is the inside of the worksheet."""
    head = '<?xml version="1.0"?>'
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "[Content_Types].xml",
            f'{head}<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" '
            f'ContentType="{kind}.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" '
            f'ContentType="{kind}.worksheet+xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'{head}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'{head}<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{head}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        book.writestr(
            "xl/worksheets/sheet1.xml", f'{head}<worksheet xmlns="{main}">{sheet}</worksheet>'
        )
        for name, data in more.items():
            book.writestr(name, data)
    return made.getvalue()


def run(
    town: Town, kind: str, content: bytes, *, dry_run: bool = False, who: str = "admin"
) -> imports.ImportResult:
    """Import as one of the town's users."""
    with town.as_user(who) as ctx:
        return imports.run(
            ctx,
            kind=ImportKind(kind),
            file_name=f"{kind}.csv",
            content=content,
            dry_run=dry_run,
        )


def everything(town: Town) -> dict[str, Any]:
    """All rows that an import could have written."""
    found = {}
    with town.as_system() as ctx:
        for model in (
            Unit,
            UnitPlacement,
            Employee,
            Employment,
            Provider,
            Course,
            ImportRun,
            AuditEntry,
        ):
            columns = [c for c in model.__table__.c if c.name != "at"]
            found[model.__tablename__] = sorted(
                map(repr, ctx.session.execute(select(*columns)).all())
            )
    return found


@pytest.fixture
def few_units() -> bytes:
    """An area with an institution and its house; children first."""
    return table(
        UNITS,
        [
            ("H1", "Hus Blå", "hus", "I1", "01-01-2021", ""),
            ("I1", "Æblehaven", "institution", "A1", "01-01-2021", "ja"),
            ("A1", "Øst", "område", "", "01-01-2021", "nej"),
        ],
    )


def counts(result):
    return (result.added, result.changed, result.unchanged, [str(e) for e in result.errors])


def where(result):
    return [(error.row, error.column) for error in result.errors]


def people(n, *, bad=None, units=("U4", "U5")):
    return table(
        EMPLOYEES,
        [
            (
                f"P{at}",
                f"Person {at}",
                f"p{at}@by.dk",
                units[at % len(units)],
                "pædagog",
                "9" if at == bad else "0,86",
                "01-01-2026",
            )
            for at in range(n)
        ],
    )
