"""Ratios, measured in turns so that a slow moment hits both sides alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One row of the table. `goal` is a bound on the ratio; at_least turns it round; None where
    nobody set one and the ratio is only told."""

    name: str
    ours: float
    bare: float
    unit: str
    goal: float | None
    at_least: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.bare

    @property
    def met(self) -> bool:
        if self.goal is None:
            return True
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal


def seconds(act: Callable[[], object]) -> float:
    """How long it took."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def in_turns(
    ours: Callable[[], object], bare: Callable[[], object], *, rounds: int
) -> tuple[float, float]:
    """Median seconds of both, taken in turns after one round that does not count."""
    ours()
    bare()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        times[0].append(seconds(ours))
        times[1].append(seconds(bare))
    return statistics.median(times[0]), statistics.median(times[1])
