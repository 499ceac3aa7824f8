"""Pools that a request takes over their threshold: one more yes is asked for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from tenant_app.budgets.rules import Over
from tenant_app.enrolments.models import ApprovalLevel as L
from tenant_app.enrolments.rules.life import LEVELS, Step


def asked_for(overs: Sequence[Over]) -> list[tuple[L, UUID]]:
    """The levels that have to say yes, each for its pool."""
    return [(L(each.level.value), each.pool_id) for each in overs]


def with_overs(
    steps: Sequence[Step],
    overs: Sequence[tuple[L, UUID]],
    *,
    participant_decides: Collection[L] = (),
) -> list[Step]:
    """The steps with those that pools ask for, who go over: each is answered by somebody on
    purpose, so nothing from the first of them on is answered by asking. Where the participant
    would answer, the next level up does."""
    found = {step.level: step for step in steps}
    for level, pool_id in overs:
        if level in participant_decides:
            higher = LEVELS[LEVELS.index(level) + 1 :]
            level = next((each for each in higher if each not in participant_decides), L.CENTRAL)
        found.setdefault(level, Step(level, answered=False))
        found[level] = Step(level, answered=False, over_pool_id=pool_id)
    made: list[Step] = []
    for level in sorted(found, key=LEVELS.index):
        answered = found[level].answered and all(step.answered for step in made)
        made.append(replace(found[level], answered=answered))
    return made
