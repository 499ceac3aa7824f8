"""What the pools of a year say at a glance: by level, and which are heading off. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.budgets.models import PoolKind
from tenant_app.reports.rules.figures import USAGE_COLUMNS, Outlook, UsageFigures


@dataclass(frozen=True)
class PoolNow:
    """A pool as it stands now, with what it will have spent at New Year if things go on."""

    id: UUID
    name: str
    kind: PoolKind
    path: str | None
    """Where its unit hangs today; None when it is closed."""
    figures: UsageFigures

    @property
    def off_by(self) -> int:
        """How far the forecast lies from the budget, either way, in øre."""
        return abs(self.figures.forecast - self.figures.budget)


@dataclass(frozen=True)
class Level:
    """All pools of one kind together."""

    kind: PoolKind
    pools: int
    figures: UsageFigures


@dataclass(frozen=True)
class Tail:
    """The pools that head off to one side: the worst first, and how many there are."""

    outlook: Outlook
    worst: Sequence[PoolNow]
    count: int
    amount: int
    """How far they are off together, in øre."""


def together(pools: Iterable[PoolNow]) -> UsageFigures:
    """The figures of some pools as one."""
    found = list(pools)
    return UsageFigures(**{n: sum(getattr(p.figures, n) for p in found) for n in USAGE_COLUMNS})


def levels(pools: Sequence[PoolNow]) -> list[Level]:
    """Central, areas, institutions; only those that have a pool."""
    found = []
    for kind in PoolKind:
        own = [pool for pool in pools if pool.kind is kind]
        if own:
            found.append(Level(kind, len(own), together(own)))
    return found


def tail(pools: Sequence[PoolNow], outlook: Outlook, *, most: int) -> Tail:
    """The pools with this outlook, the furthest off first and no more than `most` of them."""
    off = [pool for pool in pools if pool.figures.outlook is outlook]
    off.sort(key=lambda pool: (-pool.off_by, pool.name, pool.id))
    return Tail(outlook, off[:most], len(off), sum(pool.off_by for pool in off))


def below(pools: Iterable[PoolNow], paths: Iterable[str]) -> list[PoolNow]:
    """The pools of units at or below one of the paths."""
    starts = tuple(paths)
    return [pool for pool in pools if pool.path is not None and pool.path.startswith(starts)]
