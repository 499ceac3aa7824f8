"""When a competence lasts until, and what a target may ask for. Pure."""

from __future__ import annotations

import unicodedata
from calendar import monthrange
from datetime import date

from tenant_app.core.errors import N_, Invalid

LONGEST_NAME = 120
LONGEST_VALIDITY = 600
LARGEST_COUNT = 1000
FIRST_DAY, LAST_DAY = date(1960, 1, 1), date(2100, 12, 31)
"""Outside these days somebody typed wrong: nobody now employed was trained before 1960."""


def clean_name(text: str, *, field: str = "name") -> str:
    """The name with single spaces and without invisible characters. Raises Invalid."""
    name = " ".join(text.split())
    if not name:
        raise Invalid(N_("The name is missing. Write a name."), field=field)
    if len(name) > LONGEST_NAME:
        raise Invalid(
            N_("The name is too long. Use at most %(longest)s characters."),
            field=field,
            longest=LONGEST_NAME,
        )
    if any(unicodedata.category(letter).startswith("C") for letter in name):
        raise Invalid(
            N_("The name has invisible characters. Type it instead of pasting it."), field=field
        )
    return name


def check_validity(months: int | None) -> int | None:
    """A number of months from 1 to 600, or None for ever. Raises Invalid."""
    if months is not None and not 1 <= months <= LONGEST_VALIDITY:
        raise Invalid(
            N_("The validity must be from 1 to %(longest)s months, or empty for ever."),
            field="validity_months",
            longest=LONGEST_VALIDITY,
        )
    return months


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where that day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def valid_until(from_date: date, validity_months: int | None) -> date | None:
    """The last day on which a competence gained on `from_date` is held; None is for ever."""
    return None if validity_months is None else add_months(from_date, validity_months)


def check_day(day: date, *, field: str) -> date:
    """A day a municipality could mean. Raises Invalid."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(
            N_("%(day)s cannot be right. Use a date from %(first)s to %(last)s."),
            field=field,
            day=day.strftime("%d-%m-%Y"),
            first=FIRST_DAY.strftime("%d-%m-%Y"),
            last=LAST_DAY.strftime("%d-%m-%Y"),
        )
    return day


def check_holding(*, from_date: date, until_date: date | None, today: date) -> None:
    """Held since a day that has come, and not ending before it began. Raises Invalid."""
    check_day(from_date, field="from_date")
    if from_date > today:
        raise Invalid(
            N_("Nobody holds a competence from a coming day. Use %(today)s or earlier."),
            field="from_date",
            today=today.strftime("%d-%m-%Y"),
        )
    if until_date is not None:
        check_end(from_date=from_date, until_date=until_date)


def check_end(*, from_date: date, until_date: date) -> None:
    """The last day is not before the first. Raises Invalid."""
    check_day(until_date, field="until_date")
    if until_date < from_date:
        raise Invalid(
            N_("The last day must be %(from_date)s or later."),
            field="until_date",
            from_date=from_date.strftime("%d-%m-%Y"),
        )


def check_target(*, min_count: int | None, min_percent: int | None, due_date: date) -> None:
    """Either a number of people or a share of the group, by a day. Raises Invalid."""
    if (min_count is None) == (min_percent is None):
        raise Invalid(
            N_("Give either a number of people or a percentage, not both and not neither."),
            field="min_count",
        )
    if min_count is not None and not 1 <= min_count <= LARGEST_COUNT:
        raise Invalid(
            N_("The number of people must be from 1 to %(largest)s."),
            field="min_count",
            largest=LARGEST_COUNT,
        )
    if min_percent is not None and not 1 <= min_percent <= 100:
        raise Invalid(N_("The percentage must be from 1 to 100."), field="min_percent")
    check_day(due_date, field="due_date")
