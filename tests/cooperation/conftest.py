"""Houses that meet the same, told as needs of the town."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import (
    CapacityStatement,
    ClusterAnswer,
    ClusterMember,
    SharedNeedCluster,
)
from tenant_app.initiatives.models import Initiative, InitiativeNeed, InitiativeUnit
from tenant_app.needs import service as needs
from tests.needs.conftest import ENOUGH, Needing
from tests.town import Town

CLOAKROOM = {
    "n1": "Uro og konflikter i garderoben, når alle skal ud",
    "n2": "Mange konflikter i garderoben om morgenen",
    "s1": "Garderoben er fyldt med konflikter ved hentetid",
}
TABLES = (
    SharedNeedCluster,
    ClusterMember,
    ClusterAnswer,
    CapacityStatement,
    Initiative,
    InitiativeNeed,
    InitiativeUnit,
)


class Sharing:
    """A town whose houses have needs in common: `sharing.cloakroom("n1", "s1")`."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.needing = Needing(town)

    def need(self, unit: str, title: str, **more: Any) -> UUID:
        """A need that the house's leader reports."""
        return self.needing.need(by=f"leader_{unit}", unit=unit, title=title, **more)

    def qualified(self, unit: str, title: str) -> UUID:
        need_id = self.need(unit, title)
        by = f"leader_{unit}"
        with self.town.as_user(by) as ctx:
            needs.analyse(ctx, need_id)
        for source, role in ENOUGH:
            self.needing.evidence(need_id, by=by, source=source, role=role)
        with self.town.as_user(by) as ctx:
            needs.qualify(ctx, need_id)
        return need_id

    def cloakroom(self, *units: str, qualified: bool = False) -> UUID:
        """A suggested cluster of the same need in these houses (n1 and s1)."""
        make = self.qualified if qualified else self.need
        for unit in units or ("n1", "s1"):
            make(unit, CLOAKROOM[unit])
        self.search()
        return self.clusters()[0].id

    def search(self) -> cooperation.Search:
        with self.town.as_system() as ctx:
            return cooperation.find_shared_needs(ctx)

    def say(self, unit: str, cluster_id: UUID, *, joins: bool = True, by: str = "") -> None:
        with self.town.as_user(by or f"leader_{unit}") as ctx:
            cooperation.answer(
                ctx,
                cluster_id,
                institution_id=self.town.units[unit],
                joins=joins,
                reason="" if joins else "Hos os er det løst",
            )

    def confirmed(self, *units: str, qualified: bool = False) -> UUID:
        """The same, to which the leaders of n1 and s1 have said yes."""
        cluster_id = self.cloakroom(*units, qualified=qualified)
        self.say("n1", cluster_id)
        self.say("s1", cluster_id)
        return cluster_id

    # Looking

    def clusters(self) -> list[SharedNeedCluster]:
        with self.town.as_system() as ctx:
            found = select(SharedNeedCluster).order_by(SharedNeedCluster.id)
            return list(ctx.session.scalars(found))

    def row(self, cluster_id: UUID) -> SharedNeedCluster:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(SharedNeedCluster, cluster_id)

    def inside(self, cluster_id: UUID) -> set[UUID]:
        """Needs in it now."""
        with self.town.as_system() as ctx:
            return set(
                ctx.session.scalars(
                    select(ClusterMember.need_id).where(
                        ClusterMember.cluster_id == cluster_id, ClusterMember.left_at.is_(None)
                    )
                )
            )

    def answers(self) -> list[ClusterAnswer]:
        with self.town.as_system() as ctx:
            return list(ctx.session.scalars(select(ClusterAnswer)))

    def sums(self) -> tuple[Any, ...]:
        """All that a refusal must leave alone."""
        noted = select(AuditEntry.id)
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
            return (*rows, len(ctx.session.scalars(noted).all()))

    def trail(self) -> list[str]:
        with self.town.as_system() as ctx:
            found = select(AuditEntry.action).where(AuditEntry.action.startswith("cooperation."))
            return list(ctx.session.scalars(found.order_by(AuditEntry.id)))


@pytest.fixture
def sharing(town: Town) -> Sharing:
    return Sharing(town)
