"""How needs add up over units and competence areas. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from tenant_app.organisation.models import UnitKind

SHADES = 5
FEW_LINES = 25
"""More institutions than this are read area by area."""


class Spot(NamedTuple):
    """A unit as it hangs today."""

    unit_id: UUID
    path: str
    name: str
    kind: UnitKind


class Heat(NamedTuple):
    """Needs that are worked with, or should be."""

    needs: int = 0
    staff: int = 0
    pressing: int = 0
    """Of high or acute urgency."""

    def plus(self, other: Heat) -> Heat:
        """Both together."""
        return Heat(
            self.needs + other.needs, self.staff + other.staff, self.pressing + other.pressing
        )


NOTHING = Heat()


Cells = dict[int, Heat]
"""Place of a competence area among all → the needs; where there are none, nothing."""


class UnitHeat(NamedTuple):
    """A unit's own needs."""

    unit_id: UUID
    cells: Cells
    total: Heat


@dataclass
class HeatLine:
    """A unit, or those below it together, and its needs by competence area."""

    unit_id: UUID | None
    """None: units that are closed today."""
    name: str
    kind: UnitKind | None
    cells: Cells = field(default_factory=dict)
    total: Heat = NOTHING

    def add(self, cells: Cells, total: Heat) -> None:
        """The needs of one more unit."""
        self.cells = merged(self.cells, cells) if self.cells else cells
        self.total = self.total.plus(total)


def merged(some: Cells, more: Cells) -> Cells:
    """The cells of both."""
    found = dict(some)
    for place, heat in more.items():
        known = found.get(place)
        found[place] = heat if known is None else known.plus(heat)
    return found


def heat_levels(spots: Iterable[Spot]) -> list[UnitKind]:
    """What the heat map can be read by, the usual one first."""
    kinds = [spot.kind for spot in spots]
    if UnitKind.AREA not in kinds:
        return [UnitKind.INSTITUTION]
    both = [UnitKind.AREA, UnitKind.INSTITUTION]
    return both if kinds.count(UnitKind.INSTITUTION) > FEW_LINES else both[::-1]


def heat_lines(
    found: Iterable[UnitHeat], spots: Sequence[Spot], *, level: UnitKind
) -> list[HeatLine]:
    """A line per unit of the level with all below it; units above it stand for themselves.

    In the order of `spots`, which hold every visible unit, parents first. Units without needs have
    a line too, since none is also an answer; needs of units that are closed come last.
    """
    by_path = {spot.path: spot for spot in spots}
    owners = [(spot, _owner(spot, by_path, level)) for spot in spots]
    owner = {spot.unit_id: at.unit_id for spot, at in owners}
    lines: dict[UUID | None, HeatLine] = {
        spot.unit_id: HeatLine(spot.unit_id, spot.name, spot.kind)
        for spot, at in owners
        if at is spot
    }
    lines[None] = HeatLine(None, "", None)
    for unit_id, cells, total in found:
        lines[owner.get(unit_id)].add(cells, total)
    # Units above the level have a line only where they have needs of their own.
    return [line for line in lines.values() if line.cells or line.kind is level]


def by_area(found: Iterable[UnitHeat]) -> Cells:
    """All units together."""
    sums: dict[int, list[int]] = {}
    for _unit_id, cells, _total in found:
        for place, (needs, staff, pressing) in cells.items():
            held = sums.setdefault(place, [0, 0, 0])
            held[0] += needs
            held[1] += staff
            held[2] += pressing
    return {place: Heat(*held) for place, held in sorted(sums.items())}


def _owner(spot: Spot, by_path: Mapping[str, Spot], level: UnitKind) -> Spot:
    """The unit of the level at or above the spot; the spot itself where there is none."""
    path = spot.path
    while path:
        found = by_path.get(path)
        if found is not None and found.kind is level:
            return found
        path = path[: path.rstrip(".").rfind(".") + 1]
    return spot


def shade(count: int, most: int) -> int:
    """How dark a cell is: 0 for none, up to 5 for the most."""
    return 0 if not count or not most else -(-SHADES * count // most)
