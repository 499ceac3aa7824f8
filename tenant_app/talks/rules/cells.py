"""Which numbers leave the institution: none of fewer than five people, and none that those shown
would tell. Pure.

A number of a part (those who had a talk) tells of the rest too (those who had none), so that both
must be nobody, or enough.

Numbers add up along the hierarchy, so a hidden unit is the municipality less the others. What can
be told from a table is therefore what remains of each shown unit when the shown units right below
it are taken away: everything else that can be computed is a sum of such remainders. A table is safe
when each remainder is nobody, or enough.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
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


@dataclass(frozen=True)
class Told:
    """The same as others may see it; None is hidden."""

    people: int
    talked: int | None = None
    planned: int | None = None

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
    tally: Told | None
    """None is hidden."""
    tags: Mapping[UUID, int | None]
    """Competence area → people with it in their plan; None is hidden, nobody is left out."""


def percent(part: int | None, whole: int) -> int | None:
    """Rounded half up; None of none, and of what is hidden."""
    return None if part is None or not whole else (part * 200 + whole) // (2 * whole)


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
    return _shown((counts,), parents, among=among, nobody_is_safe=nobody_is_safe)


def shown_parts(
    parts: Mapping[Key, int],
    wholes: Mapping[Key, int],
    parents: Mapping[Key, Key | None],
    *,
    among: Collection[Key],
) -> set[Key]:
    """The units whose part of a whole may be shown: it is nobody or enough, and so is the rest."""
    rest = {key: wholes[key] - part for key, part in parts.items()}
    return _shown((parts, rest), parents, among=among, nobody_is_safe=True)


def _shown(
    counts: Sequence[Mapping[Key, int]],
    parents: Mapping[Key, Key | None],
    *,
    among: Collection[Key] | None,
    nobody_is_safe: bool,
) -> set[Key]:
    """The units for which each of the counts may be shown."""
    below: dict[Key, list[Key]] = {}
    for key, parent in parents.items():
        if parent is not None:
            below.setdefault(parent, []).append(key)

    def is_open(key: Key) -> bool:
        if among is not None and key not in among:
            return False
        cells = [each[key] for each in counts]
        return all(cell >= SMALLEST or (nobody_is_safe and cell == 0) for cell in cells)

    found: set[Key] = set()
    waiting = [key for key, parent in parents.items() if parent is None and is_open(key)]
    while waiting:
        key = waiting.pop()
        found.add(key)
        children = [child for child in below.get(key, ()) if is_open(child)]
        waiting += _enough(
            [each[key] for each in counts],
            {child: [each[child] for each in counts] for child in children},
        )
    return found


def _enough(whole: Sequence[int], parts: Mapping[Key, Sequence[int]]) -> Iterable[Key]:
    """The parts that can be shown beside their whole: the smallest is hidden with what must be,
    until what is not shown is nobody or enough."""
    left = sorted(parts, key=lambda key: sum(parts[key]))
    while small := [
        at
        for at, count in enumerate(whole)
        if 0 < count - sum(parts[key][at] for key in left) < SMALLEST
    ]:
        # There is one: their whole is enough, so those left have what is missing.
        left.remove(next(key for key in left if any(parts[key][at] for at in small)))
    return left
