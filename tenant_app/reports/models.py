"""Derived figures. Replaced whole, never incremented."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from tenant_app.core.db import StrEnumText, TenantOwned, index, unique
from tenant_app.core.money import Money


class ReportKind(StrEnum):
    USAGE = "usage"
    COVERAGE = "coverage"


class ReportRun(TenantOwned):
    """A report as of a date, with the time of its data and the version of the rules."""

    __tablename__ = "report_runs"
    # With the year: on one day late bookings of last year and this year's are both reported.
    extras = (unique("kind", "year", "as_of"),)

    kind: Mapped[ReportKind] = mapped_column(StrEnumText(ReportKind))
    year: Mapped[int]
    as_of: Mapped[date]
    """Entries up to and including this date, in the hierarchy of this date, or of New Year's Eve
    when the year had ended."""
    data_time: Mapped[datetime]
    rule_version: Mapped[int]


class UsageRow(TenantOwned):
    """One pool's position as of the run's date. Whole øre."""

    __tablename__ = "usage_rows"
    belongs_to = {"run_id": "report_runs", "pool_id": "pools", "unit_id": "units"}
    extras = (unique("run_id", "pool_id"),)

    run_id: Mapped[UUID]
    pool_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    allotted: Mapped[Money]
    carried: Mapped[Money]
    transferred: Mapped[Money]
    reserved: Mapped[Money]
    committed: Mapped[Money]
    actual: Mapped[Money]
    forecast: Mapped[Money]
    """What the pool will have spent at New Year if requests go on as they have."""


class CoverageRow(TenantOwned):
    """How far one unit is with one coverage target as of the run's date."""

    __tablename__ = "coverage_rows"
    belongs_to = {"run_id": "report_runs", "target_id": "coverage_targets", "unit_id": "units"}
    extras = (unique("run_id", "target_id", "unit_id"), index("target_id"))

    run_id: Mapped[UUID]
    target_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    group_size: Mapped[int]
    covered: Mapped[int]
    planned: Mapped[int]
    """Covered, or with an approved enrolment that will give the competence."""
    needed: Mapped[int]
