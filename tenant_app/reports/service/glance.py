"""What the home pages show of money, coverage, people and jobs as they are now. One SELECT each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tenant_app.budgets.models import BudgetYearState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.enrolments.models import EnrolmentState
from tenant_app.organisation import service as organisation
from tenant_app.reports import rules
from tenant_app.reports.queries import glance
from tenant_app.reports.rules import CoverageFigures, PoolNow, UsageFigures

EXPIRES_WITHIN = timedelta(days=120)
"""Long enough before a certificate ends to find a new course."""


@dataclass(frozen=True)
class MoneyNow:
    """A budget year and its pools in the actor's sight."""

    year: int
    state: BudgetYearState
    frame: int
    pools: Sequence[PoolNow]


@dataclass(frozen=True)
class TargetNow:
    """A coverage target with the figures of all institutions in sight."""

    id: UUID
    competence: str
    due_date: date
    figures: CoverageFigures


@dataclass(frozen=True)
class Gap:
    """An institution that lacks people with a competence."""

    unit: str
    competence: str
    due_date: date
    lacking: int
    on_their_way: int


@dataclass(frozen=True)
class CoverageNow:
    """The latest coverage report in short."""

    data_time: datetime
    targets: Sequence[TargetNow]
    gaps: Sequence[Gap]


@dataclass(frozen=True)
class Going:
    """A coming session and who goes there, by institution."""

    session_id: UUID
    title: str
    starts_on: date
    place: str
    people: dict[str, list[tuple[str, bool]]]
    """Institution → (name, whether the place is confirmed)."""


@dataclass(frozen=True)
class HeldNow:
    """A competence somebody has, with until when."""

    employee_id: UUID
    employee: str
    competence: str
    from_date: date
    until_date: date | None


@dataclass(frozen=True)
class JobHealth:
    """How the municipality's jobs are."""

    undone: int
    oldest_due: datetime | None
    dead: int
    last_done: datetime | None


@dataclass(frozen=True)
class Beginnings:
    """What a new municipality has so far."""

    has_staff: bool
    has_courses: bool
    has_users: bool
    """Beyond the first."""


def beginnings(ctx: Context) -> Beginnings:
    """What there is to work with, for whoever sets the municipality up."""
    ctx.require(Permission.IMPORT_RUN)
    row = glance.beginnings(ctx)
    return Beginnings(row.has_staff, row.has_courses, row.has_users)


def money_now(ctx: Context, *, year: int) -> MoneyNow | None:
    """The year and its pools as they stand now; None when the year was not created."""
    ctx.require(Permission.BUDGET_VIEW)
    rows = glance.pools_now(ctx, year)
    if not rows:
        return None
    tails = rules.tails_of(rows[0].limits, year=year, as_of=ctx.today)
    pools = [
        PoolNow(row.id, row.name, row.kind, row.path, _figures(row, year, ctx.today, tails))
        for row in rows
        if row.id is not None
    ]
    return MoneyNow(year, rows[0].year_state, rows[0].frame, pools)


def pool_now(ctx: Context, pool_id: UUID) -> PoolNow:
    """One pool as it stands now. Reads its own balance and no other: after an approval nothing
    else has to be added up. Raises NotFound."""
    ctx.require(Permission.BUDGET_VIEW)
    row = glance.pool_now(ctx, pool_id)
    if row is None:
        raise NotFound()
    tails = rules.tails_of(row.limits, year=row.year, as_of=ctx.today)
    return PoolNow(row.id, row.name, row.kind, row.path, _figures(row, row.year, ctx.today, tails))


def coverage_now(ctx: Context, *, year: int, gaps: int) -> CoverageNow | None:
    """The latest report of the year in short, of the units in sight; None when none was made."""
    ctx.require(Permission.REPORT_VIEW)
    visible = organisation.visible_units(ctx, Permission.REPORT_VIEW)
    rows = glance.coverage_now(ctx, year, visible, gaps=gaps)
    if not rows:
        return None
    names = rules.COVERAGE_COLUMNS
    return CoverageNow(
        data_time=rows[0].data_time,
        targets=[
            TargetNow(
                row.target_id,
                row.name,
                row.due_date,
                CoverageFigures(**{name: int(getattr(row, name)) for name in names}),
            )
            for row in rows
            if row.unit is None
        ],
        gaps=[
            Gap(
                row.unit,
                row.name,
                row.due_date,
                row.needed - row.covered,
                row.planned - row.covered,
            )
            for row in rows
            if row.unit is not None
        ],
    )


def going_together(ctx: Context, *, most: int) -> list[Going]:
    """Coming sessions to which several institutions of the actor's send people, soonest first."""
    ctx.require(Permission.ENROLMENT_REQUEST)
    visible = organisation.visible_units(ctx, Permission.ENROLMENT_REQUEST)
    found = []
    for row in glance.going_together(ctx, visible, most=most):
        people: dict[str, list[tuple[str, bool]]] = {}
        for unit, name, state in row.people:
            people.setdefault(unit, []).append((name, state == EnrolmentState.CONFIRMED.value))
        found.append(Going(row.id, row.title, row.starts_on, row.place, people))
    return found


def holdings_now(ctx: Context, *, staff: bool, most: int) -> tuple[list[HeldNow], list[HeldNow]]:
    """(what the actor holds, what runs out within four months among those the actor leads).

    What ran out in the last month counts too; what was renewed does not.
    """
    led = (
        organisation.visible_employees(ctx, Permission.ENROLMENT_REQUEST)
        if staff and ctx.actor.may(Permission.ENROLMENT_REQUEST)
        else None
    )
    rows = glance.holdings(ctx, led, until=ctx.today + EXPIRES_WITHIN, most=most)
    found: dict[str, list[HeldNow]] = {"own": [], "expires": []}
    for row in rows:
        held = HeldNow(row.employee_id, row.employee, row.competence, row.from_date, row.until_date)
        found[row.why].append(held)
    return found["own"], found["expires"]


def job_health(ctx: Context) -> JobHealth:
    """How many jobs wait, how many were given up, and when one was last done."""
    ctx.require(Permission.JOBS_VIEW)
    row = glance.job_health(ctx)
    return JobHealth(row.undone, row.oldest_due, row.dead, row.last_done)


def _figures(row: Any, year: int, today: date, tails: rules.Tails) -> UsageFigures:
    amounts: dict[str, Any] = {name: int(getattr(row, name) or 0) for name in glance.MONEY}
    season = rules.Season(passed_bp=row.passed_bp)
    if row.approval_bp is not None:
        season = rules.Season(passed_bp=row.passed_bp, approval_bp=row.approval_bp)
    passed, whole = season.elapsed(year, today)
    forecast = rules.forecast(season.expected(amounts), passed=passed, days=whole)
    return UsageFigures(
        **amounts,
        forecast=int(forecast),
        is_early=rules.is_early(year, today),
        tails=tails,
    )
