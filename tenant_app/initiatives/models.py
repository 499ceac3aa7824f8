"""Initiatives, what they answer, who takes part, and the form that was chosen for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.catalogue.models import CourseForm
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.core.money import Money
from tenant_app.goals.models import Goal
from tenant_app.organisation.models import Unit


class InitiativeState(StrEnum):
    IDEA = "idea"
    QUALIFIED = "qualified"
    PRIORITISED = "prioritised"
    PLANNED = "planned"
    RUNNING = "running"
    FOLLOW_UP = "follow_up"
    EVALUATED = "evaluated"
    ANCHORED = "anchored"
    STOPPED = "stopped"


UNDER_WAY = ("running", "follow_up")
"""These take the attention of a house, and count against its limit."""


class Initiative(TenantOwned):
    """A planned effort that answers needs."""

    __tablename__ = "initiatives"
    belongs_to = {
        "unit_id": "units",
        "goal_id": "goals",
        "area_id": "competence_areas",
        "created_by": "users",
    }
    extras = (
        index("unit_id", "state"),
        index("goal_id"),
        index("starts_on", "id"),
        check("ends_after_it_begins", "ends_on IS NULL OR ends_on >= starts_on"),
        check("has_both_days_or_none", "ends_on IS NULL OR starts_on IS NOT NULL"),
        check("people_are_positive", "people > 0"),
        check("estimate_is_not_negative", "estimate >= 0"),
        check("stopped_says_why", "state <> 'stopped' OR reason <> ''"),
        check(
            "survey_closes_after_it_opens",
            "survey_closed_at IS NULL OR survey_closed_at >= survey_opened_at",
        ),
    )

    unit_id: Mapped[UUID]
    """Whose it is: the municipality's or an area's is central, an institution's is decentral."""
    goal_id: Mapped[UUID | None]
    area_id: Mapped[UUID | None]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    target_group: Mapped[str] = mapped_column(default="", server_default="")
    people: Mapped[int]
    form: Mapped[CourseForm | None] = mapped_column(StrEnumText(CourseForm))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    estimate: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    state: Mapped[InitiativeState] = mapped_column(
        StrEnumText(InitiativeState), default=InitiativeState.IDEA, server_default="idea"
    )
    state_since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was stopped."""
    survey_opened_at: Mapped[datetime | None]
    """Since when those who take part can say where they stand before it begins."""
    survey_closed_at: Mapped[datetime | None]
    """Since when nobody can any more, and the answers are told together."""
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(Initiative.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )
    goal: Mapped[Goal | None] = relationship(
        primaryjoin=lambda: foreign(Initiative.goal_id) == Goal.id, viewonly=True, lazy="raise"
    )
    area: Mapped[CompetenceArea | None] = relationship(
        primaryjoin=lambda: foreign(Initiative.area_id) == CompetenceArea.id,
        viewonly=True,
        lazy="raise",
    )


class InitiativeNeed(TenantOwned):
    """A need that an initiative answers."""

    __tablename__ = "initiative_needs"
    belongs_to = {"initiative_id": "initiatives", "need_id": "needs"}
    extras = (unique("initiative_id", "need_id"), index("need_id"))

    initiative_id: Mapped[UUID]
    need_id: Mapped[UUID]


class InitiativeUnit(TenantOwned):
    """An institution that takes part."""

    __tablename__ = "initiative_units"
    belongs_to = {"initiative_id": "initiatives", "unit_id": "units"}
    extras = (unique("initiative_id", "unit_id"), index("unit_id"))

    initiative_id: Mapped[UUID]
    unit_id: Mapped[UUID]


class InitiativeCourse(TenantOwned):
    """A course of the catalogue that is part of an initiative."""

    __tablename__ = "initiative_courses"
    belongs_to = {"initiative_id": "initiatives", "course_id": "courses"}
    extras = (unique("initiative_id", "course_id"), index("course_id"))

    initiative_id: Mapped[UUID]
    course_id: Mapped[UUID]


class LimitOverride(TenantOwned):
    """Somebody let an institution run more at once than its limit, and said why."""

    __tablename__ = "limit_overrides"
    belongs_to = {"initiative_id": "initiatives", "unit_id": "units", "overridden_by": "users"}
    extras = (index("initiative_id", "unit_id"), check("says_why", "reason <> ''"))
    # Once for each time: an institution that leaves and joins again is let in again.

    initiative_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    running: Mapped[int]
    """How many ran already."""
    most: Mapped[int]
    """The limit of that day."""
    reason: Mapped[str]
    overridden_by: Mapped[UUID | None]
    overridden_at: Mapped[datetime]


class PersonOverride(TenantOwned):
    """Somebody let a person take part in more at once than the limit, and said why."""

    __tablename__ = "person_overrides"
    belongs_to = {
        "initiative_id": "initiatives",
        "employee_id": "employees",
        "overridden_by": "users",
    }
    extras = (index("initiative_id"), index("employee_id"), check("says_why", "reason <> ''"))

    initiative_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    running: Mapped[int]
    """How many the person took part in already."""
    most: Mapped[int]
    """The limit of that day."""
    reason: Mapped[str]
    overridden_by: Mapped[UUID | None]
    overridden_at: Mapped[datetime]


class FormChoice(TenantOwned):
    """The advice on a form as it was given, and what was chosen: kept, whatever becomes of the
    rules."""

    __tablename__ = "form_choices"
    belongs_to = {"initiative_id": "initiatives", "chosen_by": "users"}
    extras = (index("initiative_id", "chosen_at"),)

    initiative_id: Mapped[UUID]
    answers: Mapped[dict[str, Any]]
    ranked: Mapped[list[Any]]
    """{form, points, reasons} in order."""
    chosen: Mapped[CourseForm] = mapped_column(StrEnumText(CourseForm))
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why another than the first of the advice."""
    rule_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """The version of the rules that gave the advice; 0 is the standard."""
    chosen_by: Mapped[UUID | None]
    chosen_at: Mapped[datetime]


class AdviceRules(TenantOwned):
    """A version of what the form advice goes by. Never changed, only followed by another."""

    __tablename__ = "advice_rules"
    belongs_to = {"set_by": "users"}
    extras = (unique("version"), check("version_is_counted", "version > 0"))

    version: Mapped[int]
    facts: Mapped[dict[str, Any]]
    set_by: Mapped[UUID | None]
    set_at: Mapped[datetime]


class SurveyAnswer(TenantOwned):
    """What a participant says before an initiative begins. One answer each; the latest counts."""

    __tablename__ = "survey_answers"
    belongs_to = {"initiative_id": "initiatives", "employee_id": "employees"}
    extras = (
        unique("initiative_id", "employee_id"),
        check("confidence_is_a_step", "confidence BETWEEN 1 AND 5"),
    )

    initiative_id: Mapped[UUID]
    employee_id: Mapped[UUID]
    confidence: Mapped[int]
    """How sure one is of the matter today, from 1 to 5."""
    expects: Mapped[str] = mapped_column(default="", server_default="")
    will_use: Mapped[str] = mapped_column(default="", server_default="")
    """How one means to use it at home, e.g. in a practice trial."""
    answered_at: Mapped[datetime]
