"""Needs of the town, and ways to look at what was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.competences import service as competences
from tenant_app.needs import service as needs
from tenant_app.needs.models import (
    ActorRole,
    Confidentiality,
    Evidence,
    Need,
    NeedState,
    SourceType,
    Urgency,
)
from tests.town import Town

ENOUGH = (
    (SourceType.DIALOGUE, ActorRole.PEDAGOGUE),
    (SourceType.SUPERVISION, ActorRole.CONSULTANT),
)


class Needing:
    """A town whose institutions meet needs."""

    def __init__(self, town: Town) -> None:
        self.town = town
        with town.as_system() as ctx:
            self.area = competences.create_area(ctx, name="Sprog").id
            self.play = competences.create_area(ctx, name="Leg").id

    def facts(self, unit: str = "n1", **more: Any) -> dict[str, Any]:
        """What a report says, as the service takes it."""
        facts = {
            "unit_id": self.town.units[unit],
            "area_id": self.area,
            "title": "Vi mangler måder at støtte børn med få ord",
            "urgency": Urgency.NORMAL,
            "staff": 4,
        }
        return facts | more

    def need(self, by: str = "ped_n1", unit: str = "n1", **more: Any) -> UUID:
        """A reported need."""
        with self.town.as_user(by) as ctx:
            return needs.report(ctx, **self.facts(unit, **more)).id

    def evidence(
        self,
        need_id: UUID,
        *,
        by: str = "leader_n1",
        source: SourceType = SourceType.DIALOGUE,
        role: ActorRole = ActorRole.PEDAGOGUE,
        text: str = "Set på stuen",
        confidentiality: Confidentiality = Confidentiality.OPEN,
    ) -> UUID:
        with self.town.as_user(by) as ctx:
            return needs.add_evidence(
                ctx, need_id, source=source, role=role, text=text, confidentiality=confidentiality
            )

    def analysed(self, *, by: str = "leader_n1", **more: Any) -> UUID:
        """A need that is being looked into."""
        need_id = self.need(**more)
        with self.town.as_user(by) as ctx:
            needs.analyse(ctx, need_id)
        return need_id

    def supported(self, *, by: str = "leader_n1", **more: Any) -> tuple[UUID, list[UUID]]:
        """An analysed need with enough evidence, and the evidence."""
        need_id = self.analysed(by=by, **more)
        found = [self.evidence(need_id, by=by, source=s, role=r) for s, r in ENOUGH]
        return need_id, found

    def qualified(self, *, by: str = "leader_n1", **more: Any) -> UUID:
        need_id, _found = self.supported(by=by, **more)
        with self.town.as_user(by) as ctx:
            needs.qualify(ctx, need_id)
        return need_id

    # Looking

    def row(self, need_id: UUID) -> Need:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(Need, need_id)

    def state(self, need_id: UUID) -> NeedState:
        return self.row(need_id).state

    def counting(self, need_id: UUID) -> int:
        """How many findings of this very need count."""
        with self.town.as_system() as ctx:
            found = select(Evidence.id).where(
                Evidence.need_id == need_id, Evidence.withdrawn_at.is_(None)
            )
            return len(ctx.session.scalars(found).all())

    def trail(self) -> list[AuditEntry]:
        with self.town.as_system() as ctx:
            found = select(AuditEntry).where(AuditEntry.action.startswith("need."))
            return list(ctx.session.scalars(found.order_by(AuditEntry.id)))


@pytest.fixture
def make_needing() -> Callable[[Town], Needing]:
    return Needing


@pytest.fixture
def needing(town: Town) -> Needing:
    return Needing(town)
