"""XLSX behind a guard: the zip's directory is judged before anything is inflated.

What passes is inflated here, within its declared sizes, and handed stored to a child process.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
import zlib
from datetime import date
from pathlib import Path
from typing import Any

from tenant_app.core.errors import N_, Invalid

MOST_INFLATED = 50 * 1024 * 1024
MOST_RATIO = 100
MOST_ENTRIES = 200
SMALL = 64 * 1024
"""An empty sheet may well compress more than 100:1; below this it does no harm."""
SECONDS = 30
CHILD = Path(__file__).with_name("child.py")
ARCHIVES = (".zip", ".xlsx", ".xlsm", ".docx", ".7z", ".rar", ".gz", ".bz2", ".xz", ".bin")
ZIP_MAGIC = b"PK\x03\x04"

TOO_BIG_INSIDE = N_(
    "The workbook is too large inside. Save only the table in a new workbook, or as CSV."
)
UNREADABLE = N_("The workbook cannot be read. Open it in Excel and save it again, or as CSV.")


def rows(content: bytes, *, most: int) -> list[tuple[int, list[Any]]]:
    """(row number, cells) of the first visible sheet, empty rows left out. Raises Invalid."""
    return _read_in_child(_stored(content), most)


def _refuse(message: str) -> Invalid:
    return Invalid(message, field="file")


def _stored(content: bytes) -> bytes:
    """The same workbook without compression, after the guard."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            entries = book.infolist()
            _judge(entries, len(content))
            return _inflate(book, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError):
        raise _refuse(UNREADABLE) from None


def _judge(entries: list[zipfile.ZipInfo], size: int) -> None:
    inflated = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or inflated > MOST_INFLATED:
        raise _refuse(TOO_BIG_INSIDE)
    if inflated > SMALL and inflated > MOST_RATIO * size:
        raise _refuse(TOO_BIG_INSIDE)
    for entry in entries:
        if entry.flag_bits & 1:
            raise _refuse(N_("The workbook has a password. Remove it and save the file again."))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refuse(UNREADABLE)
        if entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size):
            raise _refuse(TOO_BIG_INSIDE)


def _inflate(book: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> bytes:
    made = io.BytesIO()
    names: set[str] = set()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as stored:
        for entry in entries:
            data = book.read(entry)  # stops at the declared size and checks the checksum
            if entry.is_dir():
                continue
            nested = data.startswith(ZIP_MAGIC) or entry.filename.lower().endswith(ARCHIVES)
            if nested and not _harmless(entry.filename, data):
                raise _refuse(
                    N_("The workbook holds other files. Save only the table in a new workbook.")
                )
            if entry.filename in names:
                raise _refuse(UNREADABLE)
            names.add(entry.filename)
            stored.writestr(entry.filename, data)
    return made.getvalue()


def _harmless(name: str, data: bytes) -> bool:
    """Excel keeps printer settings as .bin; nothing of the table is in them."""
    return name.startswith("xl/printerSettings/") and not data.startswith(ZIP_MAGIC)


def _read_in_child(book: bytes, most: int) -> list[tuple[int, list[Any]]]:
    try:
        done = subprocess.run(  # noqa: S603 - our own script and a number of ours
            [sys.executable, "-I", str(CHILD), str(most + 1)],
            input=book,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refuse(TOO_BIG_INSIDE) from None
    if done.returncode == 3 or done.returncode < 0:
        raise _refuse(TOO_BIG_INSIDE)
    if done.returncode != 0:
        raise _refuse(UNREADABLE)
    return [
        (at, [_cell(cell) for cell in cells])
        for at, cells in map(json.loads, done.stdout.splitlines())
    ]


def _cell(cell: Any) -> Any:
    return date.fromisoformat(cell["day"]) if isinstance(cell, dict) else cell
