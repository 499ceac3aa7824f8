"""Needs in the states that the verbs need, and findings behind them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from tenant_app.goals import service as goals
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, Confidentiality, Evidence, SourceType, Urgency
from tests.town import Town


class NeedThings(Town):
    """Reported by a pedagogue of the institution, moved on by its leader."""

    def make_need(self, where: str) -> UUID:
        with self.as_user(f"ped_{where}") as ctx:
            return needs.report(
                ctx,
                unit_id=self.units[where],
                area_id=self.the("field"),
                title=self.word("needs", "title"),
                description=self.word("needs", "description"),
                urgency=Urgency.HIGH,
                staff=3,
            ).id

    def make_served(self, where: str) -> UUID:
        """An adopted goal of the area, which its institutions can serve."""
        with self.as_system() as ctx:
            made = goals.create(
                ctx,
                unit_id=self.units[self.area(where)],
                title=self.word("goals", "title"),
                description=self.word("goals", "description"),
                is_local=True,
            )
            goals.adopt(ctx, made.id, note=self.word("goal_versions", "note"))
            return made.id

    def make_other_need(self, where: str) -> UUID:
        """One to merge into."""
        return self.make_need(where)

    def make_analysed(self, where: str) -> UUID:
        """Enough stands behind it."""
        need_id = self.make_need(where)
        with self.as_user(f"leader_{where}") as ctx:
            needs.analyse(ctx, need_id)
            for source, role in (
                (SourceType.DIALOGUE, ActorRole.PEDAGOGUE),
                (SourceType.SCREENING, ActorRole.CONSULTANT),
            ):
                self._find(ctx, need_id, source, role)
        return need_id

    def make_qualified(self, where: str) -> UUID:
        need_id = self.make_analysed(where)
        with self.as_user(f"leader_{where}") as ctx:
            needs.qualify(ctx, need_id)
        return need_id

    def make_covered(self, where: str) -> UUID:
        need_id = self.make_qualified(where)
        with self.as_user(f"leader_{where}") as ctx:
            needs.cover(ctx, [need_id])
        return need_id

    def make_parked(self, where: str) -> UUID:
        need_id = self.make_need(where)
        with self.as_user(f"leader_{where}") as ctx:
            needs.park(ctx, need_id, reason=self.word("needs", "reason"))
        return need_id

    def make_evidenced(self, where: str) -> UUID:
        """A need with a finding, and one that was withdrawn."""
        need_id = self.make_need(where)
        with self.as_user(f"leader_{where}") as ctx:
            gone = self._find(ctx, need_id, SourceType.MUS, ActorRole.LEADER)
            why = self.word("evidence", "withdrawn_why")
            needs.withdraw_evidence(ctx, gone, why=why)
            self._find(ctx, need_id, SourceType.TRIAL, ActorRole.LEADER)
        return need_id

    def make_finding(self, where: str) -> UUID:
        return self.finding_of(self.make_evidenced(where))

    def finding_of(self, need_id: UUID) -> UUID:
        """The first finding that still counts."""
        with self.as_system() as ctx:
            found: UUID = ctx.session.scalars(
                select(Evidence.id)
                .where(Evidence.need_id == need_id, Evidence.withdrawn_at.is_(None))
                .order_by(Evidence.id)
                .limit(1)
            ).one()
            return found

    def _find(self, ctx, need_id, source, role):  # type: ignore[no-untyped-def]  # inside its as_user
        return needs.add_evidence(
            ctx,
            need_id,
            source=source,
            role=role,
            text=self.word("evidence", "text"),
            confidentiality=Confidentiality.INSTITUTION,
        )
