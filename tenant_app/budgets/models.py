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


class PoolMode(StrEnum):
    """How a pool is given out."""

    FIRST_COME = "first_come"
    PLANNED = "planned"
    """To requests through an initiative that is planned or running."""
    ROUND = "round"
    """To units that apply; what they are awarded lies in their own pools."""
    ROTATION = "rotation"
    """To the units whose turn it is."""


class Policy(StrEnum):
    """What happens when a request does not fit in the pool."""

    STOP = "stop"
    APPROVE_OVER = "approve_over"
    """Somebody named has to say yes to what is over."""
    WARN = "warn"
    IGNORE = "ignore"


class OverLevel(StrEnum):
    """Whose yes is needed for what goes over: the levels that answer requests."""

    INSTITUTION = "institution"
    AREA = "area"
    CENTRAL = "central"


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
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Floor and ceiling of an institution's part: see `budgets.rules.limits`."""
    adopted_at: Mapped[datetime | None]
    closes_from: Mapped[date | None]
    """The first day on which its closing can begin; None is 1 January after it."""

    @property
    def may_close_from(self) -> date:
        """The same as a day."""
        return self.closes_from or date(self.year + 1, 1, 1)


class Pool(TenantOwned):
    """A pot of money with an owner, in one budget year."""

    __tablename__ = "pools"
    belongs_to = {"year_id": "budget_years", "unit_id": "units"}
    extras = (
        unique("year_id", "kind", "unit_id", where="code IS NULL"),
        unique("year_id", "code", where="code IS NOT NULL"),
        index("unit_id"),
        check("named_has_a_code", "(code IS NOT NULL) = (kind IN ('earmarked', 'fund'))"),
    )

    year_id: Mapped[UUID]
    kind: Mapped[PoolKind] = mapped_column(StrEnumText(PoolKind))
    unit_id: Mapped[UUID]
    """The owner: the municipality for the central pool, else the area or institution."""
    name: Mapped[str]
    code: Mapped[str | None]
    """What funding rules call an earmarked pool or a fund: the same one each year, `pool:CODE`."""
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    """What the money was given for."""
    mode: Mapped[PoolMode] = mapped_column(
        StrEnumText(PoolMode), default=PoolMode.FIRST_COME, server_default="first_come"
    )

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(Pool.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )
    year: Mapped[BudgetYear] = relationship(
        primaryjoin=lambda: foreign(Pool.year_id) == BudgetYear.id, viewonly=True, lazy="raise"
    )


class PoolBalance(TenantOwned):
    """The pool's position: each column equals the sum of that column in its ledger entries.

    Only budgets.ledger writes it, with conditional updates, so that races never overspend;
    the constraint is the last wall. Policies per form and thresholds lie in the same row, so that
    the row a guard locks is the row it asks.
    """

    __tablename__ = "pool_balances"
    belongs_to = {"pool_id": "pools"}
    extras = (
        unique("pool_id"),
        check(
            "stop_means_stop",
            # Not the reserved: a pool may be made to stop while more is asked for than it holds.
            # Where a form may go over or is not held back, the wall is the loosest of them.
            "policy IN ('warn', 'ignore') "
            'OR forms @? \'$.*.policy ? (@ == "warn" || @ == "ignore")\' '
            "OR (committed + actual) * 10000 <= (allotted + carried + transferred) * CASE "
            "WHEN policy = 'approve_over' OR forms @? '$.*.policy ? (@ == \"approve_over\")' "
            "THEN block_bp ELSE 10000 END",
        ),
        check(
            "ladder_rises",
            "notify_bp > 0 AND notify_bp <= approve_bp AND approve_bp <= block_bp "
            "AND block_bp >= 10000 AND block_bp <= 20000",
        ),
        check("nothing_is_owed", "reserved >= 0 AND committed >= 0"),
    )

    pool_id: Mapped[UUID]
    policy: Mapped[Policy] = mapped_column(StrEnumText(Policy))
    over_level: Mapped[OverLevel] = mapped_column(
        StrEnumText(OverLevel), default=OverLevel.CENTRAL, server_default="central"
    )
    """Who says yes to what goes over, with *approve over*."""
    forms: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Form → {"policy": …, "over_level": …}: overrides of the two above."""
    notify_bp: Mapped[int] = mapped_column(default=8000, server_default="8000")
    """Of what the pool holds: from here on those who answer for it are told."""
    approve_bp: Mapped[int] = mapped_column(default=10000, server_default="10000")
    """Above it a request needs one more yes, with *approve over*."""
    block_bp: Mapped[int] = mapped_column(default=10500, server_default="10500")
    """Above it nothing goes, with *approve over*. With *stop* nothing goes above what it holds."""
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


class PoolConstraint(TenantOwned):
    """A string attached to a pool's money: of what it holds, at most so much for such requests."""

    __tablename__ = "pool_constraints"
    belongs_to = {"pool_id": "pools"}
    extras = (
        unique("pool_id", "name"),
        check("most_is_a_share", "most_bp BETWEEN 0 AND 10000"),
        check("used_is_not_negative", "used >= 0"),
    )

    pool_id: Mapped[UUID]
    name: Mapped[str]
    when: Mapped[dict[str, Any]]
    """Conditions on the facts of a request: see `core.matching`."""
    most_bp: Mapped[int]
    used: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    """The sum of the live lines that match. Guarded by conditional updates."""
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")


