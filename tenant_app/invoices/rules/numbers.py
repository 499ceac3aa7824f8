"""EAN and CVR numbers, requisitions, and texts that have a limit."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

from tenant_app.core.errors import N_, Invalid

LONGEST_LINE = 200
LONGEST_TEXT = 2000
LONGEST_ACCOUNT = 60
_SPACES = re.compile(r"[\s.\-]+")
_ACCOUNT = re.compile(r"[0-9A-Za-zÆØÅæøå.\-/ ]+")
_CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)
_REQUISITION = re.compile(r"(RT[0-9]{2})([0-9A-HJKMNP-TV-Z]{8})")
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: none that is read as another."""


def check_gln(text: str, *, field: str = "gln") -> str:
    """Thirteen digits whose last one fits the others; empty stays empty. Raises Invalid."""
    digits = _SPACES.sub("", text)
    if not digits:
        return ""
    if not re.fullmatch(r"[0-9]{13}", digits):
        raise Invalid(N_("An EAN number has 13 digits. Check the number."), field=field)
    if _gs1_digit(digits[:12]) != int(digits[12]):
        raise Invalid(
            N_("The last digit of the EAN number does not fit the others. Check the number."),
            field=field,
        )
    return digits


def _gs1_digit(digits: str) -> int:
    total = sum(int(each) * (3 if at % 2 else 1) for at, each in enumerate(digits))
    return -total % 10


def check_cvr(text: str, *, field: str = "supplier_cvr") -> str:
    """Eight digits, with or without DK before them; empty stays empty. Raises Invalid."""
    digits = _SPACES.sub("", text).upper().removeprefix("DK")
    if digits and not re.fullmatch(r"[1-9][0-9]{7}", digits):
        raise Invalid(N_("A CVR number has 8 digits. Check the number."), field=field)
    return digits


def is_odd_cvr(cvr: str) -> bool:
    """Whether the number breaks modulus 11. Worth a warning: nearly all numbers keep it."""
    total = sum(int(digit) * weight for digit, weight in zip(cvr, _CVR_WEIGHTS, strict=False))
    return bool(cvr) and total % 11 != 0


def number_key(number: str) -> str:
    """What an invoice number is known by, however it is written: its letters and digits, without
    the zeros in front. “F-0077”, “f 0077” and “F0077” are one number, and so are “0077” and 77."""
    plain = unicodedata.normalize("NFKC", number).casefold()
    signs = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", plain)))
    # What has none of either is known by itself.
    return signs.lstrip("0") or signs[:1] or plain.strip()


def requisition_of(order_id: UUID, year: int) -> str:
    """RT26-7K3M9QX2: short enough to be written on an invoice, and not to be guessed."""
    bits = order_id.int & ((1 << 40) - 1)  # the random end of the id
    signs = "".join(_SIGNS[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"RT{year % 100:02}-{signs}"


def requisition_in(text: str) -> str:
    """The requisition in what a provider wrote, who leaves out the hyphen or adds words; empty
    where there is none of ours."""
    found = _REQUISITION.search(re.sub(r"[\s\-–]+", "", text.upper()))
    return f"{found[1]}-{found[2]}" if found else ""


def check_account(text: str, *, field: str = "account", required: bool = True) -> str:
    """An account string as finance systems write it. Raises Invalid."""
    line = " ".join(text.split())
    if not line and required:
        raise Invalid(N_("Write the account string."), field=field)
    if len(line) > LONGEST_ACCOUNT or (line and not _ACCOUNT.fullmatch(line)):
        raise Invalid(
            N_(
                "Write it with letters, digits, dots, hyphens and slashes, at most %(most)s "
                "characters."
            ),
            field=field,
            most=str(LONGEST_ACCOUNT),
        )
    return line


def check_line(text: str, *, field: str, required: bool = True) -> str:
    """One line of text within its limit. Raises Invalid."""
    line = " ".join(text.split())
    if not line and required:
        raise Invalid(N_("This cannot be empty."), field=field)
    if len(line) > LONGEST_LINE:
        raise Invalid(
            N_("This is longer than %(most)s characters. Shorten it."),
            field=field,
            most=str(LONGEST_LINE),
        )
    return line


def check_note(text: str, *, required: bool = True) -> str:
    """A reason within its limit. Raises Invalid."""
    note = text.strip()
    if not note and required:
        raise Invalid(N_("Write why."), field="note")
    if len(note) > LONGEST_TEXT:
        raise Invalid(
            N_("This is longer than %(most)s characters. Shorten it."),
            field="note",
            most=str(LONGEST_TEXT),
        )
    return note
