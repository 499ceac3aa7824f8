"""Cells of the files that a spreadsheet opens: Danish, typed, and never run as a formula."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = str | int | Decimal | date | None

BOM = "\ufeff"
"""Excel takes a CSV file for UTF-8 only when it begins with it."""
FORMULA_LEADS = ("=", "+", "-", "@", "\t", "\r", "\0", "\n")


def tame(text: str) -> str:
    """A text that a spreadsheet would run as a formula, made harmless."""
    return f"'{text}" if text.startswith(FORMULA_LEADS) else text


def csv_cell(value: Cell) -> str:
    """Decimal commas and dd-mm-åååå, as Danish Excel reads them."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y")
    return str(value) if isinstance(value, int) else tame(value)


def xlsx_cell(sheet: Any, value: Cell) -> WriteOnlyCell:
    """Numbers and dates as what they are, all text as text."""
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"  # openpyxl would store “=…” as a formula
        return cell
    cell.value = value
    if isinstance(value, Decimal):
        cell.number_format = "#,##0.00" if value.as_tuple().exponent == -2 else "0.0"
    elif isinstance(value, date):
        cell.number_format = "DD-MM-YYYY"
    return cell
