"""How long a role, a deputy or a token can be planned for."""

from __future__ import annotations

from datetime import date

from tenant_app.core.errors import N_, Invalid

TOKEN_DAYS = 365
MOST_YEARS = 10
"""How far ahead a role or a deputy can be planned."""


def check_period(from_date: date, to_date: date, *, today: date) -> None:
    """A deputy's period, both days included, lies ahead. Raises Invalid."""
    if to_date < from_date:
        raise Invalid(
            N_("The last day %(to_date)s is before the first day %(from_date)s."),
            field="to_date",
            from_date=from_date.strftime("%d-%m-%Y"),
            to_date=to_date.strftime("%d-%m-%Y"),
        )
    if from_date < today:
        raise Invalid(
            N_("A deputy cannot begin in the past. Choose %(today)s or later."),
            field="from_date",
            today=today.strftime("%d-%m-%Y"),
        )
    for day, field in ((from_date, "from_date"), (to_date, "to_date")):
        check_near(day, today=today, field=field)


def check_near(day: date, *, today: date, field: str) -> None:
    """At most ten years from today: later is a slip of the hand. Raises Invalid."""
    if (day.year - MOST_YEARS, day.month, day.day) > (today.year, today.month, today.day):
        raise Invalid(
            N_("%(date)s is more than %(years)s years from today. Check the year."),
            field=field,
            date=day.strftime("%d-%m-%Y"),
            years=MOST_YEARS,
        )


def check_days(days: int, *, most: int = TOKEN_DAYS) -> None:
    """How long an API token lasts. Raises Invalid."""
    if not 1 <= days <= most:
        raise Invalid(
            N_("A token lasts from 1 to %(most)s days. Choose a number between."),
            field="days",
            most=most,
        )
