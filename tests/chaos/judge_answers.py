"""What the callers were told, against what is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from tests.chaos.client import Attempt

Connection = psycopg.Connection[Any]
TOO_LATE = (403, 409)
"""What the loser of a race is told; 403 where the winner's yes put it before a higher level."""
STEP_STATE = {"approve": "approved", "reject": "rejected"}


def findings(connection: Connection, attempts: Sequence[Attempt]) -> list[str]:
    """Acknowledged and not there, there twice, or there without its key."""
    by_key: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_key[attempt.key].append(attempt)
    kept = Counter(
        row["key"] for row in connection.execute("SELECT key FROM idempotency_keys").fetchall()
    )
    unfinished = connection.execute(
        "SELECT key FROM idempotency_keys WHERE status NOT BETWEEN 200 AND 299"
    ).fetchall()
    effects = _Effects(connection)
    found = [f"key: {row['key']} is kept without an answer" for row in unfinished]
    found += [f"key: {key} was never sent" for key in kept if key not in by_key]
    found += [f"key: {key} is kept {times} times" for key, times in kept.items() if times != 1]
    for key, same in by_key.items():
        found += _one_key(same, is_kept=key in kept, effects=effects)
    return found + _rivals(by_key.values())


class _Effects:
    """What is there: decisions, requests and jobs."""

    def __init__(self, connection: Connection) -> None:
        self.steps = {
            (str(row["enrolment_id"]), row["level"]): row["state"]
            for row in connection.execute(
                "SELECT enrolment_id, level, state FROM approval_steps"
            ).fetchall()
        }
        self.requests = {
            (str(row["employee_id"]), str(row["session_id"])): str(row["id"])
            for row in connection.execute(
                "SELECT id, employee_id, session_id FROM enrolments"
            ).fetchall()
        }
        self.jobs = {str(row["id"]) for row in connection.execute("SELECT id FROM outbox")}

    def of(self, attempt: Attempt) -> bool | None:
        """Whether it is there; None where only the answer could say which one it is."""
        if attempt.verb in STEP_STATE:
            state = self.steps.get((attempt.enrolment_id, attempt.level))
            return state == STEP_STATE[attempt.verb]
        if attempt.verb == "request":
            [person] = attempt.body["employee_ids"]
            made = self.requests.get((person, attempt.body["session_id"]))
            if attempt.succeeded and made is not None:
                return [each["id"] for each in attempt.answer["enrolments"]] == [made]
            return made is not None
        return attempt.answer["id"] in self.jobs if attempt.succeeded else None


def _one_key(same: list[Attempt], *, is_kept: bool, effects: _Effects) -> list[str]:
    first = same[0]
    name = f"{first.verb}: {first.key} ({first.path})"
    told = [attempt for attempt in same if attempt.succeeded]
    found = []
    if any(attempt.status is None and not attempt.gave_up for attempt in same):
        found.append(f"answer: {name} never had one, in {first.tries} tries")
    if len({str(attempt.answer) for attempt in told}) > 1:
        found.append(f"answer: {name} was answered in two ways")
    for attempt in told:
        if not is_kept:
            found.append(f"lost: {name} was acknowledged, and its key is not kept")
        if effects.of(attempt) is False:
            found.append(f"lost: {name} was acknowledged with {attempt.status}, and is not there")
    unknown = all(attempt.gave_up for attempt in same)
    there = effects.of(first)
    if unknown and there is not None and there is not is_kept:
        found.append(
            f"half: {name}: the effect is {'' if there else 'not '}there, "
            f"its key is {'' if is_kept else 'not '}kept"
        )
    return found


def _rivals(by_key: Iterable[list[Attempt]]) -> list[str]:
    """Of two who answered the same, exactly one succeeded; nobody else was refused."""
    winners: Counter[tuple[str, str]] = Counter()
    refused: list[Attempt] = []
    for same in by_key:
        if any(attempt.succeeded for attempt in same) and same[0].enrolment_id:
            winners[same[0].enrolment_id, same[0].level] += 1
        refused += [a for a in same if a.status is not None and not a.succeeded]
    found = [
        f"doubled: {enrolment_id} was answered {times} times at level {level}"
        for (enrolment_id, level), times in winners.items()
        if times > 1
    ]
    return found + [
        f"refused: {attempt.verb} {attempt.path} with {attempt.status}: {attempt.answer}"
        for attempt in refused
        if attempt.status not in TOO_LATE or not winners[attempt.enrolment_id, attempt.level]
    ]
