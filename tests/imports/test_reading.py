"""Every way a Danish office writes a table is read, or refused with the reason; none wrongly."""

import io
import itertools
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook

from tenant_app.core.errors import Invalid
from tenant_app.imports import reading, rules
from tenant_app.imports.models import ImportKind
from tests.imports.conftest import EMPLOYEES, UNITS, table
from tests.imports.conftest import workbook as make_workbook

COLUMNS = rules.COLUMNS[ImportKind.EMPLOYEES]

ENCODINGS = {
    "utf-8": lambda text: text.encode("utf-8"),
    "utf-8 with BOM": lambda text: text.encode("utf-8-sig"),
    "windows-1252": lambda text: text.encode("cp1252"),
    "utf-16 LE": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16 BE": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
}
HEADERS = {
    "danish": EMPLOYEES,
    "english": (
        "employee number",
        "name",
        "e-mail",
        "unit number",
        "position",
        "FTE",
        "from date",
    ),
    "upper case": tuple(header.upper() for header in EMPLOYEES),
    "spaces and signs": (
        " Medarbejder-nummer ",
        "NAVN",
        "Mail",
        "Enheds nr.",
        "stilling:",
        "fte",
        "Fra  Dato",
    ),
}
NEWLINES = {"windows": "\r\n", "unix": "\n", "old mac": "\r"}
PEOPLE = [
    ("0047", "Åse Ægidius Ørsted", "aase@by.dk", "101", "pædagog", "0,86", "01-08-2026"),
    ("48", 'Jens "Jes" Sørensen; leder, afd. 2', "", "102", "Leder", "1", "2026-08-01"),
    ("49", "Çelik\tÉva–Zoë", "", "103", "medhjælper", "0,5", "1/8/2026"),
]


