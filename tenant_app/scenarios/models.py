"""What-if: a year's real enrolments under another split, key or set of rules. Nothing here is
money: the ledger never hears of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from tenant_app.budgets.models import PoolKind
from tenant_app.core.db import StrEnumText, TenantOwned, check, unique
from tenant_app.core.money import Money


class Scenario(TenantOwned):
    """What is tried, and what came of it in all."""

    __tablename__ = "scenarios"
    extras = (
        unique("name", where="removed_at IS NULL"),
        check(
            "shares_are_shares",
            "central_bp >= 0 AND area_bp >= 0 AND central_bp + area_bp <= 10000",
        ),
    )

    name: Mapped[str]
    year: Mapped[int]
    """Whose enrolments are run again."""
    divides_anew: Mapped[bool]
    """Whether the split or the key is another; else each pool keeps what it holds."""
    central_bp: Mapped[int]
    area_bp: Mapped[int]
    allocation: Mapped[list[Any]]
    limits: Mapped[dict[str, Any]]
    rules: Mapped[list[Any]]
    cover: Mapped[list[Any]]
    rules_name: Mapped[str]
    """What they were taken from: a profile's title, a version, or their own."""
    rules_version: Mapped[int | None]
    """The municipality's own version, where it is one."""
    made_at: Mapped[datetime]
    made_by_name: Mapped[str]
    job_id: Mapped[UUID | None]
    """Who wants to know how far it is asks the job."""
    computed_at: Mapped[datetime | None]
    requests: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many enrolments were run again."""
    cost: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    lost: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of them a pool would have refused."""
    lost_cost: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    adopted_year: Mapped[int | None]
    """The year whose draft it became."""
    adopted_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class ScenarioRow(TenantOwned):
    """One pool before and after. Replaced whole each time the scenario is run. Whole øre."""

    __tablename__ = "scenario_rows"
    # Of pool and unit it holds no key: what it counted may go away, the result stays as it was.
    belongs_to = {"scenario_id": "scenarios"}
    extras = (unique("scenario_id", "place"),)

    scenario_id: Mapped[UUID]
    place: Mapped[int]
    """The order in which pools are shown."""
    kind: Mapped[PoolKind] = mapped_column(StrEnumText(PoolKind))
    unit_id: Mapped[UUID]
    pool_id: Mapped[UUID | None]
    """None: the year has no such pool; the scenario gives it one."""
    name: Mapped[str]
    allotted_before: Mapped[Money]
    allotted_after: Mapped[Money]
    brought: Mapped[Money]
    """Carried in and moved between pools: the same before and after."""
    spent_before: Mapped[Money]
    """Actual, committed and reserved."""
    spent_after: Mapped[Money]
    refused: Mapped[int]
    """Enrolments that this pool would have said no to."""
    refused_cost: Mapped[Money]
    """What it would have had to pay of them."""
    requests: Mapped[int]
    """Enrolments of the unit's own people, whoever pays. Zero but for institutions."""
    lost: Mapped[int]
    """How many of those some pool would have refused."""
    lost_cost: Mapped[Money]

    @property
    def change(self) -> Money:
        """More allotted, or less (below zero)."""
        return Money(self.allotted_after - self.allotted_before)

    @property
    def spent_change(self) -> Money:
        return Money(self.spent_after - self.spent_before)

    @property
    def available_before(self) -> Money:
        return Money(self.allotted_before + self.brought - self.spent_before)

    @property
    def available_after(self) -> Money:
        return Money(self.allotted_after + self.brought - self.spent_after)
