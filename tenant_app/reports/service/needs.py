"""How long needs wait for somebody to do something about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.needs import service as needs
from tenant_app.reports.queries import needs as queries


@dataclass(frozen=True)
class NeedAge:
    """Days from a need to the first initiative that answers it: the median."""

    area_id: UUID | None
    median_days: int | None
    """None where no need has an initiative yet."""
    answered: int
    waiting: int


@dataclass(frozen=True)
class NeedAges:
    """By competence area, and of all that one sees."""

    areas: Sequence[NeedAge]
    total: NeedAge


def need_ages(ctx: Context) -> NeedAges:
    """How long the needs that one sees waited, and how many wait still. One statement."""
    ctx.require(Permission.NEEDS_VIEW)
    found = [
        NeedAge(area_id, None if days is None else max(0, round(days)), answered, waiting)
        for area_id, days, answered, waiting in queries.ages(ctx, needs.visible(ctx))
    ]
    areas = [each for each in found if each.area_id is not None]
    nothing = NeedAge(None, None, 0, 0)
    return NeedAges(areas, next((each for each in found if each.area_id is None), nothing))
