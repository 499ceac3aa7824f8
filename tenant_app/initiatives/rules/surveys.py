"""What is asked before an initiative begins, and how the answers are told. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tenant_app.core.errors import N_, Invalid

SMALLEST_CELL = 5
STEPS = range(1, 6)


def check_confidence(step: int) -> int:
    """From 1 to 5. Raises Invalid."""
    if step not in STEPS:
        raise Invalid(N_("Choose a step from 1 to 5."), field="confidence")
    return step


@dataclass(frozen=True)
class Survey:
    """What those asked before an initiative said, together and without names."""

    answers: int | None
    """None: fewer than the smallest cell, and nothing is told. While it is open whole steps of
    five, so that nobody sees who has just answered."""
    mean: str = ""
    """How sure they are, from 1 to 5, with one decimal."""
    steps: Mapping[int, int] | None = None
    """How many chose each step; None where some step would tell of too few."""
    expects: Sequence[str] = ()
    will_use: Sequence[str] = ()
    is_open: bool = False
    """More can answer, and answers can change: only how many there are is told."""


def summed(answers: Sequence[tuple[int, str, str]], *, is_open: bool = False) -> Survey:
    """The answers together; nothing of fewer than five, and no step that fewer than five chose.

    Nothing but a rounded number while the survey is open: of two sums, before and after one more
    answer, anybody could tell what it said.
    """
    if len(answers) < SMALLEST_CELL:
        return Survey(answers=None, is_open=is_open)
    if is_open:
        return Survey(answers=len(answers) // SMALLEST_CELL * SMALLEST_CELL, is_open=True)
    counts = {step: sum(1 for each in answers if each[0] == step) for step in STEPS}
    told = all(count == 0 or count >= SMALLEST_CELL for count in counts.values())
    tenths = (20 * sum(each[0] for each in answers) + len(answers)) // (2 * len(answers))
    return Survey(
        answers=len(answers),
        mean=f"{tenths // 10}.{tenths % 10}",
        steps=counts if told else None,
        expects=tuple(sorted(each[1] for each in answers if each[1])),
        will_use=tuple(sorted(each[2] for each in answers if each[2])),
    )
