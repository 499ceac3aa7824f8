"""Which numbers leave the institution: none of fewer than five people, and none that those shown
would tell. Pure.

Numbers add up along the hierarchy, so a hidden unit is the municipality less the others. What can
be told from a table is therefore what remains of each shown unit when the shown units right below
it are taken away: everything else that can be computed is a sum of such remainders. A table is safe
when each remainder is nobody, or enough.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

SMALLEST = 5
"""People in a cell that is shown."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Tally:
    """People counted together; those of a unit include those of the units below it."""

    people: int = 0
    talked: int = 0
    """Had a talk within the year."""
    planned: int = 0
    """Have a plan that is valid."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.people + other.people,
            self.talked + other.talked,
            self.planned + other.planned,
        )

    @property
    def talked_percent(self) -> int | None:
        return percent(self.talked, self.people)

    @property
    def planned_percent(self) -> int | None:
        return percent(self.planned, self.people)


@dataclass(frozen=True)
class StatusLine:
    """A unit as others may see it: without numbers where it is hidden."""

    unit_id: UUID
    name: str
    level: int
    """0 is the municipality."""
    tally: Tally | None
    """None is hidden."""
    tags: Mapping[UUID, int | None]
    """Competence area → people with it in their plan; None is hidden, nobody is left out."""


def percent(part: int, whole: int) -> int | None:
    """Rounded half up; None of none."""
    return None if not whole else (part * 200 + whole) // (2 * whole)


def shown(
    counts: Mapping[Key, int],
    parents: Mapping[Key, Key | None],
    *,
    among: Collection[Key] | None = None,
    nobody_is_safe: bool = False,
) -> set[Key]:
    """The units whose count may be shown, of those in `among` (all).

    A count includes those below. Whatever hangs below a hidden unit is hidden too. With
    `nobody_is_safe` a count of nobody is shown as such.
    """
    below: dict[Key, list[Key]] = {}
    for key, parent in parents.items():
        if parent is not None:
            below.setdefault(parent, []).append(key)

    def is_open(key: Key) -> bool:
        if among is not None and key not in among:
            return False
        return counts[key] >= SMALLEST or (nobody_is_safe and counts[key] == 0)

    found: set[Key] = set()
    waiting = [key for key, parent in parents.items() if parent is None and is_open(key)]
    while waiting:
        key = waiting.pop()
        found.add(key)
        children = [child for child in below.get(key, ()) if is_open(child)]
        waiting += _enough(counts[key], {child: counts[child] for child in children})
    return found


def _enough(whole: int, parts: Mapping[Key, int]) -> Iterable[Key]:
    """The parts that can be shown beside their whole: the smallest is hidden with what must be,
    until what is not shown is nobody or enough."""
    left = sorted((key for key in parts if parts[key]), key=lambda key: parts[key])
    none = [key for key in parts if not parts[key]]
    while 0 < whole - sum(parts[key] for key in left) < SMALLEST and left:
        left.pop(0)
    return [*left, *none]
