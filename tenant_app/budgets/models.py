"""Money. Amounts are whole øre. The ledger is the truth, balances and reports are derived."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.core.money import Money
from tenant_app.organisation.models import Unit


class BudgetYearState(StrEnum):
    DRAFT = "draft"
    ADOPTED = "adopted"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class PoolKind(StrEnum):
    CENTRAL = "central"
    AREA = "area"
    INSTITUTION = "institution"
    EARMARKED = "earmarked"
    """A state pool: money with strings attached."""
    FUND = "fund"
    """Money from outside, such as the Kompetencefond."""


class Policy(StrEnum):
    """What happens when a request does not fit in the pool."""

    STOP = "stop"
    APPROVE_OVER = "approve_over"
    """Somebody named has to say yes to what is over."""
    WARN = "warn"
    IGNORE = "ignore"


class CostLine(StrEnum):
    FEE = "fee"
    COVER = "cover"
    MATERIALS = "materials"
    TRAVEL = "travel"


class MoneyState(StrEnum):
    RESERVED = "reserved"
    COMMITTED = "committed"
    ACTUAL = "actual"
    RELEASED = "released"


class EntryKind(StrEnum):
    ALLOTTED = "allotted"
    TRANSFERRED = "transferred"
    CARRIED = "carried"
    RESERVED = "reserved"
    COMMITTED = "committed"
    ACTUAL = "actual"
    RELEASED = "released"
    ADJUSTED = "adjusted"


class BudgetYear(TenantOwned):
    """A calendar year's frame and how it divides."""

    __tablename__ = "budget_years"
    extras = (
        unique("year"),
        check("frame_is_not_negative", "frame >= 0"),
        check("central_is_a_share", "central_bp BETWEEN 0 AND 10000"),
        check("area_is_a_share", "area_bp BETWEEN 0 AND 10000 AND central_bp + area_bp <= 10000"),
    )

    year: Mapped[int]
    state: Mapped[BudgetYearState] = mapped_column(StrEnumText(BudgetYearState))
    frame: Mapped[Money]
    central_bp: Mapped[int]
    """The central share in basis points: 4000 is 40 %."""
    area_bp: Mapped[int] = mapped_column(default=0, server_default="0")
    """The share held by the area level, divided over areas by the same key. The rest is decentral,
    divided over institutions."""
    allocation: Mapped[list[Any]]
    """The key: see `budgets.rules.AllocationKey`."""
    policy: Mapped[Policy] = mapped_column(StrEnumText(Policy))
    """The policy new pools start with."""
    adopted_at: Mapped[datetime | None]


class Pool(TenantOwned):
    """A pot of money with an owner, in one budget year."""

    __tablename__ = "pools"
    belongs_to = {"year_id": "budget_years", "unit_id": "units"}
    extras = (unique("year_id", "kind", "unit_id"), index("unit_id"))

    year_id: Mapped[UUID]
    kind: Mapped[PoolKind] = mapped_column(StrEnumText(PoolKind))
    unit_id: Mapped[UUID]
    """The owner: the municipality for the central pool, else the area or institution."""
    name: Mapped[str]

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(Pool.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )
    year: Mapped[BudgetYear] = relationship(
        primaryjoin=lambda: foreign(Pool.year_id) == BudgetYear.id, viewonly=True, lazy="raise"
    )


class PoolBalance(TenantOwned):
    """The pool's position: each column equals the sum of that column in its ledger entries.

    Only budgets.ledger writes it, with conditional updates, so that races never overspend;
    the constraint is the last wall.
    """

    __tablename__ = "pool_balances"
    belongs_to = {"pool_id": "pools"}
    extras = (
        unique("pool_id"),
        check(
            "stop_means_stop",
            # Not the reserved: a pool may be made to stop while more is asked for than it holds.
            "policy <> 'stop' OR allotted + carried + transferred - committed - actual >= 0",
        ),
        check("nothing_is_owed", "reserved >= 0 AND committed >= 0"),
    )

    pool_id: Mapped[UUID]
    policy: Mapped[Policy] = mapped_column(StrEnumText(Policy))
    allotted: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    carried: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    transferred: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    reserved: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    committed: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    actual: Mapped[Money] = mapped_column(default=Money(0), server_default="0")

    @property
    def available(self) -> Money:
        """Allotted + carried + transferred − actual − committed − reserved."""
        have = self.allotted + self.carried + self.transferred
        return Money(have - self.reserved - self.committed - self.actual)


class FundingRuleSet(TenantOwned):
    """A version of the ordered funding rules. Never changed: a change is a new version."""

    __tablename__ = "funding_rule_sets"
    extras = (unique("version"),)

    version: Mapped[int]
    valid_from: Mapped[date]
    rules: Mapped[list[Any]]
    """See `budgets.rules.FundingRule`."""
    created_at: Mapped[datetime]


class MoneyLine(TenantOwned):
    """What one pool pays of one cost line of one enrolment. Amounts never change with prices."""

    __tablename__ = "money_lines"
    belongs_to = {"pool_id": "pools"}
    extras = (
        unique("source_id", "submission", "cost_line", "pool_id"),
        index("pool_id", "state"),
        check("amount_is_not_negative", "amount >= 0"),
    )

    source_id: Mapped[UUID]
    """The enrolment. No foreign key: budgets lie below enrolments and never look up."""
    submission: Mapped[int]
    """Counts up each time the request is sent, so that a returned one can be sent again."""
    pool_id: Mapped[UUID]
    cost_line: Mapped[CostLine] = mapped_column(StrEnumText(CostLine))
    amount: Mapped[Money]
    share_bp: Mapped[int]
    rule_name: Mapped[str]
    rule_version: Mapped[int]
    state: Mapped[MoneyState] = mapped_column(StrEnumText(MoneyState))

    pool: Mapped[Pool] = relationship(
        primaryjoin=lambda: foreign(MoneyLine.pool_id) == Pool.id, viewonly=True, lazy="raise"
    )


class LedgerEntry(TenantOwned):
    """One movement. Append-only by grant. Signed øre per column; their sums are the balance."""

    __tablename__ = "ledger_entries"
    belongs_to = {"pool_id": "pools", "line_id": "money_lines"}
    extras = (
        # Makes every verb idempotent: a line is reserved, committed, charged, released once.
        unique("line_id", "kind", where="line_id IS NOT NULL"),
        index("pool_id", "booked_on"),
    )

    pool_id: Mapped[UUID]
    kind: Mapped[EntryKind] = mapped_column(StrEnumText(EntryKind))
    line_id: Mapped[UUID | None]
    booked_on: Mapped[date]
    """The Danish date: a year's border is Danish midnight."""
    booked_at: Mapped[datetime]
    allotted: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    carried: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    transferred: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    reserved: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    committed: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    actual: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    actor_name: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
