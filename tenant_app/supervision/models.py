"""Supervision visits and screenings, and the needs that their findings stand behind."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.competences.models import CompetenceArea
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.organisation.models import Unit


class Notice(StrEnum):
    """Whether the institution knew of the visit."""

    ANNOUNCED = "announced"
    UNANNOUNCED = "unannounced"


class VisitState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    REPORTED = "reported"
    """Its report is published."""
    CALLED_OFF = "called_off"


class Verdict(StrEnum):
    """What a finding says of the institution."""

    STRENGTH = "strength"
    ATTENTION = "attention"
    """Something to work with."""


class SupervisionVisit(TenantOwned):
    """A pedagogical supervision of one unit."""

    __tablename__ = "supervision_visits"
    belongs_to = {"unit_id": "units", "recorded_by": "users"}
    extras = (
        index("unit_id", "state", "published_on"),
        index("visit_on", "id"),
        check("published_says_when", "(state = 'reported') = (published_on IS NOT NULL)"),
        check("called_off_says_why", "(state = 'called_off') = (called_off_why <> '')"),
        check("published_after_the_visit", "published_on IS NULL OR published_on >= visit_on"),
    )

    unit_id: Mapped[UUID]
    visit_on: Mapped[date]
    """Planned for this day; once it is held, the day it was held on."""
    notice: Mapped[Notice] = mapped_column(StrEnumText(Notice))
    by_whom: Mapped[str]
    state: Mapped[VisitState] = mapped_column(
        StrEnumText(VisitState), default=VisitState.PLANNED, server_default="planned"
    )
    heightened: Mapped[bool] = mapped_column(default=False, server_default="false")
    """The institution is under heightened supervision from this visit until the next."""
    published_on: Mapped[date | None]
    report_link: Mapped[str] = mapped_column(default="", server_default="")
    """Where the report can be read."""
    called_off_why: Mapped[str] = mapped_column(default="", server_default="")
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(SupervisionVisit.unit_id) == Unit.id,
        viewonly=True,
        lazy="raise",
    )


class SupervisionFinding(TenantOwned):
    """What a visit found. Used once, it stands behind a need."""

    __tablename__ = "supervision_findings"
    belongs_to = {
        "visit_id": "supervision_visits",
        "area_id": "competence_areas",
        "need_id": "needs",
        "evidence_id": "evidence",
    }
    extras = (
        index("visit_id"),
        index("need_id", where="need_id IS NOT NULL"),
        check("used_says_as_what", "(need_id IS NULL) = (evidence_id IS NULL)"),
    )

    visit_id: Mapped[UUID]
    area_id: Mapped[UUID]
    verdict: Mapped[Verdict] = mapped_column(StrEnumText(Verdict))
    text: Mapped[str]
    need_id: Mapped[UUID | None]
    evidence_id: Mapped[UUID | None]

    visit: Mapped[SupervisionVisit] = relationship(
        primaryjoin=lambda: foreign(SupervisionFinding.visit_id) == SupervisionVisit.id,
        viewonly=True,
        lazy="raise",
    )
    area: Mapped[CompetenceArea] = relationship(
        primaryjoin=lambda: foreign(SupervisionFinding.area_id) == CompetenceArea.id,
        viewonly=True,
        lazy="raise",
    )


class FollowUp(TenantOwned):
    """A line of the plan that follows a visit: who does what by when."""

    __tablename__ = "supervision_follow_ups"
    belongs_to = {"visit_id": "supervision_visits", "done_by": "users"}
    extras = (
        index("visit_id", "due_on"),
        index("due_on", where="done_on IS NULL", name="ix_supervision_follow_ups_left"),
    )

    visit_id: Mapped[UUID]
    text: Mapped[str]
    owner: Mapped[str]
    """Whose task it is, such as the leader or one room of the house."""
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    done_by: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(default="", server_default="")

    visit: Mapped[SupervisionVisit] = relationship(
        primaryjoin=lambda: foreign(FollowUp.visit_id) == SupervisionVisit.id,
        viewonly=True,
        lazy="raise",
    )


class ScreeningTool(TenantOwned):
    """A systematic screening with its scale. Once it is used it is retired, never changed."""

    __tablename__ = "screening_tools"
    belongs_to = {}
    extras = (
        unique("name"),
        check("scale_has_room", "smallest < largest"),
        check("step_is_positive", "step > 0"),
    )

    name: Mapped[str]
    smallest: Mapped[Decimal]
    largest: Mapped[Decimal]
    step: Mapped[Decimal]
    good_at: Mapped[Decimal]
    """From here on a score is good: upwards, or downwards where low is good."""
    high_is_good: Mapped[bool] = mapped_column(default=True, server_default="true")
    retired_on: Mapped[date | None]


class ScreeningArea(TenantOwned):
    """What a tool gives a score for, in the tool's order."""

    __tablename__ = "screening_areas"
    belongs_to = {"tool_id": "screening_tools", "area_id": "competence_areas"}
    extras = (unique("tool_id", "name"), index("tool_id", "place"))

    tool_id: Mapped[UUID]
    place: Mapped[int]
    name: Mapped[str]
    area_id: Mapped[UUID | None]
    """The competence area that a low score calls for."""

    competence_area: Mapped[CompetenceArea | None] = relationship(
        primaryjoin=lambda: foreign(ScreeningArea.area_id) == CompetenceArea.id,
        viewonly=True,
        lazy="raise",
    )


class Screening(TenantOwned):
    """A unit was screened on a day."""

    __tablename__ = "screenings"
    belongs_to = {"unit_id": "units", "tool_id": "screening_tools"}
    extras = (
        unique("unit_id", "tool_id", "held_on"),
        index("tool_id", "held_on"),
        index("held_on", "id"),
        check("observations_are_some", "observations > 0"),
    )

    unit_id: Mapped[UUID]
    tool_id: Mapped[UUID]
    held_on: Mapped[date]
    observations: Mapped[int]

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(Screening.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )
    tool: Mapped[ScreeningTool] = relationship(
        primaryjoin=lambda: foreign(Screening.tool_id) == ScreeningTool.id,
        viewonly=True,
        lazy="raise",
    )


class ScreeningResult(TenantOwned):
    """The score of one area. Used once, it stands behind a need."""

    __tablename__ = "screening_results"
    belongs_to = {
        "screening_id": "screenings",
        "area_id": "screening_areas",
        "need_id": "needs",
        "evidence_id": "evidence",
    }
    extras = (
        unique("screening_id", "area_id"),
        index("area_id"),
        index("need_id", where="need_id IS NOT NULL"),
        check("used_says_as_what", "(need_id IS NULL) = (evidence_id IS NULL)"),
    )

    screening_id: Mapped[UUID]
    area_id: Mapped[UUID]
    score: Mapped[Decimal]
    need_id: Mapped[UUID | None]
    evidence_id: Mapped[UUID | None]

    screening: Mapped[Screening] = relationship(
        primaryjoin=lambda: foreign(ScreeningResult.screening_id) == Screening.id,
        viewonly=True,
        lazy="raise",
    )
    area: Mapped[ScreeningArea] = relationship(
        primaryjoin=lambda: foreign(ScreeningResult.area_id) == ScreeningArea.id,
        viewonly=True,
        lazy="raise",
    )
