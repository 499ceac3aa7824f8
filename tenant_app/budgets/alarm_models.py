"""What the nightly reconciling found: figures that the ledger does not bear out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.budgets.models import Pool
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.core.money import Money


class DriftKind(StrEnum):
    """What was held against the ledger."""

    BALANCE = "balance"
    """A column of a pool's position against the sum of its entries."""
    LINE = "line"
    """The state of a money line against the entries that it has."""
    TRANSFER = "transfer"
    """What one pool gave against what the other got."""
    CARRY_OVER = "carry_over"
    """What a closing says that it entered against what lies in the next year."""
    CONSTRAINT = "constraint"
    """The counter of a pool's constraint against the lines that it counts."""
    PERSON = "person"
    """The counter of a cap per person against the lines that it counts."""
    CLOSING = "closing"
    """What a closed year's pool has left against what its closing found and entered: a place was
    given up since, or an invoice came. Closing the year again enters the difference."""
    STRING = "string"
    """What is used of a constraint against the most that it allows now."""


class BudgetAlarm(TenantOwned):
    """A figure that is not what the ledger says. Nothing is put right by itself: somebody looks,
    and the alarm ends on the first night that the two agree again."""

    __tablename__ = "budget_alarms"
    belongs_to = {"pool_id": "pools"}
    extras = (
        unique("kind", "about_id", "part", where="settled_at IS NULL"),
        index("pool_id"),
        check("is_a_difference", "expected <> found"),
    )

    kind: Mapped[DriftKind] = mapped_column(StrEnumText(DriftKind))
    about_id: Mapped[UUID]
    """The pool, the line, the link, the carry-over, the constraint or the cap."""
    part: Mapped[str]
    """Which of its figures; for a cap whose, and in which year."""
    pool_id: Mapped[UUID | None]
    """The pool to look at; a cap per person has none."""
    expected: Mapped[Money]
    """What the ledger says."""
    found: Mapped[Money]
    raised_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """The last night that found it so."""
    settled_at: Mapped[datetime | None]

    pool: Mapped[Pool | None] = relationship(
        primaryjoin=lambda: foreign(BudgetAlarm.pool_id) == Pool.id, viewonly=True, lazy="raise"
    )
