"""Reads the cells of a row as Danish offices write them; what could mean two things is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tenant_app.core.errors import N_, Invalid, Refusal
from tenant_app.core.money import LARGEST, Money, check_amount, parse_kroner
from tenant_app.imports.table import Cell, Row, Sheet, normal

LONGEST = 200
YES, NO = (
    {"ja", "j", "x", "1", "sand", "true", "yes"},
    {"", "nej", "n", "0", "falsk", "false", "no"},
)

_DAY = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,9}(,[0-9]{1,6})?")
_NEGATIVE = re.compile(r"-\s*" + _NUMBER.pattern)
_ZERO_THOUSANDS = re.compile(r"-?0\d*\.")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
BELOW_ZERO = N_("“%(text)s” is below zero. Write a number from 0 up.")
FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class RowError:
    """What is wrong in a row and column of the file. `message` % `params` is the text.

    Row 0 is the file as a whole.
    """

    row: int
    column: str
    message: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class RowReader:
    """Reads the cells of one row and collects what is wrong."""

    def __init__(self, row: Row, sheet: Sheet) -> None:
        self.row = row
        self.headers = sheet.headers
        self.errors: list[RowError] = []

    def error(self, key: str, message: str, **params: str) -> None:
        self.errors.append(RowError(self.row.number, self.headers.get(key, key), message, params))

    def has(self, key: str) -> bool:
        return key in self.headers

    def raw(self, key: str) -> Cell:
        return self.row.cells.get(key, "")

    def words(self, key: str) -> str:
        """The cell as one line: numbers of a workbook without `.0`, spaces made single."""
        cell = self.raw(key)
        if isinstance(cell, bool):
            return "ja" if cell else "nej"
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        if isinstance(cell, float):
            return format(Decimal(str(cell)), "f").replace(".", ",")
        if isinstance(cell, date):
            return cell.strftime("%d-%m-%Y")
        return " ".join(str(cell).split())

    def text(self, key: str, *, required: bool = True) -> str | None:
        """A line of text that no spreadsheet takes for a formula."""
        text = self.words(key)
        if not text:
            if required:
                self.error(key, N_("This cannot be empty."))
            return None
        if len(text) > LONGEST:
            self.error(
                key, N_("This is longer than %(most)s characters. Shorten it."), most=str(LONGEST)
            )
        elif not text.isprintable():
            self.error(key, N_("This holds characters that cannot be shown. Type it again."))
        elif text.startswith(FORMULA):
            self.error(
                key, N_("“%(text)s” looks like a formula. Remove the first sign."), text=text[:40]
            )
        else:
            return text
        return None

    def email(self, key: str) -> str | None:
        text = self.text(key, required=False)
        if text is not None and not _EMAIL.fullmatch(text):
            self.error(
                key,
                N_("“%(email)s” is not an e-mail address. Write it as name@place.dk."),
                email=text[:60],
            )
            return None
        return text.lower() if text else None

    def choice(self, key: str, names: Mapping[Any, tuple[str, ...]]) -> Any:
        text = self.words(key)
        if not text:
            self.error(key, N_("This cannot be empty."))
            return None
        wanted = normal(text)
        for value, known in names.items():
            if wanted == normal(value) or wanted in {normal(name) for name in known}:
                return value
        self.error(
            key,
            N_("“%(text)s” is not known. Write one of: %(known)s."),
            text=text[:40],
            known=", ".join(known[0] for known in names.values()),
        )
        return None

    def yes_no(self, key: str) -> bool | None:
        text = self.words(key).casefold()
        if text in YES:
            return True
        if text in NO:
            return False
        self.error(key, N_("“%(text)s” is not known. Write ja or nej."), text=text[:40])
        return None

    def day(self, key: str) -> date | None:
        cell = self.raw(key)
        if isinstance(cell, date):
            return self._near(key, cell)
        text = self.words(key)
        if not text:
            self.error(key, N_("This cannot be empty."))
            return None
        danish, iso = _DAY.fullmatch(text), _ISO_DAY.fullmatch(text)
        try:
            if danish and isinstance(cell, str):
                day, month, year = map(int, danish.groups())
                return self._near(key, date(year, month, day))
            if iso:
                return self._near(key, date.fromisoformat(text))
        except ValueError:
            pass
        self.error(key, N_("“%(text)s” is not a date. Write it as dd-mm-yyyy."), text=text[:40])
        return None

    def _near(self, key: str, day: date) -> date | None:
        if 1970 <= day.year < 2100:
            return day
        self.error(
            key,
            N_("%(date)s is too far away. Check the year."),
            date=f"{day.day:02}-{day.month:02}-{day.year:04}",
        )
        return None

    def number(
        self,
        key: str,
        *,
        most: int,
        required: bool = True,
        text: str | None = None,
        negative: bool = False,
    ) -> Decimal | None:
        """A number from 0 (or -`most`) to `most` with a decimal comma; a point could mean two
        things."""
        cell = self.raw(key)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            value = Decimal(str(cell))
        else:
            text = self.words(key) if text is None else text
            if not text:
                if required:
                    self.error(key, N_("This cannot be empty."))
                return None
            is_negative = _NEGATIVE.fullmatch(text) is not None
            if is_negative and not negative:
                self.error(key, BELOW_ZERO, text=text[:40])
                return None
            if not is_negative and not _NUMBER.fullmatch(text):
                self.error(
                    key,
                    N_("“%(text)s” is not a number. Write it with a decimal comma, as 7,5."),
                    text=text[:40],
                )
                return None
            value = Decimal(text.replace(",", ".").replace(" ", ""))
        if value.is_finite() and value < 0 and not negative:
            self.error(key, BELOW_ZERO, text=self.words(key)[:40])
            return None
        if not value.is_finite() or abs(value) > most:
            least = str(-most if negative else 0)
            text = N_("Write a number from %(least)s to %(most)s.")
            self.error(key, text, least=least, most=str(most))
            return None
        return value.quantize(Decimal("0.0001"))

    def money(self, key: str, *, required: bool = True, negative: bool = False) -> Money | None:
        """Kroner as 1.234,56; a workbook's number with at most two decimals."""
        cell = self.raw(key)
        try:
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                return self._kroner(cell, negative=negative)
            text = self.words(key)
            if not text and not required:
                return None
            if _ZERO_THOUSANDS.match(text):
                raise _not_amount(text)
            return parse_kroner(text, negative=negative)
        except Refusal as refusal:
            params = {name: str(value) for name, value in refusal.params.items()}
            self.error(key, refusal.message, **params)
        return None

    @staticmethod
    def _kroner(cell: int | float, *, negative: bool = False) -> Money:
        value = Decimal(str(cell))
        if not value.is_finite() or abs(value) * 100 > LARGEST:
            raise _not_amount(str(cell))
        ore = (value * 100).quantize(Decimal(1))
        # A sum in a workbook is binary: 0.1 + 0.2 is 0.30000000000000004.
        if abs(value * 100 - ore) > Decimal("0.0001"):
            raise _not_amount(str(cell))
        return check_amount(int(ore), negative=negative)


def _not_amount(text: str) -> Invalid:
    return Invalid(N_("“%(text)s” is not an amount. Write it as 1.234,56."), text=text[:40])
