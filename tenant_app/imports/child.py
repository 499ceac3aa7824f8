"""Reads one workbook in a process of its own: bytes in, one JSON list per row out.

A workbook of a few hundred bytes can make the reader ask for 500 GB and abort. Run as a script
by `workbook.py`; knows nothing of the rest of the house.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineWorkbook, SheetVisibleEnum

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
MOST_OUTPUT = 40 * 1024 * 1024
MOST_COLUMNS = 200


def plain(cell: Any) -> Any:
    """What JSON can say: text, number, yes/no, or a date as {"day": …}."""
    if isinstance(cell, bool | str):
        return cell
    if isinstance(cell, int | float):
        return cell
    if isinstance(cell, datetime):
        return {"day": cell.date().isoformat()} if not _hours(cell) else str(cell)
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    return str(cell)


def _hours(moment: datetime) -> bool:
    return bool(moment.hour or moment.minute or moment.second)


def main(most_rows: int) -> int:
    """Exit 0 with the rows of the first visible sheet, or another code."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    visible = [
        sheet.name for sheet in book.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible
    ]
    sheet = book.get_sheet_by_name(visible[0])
    if sheet.start is None:
        return 0
    # iter_rows begins at the first cell in use; rows are numbered as the office sees them.
    written = 0
    rows = 0
    for at, row in enumerate(sheet.iter_rows(), sheet.start[0] + 1):
        while row and row[-1] == "":
            row.pop()
        if not row:
            continue
        rows += 1
        if rows > most_rows or len(row) > MOST_COLUMNS:
            return 3
        line = json.dumps([at, [plain(cell) for cell in row]]) + "\n"
        written += len(line)
        if written > MOST_OUTPUT:
            return 3
        sys.stdout.write(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
