"""What houses share: clusters of needs that are alike, who joins them, and who has a surplus."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.accounts.models import User
from tenant_app.competences.models import Competence, CompetenceArea
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.initiatives.models import Initiative
from tenant_app.organisation.models import Unit


class ClusterState(StrEnum):
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    """Two leaders of two houses have said that their needs are one."""
    TAKEN_UP = "taken_up"
    """On the agenda of a forum."""
    DECIDED = "decided"
    STAFFED = "staffed"
    """It has its initiative."""
    DECLINED = "declined"
    DISSOLVED = "dissolved"
    """What was left of it came from one house, or from none."""


class ClusterOutcome(StrEnum):
    """What a forum decided."""

    START = "start"
    LATER = "later"
    NO = "no"


class CapacityKind(StrEnum):
    """What a house has to give."""

    PEOPLE = "people"
    """Somebody who can teach others, or guide them."""
    PLACE = "place"
    """A place where others can come and see it."""
    HOURS = "hours"
    """Hours of work in other houses."""


class SharedNeedCluster(TenantOwned):
    """Needs of at least two institutions that look like one. Found by a job, judged by people."""

    __tablename__ = "shared_need_clusters"
    belongs_to = {"area_id": "competence_areas", "initiative_id": "initiatives"}
    extras = (
        index("state", "proposed_at"),
        index("area_id", "state"),
        index("initiative_id", where="initiative_id IS NOT NULL"),
        check("decided_says_what", "(outcome IS NULL) = (decided_at IS NULL)"),
        check("staffed_has_initiative", "(state = 'staffed') = (initiative_id IS NOT NULL)"),
    )

    area_id: Mapped[UUID]
    title: Mapped[str]
    """The words in common: never a sentence that one house wrote."""
    words: Mapped[list[Any]]
    """Words that needs of two houses have in common: the reason why it was found."""
    state: Mapped[ClusterState] = mapped_column(
        StrEnumText(ClusterState), default=ClusterState.SUGGESTED, server_default="suggested"
    )
    outcome: Mapped[ClusterOutcome | None] = mapped_column(StrEnumText(ClusterOutcome))
    proposed_at: Mapped[datetime]
    data_at: Mapped[datetime]
    """When its needs were last read."""
    rule_version: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    taken_up_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Since when its needs are free to be found alike with others."""
    initiative_id: Mapped[UUID | None]

    area: Mapped[CompetenceArea] = relationship(
        primaryjoin=lambda: foreign(SharedNeedCluster.area_id) == CompetenceArea.id,
        viewonly=True,
        lazy="raise",
    )
    initiative: Mapped[Initiative | None] = relationship(
        primaryjoin=lambda: foreign(SharedNeedCluster.initiative_id) == Initiative.id,
        viewonly=True,
        lazy="raise",
    )


class ClusterMember(TenantOwned):
    """A need in a cluster. One that left stays written, so that the two are not suggested again."""

    __tablename__ = "cluster_members"
    belongs_to = {
        "cluster_id": "shared_need_clusters",
        "need_id": "needs",
        "institution_id": "units",
    }
    extras = (
        unique("cluster_id", "need_id"),
        unique("need_id", where="left_at IS NULL"),
        index("need_id", name="ix_cluster_members_of_need"),
        index("institution_id", "cluster_id"),
        check("likeness_is_a_share", "likeness BETWEEN 0 AND 100"),
    )

    cluster_id: Mapped[UUID]
    need_id: Mapped[UUID]
    institution_id: Mapped[UUID]
    """Whose need it is; a house's is its institution's."""
    likeness: Mapped[int]
    """Per cent, to the need in the middle."""
    is_centre: Mapped[bool] = mapped_column(default=False, server_default="false")
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class ClusterAnswer(TenantOwned):
    """What a leader says for a house: it joins, or it does not."""

    __tablename__ = "cluster_answers"
    belongs_to = {
        "cluster_id": "shared_need_clusters",
        "institution_id": "units",
        "answered_by": "users",
    }
    extras = (unique("cluster_id", "institution_id"),)

    cluster_id: Mapped[UUID]
    institution_id: Mapped[UUID]
    joins: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime]


class CapacityStatement(TenantOwned):
    """A house has a surplus of something for a while, and lends it to others."""

    __tablename__ = "capacity_statements"
    belongs_to = {
        "unit_id": "units",
        "area_id": "competence_areas",
        "competence_id": "competences",
        "stated_by": "users",
    }
    extras = (
        index("area_id", "to_date", where="withdrawn_at IS NULL"),
        index("to_date", "id"),
        index("unit_id"),
        check("ends_after_it_begins", "to_date >= from_date"),
        check("hours_are_positive", "hours IS NULL OR hours > 0"),
        check("hours_say_how_many", "kind <> 'hours' OR hours IS NOT NULL"),
    )

    unit_id: Mapped[UUID]
    area_id: Mapped[UUID]
    competence_id: Mapped[UUID | None]
    kind: Mapped[CapacityKind] = mapped_column(StrEnumText(CapacityKind))
    hours: Mapped[int | None]
    from_date: Mapped[date]
    to_date: Mapped[date]
    note: Mapped[str] = mapped_column(default="", server_default="")
    stated_by: Mapped[UUID | None]
    stated_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(CapacityStatement.unit_id) == Unit.id,
        viewonly=True,
        lazy="raise",
    )
    area: Mapped[CompetenceArea] = relationship(
        primaryjoin=lambda: foreign(CapacityStatement.area_id) == CompetenceArea.id,
        viewonly=True,
        lazy="raise",
    )
    stater: Mapped[User | None] = relationship(
        primaryjoin=lambda: foreign(CapacityStatement.stated_by) == User.id,
        viewonly=True,
        lazy="raise",
    )
    """Whom to ask."""
    competence: Mapped[Competence | None] = relationship(
        primaryjoin=lambda: foreign(CapacityStatement.competence_id) == Competence.id,
        viewonly=True,
        lazy="raise",
    )
