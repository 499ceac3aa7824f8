"""What is chosen from: units as they hang, filters that admit only known values, and numbers as
Danish offices type them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from flask_admin.contrib.sqla.filters import FilterEqual
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError

from admin.base import RoomView
from admin.formats import Formatter
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.paging import LARGEST_PAGE, Page
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind, UnitPlacement

T = TypeVar("T")

_NUMBER = re.compile(r"^-?\d{1,6}([.,]\d{1,4})?$")
YES_NO = (("1", _l("Yes")), ("0", _l("No")))
INDENT = "\u2003"


def unit_choices(ctx: Context, *kinds: UnitKind, but: UUID | None = None) -> list[tuple[str, str]]:
    """Every unit of these kinds (all) as it hangs today."""
    places = organisation.placements(ctx, kinds=kinds)
    return _as_choices([place for place in places if place.unit_id != but])


def seen_unit_choices(
    ctx: Context, permission: Permission, *kinds: UnitKind
) -> list[tuple[str, str]]:
    """Those in which the reader has the permission."""
    return _as_choices(organisation.choosable(ctx, permission, kinds=kinds))


def _as_choices(places: Sequence[UnitPlacement]) -> list[tuple[str, str]]:
    """(id, name), the level shown by indentation."""
    return [
        (str(place.unit_id), INDENT * (place.path.count(".") - 1) + place.unit.name)
        for place in places
    ]


def all_of(read: Callable[..., Page[T]]) -> list[T]:
    """Every item of a list that comes in pages: `read(page=…, page_size=…)`."""
    found: list[T] = []
    for number in itertools.count(1):
        page = read(page=number, page_size=LARGEST_PAGE)
        found.extend(page.items)
        if not page.has_more:
            break
    return found


def as_options(choices: Iterable[tuple[UUID, str]]) -> list[tuple[str, str]]:
    """The choices of a select, as a filter wants them."""
    return [(str(value), name) for value, name in choices]


class ReadOptions:
    """Options that are read anew for each page; Flask-Admin asks for them once, at start."""

    def __init__(self, read: Callable[[], Iterable[tuple[str, Any]]]) -> None:
        self.read = read

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self.read())


class Among(FilterEqual):
    """Rows with one of these values. Others are refused by `convert`, which raises ValueError."""

    def __init__(
        self,
        column: Any,
        name: Any,
        options: Any,
        *,
        word: str,
        convert: Callable[[str], Any],
    ) -> None:
        super().__init__(column, name, options=options)
        self.word = word
        self.convert = convert

    def clean(self, value: str) -> Any:
        return self.convert(value)


def key(value: Any) -> UUID:
    """The id, of its text or of itself. Raises ValueError."""
    return UUID(str(value))


def yes_or_no(value: str) -> bool:
    """ "1" or "0". Raises ValueError."""
    if value not in ("1", "0"):
        raise ValueError(value)
    return value == "1"


class FilteredView(RoomView):
    """A list whose filters have one name in every language.

    Flask-Admin makes the name from the label: in English at start and in the reader's language
    afterwards, so that the second page of a filtered list lost its filter.
    """

    def get_filter_arg(self, index: int, flt: Any) -> str:
        return str(flt.word)


class NumberField(StringField):
    """7,4 in, Decimal out. A dot is a decimal point only where it cannot mean thousands."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else plain(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: Decimal | None = None
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            return
        thousands = re.search(r"\.\d{3}$", typed) is not None
        if thousands or not _NUMBER.match(typed):
            text = _(
                "“%(text)s” is not a number. Write digits, with a comma before the decimals.",
                text=typed[:40],
            )
            raise ValidationError(text)
        self.data = Decimal(typed.replace(",", "."))


def plain(value: Decimal) -> str:
    """7.4000 as 7,4."""
    return format(value.normalize(), "f").replace(".", ",")


def number(path: str) -> Formatter:
    """A decimal without the zeros that the table adds."""

    def format_(view: Any, context: Any, row: Any, name: str) -> str:
        value = getattr(row, path)
        return "" if value is None else plain(value)

    return format_
