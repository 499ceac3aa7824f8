"""How values look in lists: 12.345,67 kr and dd-mm-åååå."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from markupsafe import Markup

from tenant_app.core.clock import DENMARK
from tenant_app.core.money import show

Formatter = Callable[[Any, Any, Any, str], Any]


def _get(row: Any, path: str) -> Any:
    return attrgetter(path)(row)


def money(path: str) -> Formatter:
    """Whole øre as 12.345,67 kr, right-aligned."""

    def format_(view: Any, context: Any, row: Any, name: str) -> Any:
        value = _get(row, path)
        return "" if value is None else Markup('<span class="money">{}</span>').format(show(value))

    return format_


def movement(path: str) -> Formatter:
    """What an entry moves, in øre. Most columns of an entry move nothing and stay empty."""

    def format_(view: Any, context: Any, row: Any, name: str) -> Any:
        return Markup('<span class="money">{}</span>').format(
            show(_get(row, path)) if _get(row, path) else ""
        )

    return format_


def date_text(value: date | datetime, *, hours: bool = True) -> str:
    """dd-mm-åååå; a moment in Danish time, with hours and minutes unless told not to."""
    if isinstance(value, datetime):
        return value.astimezone(DENMARK).strftime("%d-%m-%Y %H:%M" if hours else "%d-%m-%Y")
    return value.strftime("%d-%m-%Y")


def day(path: str, *, hours: bool = True) -> Formatter:
    """dd-mm-åååå on one line; moments in Danish time, with hours and minutes unless told not to."""

    def format_(view: Any, context: Any, row: Any, name: str) -> Any:
        value = _get(row, path)
        if value is None:
            return ""
        return Markup('<span class="day">{}</span>').format(date_text(value, hours=hours))

    return format_


def choice(path: str, labels: Mapping[Any, Any]) -> Formatter:
    """The label of an enum value in the reader's language."""

    def format_(view: Any, context: Any, row: Any, name: str) -> str:
        value = _get(row, path)
        return "" if value is None else str(labels.get(value, value))

    return format_


def state(path: str, labels: Mapping[Any, Any], tones: Mapping[Any, str]) -> Formatter:
    """The label of a state, toned: ok, warn, bad or nothing."""

    def format_(view: Any, context: Any, row: Any, name: str) -> Any:
        value = _get(row, path)
        if value is None:
            return ""
        tag = Markup('<span class="tag {}">{}</span>')
        return tag.format(tones.get(value, ""), labels.get(value, value))

    return format_


def one_line(path: str) -> Formatter:
    """Text that is not broken, such as a code with a hyphen."""

    def format_(view: Any, context: Any, row: Any, name: str) -> Any:
        return Markup('<span class="nowrap">{}</span>').format(_get(row, path))

    return format_


def yes_no(path: str) -> Formatter:
    """Ja or nothing."""

    def format_(view: Any, context: Any, row: Any, name: str) -> str:
        return "✓" if _get(row, path) else ""

    return format_


def plain_types() -> dict[type, Any]:
    """How values look that no formatter was named for: never as a program would print them."""
    return {
        type(None): lambda view, value, name: "",
        bool: lambda view, value, name: "✓" if value else "",
        # A moment is a date too, and told apart inside.
        date: lambda view, value, name: Markup('<span class="day">{}</span>').format(
            date_text(value)
        ),
        Decimal: lambda view, value, name: format(value.normalize(), "f").replace(".", ","),
    }


def thousands(number: int) -> str:
    """10.000, the Danish way."""
    return f"{number:,}".replace(",", ".")
