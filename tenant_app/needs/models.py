"""Needs, and the evidence behind them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote

from tenant_app.competences.models import Competence, CompetenceArea
from tenant_app.core.db import StrEnumText, TenantOwned, check, index
from tenant_app.goals.models import Goal
from tenant_app.organisation.models import Unit


class NeedState(StrEnum):
    REPORTED = "reported"
    ANALYSED = "analysed"
    QUALIFIED = "qualified"
    PRIORITISED = "prioritised"
    PARKED = "parked"
    MERGED = "merged"
    REJECTED = "rejected"
    COVERED = "covered"
    """An initiative for it is over, and the competence is there."""
    CLOSED = "closed"


class Urgency(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    ACUTE = "acute"


class SourceType(StrEnum):
    """Where a finding comes from: the sources that the seed names (theme 2)."""

    DIALOGUE = "dialogue"
    MUS = "mus"
    GROUP_DIALOGUE = "group_dialogue"
    EVALUATION = "evaluation"
    SUPERVISION = "supervision"
    SCREENING = "screening"
    TRIAL = "trial"
    RESOURCE_PERSON = "resource_person"


class ActorRole(StrEnum):
    """Whose view a finding is."""

    PEDAGOGUE = "pedagogue"
    LEADER = "leader"
    AREA_LEADER = "area_leader"
    CONSULTANT = "consultant"
    RESOURCE_PERSON = "resource_person"
    ADMINISTRATION = "administration"
    REPRESENTATIVE = "representative"
    """Union representative or MED."""
    PARENTS = "parents"


class Confidentiality(StrEnum):
    """Who may read the text of a finding. Its source and role are told to whoever sees the need."""

    OPEN = "open"
    INSTITUTION = "institution"
    """Those who lead the need's own institution, and whoever wrote it."""
    AUTHOR = "author"
    """Whoever wrote it alone."""


class Need(TenantOwned):
    """A pedagogical challenge in a unit that calls for a competence."""

    __tablename__ = "needs"
    belongs_to = {
        "unit_id": "units",
        "area_id": "competence_areas",
        "competence_id": "competences",
        "goal_id": "goals",
        "merged_into_id": "needs",
        "reported_by": "users",
    }
    extras = (
        index("unit_id", "state"),
        index("area_id", "state"),
        index("goal_id"),
        index("reported_on", "id"),
        index("reported_by"),
        index("merged_into_id", where="merged_into_id IS NOT NULL"),
        check("merged_says_where", "(state = 'merged') = (merged_into_id IS NOT NULL)"),
        check("is_not_merged_into_itself", "merged_into_id IS NULL OR merged_into_id <> id"),
        check("staff_is_positive", "staff > 0"),
    )

    unit_id: Mapped[UUID]
    area_id: Mapped[UUID]
    """The competence area it calls for."""
    competence_id: Mapped[UUID | None]
    goal_id: Mapped[UUID | None]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    urgency: Mapped[Urgency] = mapped_column(StrEnumText(Urgency))
    staff: Mapped[int]
    """How many of the staff it concerns."""
    state: Mapped[NeedState] = mapped_column(
        StrEnumText(NeedState), default=NeedState.REPORTED, server_default="reported"
    )
    state_since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was parked or rejected."""
    merged_into_id: Mapped[UUID | None]
    reported_by: Mapped[UUID | None]
    reported_on: Mapped[date]

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(Need.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )
    area: Mapped[CompetenceArea] = relationship(
        primaryjoin=lambda: foreign(Need.area_id) == CompetenceArea.id,
        viewonly=True,
        lazy="raise",
    )
    competence: Mapped[Competence | None] = relationship(
        primaryjoin=lambda: foreign(Need.competence_id) == Competence.id,
        viewonly=True,
        lazy="raise",
    )
    goal: Mapped[Goal | None] = relationship(
        primaryjoin=lambda: foreign(Need.goal_id) == Goal.id, viewonly=True, lazy="raise"
    )
    merged_into: Mapped[Need | None] = relationship(
        primaryjoin=lambda: foreign(Need.merged_into_id) == remote(Need.id),
        viewonly=True,
        lazy="raise",
    )


class Evidence(TenantOwned):
    """A dated finding behind a need. Withdrawn, it no longer counts, and stays."""

    __tablename__ = "evidence"
    belongs_to = {"need_id": "needs", "recorded_by": "users"}
    extras = (
        index("need_id"),
        check("withdrawn_says_why", "(withdrawn_at IS NULL) = (withdrawn_why = '')"),
    )

    need_id: Mapped[UUID]
    source: Mapped[SourceType] = mapped_column(StrEnumText(SourceType))
    role: Mapped[ActorRole] = mapped_column(StrEnumText(ActorRole))
    found_on: Mapped[date]
    # Never read along with the row: whoever may read it is asked in the statement that does.
    text: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=True)
    confidentiality: Mapped[Confidentiality] = mapped_column(StrEnumText(Confidentiality))
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(
        default="", server_default="", deferred=True, deferred_raiseload=True
    )
    """May tell of the text, and is kept from the same eyes."""
