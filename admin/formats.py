"""How values look in lists: 12.345,67 kr and dd-mm-åååå."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
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


def day(path: str) -> Formatter:
    """dd-mm-åååå; moments in Danish time with hours and minutes."""

    def format_(view: Any, context: Any, row: Any, name: str) -> str:
        value = _get(row, path)
        if value is None:
            return ""
        if isinstance(value, datetime):
            return value.astimezone(DENMARK).strftime("%d-%m-%Y %H:%M")
        return str(value.strftime("%d-%m-%Y"))

    return format_


def choice(path: str, labels: Mapping[Any, Any]) -> Formatter:
    """The label of an enum value in the reader's language."""

    def format_(view: Any, context: Any, row: Any, name: str) -> str:
        value = _get(row, path)
        return "" if value is None else str(labels.get(value, value))

    return format_


def yes_no(path: str) -> Formatter:
    """Ja or nothing."""

    def format_(view: Any, context: Any, row: Any, name: str) -> str:
        return "✓" if _get(row, path) else ""

    return format_
