"""Goals at municipality, area and institution, their adopted versions, indicators and readings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote

from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.organisation.models import Unit


class LearningTheme(StrEnum):
    """The six themes of the strengthened pedagogical curriculum (dagtilbudsloven § 8, stk. 4)."""

    PERSONAL = "personal"
    SOCIAL = "social"
    LANGUAGE = "language"
    BODY = "body"
    NATURE = "nature"
    CULTURE = "culture"


class GoalState(StrEnum):
    DRAFT = "draft"
    ADOPTED = "adopted"
    RETIRED = "retired"
    """Reached or given up, also before it was adopted: no longer worked for, and still told of."""


class Goal(TenantOwned):
    """What a unit wants to reach. Below the municipality it points up, or says that it is local."""

    __tablename__ = "goals"
    belongs_to = {"unit_id": "units", "parent_id": "goals"}
    extras = (
        index("unit_id", "state"),
        index("parent_id"),
        check("is_not_its_own_parent", "parent_id IS NULL OR parent_id <> id"),
        check("local_has_no_parent", "NOT (is_local AND parent_id IS NOT NULL)"),
        check("adopted_has_a_version", "state <> 'adopted' OR version > 0"),
    )

    unit_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    is_local: Mapped[bool] = mapped_column(default=False, server_default="false")
    """The unit's own, without a goal above it."""
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    themes: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Values of LearningTheme."""
    due_date: Mapped[date | None]
    state: Mapped[GoalState] = mapped_column(
        StrEnumText(GoalState), default=GoalState.DRAFT, server_default="draft"
    )
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    """The latest adopted version; 0 before the first."""
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Words of a change to an adopted goal, which the columns take over when it is adopted too.
    So whoever reads the columns reads what stands."""
    created_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(Goal.unit_id) == Unit.id, viewonly=True, lazy="raise"
    )
    parent: Mapped[Goal | None] = relationship(
        primaryjoin=lambda: foreign(Goal.parent_id) == remote(Goal.id),
        viewonly=True,
        lazy="raise",
    )


class GoalVersion(TenantOwned):
    """A goal as it was adopted. Never changed."""

    __tablename__ = "goal_versions"
    belongs_to = {"goal_id": "goals", "adopted_by": "users"}
    extras = (unique("goal_id", "version"),)

    goal_id: Mapped[UUID]
    version: Mapped[int]
    facts: Mapped[dict[str, Any]]
    """Title, description, themes, due date, parent and indicators of that day."""
    adopted_at: Mapped[datetime]
    adopted_by: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(default="", server_default="")


class Indicator(TenantOwned):
    """A number that tells whether a goal comes closer."""

    __tablename__ = "indicators"
    belongs_to = {"goal_id": "goals"}
    extras = (
        unique("goal_id", "name"),
        check("target_differs", "target <> baseline"),
    )

    goal_id: Mapped[UUID]
    name: Mapped[str]
    measure: Mapped[str]
    """What the number counts, such as “%” or “points (1–5)”."""
    baseline: Mapped[Decimal]
    baseline_on: Mapped[date]
    target: Mapped[Decimal]
    """Below the baseline where less is better."""

    goal: Mapped[Goal] = relationship(
        primaryjoin=lambda: foreign(Indicator.goal_id) == Goal.id, viewonly=True, lazy="raise"
    )


class Reading(TenantOwned):
    """What an indicator showed on a day."""

    __tablename__ = "indicator_readings"
    belongs_to = {"indicator_id": "indicators", "recorded_by": "users"}
    extras = (unique("indicator_id", "read_on"),)

    indicator_id: Mapped[UUID]
    read_on: Mapped[date]
    value: Mapped[Decimal]
    note: Mapped[str] = mapped_column(default="", server_default="")
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
