"""Who is likely to be left with money, who to lack it, and what could be moved. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.budgets.models import PoolKind
from tenant_app.reports.rules.figures import Outlook
from tenant_app.reports.rules.glance import PoolNow

STEP = 100_000
"""Whole thousands of kroner, in øre: nobody moves 1.234,56 kr on a forecast."""
BOUND = frozenset({PoolKind.EARMARKED, PoolKind.FUND})
"""Money with strings attached stays where it is."""


@dataclass(frozen=True)
class Move:
    """So much could go from one pool to another."""

    giver: PoolNow
    taker: PoolNow
    amount: int
    within_area: bool


def surplus(pool: PoolNow) -> int:
    """What a pool that is likely to be left with money could give, in whole thousands."""
    if pool.figures.outlook is not Outlook.UNDERSPEND:
        return 0
    left = min(pool.figures.budget - pool.figures.forecast, pool.figures.available)
    return max(0, left) // STEP * STEP


def lack(pool: PoolNow) -> int:
    """What a pool that is likely to overspend would need, in whole thousands, rounded up."""
    if pool.figures.outlook is not Outlook.OVERSPEND:
        return 0
    return -(-(pool.figures.forecast - pool.figures.budget) // STEP) * STEP


def moves(pools: Sequence[PoolNow]) -> list[Move]:
    """From where there will be too much to where there will be too little: first within the same
    area, then from anywhere. The largest lack is met first, from the largest surplus."""
    free = [pool for pool in pools if pool.kind not in BOUND]
    has = {pool.id: surplus(pool) for pool in free}
    needs = {pool.id: lack(pool) for pool in free}
    found: list[Move] = []
    for within in (True, False):
        takers = sorted(free, key=_most(needs))
        for taker in takers:
            for giver in sorted(free, key=_most(has)):
                amount = min(has[giver.id], needs[taker.id])
                if amount <= 0 or (within and area_of(giver) != area_of(taker)):
                    continue
                has[giver.id] -= amount
                needs[taker.id] -= amount
                found.append(Move(giver, taker, amount, area_of(giver) == area_of(taker)))
    return found


def _most(amounts: dict[UUID, int]) -> Callable[[PoolNow], tuple[int, str, str]]:
    return lambda pool: (-amounts[pool.id], pool.name, str(pool.id))


def area_of(pool: PoolNow) -> str | None:
    """The path of the area that owns the pool's unit; the municipality's own where no area does,
    and None for a closed unit."""
    if pool.path is None:
        return None
    steps = pool.path.split(".")[:-1]
    deep = len(steps) > 2 or pool.kind is PoolKind.AREA
    return ".".join(steps[: 2 if deep else 1]) + "."
