"""What one enrolment costs, and which pools pay it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from tenant_app.budgets.models import CostLine, PoolKind
from tenant_app.core.money import Money

NOTHING = Money(0)


@dataclass(frozen=True)
class Cost:
    """The price of one person on one session, by cost line, in whole øre."""

    fee: Money = NOTHING
    cover: Money = NOTHING
    materials: Money = NOTHING
    travel: Money = NOTHING
    cover_hours: Decimal = Decimal(0)
    cover_weights: Mapping[int, int] = field(default_factory=dict, compare=False)
    """Calendar year → what an hour of cover on each of its days adds up to: cover over New Year
    parts by it."""

    @property
    def total(self) -> Money:
        return Money(self.fee + self.cover + self.materials + self.travel)

    def of(self, line: CostLine) -> Money:
        """The amount on one cost line."""
        amount: Money = getattr(self, line.value)
        return amount


@dataclass(frozen=True)
class Share:
    """What one pool pays of one cost line."""

    pool_id: UUID
    pool_name: str
    pool_kind: PoolKind
    cost_line: CostLine
    amount: Money
    share_bp: int
    year: int | None = None
    """The budget year of the pool; a session over New Year has shares in two."""
    rule_name: str | None = None
    """The cover rule that decided this line; None: the card's rule."""


@dataclass(frozen=True)
class CostCard:
    """A cost with the shares of the pools: shown before submit, and reserved exactly so."""

    cost: Cost
    shares: tuple[Share, ...]
    rule_name: str
    rule_version: int
    """0 and the name NO_RULE when no funding rule matched and the institution pays all."""
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """What the rules were asked about: policies per form and earmarks look at them too."""

    @property
    def total(self) -> Money:
        return self.cost.total

    @property
    def is_unruled(self) -> bool:
        """No funding rule matched: worth a flag, since nobody decided this."""
        return self.rule_version == 0

    def by_pool(self) -> dict[UUID, Money]:
        """Pool → its part, in pool id order."""
        parts: dict[UUID, int] = {}
        for share in sorted(self.shares, key=lambda share: share.pool_id):
            parts[share.pool_id] = parts.get(share.pool_id, 0) + share.amount
        return {pool_id: Money(amount) for pool_id, amount in parts.items()}

    def by_kind(self) -> dict[PoolKind, Money]:
        """Kind of pool → its part; kinds that pay nothing are left out."""
        parts: dict[PoolKind, int] = {}
        for share in self.shares:
            parts[share.pool_kind] = parts.get(share.pool_kind, 0) + share.amount
        return {kind: Money(parts[kind]) for kind in PoolKind if kind in parts}

    def years(self) -> list[int]:
        """The budget years that pay, the first one first."""
        return sorted({share.year for share in self.shares if share.year is not None})

    def by_line(self) -> dict[CostLine, list[Share]]:
        """Cost line → the shares that pay it; lines without cost are left out."""
        lines: dict[CostLine, list[Share]] = {}
        for share in self.shares:
            lines.setdefault(share.cost_line, []).append(share)
        return lines

    def pool_names(self) -> dict[UUID, str]:
        """Pool → its name."""
        return {share.pool_id: share.pool_name for share in self.shares}
