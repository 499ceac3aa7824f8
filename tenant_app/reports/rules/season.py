"""How a year's money goes over the months, and how many of the requests are approved. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tenant_app.reports.rules.figures import FIRST_MONTH, elapsed, is_early

WHOLE = 10_000
YEARS_BACK = 3
"""How many earlier years the pattern follows, where there are so many."""
LEAST_MONTHS = 6
"""A year in which money moved in fewer months is known in part, and its pattern is none."""
LEAST_DECIDED = 20
"""Fewer answers say nothing of the next: then every open request counts whole."""
LEAST_BP = FIRST_MONTH * WHOLE // 365
"""In the first weeks nearly nothing is asked for; a forecast of it would be noise."""
BEFORE, AFTER = 0, 13
"""Months of a pool's money that is booked before its year begins, or after it ended."""
Months = Mapping[int, int]
"""Month → what was asked for, bound or spent in it, in øre."""


@dataclass(frozen=True)
class Season:
    """What a forecast rests on."""

    passed_bp: int | None = None
    """How much of a year's money is asked for by the day; None: a straight line."""
    first: int | None = None
    last: int | None = None
    """The earlier years it follows."""
    approval_bp: int = WHOLE
    """How much of what is asked for is approved."""

    def elapsed(self, year: int, as_of: date) -> tuple[int, int]:
        """(the part that has passed, the whole)."""
        if self.passed_bp is None or is_early(year, as_of) or as_of.year > year:
            return elapsed(year, as_of)
        return self.passed_bp, WHOLE

    def expected(self, figures: Any) -> Any:
        """Actual, committed, and what open requests will come to. Numbers or SQL."""
        open_ = (figures["reserved"] * self.approval_bp + WHOLE // 2) // WHOLE
        return figures["actual"] + figures["committed"] + open_


def season_of(run: Any) -> Season:
    """What the forecast of a report rested on."""
    return Season(run.passed_bp, run.season_from, run.season_until, run.approval_bp)


def passed(years: Mapping[int, Months], *, year: int, as_of: date) -> Season:
    """The pattern of the latest years before this one that are known in whole.

    Without one, and outside the year itself, a straight line.
    """
    known = {
        each: months
        for each, months in sorted(years.items())
        if year - YEARS_BACK <= each < year and _is_whole(months)
    }
    if not known or as_of.year != year:
        return Season()
    by_then = sum(_by(months, as_of) for months in known.values())
    total = sum(sum(months.values()) for months in known.values())
    share = (by_then * WHOLE + total // 2) // total
    return Season(min(max(share, LEAST_BP), WHOLE), min(known), max(known))


def _is_whole(months: Months) -> bool:
    moved = sum(bool(months.get(month)) for month in range(BEFORE + 1, AFTER))
    return moved >= LEAST_MONTHS and sum(months.values()) > 0


def _by(months: Months, day: date) -> int:
    """What was asked for by the same day; within a month evenly over its days."""
    whole = sum(amount for month, amount in months.items() if month < day.month)
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    days = (following - day.replace(day=1)).days
    return whole + months.get(day.month, 0) * day.day // days


def approval(approved: int, turned_down: int, *, decided: int) -> int:
    """The approved share of what was decided, in basis points; all of it while few are decided."""
    total = approved + turned_down
    if decided < LEAST_DECIDED or total <= 0:
        return WHOLE
    return max(0, min(WHOLE, approved * WHOLE // total))
