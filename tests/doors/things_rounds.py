"""Application rounds on the pool of an area, and what its institution applies for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from tenant_app.core.money import kroner
from tenant_app.rounds import service as rounds
from tenant_app.rounds.models import ApplicationRound, RoundApplication
from tests.town import Town


class RoundThings(Town):
    """Each round is of its own; the institution has applied where units can."""

    def make_draft_round(self, where: str) -> UUID:
        pool_id = self.the("area_pool", where)
        with self.as_system() as ctx:
            made: Any = rounds.create(
                ctx,
                pool_id=pool_id,
                title=self.word("application_rounds", "title"),
                purpose=self.word("application_rounds", "purpose"),
                criteria=self.word("application_rounds", "criteria"),
                amount=kroner(1000),
                opens_on=self.today,
                closes_on=self.day(30),
            )
            for name in ("decided_by_name", "decided_where"):
                setattr(made, name, self.word("application_rounds", name))
            return made.id

    def make_round(self, where: str) -> UUID:
        """Open, with an application."""
        made = self.make_draft_round(where)
        with self.as_system() as ctx:
            rounds.open_round(ctx, made)
        with self.as_user(f"leader_{where}") as ctx:
            applied = rounds.apply(
                ctx,
                made,
                unit_id=self.units[where],
                amount=100,
                reason=self.word("round_applications", "reason"),
            ).id
        with self.as_system() as ctx:
            found: Any = ctx.session.get_one(RoundApplication, applied)
            for name in ("answer", "applied_by_name"):
                setattr(found, name, self.word("round_applications", name))
        return made

    def make_closed_round(self, where: str) -> UUID:
        made = self.make_round(where)
        with self.as_system() as ctx:
            rounds.close(ctx, made)
            assert ctx.session.get_one(ApplicationRound, made).decided_at is None
        return made

    def make_round_application(self, where: str) -> UUID:
        """What a unit asks for in a round that is closed and not decided."""
        round_id = self.make("closed_round", where)
        with self.as_system() as ctx:
            return ctx.session.scalars(
                select(RoundApplication.id).where(RoundApplication.round_id == round_id)
            ).one()
