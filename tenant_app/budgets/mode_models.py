"""Whose turn it is to draw on a pool."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.core.db import TenantOwned, check, index, unique
from tenant_app.organisation.models import Unit


class PoolTurn(TenantOwned):
    """From the first day to the last, both included, the unit and those below it may draw."""

    __tablename__ = "pool_turns"
    belongs_to = {"pool_id": "pools", "unit_id": "units"}
    extras = (
        unique("pool_id", "unit_id", "first_day"),
        index("unit_id"),
        check("ends_after_it_begins", "last_day >= first_day"),
    )

    pool_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    first_day: Mapped[date] = mapped_column()
    last_day: Mapped[date] = mapped_column()

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(PoolTurn.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )
