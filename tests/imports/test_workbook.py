"""A workbook that would hurt is refused before it can."""

import io
import random
import struct
import time
import zipfile

import pytest

from tenant_app.core.errors import Invalid
from tenant_app.imports import reading, rules, workbook
from tenant_app.imports.models import ImportKind
from tests.imports.conftest import bare_workbook

COLUMNS = rules.COLUMNS[ImportKind.EMPLOYEES]


def zipped(entries: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as book:
        for name, data in entries.items():
            book.writestr(name, data)
    return made.getvalue()


def lying(content: bytes, size: int) -> bytes:
    """The same zip, whose directory and headers claim that each entry inflates to `size`."""
    changed = bytearray(content)
    for magic, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        found = content.find(magic)
        while found >= 0:
            changed[found + at : found + at + 4] = struct.pack("<I", size)
            found = content.find(magic, found + 4)
    return bytes(changed)


def protected() -> bytes:
    content = bytearray(zipped({"a.xml": b"x"}))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


FAR = (
    '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
)
NOISE = random.Random(7).randbytes(200_000)
BOMBS = {
    "60 MB of zeros": lambda: zipped({"xl/worksheets/sheet1.xml": bytes(60 * 2**20)}),
    "ratio of 1000": lambda: zipped({"xl/worksheets/sheet1.xml": bytes(10 * 2**20)}),
    "ratio hidden behind noise": lambda: zipped({"n": NOISE, "b.xml": bytes(15 * 2**20)}),
    "many middling entries": lambda: zipped({f"{n}.xml": bytes(2**20) for n in range(60)}),
    "too many entries": lambda: zipped({f"{n}.xml": b"x" for n in range(201)}),
    "a workbook in the workbook": lambda: bare_workbook(
        "<sheetData/>", **{"xl/embeddings/a.xlsx": zipped({"a": b"b"})}
    ),
    "a zip under another name": lambda: bare_workbook(
        "<sheetData/>", **{"xl/media/a.png": zipped({"a": b"b"})}
    ),
    "macros": lambda: bare_workbook("<sheetData/>", **{"xl/vbaProject.bin": b"x" * 10}),
    "a password": protected,
    "a directory that understates": lambda: lying(zipped({"a.xml": bytes(5 * 2**20)}), 10),
    "a directory that overstates": lambda: lying(zipped({"a.xml": NOISE}), 300_000),
    "another compression": lambda: zipped({"a.xml": NOISE}, method=zipfile.ZIP_LZMA),
    "cut short": lambda: zipped({"a.xml": NOISE})[:-40],
    "two entries of one name": lambda: twice(),
    "cells in the far corner": lambda: bare_workbook(FAR),
    "the same with other quotes": lambda: bare_workbook(FAR.replace('"', "'")),
    "not a workbook": lambda: zipped({"a.txt": b"hej"}),
    "an external entity": lambda: bare_workbook(
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sheetData><row><c t="str">'
        "<v>&a;</v></c></row></sheetData>"
    ),
    "a shared text of a megabyte used often": lambda: shared_text(),
    "columns without end": lambda: bare_workbook(
        "<sheetData><row>" + "<c><v>1</v></c>" * 5_000 + "</row></sheetData>"
    ),
}


def twice() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("a.xml", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            book.writestr("a.xml", b"2")
    return made.getvalue()


def shared_text() -> bytes:
    """Small in the directory, 3 GB when every cell has its own copy."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    letters = random.Random(7).choices(b"abcdefghijklmnopqrstuvwxyz", k=2**20)
    cells = '<row><c t="s"><v>0</v></c></row>' * 3_000
    content = bare_workbook(
        f"<sheetData>{cells}</sheetData>",
        **{
            "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>'.encode()
            + bytes(letters)
            + b"</t></si></sst>"
        },
    )
    relation = (
        '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            data = old.read(entry)
            if entry == "xl/_rels/workbook.xml.rels":
                data = data.replace(b"</Relationships>", relation.encode())
            new.writestr(entry, data)
    return made.getvalue()


@pytest.mark.parametrize("name", BOMBS)
def test_a_workbook_that_would_hurt_is_refused(name):
    content = BOMBS[name]()
    begun = time.monotonic()
    with pytest.raises(Invalid) as refusal:
        reading.read(content, COLUMNS)
    assert time.monotonic() - begun < 5
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    "name", ["60 MB of zeros", "ratio of 1000", "many middling entries", "too many entries"]
)
def test_bombs_are_seen_in_the_directory_alone(name, monkeypatch):
    content = BOMBS[name]()
    monkeypatch.setattr(zipfile.ZipFile, "read", None)  # nothing may be inflated
    begun = time.monotonic()
    with pytest.raises(Invalid):
        reading.read(content, COLUMNS)
    assert time.monotonic() - begun < 0.1


def test_control_without_the_guard_the_bomb_is_inflated(monkeypatch):
    content = BOMBS["ratio of 1000"]()
    monkeypatch.setattr(workbook, "_judge", lambda entries, size: None)
    assert len(workbook._stored(content)) > 10 * 2**20
