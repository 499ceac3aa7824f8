"""What people type, as the tables can hold it."""

from __future__ import annotations

import re
from datetime import date

from tenant_app.core.errors import N_, Invalid

EARLIEST, LATEST = date(1970, 1, 1), date(2100, 1, 1)
"""Outside these a date is a slip of the keyboard."""

LONGEST = 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def show_day(day: date) -> str:
    """The Danish way: 01-08-2026."""
    return day.strftime("%d-%m-%Y")


def check_day(day: date, *, field: str) -> date:
    """A date a municipality could mean. Raises Invalid naming `field`."""
    if not EARLIEST <= day <= LATEST:
        raise Invalid(
            N_("%(date)s is too far away. Check the year."), field=field, date=show_day(day)
        )
    return day


def clean_text(text: str, *, field: str) -> str:
    """One line of printable text of at most 200 characters. Raises Invalid naming `field`."""
    cleaned = " ".join(text.split())
    if not cleaned:
        raise Invalid(N_("This cannot be empty."), field=field)
    if len(cleaned) > LONGEST:
        raise Invalid(
            N_("This is longer than %(most)s characters. Shorten it."),
            field=field,
            most=str(LONGEST),
        )
    if not cleaned.isprintable():
        raise Invalid(N_("This holds characters that cannot be shown. Type it again."), field=field)
    return cleaned


def clean_email(text: str | None) -> str | None:
    """An address in lower case, or none. Raises Invalid."""
    if text is None or not text.strip():
        return None
    cleaned = clean_text(text, field="email").lower()
    if not _EMAIL.fullmatch(cleaned):
        raise Invalid(
            N_("“%(email)s” is not an e-mail address. Write it as name@place.dk."),
            field="email",
            email=cleaned[:60],
        )
    return cleaned
