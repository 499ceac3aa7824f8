"""What the figures mean. Pure. Amounts are whole øre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
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


@dataclass(frozen=True)
class Tails:
    """From which forecasts on a warning is given, as the municipality has set it."""

    below: int = UNDERSPEND_PERCENT
    """Per cent of the budget; a forecast below it is an underspend."""
    over_by: int = 0
    """Per cent of the budget that a forecast may lie above it."""
    speaks: bool = True
    """Whether the month has come from which on warnings are given."""


def tails_of(limits: Mapping[str, int], *, year: int, as_of: date) -> Tails:
    """What the working rules say of a report of the year as of the day."""
    first = limits.get("forecast_from_month", 1)
    return Tails(
        below=limits.get("forecast_below_percent", UNDERSPEND_PERCENT),
        over_by=limits.get("forecast_over_by_percent", 0),
        speaks=as_of.year != year or as_of.month >= first,
    )


def as_of_day(
    year: int,
    asked: date | None,
    today: date,
    *,
    is_adopted: bool = False,
    counts_late: bool = False,
) -> date:
    """The day a report of the year speaks of: the one asked for, else the latest there can be.

    A year to come can be reported once its budget is adopted (`is_adopted`): requests draw on it
    already. With `counts_late` a year that ended goes on to today, since what is decided after
    New Year is still booked on its pools; otherwise it ends on New Year's Eve.
    Raises Invalid naming `year` or `as_of`.
    """
    if not EARLIEST <= year <= LATEST:
        raise Invalid(
            N_("The year must lie between %(first)s and %(last)s."),
            field="year",
            first=EARLIEST,
            last=LATEST,
        )
    if year > today.year and not is_adopted:
        raise Invalid(
            N_(
                "%(year)s has not begun and its budget is not adopted. Choose this year or an "
                "earlier one."
            ),
            field="year",
            year=year,
        )
    first = date(min(year, today.year), 1, 1)
    last = today if counts_late else min(today, date(year, 12, 31))
    if asked is None:
        return last
    if asked > today:
        raise Invalid(
            N_("%(day)s is in the future. Choose today or an earlier date."),
            field="as_of",
            day=asked.strftime("%d-%m-%Y"),
        )
    if not first <= asked <= last:
        raise Invalid(
            N_(
                "%(day)s is outside the report of %(year)s. Choose a date from %(first)s to "
                "%(last)s."
            ),
            field="as_of",
            day=asked.strftime("%d-%m-%Y"),
            year=year,
            first=first.strftime("%d-%m-%Y"),
            last=last.strftime("%d-%m-%Y"),
        )
    return asked


def standing_day(year: int, as_of: date) -> date:
    """The day whose hierarchy and rules a report shows: never one after the year's end."""
    return min(as_of, date(year, 12, 31))


def is_early(year: int, as_of: date) -> bool:
    """Whether the day lies before the year: what was asked for so far says little of it."""
    return as_of < date(year, 1, 1)


def elapsed(year: int, as_of: date) -> tuple[int, int]:
    """(days that count as passed, days of the year).

    A year that ended has passed whole. So has one to come: there is no line to lengthen yet, and
    the forecast is what was asked for.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (last - first).days + 1
    if is_early(year, as_of) or as_of > last:
        return days, days
    return max((as_of - first).days + 1, FIRST_MONTH), days


def forecast(spent: Any, *, passed: Any, days: Any) -> Any:
    """Spent by New Year if requests go on as they have: what is expected so far, lengthened by the
    days that have passed, or by the part of a year's money that is asked for by then. Takes whole
    numbers or SQL expressions, so that the rule has one home."""
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
    cover_reserved: int = 0
    cover_committed: int = 0
    cover_actual: int = 0
    is_early: bool = field(default=False, compare=False)
    """Of a year that had not begun: money left over is no sign of anything."""

    @property
    def cover(self) -> int:
        """Of what is actual, committed and reserved, what pays cover."""
        return self.cover_reserved + self.cover_committed + self.cover_actual

    def without_cover(self) -> UsageFigures:
        """The same with what pays cover left out. The forecast is of everything, and left out."""
        return replace(
            self,
            reserved=self.reserved - self.cover_reserved,
            committed=self.committed - self.cover_committed,
            actual=self.actual - self.cover_actual,
            forecast=0,
        )

    tails: Tails = field(default=Tails(), compare=False)

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
        if not self.tails.speaks:
            return Outlook.ON_TRACK
        if self.forecast * 100 > self.budget * (100 + self.tails.over_by):
            return Outlook.OVERSPEND
        if not self.is_early and self.forecast * 100 < self.budget * self.tails.below:
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


USAGE_COLUMNS = tuple(each.name for each in fields(UsageFigures) if each.compare)
COVERAGE_COLUMNS = tuple(each.name for each in fields(CoverageFigures))
