"""All needs at a glance: where they are, what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.needs import queries, rules
from tenant_app.needs.models import SourceType
from tenant_app.needs.rules import Heat, HeatLine, Spot, UnitHeat
from tenant_app.needs.service.scope import of_units, sees_all
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind


@dataclass(frozen=True)
class SourceLine:
    """How many live needs have evidence of this kind, and how many have no other."""

    source: SourceType
    needs: int
    alone: int


@dataclass(frozen=True)
class HeatMap:
    """The live needs that one sees, by unit and competence area."""

    level: UnitKind
    levels: Sequence[UnitKind]
    """What it can be read by, the usual one first."""
    areas: Sequence[tuple[UUID, str]]
    """Competence areas, by name."""
    lines: Sequence[HeatLine]
    totals: rules.Cells
    """By place of the competence area in `areas`, as in the lines."""
    total: Heat
    most: int
    """The largest number in a cell."""


@dataclass(frozen=True)
class Overview:
    """The live needs that one sees, where they are and what they rest on."""

    heat: HeatMap
    sources: Sequence[SourceLine]
    single_source: int
    without_evidence: int


def heat_map(ctx: Context, *, level: UnitKind | None = None) -> HeatMap:
    """Where the needs of one's units are, as they stand now: two statements.

    By area where there are many institutions, unless a level is given.
    """
    ctx.require(Permission.NEEDS_VIEW)
    areas = [(area_id, name) for area_id, name in queries.areas(ctx)]
    spots, found = [], []
    for unit_id, path, name, kind, cells in _heat(ctx, [area_id for area_id, _name in areas]):
        if path is not None:
            spots.append(Spot(unit_id, path, name, kind))
        if cells is not None:
            places, *counts = zip(*cells, strict=True)
            found.append(
                UnitHeat(
                    unit_id,
                    dict(zip(places, map(Heat, *counts), strict=True)),
                    Heat(*map(sum, counts)),
                )
            )
    levels = rules.heat_levels(spots)
    level = level or levels[0]
    totals = rules.by_area(found)
    lines = rules.heat_lines(found, spots, level=level)
    return HeatMap(
        level=level,
        levels=levels,
        areas=areas,
        lines=lines,
        totals=totals,
        total=Heat(*map(sum, zip(*totals.values(), strict=True))) if totals else Heat(),
        most=max((heat.needs for line in lines for heat in line.cells.values()), default=0),
    )


def _heat(ctx: Context, area_ids: Sequence[UUID]) -> Sequence[Any]:
    if sees_all(ctx):
        return queries.heat_of_all(ctx, area_ids)
    seen = organisation.visible_units(ctx, Permission.NEEDS_VIEW)
    return queries.heat(ctx, area_ids, of_units(ctx), seen)


def overview(ctx: Context, *, level: UnitKind | None = None) -> Overview:
    """The same, and what the needs rest on: one statement more."""
    heat = heat_map(ctx, level=level)
    by_source = {
        source: (needs, alone) for source, needs, alone in queries.by_source(ctx, of_units(ctx))
    }
    return Overview(
        heat=heat,
        sources=[SourceLine(each, *by_source.get(each, (0, 0))) for each in SourceType],
        single_source=sum(alone for source, (_n, alone) in by_source.items() if source is not None),
        without_evidence=by_source.get(None, (0, 0))[0],
    )
