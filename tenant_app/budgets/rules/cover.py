"""What cover costs: how many hours a form needs, and what an hour costs on which day.

The municipality's rules are `{"rate": 23000, "share_taught": {"default": 80}}`, and may also hold
`"rates": [{"from": "2027-01-01", "rate": 24000}]`, the øre per hour from a day on, and
`"hours": {"theme_day": {"per": "day", "hours": "7.4"}}` for forms that count their hours per day or
per ECTS, or need no cover at all (`{"per": "none"}`). Other forms: the share that is taught.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from tenant_app.core.money import Money

FULL_DAY = Decimal("7.4")
"""A working day's hours, where there is no date to count days by."""
_FRIDAY = 4


def cover_cost(
    hours: Decimal,
    form: str,
    cover_hours: Decimal | None,
    cover_rules: Mapping[str, Any],
    *,
    ects: Decimal = Decimal(0),
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> tuple[Decimal, Money]:
    """(hours that need cover, their price in whole øre, rounded half up).

    The course's own cover hours if it has any, else what the municipality's rules say of the form.
    The hours lie evenly over the session's days, each at the rate of its day.
    """
    if cover_hours is None:
        cover_hours = _hours(hours, form, cover_rules, ects, starts_on, ends_on)
    weights = cover_weights(cover_rules, starts_on, ends_on)
    days = sum(days for _rate, days in weights.values())
    price = cover_hours * sum(paid for paid, _days in weights.values()) / days
    return cover_hours, Money(int(price.quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def cover_weights(
    cover_rules: Mapping[str, Any], starts_on: date | None, ends_on: date | None
) -> dict[int, tuple[int, int]]:
    """Calendar year → (the sum of its days' rates, its days). Without dates: one day of year 0 at
    the first rate."""
    first, last = starts_on, ends_on or starts_on
    if first is None or last is None:
        return {0: (int(cover_rules["rate"]), 1)}
    found: dict[int, tuple[int, int]] = {}
    borders = sorted(
        {first, last + timedelta(days=1)}
        | {date(year, 1, 1) for year in range(first.year + 1, last.year + 1)}
        | {day for day, _rate in _rates(cover_rules) if first < day <= last}
    )
    for begins, ends in pairwise(borders):
        days, (paid, so_far) = (ends - begins).days, found.get(begins.year, (0, 0))
        found[begins.year] = (paid + rate_on(cover_rules, begins) * days, so_far + days)
    return found


def rate_on(cover_rules: Mapping[str, Any], day: date) -> int:
    """Øre per hour on the day."""
    rate = int(cover_rules["rate"])
    for begins, each in _rates(cover_rules):
        if begins <= day:
            rate = each
    return rate


def _rates(cover_rules: Mapping[str, Any]) -> list[tuple[date, int]]:
    dated = cover_rules.get("rates") or ()
    return sorted((date.fromisoformat(each["from"]), int(each["rate"])) for each in dated)


def _hours(
    hours: Decimal,
    form: str,
    cover_rules: Mapping[str, Any],
    ects: Decimal,
    starts_on: date | None,
    ends_on: date | None,
) -> Decimal:
    own = (cover_rules.get("hours") or {}).get(form)
    if own is None:
        taught = cover_rules["share_taught"]
        return hours * Decimal(str(taught.get(form, taught["default"]))) / 100
    if own["per"] == "none":
        return Decimal(0)
    each = Decimal(str(own["hours"]))
    return each * (ects if own["per"] == "ects" else _days(hours, starts_on, ends_on))


def _days(hours: Decimal, starts_on: date | None, ends_on: date | None) -> int:
    """The weekdays of the session; all its days when it lies in a weekend."""
    if starts_on is None:
        return max(1, int((hours / FULL_DAY).to_integral_value(rounding=ROUND_HALF_UP)))
    count = ((ends_on or starts_on) - starts_on).days + 1
    weeks, rest = divmod(count, 7)
    odd = sum((starts_on + timedelta(days=n)).weekday() <= _FRIDAY for n in range(rest))
    return weeks * 5 + odd or count
