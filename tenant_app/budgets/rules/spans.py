"""A session over New Year lies in two budget years: its cost parts by the days in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tenant_app.budgets.models import BudgetYearState, CostLine
from tenant_app.budgets.rules.cost import Cost
from tenant_app.core.errors import N_, Conflict
from tenant_app.core.money import split

PAYS_AHEAD = frozenset({BudgetYearState.ADOPTED, BudgetYearState.OPEN})
"""A year to come may be drawn on as soon as its money is divided."""


def days_in_years(first: date, last: date) -> dict[int, int]:
    """Calendar year → its days from the first to the last, both counted."""
    return {
        year: (min(last, date(year, 12, 31)) - max(first, date(year, 1, 1))).days + 1
        for year in range(first.year, last.year + 1)
    }


def split_cost(cost: Cost, days: Mapping[int, int]) -> dict[int, Cost]:
    """Year → its part of the cost. Each line parts by the days, cover by what its hours cost in
    each year; by the largest remainder, so that the parts add up to the øre."""
    if len(days) == 1:
        return dict.fromkeys(days, cost)
    years = list(days)
    weights = {line: list(days.values()) for line in CostLine}
    if cost.cover_weights.keys() >= set(years) and any(map(cost.cover_weights.get, years)):
        weights[CostLine.COVER] = [cost.cover_weights[year] for year in years]
    parts = {line: split(cost.of(line), weights[line]) for line in CostLine}
    hours = _hours(cost.cover_hours, list(days.values()))
    return {
        year: replace(
            cost,
            cover_hours=hours[place],
            fee=parts[CostLine.FEE][place],
            cover=parts[CostLine.COVER][place],
            materials=parts[CostLine.MATERIALS][place],
            travel=parts[CostLine.TRAVEL][place],
        )
        for place, year in enumerate(years)
    }


def _hours(hours: Decimal, days: Sequence[int]) -> list[Decimal]:
    """In hundredths, so that they too add up."""
    return [Decimal(part) / 100 for part in split(int(hours * 100), days)]


def check_pays_ahead(year: int, state: BudgetYearState | None) -> None:
    """The later year holds money. Raises Conflict naming it."""
    if state not in PAYS_AHEAD:
        raise Conflict(
            N_(
                "The session runs into %(year)s, and that budget year is not adopted. Ask the "
                "administration to adopt it, or choose a session that ends before New Year."
            ),
            year=year,
        )
