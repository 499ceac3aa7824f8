"""Whether the institutions flagged weak get their part: money per FTE beside the others'. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from tenant_app.core.money import Money


@dataclass(frozen=True)
class PerFte:
    """What was bound and spent for an institution's people, whoever pays."""

    unit_id: UUID
    name: str
    is_weak: bool
    fte: Decimal
    used: Money
    relieved: Money
    """What of it the institution's and the area's own pools do not pay."""

    @property
    def per_fte(self) -> Money:
        """Whole øre, rounded half up."""
        return _whole(Decimal(self.used) / self.fte)

    @property
    def relieved_percent(self) -> int | None:
        return int(self.relieved) * 100 // self.used if self.used else None


@dataclass(frozen=True)
class Equity:
    """The weak institutions, least per FTE first, and the middle of all institutions."""

    weak: Sequence[PerFte]
    median: Money | None
    institutions: int


def equity(rows: Sequence[PerFte]) -> Equity:
    """Of institutions with staff; the median of an even number is the mean of the two in the
    middle."""
    counted = [row for row in rows if row.fte > 0]
    amounts = sorted(row.per_fte for row in counted)
    middle = len(amounts) // 2
    median: Money | None = None
    if amounts:
        two = amounts[middle] if len(amounts) % 2 else None
        median = two if two is not None else _mean(amounts[middle - 1], amounts[middle])
    weak = sorted((row for row in counted if row.is_weak), key=lambda row: (row.per_fte, row.name))
    return Equity(weak, median, len(counted))


def _mean(one: Money, other: Money) -> Money:
    return _whole(Decimal(one + other) / 2)


def _whole(amount: Decimal) -> Money:
    return Money(int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)))
