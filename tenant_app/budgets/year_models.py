"""Changes of an adopted year and its end: revisions, transfers, caps and what is carried over."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.budgets.models import BudgetYear, Pool, PoolKind
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.core.money import Money


class RevisionKind(StrEnum):
    ADJUSTED = "adjusted"
    """One pool, by hand."""
    REDIVIDED = "redivided"
    """All pools, by newer figures or another frame."""


class BudgetRevision(TenantOwned):
    """A numbered change of an adopted year. What was adopted stays readable beside it."""

    __tablename__ = "budget_revisions"
    belongs_to = {"year_id": "budget_years"}
    extras = (unique("year_id", "number"),)

    year_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[RevisionKind] = mapped_column(StrEnumText(RevisionKind))
    reason: Mapped[str]
    frame_before: Mapped[Money]
    frame: Mapped[Money]
    made_at: Mapped[datetime]
    made_by_name: Mapped[str]

    year: Mapped[BudgetYear] = relationship(
        primaryjoin=lambda: foreign(BudgetRevision.year_id) == BudgetYear.id,
        viewonly=True,
        lazy="raise",
    )


class BudgetRevisionLine(TenantOwned):
    """What a revision gave a pool, or took from it."""

    __tablename__ = "budget_revision_lines"
    belongs_to = {"revision_id": "budget_revisions", "pool_id": "pools"}
    extras = (
        unique("revision_id", "pool_id"),
        index("pool_id"),
        check("is_a_change", "amount <> 0"),
    )

    revision_id: Mapped[UUID]
    pool_id: Mapped[UUID]
    amount: Mapped[Money]


class TransferState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class PoolTransfer(TenantOwned):
    """Money that one pool is asked to give another. It moves on approval, never before."""

    __tablename__ = "pool_transfers"
    belongs_to = {"from_pool_id": "pools", "to_pool_id": "pools"}
    extras = (
        index("state"),
        index("from_pool_id"),
        index("to_pool_id"),
        check("is_an_amount", "amount > 0"),
        check("has_two_ends", "from_pool_id <> to_pool_id"),
    )

    from_pool_id: Mapped[UUID]
    to_pool_id: Mapped[UUID]
    amount: Mapped[Money]
    reason: Mapped[str]
    state: Mapped[TransferState] = mapped_column(StrEnumText(TransferState))
    asked_by: Mapped[UUID | None]
    """The login. Its name is kept beside it: the entry is read long after."""
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    answered_by_name: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    link_id: Mapped[UUID | None]
    """What its two entries share in the ledger."""

    from_pool: Mapped[Pool] = relationship(
        primaryjoin=lambda: foreign(PoolTransfer.from_pool_id) == Pool.id,
        viewonly=True,
        lazy="raise",
    )
    to_pool: Mapped[Pool] = relationship(
        primaryjoin=lambda: foreign(PoolTransfer.to_pool_id) == Pool.id,
        viewonly=True,
        lazy="raise",
    )


class CarryApprover(StrEnum):
    """Who says yes to what a pool takes along into the next year."""

    OWNER = "owner"
    AREA = "area"
    CENTRAL = "central"


class CarryRule(TenantOwned):
    """How much a pool takes along: for a kind of pools, or for one pool instead."""

    __tablename__ = "carry_rules"
    belongs_to = {"pool_id": "pools"}
    extras = (
        unique("kind", where="pool_id IS NULL"),
        unique("pool_id", where="pool_id IS NOT NULL"),
        check("overspend_cap_is_a_share", "overspend_cap_bp BETWEEN 0 AND 10000"),
        check("underspend_cap_is_a_share", "underspend_cap_bp BETWEEN 0 AND 10000"),
        check("abs_cap_is_not_negative", "abs_cap >= 0"),
    )

    kind: Mapped[PoolKind] = mapped_column(StrEnumText(PoolKind))
    pool_id: Mapped[UUID | None]
    overspend_cap_bp: Mapped[int | None]
    """Of the year's own money (allotted and transferred). None: all of it is carried."""
    underspend_cap_bp: Mapped[int | None]
    abs_cap: Mapped[Money | None]
    """In both directions."""
    requires_purpose: Mapped[bool] = mapped_column(default=False, server_default="false")
    """What is left is carried for a stated purpose only."""
    approver: Mapped[CarryApprover] = mapped_column(StrEnumText(CarryApprover))


class CarryOver(TenantOwned):
    """What a pool takes along from its year, and what it does not."""

    __tablename__ = "carry_overs"
    belongs_to = {"year_id": "budget_years", "pool_id": "pools", "into_pool_id": "pools"}
    extras = (
        unique("pool_id"),
        index("year_id"),
        index("into_pool_id"),
        check("adds_up", "result = carried + lost - over_cap"),
        check("goes_one_way", "lost >= 0 AND over_cap >= 0"),
    )

    year_id: Mapped[UUID]
    pool_id: Mapped[UUID]
    result: Mapped[Money]
    """Allotted + carried + transferred - committed - actual: below zero when overspent."""
    carried: Mapped[Money]
    """Follows into the next year; a deficit is negative."""
    lost: Mapped[Money]
    """Left over above the cap, or without the purpose it needs: back to the municipality."""
    over_cap: Mapped[Money]
    """Overspent above the cap: the municipality bears it."""
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    approver: Mapped[CarryApprover] = mapped_column(StrEnumText(CarryApprover))
    computed_at: Mapped[datetime]
    approved_by_name: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    into_pool_id: Mapped[UUID | None]
    """Where the money went at the closing."""
    posted: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    """What has been entered into the next year so far: a closing enters the difference."""
    postings: Mapped[int] = mapped_column(default=0, server_default="0")

    pool: Mapped[Pool] = relationship(
        primaryjoin=lambda: foreign(CarryOver.pool_id) == Pool.id, viewonly=True, lazy="raise"
    )
    year: Mapped[BudgetYear] = relationship(
        primaryjoin=lambda: foreign(CarryOver.year_id) == BudgetYear.id,
        viewonly=True,
        lazy="raise",
    )
