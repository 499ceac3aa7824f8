"""What goes on where and when: the institutions with their initiatives side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.paging import Page, scalars_page
from tenant_app.initiatives import queries
from tenant_app.initiatives.models import Initiative
from tenant_app.initiatives.service.shared import limit
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit


@dataclass(frozen=True)
class Bar:
    """An initiative in an institution."""

    initiative: Initiative
    overrides: Sequence[str]
    """Why it was let in above the institution's limit, each time it was."""
    people: int = 0
    """How many who take part were let in above the limit of a person."""
    people_why: Sequence[str] = ()

    @property
    def override(self) -> str:
        """All reasons of the institution in one; "" where it need not be let in."""
        return " · ".join(self.overrides)

    @property
    def is_above(self) -> bool:
        """Whether somebody let the institution or a person run more than the limit."""
        return bool(self.overrides or self.people)


@dataclass(frozen=True)
class Lane:
    """An institution with what it has in the period."""

    unit: Unit
    running: int
    """Under way now, in whatever period."""
    most: int | None
    bars: Sequence[Bar]

    @property
    def is_over(self) -> bool:
        """Whether more is under way than the limit."""
        return self.most is not None and self.running > self.most


def portfolio(
    ctx: Context,
    *,
    first: date,
    last: date,
    unit_id: UUID | None = None,
    page: int = 1,
    page_size: int = 25,
) -> Page[Lane]:
    """The institutions the actor sees that have something between the days, by name.

    A unit includes what hangs below it today. Raises NotFound for a unit out of scope.
    """
    ctx.require(Permission.INITIATIVES_VIEW)
    below = None if unit_id is None else organisation.unit(ctx, unit_id).id
    units = scalars_page(
        ctx,
        queries.lanes(ctx, first=first, last=last, below=below),
        page=page,
        page_size=page_size,
    )
    if not units.items:
        return Page([], units.page, units.page_size, False)
    ids = [unit.id for unit in units.items]
    running = {house.unit_id: house.running for house in queries.houses(ctx, ids)}
    bars: dict[UUID, list[Bar]] = {}
    for key, initiative, why, people, their_why in queries.bars(ctx, ids, first=first, last=last):
        bars.setdefault(key, []).append(Bar(initiative, why, people, their_why))
    most = limit(ctx)
    lanes = [Lane(unit, running[unit.id], most, bars.get(unit.id, [])) for unit in units.items]
    return Page(lanes, units.page, units.page_size, units.has_more)
