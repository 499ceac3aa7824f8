"""What the figures mean. Pure. Amounts are whole øre."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from tenant_app.core.errors import N_, Invalid

FIRST_MONTH = 31
"""A few days say nothing of a year: until February the first month counts as whole."""
UNDERSPEND_PERCENT = 80
"""A pool forecast to use less than this of its budget is likely to be left with money."""
EARLIEST, LATEST = 2000, 2100


class Outlook(StrEnum):
    """Both tails are worth a warning."""

    OVERSPEND = "overspend"
    UNDERSPEND = "underspend"
    ON_TRACK = "on_track"


def as_of_day(year: int, asked: date | None, today: date) -> date:
    """The day a report of the year speaks of: the one asked for, else today or New Year's Eve.

    Raises Invalid naming `year` or `as_of`.
    """
    if not EARLIEST <= year <= LATEST:
        raise Invalid(
            N_("The year must lie between %(first)s and %(last)s."),
            field="year",
            first=EARLIEST,
            last=LATEST,
        )
    if asked is None:
        if year > today.year:
            raise Invalid(
                N_("%(year)s has not begun. Choose this year or an earlier one."),
                field="year",
                year=year,
            )
        return min(today, date(year, 12, 31))
    if asked.year != year:
        raise Invalid(
            N_("%(day)s is not in %(year)s. Choose a date in the report's year."),
            field="as_of",
            day=asked.strftime("%d-%m-%Y"),
            year=year,
        )
    if asked > today:
        raise Invalid(
            N_("%(day)s is in the future. Choose today or an earlier date."),
            field="as_of",
            day=asked.strftime("%d-%m-%Y"),
        )
    return asked


def elapsed(as_of: date) -> tuple[int, int]:
    """(days that count as passed, days of the year)."""
    days = (date(as_of.year, 12, 31) - date(as_of.year, 1, 1)).days + 1
    passed = (as_of - date(as_of.year, 1, 1)).days + 1
    return max(passed, FIRST_MONTH), days


def forecast(spent: Any, *, passed: int, days: int) -> Any:
    """Spent by New Year if requests go on as they have: a straight line through actual, committed
    and reserved so far. Takes a number or an SQL expression, so that the rule has one home."""
    return (spent * days + passed // 2) // passed


def percent(part: int, whole: int) -> Decimal | None:
    """With one decimal, halves up; None of nothing."""
    if whole == 0:
        return None
    share = Decimal(part * 100) / Decimal(whole)
    return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class UsageFigures:
    """The position of some pools together."""

    allotted: int = 0
    carried: int = 0
    transferred: int = 0
    reserved: int = 0
    committed: int = 0
    actual: int = 0
    forecast: int = 0

    @property
    def budget(self) -> int:
        """Allotted + carried in + net transfers."""
        return self.allotted + self.carried + self.transferred

    @property
    def available(self) -> int:
        """Budget − actual − committed − reserved."""
        return self.budget - self.actual - self.committed - self.reserved

    @property
    def usage_percent(self) -> Decimal | None:
        """(Actual + committed) ÷ budget; None without a budget."""
        return percent(self.actual + self.committed, self.budget)

    @property
    def outlook(self) -> Outlook:
        """Whether the forecast leaves the budget on either side."""
        if self.forecast > self.budget:
            return Outlook.OVERSPEND
        if self.forecast * 100 < self.budget * UNDERSPEND_PERCENT:
            return Outlook.UNDERSPEND
        return Outlook.ON_TRACK


@dataclass(frozen=True)
class CoverageFigures:
    """How far some institutions are with one target, together."""

    group_size: int = 0
    covered: int = 0
    planned: int = 0
    needed: int = 0
    institutions: int = 0
    met: int = 0
    """Institutions that reach the target by themselves: a surplus in one helps no other."""

    @property
    def coverage_percent(self) -> Decimal | None:
        """Covered ÷ group; None without a group."""
        return percent(self.covered, self.group_size)

    @property
    def planned_percent(self) -> Decimal | None:
        """Covered or about to be ÷ group; None without a group."""
        return percent(self.planned, self.group_size)

    @property
    def is_met(self) -> bool:
        return self.met == self.institutions


USAGE_COLUMNS = tuple(field.name for field in fields(UsageFigures))
COVERAGE_COLUMNS = tuple(field.name for field in fields(CoverageFigures))
