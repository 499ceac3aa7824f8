"""What leaves the institution: how many had a talk, how many have a plan, and what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.competences.models import CompetenceArea
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind, UnitPlacement
from tenant_app.talks import queries, rules
from tenant_app.talks.rules import StatusLine, Tally, Told

KINDS = (UnitKind.MUNICIPALITY, UnitKind.AREA, UnitKind.INSTITUTION)


@dataclass(frozen=True)
class Status:
    """The units that the actor sees, as the hierarchy stands today."""

    lines: Sequence[StatusLine]
    areas: Sequence[CompetenceArea]
    """Competence areas, by name."""
    hidden: int
    """Lines without numbers."""


def status(ctx: Context) -> Status:
    """Talks within the year and valid plans per unit: of today only, since two days side by side
    would tell of whoever came between them.

    What is hidden is decided for the whole municipality at once, and is hidden from everybody.
    """
    ctx.require(Permission.TALKS_VIEW)
    places = organisation.placements(ctx)
    tree = _tree([place for place in places if place.unit.kind in KINDS])
    above = _above(places, tree)
    people: dict[UUID, Tally] = {unit_id: Tally() for unit_id in tree}
    for unit_id, *numbers in queries.tallies(ctx):
        for each in above.get(unit_id, ()):
            people[each] += Tally(*numbers)
    areas = queries.areas(ctx)
    tags = {area.id: dict.fromkeys(tree, 0) for area in areas}
    for unit_id, area_id, count in queries.tags(ctx):
        for each in above.get(unit_id, ()):
            tags[area_id][each] += count
    counts = {unit_id: tally.people for unit_id, tally in people.items()}
    planned = {unit_id: tally.planned for unit_id, tally in people.items()}
    shown = rules.shown(counts, tree, nobody_is_safe=True)
    of_talks = rules.shown_parts(
        {unit_id: tally.talked for unit_id, tally in people.items()}, counts, tree, among=shown
    )
    of_plans = rules.shown_parts(planned, counts, tree, among=shown)
    # Areas are told of plans that are told themselves: among one plan, nobody tells of somebody.
    told = {
        area_id: rules.shown_parts(held, planned, tree, among=of_plans)
        for area_id, held in tags.items()
    }
    seen = {
        place.unit_id for place in organisation.choosable(ctx, Permission.TALKS_VIEW, kinds=KINDS)
    }
    lines = [
        StatusLine(
            unit_id=place.unit_id,
            name=place.unit.name,
            level=_level(tree, place.unit_id),
            tally=(
                Told(
                    counts[place.unit_id],
                    people[place.unit_id].talked if place.unit_id in of_talks else None,
                    planned[place.unit_id] if place.unit_id in of_plans else None,
                )
                if place.unit_id in shown
                else None
            ),
            tags=_tags_of(place.unit_id, tags, told) if place.unit_id in shown else {},
        )
        for place in places
        if place.unit_id in tree and place.unit_id in seen
    ]
    return Status(lines, areas, hidden=sum(line.tally is None for line in lines))


def _tree(places: Sequence[UnitPlacement]) -> dict[UUID, UUID | None]:
    """Unit → the nearest one above it that is counted."""
    by_path = {place.path: place.unit_id for place in places}
    return {
        place.unit_id: next((by_path[path] for path in _up(place.path) if path in by_path), None)
        for place in places
    }


def _up(path: str) -> list[str]:
    """The paths above this one, the nearest first."""
    steps = path.rstrip(".").split(".")
    return [".".join(steps[:n]) + "." for n in range(len(steps) - 1, 0, -1)]


def _above(
    places: Sequence[UnitPlacement], tree: Mapping[UUID, UUID | None]
) -> dict[UUID, list[UUID]]:
    """Unit → the counted units in which its own staff is counted."""
    by_path = {place.path: place.unit_id for place in places}
    return {
        place.unit_id: [
            by_path[path]
            for path in [place.path, *_up(place.path)]
            if path in by_path and by_path[path] in tree
        ]
        for place in places
    }


def _level(tree: Mapping[UUID, UUID | None], unit_id: UUID) -> int:
    level, parent = 0, tree[unit_id]
    while parent is not None:
        level, parent = level + 1, tree[parent]
    return level


def _tags_of(
    unit_id: UUID, tags: Mapping[UUID, Mapping[UUID, int]], told: Mapping[UUID, set[UUID]]
) -> dict[UUID, int | None]:
    found: dict[UUID, int | None] = {}
    for area_id, held in tags.items():
        if unit_id not in told[area_id]:
            found[area_id] = None
        elif held[unit_id]:
            found[area_id] = held[unit_id]
    return found
