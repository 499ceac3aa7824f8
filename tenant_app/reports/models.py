"""Derived figures. Replaced whole, never incremented."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from tenant_app.core.db import StrEnumText, TenantOwned, check, unique
from tenant_app.core.money import Money
from tenant_app.organisation.models import Position


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
    passed_bp: Mapped[int | None]
    """How much of a year's money was asked for by the day in earlier years: the forecast lengthens
    what is asked for by it. None: no earlier year is known, and it is a straight line."""
    season_from: Mapped[int | None]
    season_until: Mapped[int | None]
    """The first and last of those years."""
    approval_bp: Mapped[int] = mapped_column(default=10_000, server_default="10000")
    """How much of what was asked for before was approved: open requests count so much."""


class UsageRow(TenantOwned):
    """One pool's position as of the run's date. Whole øre."""

    __tablename__ = "usage_rows"
    # Of what it counts it holds no key: rows are replaced whole, and a pool, unit or target that
    # goes away is not held back by a report of it.
    belongs_to = {"run_id": "report_runs"}
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
    cover_reserved: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    cover_committed: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    cover_actual: Mapped[Money] = mapped_column(default=Money(0), server_default="0")
    """Of the three amounts above, what pays cover."""


class CoverageRow(TenantOwned):
    """How far each institution is with one coverage target as of the run's date.

    The figures stand side by side, one element per institution: a row each would be written anew
    every night, a hundred times as many. What the target said is kept as it was.
    """

    __tablename__ = "coverage_rows"
    belongs_to = {"run_id": "report_runs"}
    extras = (
        unique("run_id", "target_id"),
        check(
            "figures_stand_side_by_side",
            "cardinality(unit_ids) = ALL (ARRAY[cardinality(group_size), cardinality(covered), "
            "cardinality(planned), cardinality(needed)])",
        ),
    )

    run_id: Mapped[UUID]
    target_id: Mapped[UUID]
    competence: Mapped[str]
    position: Mapped[Position] = mapped_column(StrEnumText(Position))
    min_count: Mapped[int | None]
    min_percent: Mapped[int | None]
    due_date: Mapped[date]
    unit_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    group_size: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    covered: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    planned: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Covered, or with an approved enrolment that will give the competence."""
    needed: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
