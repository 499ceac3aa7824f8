"""From the rows of a file to typed rows, with every error by row and column. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tenant_app.core.errors import N_
from tenant_app.core.money import Money
from tenant_app.imports.models import ImportKind
from tenant_app.imports.rules.cells import RowError, RowReader
from tenant_app.imports.rules.columns import (
    COLUMNS,
    COST_LINES,
    FORMS,
    NATURAL_KEY,
    POSITIONS,
    PRICE_KINDS,
    PROVIDER_KINDS,
    UNIT_KINDS,
)
from tenant_app.imports.table import Sheet

__all__ = ["COLUMNS", "Checked", "RowError", "check"]

FULL_TIME_HOURS = Decimal(37)
"""A week's work in Denmark: hours in a file are hours a week."""


@dataclass
class Checked:
    """Typed rows with their numbers in the file; and every error."""

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    bad_keys: set[str] = field(default_factory=set)
    """Natural keys of rows with errors: others may rightly refer to them."""


def check(kind: ImportKind, sheet: Sheet) -> Checked:
    """Every row as the service takes it, or all that is wrong with it."""
    checked = Checked()
    first_seen: dict[str, int] = {}
    key = NATURAL_KEY[kind]
    if kind is ImportKind.EMPLOYEES and not {"fte", "hours"} & sheet.headers.keys():
        checked.errors.append(
            RowError(0, "FTE", N_("The file needs a column “FTE” or “timer” (hours a week)."))
        )
    for row in sheet.rows:
        reader = RowReader(row, sheet)
        values = _READERS[kind](reader)
        if row.spilled:
            reader.error(
                "", N_("There are more cells than headers. Put quotation marks around commas.")
            )
        number = _natural_key([values.get(name) for name in key])
        if number is not None:
            earlier = first_seen.setdefault(number, row.number)
            if earlier != row.number:
                reader.error(
                    key[-1],
                    N_("“%(value)s” is in row %(row)s too. Keep one of them."),
                    value=number,
                    row=str(earlier),
                )
        if reader.errors:
            checked.errors += reader.errors
            if number is not None:
                checked.bad_keys.add(number)
        else:
            checked.rows.append((row.number, values))
    return checked


def _natural_key(parts: list[Any]) -> str | None:
    """What a row is known by, as people would say it; None where a part is missing."""
    if any(part is None for part in parts):
        return None
    return ", ".join(f"{part:%d-%m-%Y}" if isinstance(part, date) else str(part) for part in parts)


def _unit(reader: RowReader) -> dict[str, Any]:
    return {
        "number": reader.text("number"),
        "name": reader.text("name"),
        "kind": reader.choice("kind", UNIT_KINDS),
        "parent_number": reader.text("parent_number", required=False),
        "from_date": reader.day("from_date"),
        "weak_economy": reader.yes_no("weak_economy") if reader.has("weak_economy") else None,
    }


def _employee(reader: RowReader) -> dict[str, Any]:
    return {
        "number": reader.text("number"),
        "name": reader.text("name"),
        "email": reader.email("email"),
        "unit_number": reader.text("unit_number"),
        "position": reader.choice("position", POSITIONS),
        "fte": _share(reader),
        "from_date": reader.day("from_date"),
    }


def _share(reader: RowReader) -> Decimal | None:
    """FTE as 0,86 or 86 %; or hours a week of 37."""
    if reader.has("fte") and (reader.words("fte") or not reader.has("hours")):
        text = reader.words("fte")
        percent = text.endswith("%")
        share = reader.number("fte", most=1_000, text=text.removesuffix("%").strip())
        if share is not None and percent:
            share /= 100
        key = "fte"
    else:
        hours = reader.number("hours", most=1_000)
        share = None if hours is None else hours / FULL_TIME_HOURS
        key = "hours"
    if share is None:
        return None
    share = share.quantize(Decimal("0.0001"))
    if not 0 < share <= Decimal("1.5"):
        if key == "fte":
            reader.error(
                key,
                N_(
                    "%(fte)s is not an FTE. "
                    "Write a number above 0 and at most 1,5 (full time is 1)."
                ),
                fte=reader.words(key)[:20],
            )
        else:
            reader.error(key, N_("Write hours a week, above 0 and at most 55,5."))
        return None
    return share


