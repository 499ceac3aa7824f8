"""How a year's frame would divide: looked at before adoption, and posted by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import BudgetYear, PoolKind
from tenant_app.budgets.rules import Holder
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.money import Money
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitKind

FTE_PARTS = 10_000


@dataclass(frozen=True)
class Part:
    """What one pool gets, and the figures it was divided by."""

    kind: PoolKind
    unit_id: UUID
    number: str
    name: str
    amount: Money
    headcount: int
    fte: int
    """In ten-thousandths."""
    pedagogue_fte: int
    """In ten-thousandths."""


@dataclass(frozen=True)
class Allocation:
    """The parts of a year's frame: central, areas, institutions. They add up to it exactly."""

    year: BudgetYear
    figures_on: date
    parts: tuple[Part, ...]

    @property
    def total(self) -> Money:
        return Money(sum(part.amount for part in self.parts))


def preview_allocation(ctx: Context, year_id: UUID) -> Allocation:
    """What adopting the year now would give each pool. Reads only."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    year = queries.year(ctx, year_id)
    if year is None:
        raise NotFound()
    return allocate(ctx, year)


def allocate(ctx: Context, year: BudgetYear) -> Allocation:
    """The parts of the frame by the staff figures of the day nearest to now in the year.

    Raises Conflict or Invalid when the frame cannot be divided so.
    """
    day = rules.figures_day(year.year, ctx.today)
    units = queries.holders(ctx, day)
    by_kind = {
        kind: [(unit, path) for unit, path in units if unit.kind is kind] for kind in UnitKind
    }
    if not by_kind[UnitKind.MUNICIPALITY]:
        raise Conflict(
            N_("The municipality had no units on %(day)s. Choose a later budget year."),
            day=day.strftime("%d-%m-%Y"),
        )
    [(root, _)] = by_kind[UnitKind.MUNICIPALITY]
    rules.check_frame(
        year.frame,
        central_bp=year.central_bp,
        area_bp=year.area_bp,
        has_areas=bool(by_kind[UnitKind.AREA]),
    )
    figures = _figures(ctx, day)
    institutions = [(_holder(unit, figures), path) for unit, path in by_kind[UnitKind.INSTITUTION]]
    areas = [
        _sum(unit, [holder for holder, at in institutions if at.startswith(path)])
        for unit, path in by_kind[UnitKind.AREA]
    ]
    own = [holder for holder, _ in institutions]
    rules.check_numbers(year.allocation, {holder.number for holder in [*areas, *own]})
    central, area_sum, institution_sum = rules.parts_of(
        year.frame, central_bp=year.central_bp, area_bp=year.area_bp
    )
    parts = [_part(PoolKind.CENTRAL, _sum(root, own), central, name=f"Central · {root.name}")]
    if year.area_bp:
        parts += _parts(PoolKind.AREA, areas, area_sum, year)
    parts += _parts(PoolKind.INSTITUTION, own, institution_sum, year)
    return Allocation(year, day, tuple(parts))


def _figures(ctx: Context, day: date) -> dict[UUID, tuple[int, int, int]]:
    return {
        staff.unit_id: (
            staff.headcount,
            int(staff.fte * FTE_PARTS),
            int(staff.pedagogue_fte * FTE_PARTS),
        )
        for staff in organisation.staff_figures(ctx, on=day)
    }


def _holder(unit: Unit, figures: dict[UUID, tuple[int, int, int]]) -> Holder:
    return Holder(unit.id, unit.number, unit.name, *figures.get(unit.id, (0, 0, 0)))


def _sum(unit: Unit, below: Sequence[Holder]) -> Holder:
    return Holder(
        unit.id,
        unit.number,
        unit.name,
        headcount=sum(holder.headcount for holder in below),
        fte=sum(holder.fte for holder in below),
        pedagogue_fte=sum(holder.pedagogue_fte for holder in below),
    )


def _parts(
    kind: PoolKind, holders: Sequence[Holder], amount: Money, year: BudgetYear
) -> list[Part]:
    shares = rules.divide(amount, holders, year.allocation)
    return [
        _part(kind, holder, share, name=holder.name)
        for holder, share in zip(holders, shares, strict=True)
    ]


def _part(kind: PoolKind, holder: Holder, amount: Money, *, name: str) -> Part:
    return Part(
        kind=kind,
        unit_id=holder.unit_id,
        number=holder.number,
        name=name,
        amount=amount,
        headcount=holder.headcount,
        fte=holder.fte,
        pedagogue_fte=holder.pedagogue_fte,
    )