def quoted(cell: str, *, always: bool) -> str:
    if always or any(sign in cell for sign in ';,\t"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


CASES = list(
    itertools.product(
        ENCODINGS, (";", ",", "\t"), HEADERS, NEWLINES, ("", "sep"), ("needed", "always")
    )
)


def test_the_matrix_is_no_smaller_than_the_measured_one():
    assert len(CASES) >= 360


@pytest.mark.parametrize(("encoding", "delimiter", "header", "newline", "sep", "quotes"), CASES)
def test_every_way_of_writing_gives_the_same_rows(
    encoding, delimiter, header, newline, sep, quotes
):
    end = NEWLINES[newline]
    lines = [
        delimiter.join(quoted(cell, always=quotes == "always") for cell in row)
        for row in (HEADERS[header], *PEOPLE)
    ]
    text = end.join([*([f"sep={delimiter}"] if sep else []), *lines, ""])
    sheet = reading.read(ENCODINGS[encoding](text), COLUMNS)
    checked = rules.check(ImportKind.EMPLOYEES, sheet)
    assert checked.errors == []
    assert sheet.ignored == ()
    first = 3 if sep else 2
    assert checked.rows == [
        (
            first,
            {
                "number": "0047",
                "name": "Åse Ægidius Ørsted",
                "email": "aase@by.dk",
                "unit_number": "101",
                "position": "pedagogue",
                "fte": Decimal("0.86"),
                "from_date": date(2026, 8, 1),
            },
        ),
        (
            first + 1,
            {
                "number": "48",
                "name": 'Jens "Jes" Sørensen; leder, afd. 2',
                "email": None,
                "unit_number": "102",
                "position": "leader",
                "fte": Decimal(1),
                "from_date": date(2026, 8, 1),
            },
        ),
        (
            first + 2,
            {
                "number": "49",
                "name": "Çelik Éva–Zoë",
                "email": None,
                "unit_number": "103",
                "position": "assistant",
                "fte": Decimal("0.5"),
                "from_date": date(2026, 8, 1),
            },
        ),
    ]


def test_a_workbook_gives_the_same_with_its_own_dates_and_numbers():
    content = make_workbook(
        EMPLOYEES,
        [
            (47, "Åse", None, 101, "pædagog", 0.86, date(2026, 8, 1)),
            (None,) * 7,
            ("048", "Bo", "bo@by.dk", "102", "leder", 1, "01-08-2026"),
        ],
    )
    checked = rules.check(ImportKind.EMPLOYEES, reading.read(content, COLUMNS))
    assert checked.errors == []
    assert [number for number, _ in checked.rows] == [2, 4]
    first, second = (row for _, row in checked.rows)
    assert (first["number"], first["unit_number"], first["fte"]) == ("47", "101", Decimal("0.86"))
    assert first["from_date"] == second["from_date"] == date(2026, 8, 1)
    assert second["number"] == "048"


def test_only_the_first_visible_sheet_is_read():
    book = Workbook()
    book.active.append(["noget", "andet"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Liste").append(list(UNITS))
    made = io.BytesIO()
    book.save(made)
    sheet = reading.read(made.getvalue(), rules.COLUMNS[ImportKind.UNITS])
    assert sheet.rows == []


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"  \r\n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "password"),
        (b"PK\x03\x04 not a zip", "read"),
        (b"\x81\x8d\x8f\x90" * 40, "text"),
        (table(UNITS, []).decode("utf-8-sig").encode("utf-16-le"), "NUL"),
        (b"a;b\0;c", "NUL"),
        (b"nummer;navn\n1;2", "type, overordnet nummer, fra dato"),
        (b"<html><body>nej</body></html>", "header row"),
        (table((*UNITS, "Nummer"), []), "twice"),
        (table(UNITS, []) + b'"1;2\n3;4', "quotation"),
        (table(UNITS, []) + b'"1"x;2\n', "quotation"),
        (b"x" * (10 * 1024 * 1024 + 1), "10 MB"),
    ],
)
def test_what_is_not_such_a_table_is_refused_with_the_reason(content, word):
    with pytest.raises(Invalid) as refusal:
        reading.read(content, rules.COLUMNS[ImportKind.UNITS])
    assert refusal.value.field == "file"
    assert word in str(refusal.value)


def test_rows_are_capped():
    row = b'"1";a;hus;2;01-01-2020;\n'
    content = table(UNITS, []) + row * 20_000
    assert len(reading.read(content, rules.COLUMNS[ImportKind.UNITS]).rows) == 20_000
    with pytest.raises(Invalid, match="20000"):
        reading.read(content + row, rules.COLUMNS[ImportKind.UNITS])


def test_columns_that_nobody_asked_for_are_named():
    content = table((*UNITS, "id", "bemærkning"), [("1", "a", "hus", "2", "01-01-2020", "", "7")])
    sheet = reading.read(content, rules.COLUMNS[ImportKind.UNITS])
    assert sheet.ignored == ("id", "bemærkning")
    assert "7" not in sheet.rows[0].cells.values()


NUMBERS = {
    "0,86": "0.86",
    "1": "1",
    "1,0": "1",
    "86,49 %": "0.8649",
    "100%": "1",
    "0.86": None,
    "1.000": None,
    "1,234.5": None,
    "1.234,5": None,
    "-0,5": None,
    "1,6": None,
    "0": None,
    "1e0": None,
    "١": None,
    "": None,
    "en": None,
    "0,00001": None,
    "=1": None,
}


@pytest.mark.parametrize(("typed", "meant"), NUMBERS.items())
def test_an_fte_is_read_as_danish_or_refused(typed, meant):
    content = table(EMPLOYEES, [("1", "A", "", "2", "leder", typed, "01-01-2020")])
    checked = rules.check(ImportKind.EMPLOYEES, reading.read(content, COLUMNS))
    if meant is None:
        assert [(error.row, error.column) for error in checked.errors] == [(2, "FTE")]
    else:
        assert checked.errors == []
        assert checked.rows[0][1]["fte"] == Decimal(meant)


def test_hours_a_week_are_a_share_of_37():
    header = tuple("timer" if name == "FTE" else name for name in EMPLOYEES)
    content = table(header, [("1", "A", "", "2", "leder", "32", "01-01-2020")])
    checked = rules.check(ImportKind.EMPLOYEES, reading.read(content, COLUMNS))
    assert checked.rows[0][1]["fte"] == Decimal("0.8649")


DAYS = {
    "01-08-2026": date(2026, 8, 1),
    "1-8-2026": date(2026, 8, 1),
    "01/08/2026": date(2026, 8, 1),
    "01.08.2026": date(2026, 8, 1),
    "2026-08-01": date(2026, 8, 1),
    " 01-08-2026 ": date(2026, 8, 1),
    "31-02-2026": None,
    "08-13-2026": None,
    "01-08-26": None,
    "2026-8-1": None,
    "46235": None,
    "01-08-1926": None,
    "i går": None,
    "": None,
}


@pytest.mark.parametrize(("typed", "meant"), DAYS.items())
def test_a_date_is_read_as_danish_or_iso_or_refused(typed, meant):
    content = table(EMPLOYEES, [("1", "A", "", "2", "leder", "1", typed)])
    checked = rules.check(ImportKind.EMPLOYEES, reading.read(content, COLUMNS))
    if meant is None:
        assert [(error.row, error.column) for error in checked.errors] == [(2, "fra dato")]
    else:
        assert checked.rows[0][1]["from_date"] == meant


@pytest.mark.parametrize(
    "name", ["=1+1", "@SUM(A1)", "+45 12", "-1", "a\x07b", "x" * 201, "\u202eabc"]
)
def test_texts_that_could_do_harm_are_refused(name):
    content = table(EMPLOYEES, [("1", name, "", "2", "leder", "1", "01-01-2020")])
    checked = rules.check(ImportKind.EMPLOYEES, reading.read(content, COLUMNS))
    assert [(error.row, error.column) for error in checked.errors] == [(2, "navn")]


def test_all_errors_are_told_at_once_by_row_and_column():
    content = table(
        EMPLOYEES,
        [
            ("", "", "nej", "", "konge", "2", "i går"),
            ("1", "A", "", "2", "leder", "1", "01-01-2020"),
            ("1", "B", "", "2", "leder", "1", "01-01-2020", "for meget"),
        ],
    )
    checked = rules.check(ImportKind.EMPLOYEES, reading.read(content, COLUMNS))
    assert [(error.row, error.column) for error in checked.errors] == [
        *((2, column) for column in EMPLOYEES),
        (4, ""),
        (4, "medarbejdernummer"),
    ]
    assert [number for number, _ in checked.rows] == [3]