class ConstraintUse(TenantOwned):
    """A line that counts against a constraint."""

    __tablename__ = "constraint_uses"
    belongs_to = {"constraint_id": "pool_constraints", "line_id": "money_lines"}
    extras = (unique("constraint_id", "line_id"), index("line_id"))

    constraint_id: Mapped[UUID]
    line_id: Mapped[UUID]


class PersonCap(TenantOwned):
    """The most that is granted to one person in one calendar year, from some pools."""

    __tablename__ = "person_caps"
    extras = (
        unique("name"),
        check("most_is_positive", "most > 0"),
        check("covers_something", "payer IS NOT NULL OR rule_name IS NOT NULL"),
    )

    name: Mapped[str]
    payer: Mapped[str | None]
    """A kind of pool or `pool:CODE`; None counts every pool."""
    rule_name: Mapped[str | None]
    """Counts only what this funding rule decided; None counts every rule."""
    most: Mapped[Money]
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")


class PersonUse(TenantOwned):
    """What a cap has granted to a person in a year: the row that a request must fit in."""

    __tablename__ = "person_uses"
    belongs_to = {"cap_id": "person_caps", "employee_id": "employees"}
    extras = (
        unique("cap_id", "employee_id", "year"),
        check("used_is_not_negative", "used >= 0"),
        index("employee_id"),
    )

    cap_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    year: Mapped[int]
    used: Mapped[Money]


class FundingRuleSet(TenantOwned):
    """A version of the ordered funding rules. Never changed: a change is a new version."""

    __tablename__ = "funding_rule_sets"
    extras = (unique("version"),)

    version: Mapped[int]
    valid_from: Mapped[date]
    rules: Mapped[list[Any]]
    """See `budgets.rules.funding`."""
    cover: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Ordered rules of who pays cover, for forms where the rules above do not decide it."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was made."""
    made_by: Mapped[str] = mapped_column(default="", server_default="")
    """The name of who made it."""
    created_at: Mapped[datetime]


class MoneyLine(TenantOwned):
    """What one pool pays of one cost line of one enrolment. Amounts never change with prices."""

    __tablename__ = "money_lines"
    belongs_to = {"pool_id": "pools", "employee_id": "employees"}
    extras = (
        unique("source_id", "submission", "cost_line", "pool_id"),
        index("pool_id", "state"),
        index("employee_id", where="employee_id IS NOT NULL"),
        check("amount_is_not_negative", "amount >= 0"),
        check("nothing_is_paid_back", "amount + adjusted >= 0"),
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
    adjusted: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    """What invoices made it dearer (or cheaper): amount + adjusted is committed, or was paid."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What the rules were asked about: policies per form and earmarks look at them again."""
    employee_id: Mapped[UUID | None]
    """Whom it is for, where somebody is: caps per person count by it."""

    pool: Mapped[Pool] = relationship(
        primaryjoin=lambda: foreign(MoneyLine.pool_id) == Pool.id, viewonly=True, lazy="raise"
    )


class LedgerEntry(TenantOwned):
    """One movement. Append-only by grant. Signed øre per column; their sums are the balance."""

    __tablename__ = "ledger_entries"
    belongs_to = {"pool_id": "pools", "line_id": "money_lines"}
    extras = (
        # Makes every verb idempotent: a line is reserved, committed, charged, released once;
        # what comes from a transfer, a closing or an invoice (the link) is posted once too.
        unique("line_id", "kind", where="line_id IS NOT NULL AND link_id IS NULL"),
        unique("line_id", "kind", "link_id", where="line_id IS NOT NULL AND link_id IS NOT NULL"),
        unique("pool_id", "kind", "link_id", where="line_id IS NULL AND link_id IS NOT NULL"),
        index("link_id", where="link_id IS NOT NULL"),
        index("pool_id", "booked_on"),
    )

    pool_id: Mapped[UUID]
    kind: Mapped[EntryKind] = mapped_column(StrEnumText(EntryKind))
    line_id: Mapped[UUID | None]
    link_id: Mapped[UUID | None]
    """Shared by entries that belong together: both halves of a transfer, all of an invoice."""
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
