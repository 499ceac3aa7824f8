"""Rounds on the pools of a town, and what its units apply for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.budgets.mode_models import PoolTurn
from tenant_app.budgets.models import LedgerEntry, Pool, PoolBalance, PoolKind
from tenant_app.core.money import kroner
from tenant_app.rounds import service as rounds
from tenant_app.rounds.models import ApplicationRound, RoundApplication, RoundState
from tests.enrolments.conftest import School
from tests.town import Town

ONE_STEP = [{"when": {}, "levels": ["institution"]}]
OPENS, CLOSES = date(2026, 3, 2), date(2026, 3, 20)
TABLES = (ApplicationRound, RoundApplication, PoolBalance, PoolTurn)


class Rounds:
    """`held.round()` is open on the central pool; `held.apply(round, "n1", 20)`."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.school = School(town, approval_rules=ONE_STEP, year=town.now.year)

    @property
    def after(self) -> datetime:
        """The day after the last to apply."""
        return self.town.now + timedelta(days=19)

    def pool(self, where: str = "root", kind: PoolKind = PoolKind.CENTRAL) -> UUID:
        return self.school.pool(where, kind)

    def draft(self, *, who: str = "admin", **facts: Any) -> UUID:
        facts = {"title": "Efterårsrunde", "amount": kroner(100_000)} | facts
        facts = {"opens_on": OPENS, "closes_on": CLOSES, "pool_id": self.pool()} | facts
        with self.town.as_user(who) as ctx:
            return rounds.create(ctx, **facts).id

    def round(self, **facts: Any) -> UUID:
        made = self.draft(**facts)
        with self.town.as_user("admin") as ctx:
            rounds.open_round(ctx, made)
        return made

    def apply(
        self,
        round_id: UUID,
        where: str = "n1",
        thousands: int = 20,
        *,
        who: str | None = None,
        now: datetime | None = None,
        **facts: Any,
    ) -> UUID:
        facts.setdefault("reason", "Vi vil arbejde med leg")
        with self.town.as_user(who or f"leader_{where}", now=now) as ctx:
            return rounds.apply(
                ctx,
                round_id,
                unit_id=self.town.units[where],
                amount=kroner(thousands * 1000),
                **facts,
            ).id

    def decide(
        self, round_id: UUID, awards: dict[UUID, int], *, who: str = "admin", **more: Any
    ) -> None:
        """Thousands of kroner by application."""
        now = more.pop("now", self.after)
        given = [
            rounds.Award(key, kroner(amount * 1000), "" if amount else "Søg igen til efteråret")
            for key, amount in awards.items()
        ]
        with self.town.as_user(who, now=now) as ctx:
            rounds.decide(ctx, round_id, given, **more)

    def move(self, round_id: UUID, to: RoundState) -> None:
        with self.town.as_user("admin") as ctx:
            rounds.move(ctx, round_id, to)

    def drop(self, round_id: UUID, *, who: str = "admin") -> None:
        with self.town.as_user(who) as ctx:
            rounds.drop(ctx, round_id)

    def available(self, where: str) -> int:
        """Whole kroner."""
        return int(self.school.balance(where).available // 100)

    def entries(self, link_id: UUID) -> list[tuple[str, int]]:
        """(kind of pool, kroner) of the entries with the link."""
        with self.town.as_system() as ctx:
            rows = ctx.session.execute(
                select(Pool.kind, LedgerEntry.transferred)
                .join(Pool, Pool.id == LedgerEntry.pool_id)
                .where(LedgerEntry.link_id == link_id)
                .order_by(LedgerEntry.transferred)
            )
            return [(kind.value, int(amount // 100)) for kind, amount in rows]

    def everything(self) -> tuple[Any, ...]:
        """All that a refusal must leave alone."""
        with self.town.as_system() as ctx:
            rows = [
                [
                    tuple(str(value) for value in row)
                    for row in ctx.session.execute(
                        select(*table.__table__.columns).order_by(table.id)
                    )
                ]
                for table in TABLES
            ]
            noted = select(AuditEntry.id).where(AuditEntry.action.not_like("auth.%"))
            return (
                *rows,
                len(ctx.session.scalars(select(LedgerEntry.id)).all()),
                len(ctx.session.scalars(noted).all()),
            )

    def refused(self, error: type[Exception], act: Callable[[], Any]) -> Any:
        """The verb raises, and nothing has changed. Returns the refusal."""
        before = self.everything()
        with pytest.raises(error) as caught:
            act()
        assert self.everything() == before
        return caught.value


@pytest.fixture
def held(town: Town) -> Rounds:
    """A town with money that is given out in rounds."""
    return Rounds(town)
