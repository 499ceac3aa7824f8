"""Shared needs of two houses of one area, what a house says, and what one has to give."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, update

from tenant_app.cooperation import rules
from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import (
    CapacityKind,
    ClusterMember,
    ClusterState,
    SharedNeedCluster,
)
from tenant_app.core.db import uuid7
from tenant_app.needs.models import Need
from tests.town import Town

SIBLINGS = {"n1": "n2", "s1": "s2"}


class CooperationThings(Town):
    """Made bare: the words of marked needs are not what the search goes by."""

    def make_cluster(self, where: str) -> UUID:
        """Suggested, of a need each of the institution and its neighbour."""
        return self._cluster(where, "need")

    def make_half_cluster(self, where: str) -> UUID:
        """The same, to which the neighbour has said yes with a word of its own."""
        return self._said(self.make_cluster(where), where)

    def make_shared(self, where: str) -> UUID:
        """Confirmed by the leaders of both, of qualified needs."""
        cluster_id = self._said(self._cluster(where, "qualified"), where)
        with self.as_user(f"leader_{where}") as ctx:
            found = cooperation.answer(
                ctx, cluster_id, institution_id=self.units[where], joins=True
            )
            assert found.state is ClusterState.CONFIRMED
        return cluster_id

    def make_capacity(self, where: str) -> UUID:
        """An offer of the institution for the coming months."""
        with self.as_user(f"leader_{where}") as ctx:
            return cooperation.state_capacity(
                ctx,
                unit_id=self.units[where],
                area_id=self.the("field"),
                competence_id=self.the("competence"),
                kind=CapacityKind.HOURS,
                hours=20,
                from_date=self.day(0),
                to_date=self.day(60),
                note=self.word("capacity_statements", "note"),
            ).id

    def make_searching(self, where: str) -> UUID:
        """A search that the institution's leader has asked for and waits for."""
        with self.as_user(f"leader_{where}") as ctx:
            job_id = ctx.enqueue(cooperation.JOB, unique=self.word("outbox", "unique_key"))
            assert job_id is not None
            return job_id

    def _said(self, cluster_id: UUID, where: str) -> UUID:
        near = SIBLINGS[where]
        with self.as_user(f"leader_{near}") as ctx:
            cooperation.answer(
                ctx,
                cluster_id,
                institution_id=self.units[near],
                joins=True,
                reason=self.word("cluster_answers", "reason"),
            )
        return cluster_id

    def _cluster(self, where: str, kind: str) -> UUID:
        made = uuid7()
        need_ids = [self.make(kind, where), self.make(kind, where)]
        near = self.units[SIBLINGS[where]]
        with self.as_system() as ctx:
            ctx.session.execute(update(Need).where(Need.id == need_ids[1]).values(unit_id=near))
            area_id = ctx.session.scalars(select(Need.area_id).where(Need.id == need_ids[0])).one()
            ctx.session.add(
                SharedNeedCluster(
                    id=made,
                    area_id=area_id,
                    title=self.word("shared_need_clusters", "title"),
                    words=["garderobe"],
                    proposed_at=ctx.now,
                    data_at=ctx.now,
                    rule_version=rules.VERSION,
                )
            )
            ctx.session.flush()
            for need_id, house in zip(need_ids, (self.units[where], near), strict=True):
                ctx.session.add(
                    ClusterMember(
                        cluster_id=made,
                        need_id=need_id,
                        institution_id=house,
                        likeness=80,
                        joined_at=ctx.now,
                    )
                )
        return made
