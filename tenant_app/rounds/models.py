"""Application rounds on a pool, and what units apply for. Amounts in whole øre."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.budgets.models import Pool
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.core.money import Money
from tenant_app.initiatives.models import Initiative
from tenant_app.needs.models import Need
from tenant_app.organisation.models import Unit


class RoundState(StrEnum):
    DRAFT = "draft"
    """Seen by those who hold it only."""
    OPEN = "open"
    """Announced. Units apply from its first day to its last."""
    CLOSED = "closed"
    DECIDED = "decided"
    """The money has moved."""
    DROPPED = "dropped"
    """Given up before anybody applied; nobody sees it."""


class ApplicationRound(TenantOwned):
    """A pool's money is offered to the units below the pool's owner."""

    __tablename__ = "application_rounds"
    belongs_to = {"pool_id": "pools", "decided_by": "users"}
    extras = (
        index("pool_id"),
        index("state", "closes_on"),
        check("has_a_title", "title <> ''"),
        check("closes_after_it_opens", "closes_on >= opens_on"),
        check("gives_something", "amount > 0"),
        check("decided_says_when", "(state = 'decided') = (decided_at IS NOT NULL)"),
    )

    pool_id: Mapped[UUID]
    title: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    criteria: Mapped[str] = mapped_column(default="", server_default="")
    """What applications are weighed by."""
    amount: Mapped[Money]
    """The most that is given in all."""
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    """The last day to apply."""
    state: Mapped[RoundState] = mapped_column(StrEnumText(RoundState))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str] = mapped_column(default="", server_default="")
    decided_where: Mapped[str] = mapped_column(default="", server_default="")
    """The forum and meeting that weighed it, as people call it."""

    pool: Mapped[Pool] = relationship(
        primaryjoin=lambda: foreign(ApplicationRound.pool_id) == Pool.id,
        viewonly=True,
        lazy="raise",
    )


class RoundApplication(TenantOwned):
    """What a unit applies for in a round; one each."""

    __tablename__ = "round_applications"
    belongs_to = {
        "round_id": "application_rounds",
        "unit_id": "units",
        "initiative_id": "initiatives",
        "need_id": "needs",
        "applied_by": "users",
    }
    extras = (
        unique("round_id", "unit_id"),
        index("unit_id"),
        index("initiative_id", where="initiative_id IS NOT NULL"),
        check("asks_for_something", "amount > 0"),
        check("awarded_at_most_what_it_asked", "awarded BETWEEN 0 AND amount"),
        check("withdrawn_gets_nothing", "NOT is_withdrawn OR awarded IS NULL"),
        check("says_why", "reason <> ''"),
    )

    round_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    amount: Mapped[Money]
    reason: Mapped[str]
    initiative_id: Mapped[UUID | None]
    need_id: Mapped[UUID | None]
    is_withdrawn: Mapped[bool] = mapped_column(default=False, server_default="false")
    awarded: Mapped[Money | None]
    """None until the round is decided. Its id is the link of the transfer."""
    answer: Mapped[str] = mapped_column(default="", server_default="")
    """What those who decided say to the unit."""
    applied_by: Mapped[UUID | None]
    applied_by_name: Mapped[str]
    applied_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(RoundApplication.unit_id) == Unit.id,
        viewonly=True,
        lazy="raise",
    )
    initiative: Mapped[Initiative | None] = relationship(
        primaryjoin=lambda: foreign(RoundApplication.initiative_id) == Initiative.id,
        viewonly=True,
        lazy="raise",
    )
    need: Mapped[Need | None] = relationship(
        primaryjoin=lambda: foreign(RoundApplication.need_id) == Need.id,
        viewonly=True,
        lazy="raise",
    )