def _course(reader: RowReader) -> dict[str, Any]:
    values = {
        "code": reader.text("code"),
        "title": reader.text("title"),
        "provider": reader.text("provider"),
        "form": reader.choice("form", FORMS),
        "hours": reader.number("hours", most=10_000),
        "price": reader.money("price"),
        "price_kind": reader.choice("price_kind", PRICE_KINDS),
    }
    if reader.words("provider_kind"):
        values["provider_kind"] = reader.choice("provider_kind", PROVIDER_KINDS)
    # What the file has no column for is left as it is.
    if reader.has("ects"):
        values["ects"] = reader.number("ects", most=300, required=False) or Decimal(0)
    if reader.has("cover_hours"):
        values["cover_hours"] = reader.number("cover_hours", most=10_000, required=False)
    for key in ("materials", "travel"):
        if reader.has(key):
            values[key] = reader.money(key, required=False) or Money(0)
    for key in ("serves_municipal_goal", "is_mandatory"):
        if reader.has(key):
            values[key] = reader.yes_no(key)
    return values


def _result(reader: RowReader) -> dict[str, Any]:
    return {
        "unit_number": reader.text("unit_number"),
        "tool": reader.text("tool"),
        "held_on": reader.day("held_on"),
        "area": reader.text("area"),
        "score": reader.number("score", most=1_000, negative=True),
        "observations": _count(reader, "observations"),
    }


def _figures(reader: RowReader) -> dict[str, Any]:
    values = {
        "unit_number": reader.text("unit_number"),
        "from_date": reader.day("from_date"),
        "children_0_2": _children(reader, "children_0_2"),
        "children_3_5": _children(reader, "children_3_5"),
    }
    if reader.has("socio_index") and reader.words("socio_index"):
        values["socio_index"] = _index(reader)
    return values


def _children(reader: RowReader, key: str) -> int | None:
    """A whole number from 0 up."""
    number = reader.number(key, most=5_000)
    if number is not None and number % 1:
        reader.error(key, N_("Write how many children, from 0 to 5.000."))
        return None
    return None if number is None else int(number)


def _index(reader: RowReader) -> int | None:
    """1,20 as hundredths."""
    number = reader.number("socio_index", most=10)
    if number is not None and (not number or number * 100 % 1):
        reader.error(
            "socio_index",
            N_("Write the index as a number above 0 with two decimals at most, such as 1,15."),
        )
        return None
    return None if number is None else int(number * 100)


def _count(reader: RowReader, key: str) -> int | None:
    """A whole number from 1 up."""
    number = reader.number(key, most=100_000)
    if number is None:
        return None
    if number < 1 or number % 1:
        reader.error(key, N_("Write a whole number from 1 up."))
        return None
    return int(number)


def _account_string(reader: RowReader) -> dict[str, Any]:
    values = {
        "unit": reader.text("unit"),
        "pool_code": reader.text("pool_code", required=False) or "",
        "cost_line": reader.choice("cost_line", COST_LINES),
        "from_date": reader.day("from_date"),
        "account": reader.text("account"),
    }
    for key in ("psp", "gln"):
        if reader.has(key):
            values[key] = reader.text(key, required=False) or ""
    return values


_READERS: dict[ImportKind, Callable[[RowReader], dict[str, Any]]] = {
    ImportKind.UNITS: _unit,
    ImportKind.EMPLOYEES: _employee,
    ImportKind.COURSES: _course,
    ImportKind.SCREENINGS: _result,
    ImportKind.FIGURES: _figures,
    ImportKind.ACCOUNT_STRINGS: _account_string,
}
