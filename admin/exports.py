"""Lists as files that Danish offices open: CSV for Excel, and XLSX."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Response
from markupsafe import escape
from openpyxl import Workbook

from tenant_app.core.sheets import BOM, Cell, csv_cell, xlsx_cell

__all__ = ["Cell", "Sheet", "answer", "typed"]

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IN_MEMORY = 1024 * 1024
"""Bytes of a file that are kept in memory; a larger one goes to disk."""
CHUNK = 64 * 1024
_AMOUNT = re.compile(r"-?\d{1,3}(\.\d{3})*,\d\d kr")
_DAY = re.compile(r"\d\d-\d\d-\d{4}")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Sheet:
    """Rows on their way to a file; after `most` of them comes the note instead."""

    title: str
    heads: Sequence[str]
    rows: Iterable[list[Cell]]
    most: int
    note: str

    def lines(self) -> Iterator[list[Cell]]:
        """The rows, and the note where there are too many."""
        for at, row in enumerate(self.rows):
            if at == self.most:
                yield [self.note]
                return
            yield row


def typed(value: Any) -> Cell:
    """What a list shows, for a spreadsheet: no markup, amounts and dates as what they are."""
    text = escape(value).replace("<br>", "; ").replace("</div>", "; ").striptags()
    text = str(text).removesuffix(";").strip()
    if _AMOUNT.fullmatch(text):
        return Decimal(text.removesuffix(" kr").replace(".", "").replace(",", "."))
    if _DAY.fullmatch(text):
        try:
            return datetime.strptime(text, "%d-%m-%Y").date()
        except ValueError:
            return text
    return text


def answer(sheet: Sheet, kind: str, *, name: str) -> Response:
    """The file to download.

    It is made before it is sent: the rows are read inside the request's unit of work, which a slow
    line would otherwise hold open, and a crash half-way is an error page and not half a file.
    """
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - `_chunks` closes it
    {"csv": _write_csv, "xlsx": _write_xlsx}[kind](file, sheet)
    length = file.tell()
    file.seek(0)
    response = Response(_chunks(file), content_type=KINDS[kind])
    response.content_length = length
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _write_csv(file: IO[bytes], sheet: Sheet) -> None:
    """UTF-8 with BOM and semicolons, as Danish Excel takes it."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    text.write(BOM)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([csv_cell(head) for head in sheet.heads])
    for row in sheet.lines():
        writer.writerow([csv_cell(value) for value in row])
    text.detach()


def _write_xlsx(file: IO[bytes], sheet: Sheet) -> None:
    book = Workbook(write_only=True)  # rows go to disk as they come
    page = book.create_sheet(_NOT_IN_TITLES.sub(" ", sheet.title)[:31])
    page.freeze_panes = "A2"
    page.append([xlsx_cell(page, head) for head in sheet.heads])
    for row in sheet.lines():
        page.append([xlsx_cell(page, value) for value in row])
    book.save(file)
    file.seek(0, io.SEEK_END)
