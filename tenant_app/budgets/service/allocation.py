"""How a year's frame would divide: looked at before adoption, and posted by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from tenant_app.budgets import queries, rules
from tenant_app.budgets.models import BudgetYear, PoolKind
from tenant_app.budgets.queries import revising
from tenant_app.budgets.rules import Holder
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.money import Money, show
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitFigures, UnitKind

FTE_PARTS = 10_000
MOST_NAMED = 5
SUMMED: tuple[str, ...] = ("headcount", "fte", "pedagogue_fte", "children_0_2", "children_3_5")
SUMMED += ("socio_0_2", "socio_3_5")


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
    children_0_2: int = 0
    children_3_5: int = 0
    socio_index: int = 100
    """In hundredths."""
    unlimited: int = 0
    """What the key alone would give, before floor and ceiling."""
    last_year: Money | None = None
    """What the same unit got of the frame of the year before; None without a pool then."""

    @property
    def change(self) -> Money | None:
        """More (or less, below zero) than the year before."""
        return None if self.last_year is None else Money(self.amount - self.last_year)


@dataclass(frozen=True)
class Allocation:
    """The parts of a year's frame: central, areas, institutions. They add up to it exactly."""

    year: BudgetYear
    figures_on: date
    parts: tuple[Part, ...]

    @property
    def total(self) -> Money:
        return Money(sum(part.amount for part in self.parts))

    @property
    def counts_children(self) -> bool:
        """Whether the key divides by children, so that their figures are worth showing."""
        return rules.counts_children(self.year.allocation)

    @property
    def is_limited(self) -> bool:
        """Whether a floor or a ceiling moved money between institutions."""
        return any(part.amount != part.unlimited for part in self.parts)


def preview_allocation(ctx: Context, year_id: UUID) -> Allocation:
    """What adopting the year now would give each pool. Reads only."""
    ctx.require(Permission.BUDGET_VIEW, at=organisation.root_path(ctx))
    year = queries.year(ctx, year_id)
    if year is None:
        raise NotFound()
    return allocate(ctx, year)


def allocate(
    ctx: Context,
    year: BudgetYear,
    *,
    frame: int | None = None,
    kept: Mapping[PoolKind, int] | None = None,
) -> Allocation:
    """The parts of the frame (the year's own) by the figures of the day nearest to now in the year.

    `kept` is what closed units of a kind hold already and is not divided. Raises Conflict or
    Invalid when the frame cannot be divided so.
    """
    whole, held = year.frame if frame is None else frame, kept or {}
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
        whole,
        central_bp=year.central_bp,
        area_bp=year.area_bp,
        has_areas=bool(by_kind[UnitKind.AREA]),
    )
    figures = _figures(ctx, day)
    children = organisation.figures_on(ctx, day)
    if rules.counts_children(year.allocation):
        _check_counted([unit for unit, _ in by_kind[UnitKind.INSTITUTION]], children, day)
    institutions = [
        (_holder(unit, figures, children), path) for unit, path in by_kind[UnitKind.INSTITUTION]
    ]
    areas = [
        _sum(unit, [holder for holder, at in institutions if at.startswith(path)])
        for unit, path in by_kind[UnitKind.AREA]
    ]
    own = [holder for holder, _ in institutions]
    rules.check_numbers(year.allocation, {holder.number for holder in [*areas, *own]})
    central, area_sum, institution_sum = rules.parts_of(
        whole, central_bp=year.central_bp, area_bp=year.area_bp
    )
    area_sum = _less(area_sum, held.get(PoolKind.AREA, 0))
    institution_sum = _less(institution_sum, held.get(PoolKind.INSTITUTION, 0))
    parts = [_part(PoolKind.CENTRAL, _sum(root, own), central, name=f"Central · {root.name}")]
    if year.area_bp:
        parts += _parts(PoolKind.AREA, areas, area_sum, year.allocation)
    parts += _parts(PoolKind.INSTITUTION, own, institution_sum, year.allocation, limits=year.limits)
    before = revising.allotted_in(ctx, year.year - 1)
    return Allocation(
        year,
        day,
        tuple(replace(part, last_year=before.get((part.kind, part.unit_id))) for part in parts),
    )


def _less(amount: Money, held: int) -> Money:
    if held > amount:
        raise Conflict(
            N_(
                "Closed units hold %(held)s and their level has %(amount)s to divide. Write a "
                "larger frame."
            ),
            field="frame",
            held=show(held),
            amount=show(amount),
        )
    return Money(amount - held)


def _check_counted(units: Sequence[Unit], children: Mapping[UUID, UnitFigures], day: date) -> None:
    """A key that counts children would give those nothing whose children nobody has counted."""
    missing = [unit.name for unit in units if unit.id not in children]
    if missing:
        raise Conflict(
            N_(
                "The key counts children, and on %(day)s there are no figures for %(units)s. "
                "Register the children, also where there are none."
            ),
            field="allocation",
            day=day.strftime("%d-%m-%Y"),
            units=", ".join(missing[:MOST_NAMED]) + (" …" if len(missing) > MOST_NAMED else ""),
        )


def _figures(ctx: Context, day: date) -> dict[UUID, tuple[int, int, int]]:
    return {
        staff.unit_id: (
            staff.headcount,
            int(staff.fte * FTE_PARTS),
            int(staff.pedagogue_fte * FTE_PARTS),
        )
        for staff in organisation.staff_figures(ctx, on=day)
    }


def _holder(
    unit: Unit,
    figures: dict[UUID, tuple[int, int, int]],
    children: Mapping[UUID, UnitFigures],
) -> Holder:
    staff, own = figures.get(unit.id, (0, 0, 0)), children.get(unit.id)
    if own is None:
        return Holder(unit.id, unit.number, unit.name, *staff)
    return Holder(
        unit.id,
        unit.number,
        unit.name,
        *staff,
        children_0_2=own.children_0_2,
        children_3_5=own.children_3_5,
        socio_0_2=own.children_0_2 * own.socio_index,
        socio_3_5=own.children_3_5 * own.socio_index,
    )


def _sum(unit: Unit, below: Sequence[Holder]) -> Holder:
    return Holder(
        unit.id,
        unit.number,
        unit.name,
        **{name: sum(getattr(holder, name) for holder in below) for name in SUMMED},
    )


def _parts(
    kind: PoolKind,
    holders: Sequence[Holder],
    amount: Money,
    allocation: Sequence[Mapping[str, Any]],
    *,
    limits: Mapping[str, Mapping[str, int]] | None = None,
) -> list[Part]:
    by_key = rules.divide(amount, holders, allocation)
    kept = rules.keep_within(by_key, limits or {})
    return [
        _part(kind, holder, share, name=holder.name, unlimited=alone)
        for holder, share, alone in zip(holders, kept, by_key, strict=True)
    ]


def _part(
    kind: PoolKind, holder: Holder, amount: Money, *, name: str, unlimited: Money | None = None
) -> Part:
    return Part(
        kind=kind,
        unit_id=holder.unit_id,
        number=holder.number,
        name=name,
        amount=amount,
        headcount=holder.headcount,
        fte=holder.fte,
        pedagogue_fte=holder.pedagogue_fte,
        children_0_2=holder.children_0_2,
        children_3_5=holder.children_3_5,
        socio_index=holder.socio_index,
        unlimited=amount if unlimited is None else unlimited,
    )
