"""Competences, who holds them, and how many should."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.organisation.models import Position


class CompetenceArea(TenantOwned):
    """A field of competences, such as language or relations."""

    __tablename__ = "competence_areas"
    extras = (unique("name"),)

    name: Mapped[str]


class Competence(TenantOwned):
    """What a person can be able to do, for ever or for a number of months."""

    __tablename__ = "competences"
    belongs_to = {"area_id": "competence_areas"}
    extras = (
        unique("name"),
        check("validity_is_positive", "validity_months IS NULL OR validity_months > 0"),
    )

    area_id: Mapped[UUID]
    name: Mapped[str]
    validity_months: Mapped[int | None]

    area: Mapped[CompetenceArea] = relationship(
        primaryjoin=lambda: foreign(Competence.area_id) == CompetenceArea.id,
        viewonly=True,
        lazy="raise",
    )


class HoldingSource(StrEnum):
    COURSE = "course"
    EARLIER = "earlier"
    """From before the system, or from elsewhere: entered by a leader."""


class Holding(TenantOwned):
    """An employee holds a competence from `from_date` to and including `until_date`."""

    __tablename__ = "holdings"
    belongs_to = {"employee_id": "employees", "competence_id": "competences"}
    extras = (
        unique("employee_id", "competence_id", "from_date"),
        index("competence_id", "employee_id"),
        check("ends_after_it_begins", "until_date IS NULL OR until_date >= from_date"),
    )

    employee_id: Mapped[UUID]
    competence_id: Mapped[UUID]
    from_date: Mapped[date]
    until_date: Mapped[date | None]
    source: Mapped[HoldingSource] = mapped_column(StrEnumText(HoldingSource))
    source_id: Mapped[UUID | None]


class CoverageTarget(TenantOwned):
    """At least N, or P per cent, of a group in each unit hold a competence by a date."""

    __tablename__ = "coverage_targets"
    belongs_to = {"competence_id": "competences"}
    extras = (
        unique("competence_id", "position"),
        check("one_kind_of_target", "(min_count IS NULL) <> (min_percent IS NULL)"),
        check("count_is_positive", "min_count IS NULL OR min_count > 0"),
        check("percent_is_a_share", "min_percent IS NULL OR min_percent BETWEEN 1 AND 100"),
    )

    competence_id: Mapped[UUID]
    position: Mapped[Position] = mapped_column(StrEnumText(Position))
    """The group whose members are counted."""
    min_count: Mapped[int | None]
    min_percent: Mapped[int | None]
    due_date: Mapped[date]

    competence: Mapped[Competence] = relationship(
        primaryjoin=lambda: foreign(CoverageTarget.competence_id) == Competence.id,
        viewonly=True,
        lazy="raise",
    )
