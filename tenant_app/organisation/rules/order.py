"""The order in which units are shown: as a tree. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from tenant_app.core.danish import danish_key
from tenant_app.organisation.models import UnitPlacement


def as_tree(places: Sequence[UnitPlacement]) -> list[UnitPlacement]:
    """Parents before children, those of one parent by name in the Danish alphabet.

    The paths alone would not do: `1.10.` stands before `1.2.` in text order.
    """
    # The number keeps apart siblings of one name, whose children would otherwise mix.
    names = {place.path: (danish_key(place.unit.name), place.unit.number) for place in places}

    def from_the_top(place: UnitPlacement) -> list[tuple[str, str]]:
        steps = (f"{step}." for step in place.path.rstrip(".").split("."))
        return [names[path] for path in accumulate(steps) if path in names]

    return sorted(places, key=from_the_top)
