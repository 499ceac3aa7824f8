"""Who should pay what of a request, written a second time: the rules of `machine_play.RULES`."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tests.budgets.machine_parts import Refused, parts
from tests.budgets.machine_years import Model

AREAS = {"n1": "north", "n2": "north", "s1": "south", "s2": "south"}
SPANS = {
    2026: (date(2026, 5, 4), date(2026, 5, 8)),
    2027: (date(2027, 5, 3), date(2027, 5, 7)),
    # 61 days in 2026 and 59 in 2027.
    0: (date(2026, 11, 1), date(2027, 2, 28)),
}


def payers_of(form: str, line: str) -> list[tuple[str, int]]:
    """(who, basis points), in the order in which an odd øre is given."""
    if form == "diploma_module":
        if line == "fee":
            return [("central", 10000)]
        if line == "cover":
            return [("central", 5000), ("institution", 5000)]
    if form == "network":
        return [("area", 1000), ("institution", 1999), ("STAT", 7001)]
    if form == "side_by_side":
        return [("central", 3333), ("institution", 3334), ("STAT", 3333)]
    return [("institution", 10000)]


def shares_of(
    model: Model, unit: str, form: str, costs: dict[str, int], span: int
) -> list[tuple[UUID, str, int]]:
    """(pool, cost line, amount). Raises Refused where a year or pool that must pay is missing."""
    first = 2027 if span == 2027 else 2026
    if model.years[first] != "open":
        raise Refused(f"{first} is not open")
    years = [first] if span else [2026, 2027]
    if span == 0 and model.years[2027] not in {"adopted", "open"}:
        raise Refused("2027 holds no money")
    found = []
    for line, cost in costs.items():
        of_years = parts(cost, [61, 59]) if span == 0 else [cost]
        for year, amount in zip(years, of_years, strict=True):
            if not amount:
                continue
            payers = payers_of(form, line)
            names = [{"institution": unit, "area": AREAS[unit]}.get(who, who) for who, _ in payers]
            pools = [model.named(name, year) for name in names]
            for pool, part in zip(pools, parts(amount, [bp for _, bp in payers]), strict=True):
                if pool is None:
                    raise Refused("a pool that must pay is not there")
                if part:
                    found.append((pool.id, line, part))
    return found
