"""Reports are made whole, from the ledger and the holdings, and may be made again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets.models import BudgetYearState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.reports import queries, rules
from tenant_app.reports.models import ReportKind, ReportRun

JOB = {
    ReportKind.USAGE: "jobs.reports.usage",
    ReportKind.COVERAGE: "jobs.reports.coverage",
}
AHEAD = (BudgetYearState.ADOPTED, BudgetYearState.OPEN)
"""Years to come that requests can draw on."""
STEPS = 3
STARTING = N_("Starting")
ADDING_UP = N_("Adding up the ledger")
COUNTING = N_("Counting who holds what")
NOTING = N_("Noting the result")


def compute_usage(ctx: Context, *, year: int, as_of: date | None = None) -> ReportRun:
    """The usage of every pool of the year stands as of the day, in whole øre.

    `as_of` is today unless said, also for an earlier year, whose late bookings count, and for one
    to come whose budget is adopted. Raises Invalid naming `year` or `as_of`.
    """
    return _usage(ctx, Steps(ctx), year, as_of)


def compute_coverage(ctx: Context, *, year: int, as_of: date | None = None) -> ReportRun:
    """How far each institution is with each target stands as of the day.

    `as_of` is today, or New Year's Eve of an earlier year. Raises Invalid naming `year` or `as_of`.
    """
    return _coverage(ctx, Steps(ctx), year, as_of)


def refresh_usage(ctx: Context) -> None:
    """Usage is up to date for every budget year that can still change."""
    budgeted = queries.budget_years(ctx)
    years = [year for year in _living_years(ctx) if year in budgeted]
    steps = Steps(ctx, reports=len(years))
    for year in years:
        _usage(ctx, steps, year, None)


def refresh_coverage(ctx: Context) -> None:
    """Coverage is up to date for every year that can still change."""
    years = _living_years(ctx)
    steps = Steps(ctx, reports=len(years))
    for year in years:
        _coverage(ctx, steps, year, None)


def request_report(ctx: Context, kind: ReportKind, year: int, as_of: date | None = None) -> UUID:
    """A job will make the report; its id. The same report asked for again is the same job.

    Raises Invalid naming `year` or `as_of`.
    """
    ctx.require(Permission.REPORT_RUN)
    _day(ctx, kind, year, as_of)
    if kind is ReportKind.USAGE:
        _budget_year(ctx, year)
    day = as_of.isoformat() if as_of else None
    key = f"{year}:{day or 'today'}"
    while True:
        job_id = ctx.enqueue(JOB[kind], unique=key, year=year, as_of=day)
        if job_id is not None:
            break
        waiting = queries.waiting_job(ctx, JOB[kind], key)
        if waiting is not None:
            return waiting
        # Done between the two statements: what it did not see, a new one will.
    audit.record(ctx, "report.requested", job_id, new={"kind": kind, "year": year, "as_of": day})
    return job_id


class Steps:
    """Tells those who wait of each step as it begins, over all the reports of a job."""

    def __init__(self, ctx: Context, *, reports: int = 1) -> None:
        self.ctx, self.total, self.done = ctx, reports * STEPS, 0

    def begin(self, note: str) -> None:
        """The next step is under way; those before it are done."""
        self.ctx.report_progress(self.done, self.total, note)
        self.done += 1


def _usage(ctx: Context, steps: Steps, year: int, as_of: date | None) -> ReportRun:
    ctx.require(Permission.REPORT_RUN)
    day = _day(ctx, ReportKind.USAGE, year, as_of)
    year_id = _budget_year(ctx, year)
    steps.begin(STARTING)
    run = _begin(ctx, ReportKind.USAGE, year, day)
    queries.clear_usage(ctx, run.id)
    steps.begin(ADDING_UP)
    queries.fill_usage(ctx, run, year_id)
    steps.begin(NOTING)
    return _finish(ctx, run)


def _coverage(ctx: Context, steps: Steps, year: int, as_of: date | None) -> ReportRun:
    ctx.require(Permission.REPORT_RUN)
    day = _day(ctx, ReportKind.COVERAGE, year, as_of)
    steps.begin(STARTING)
    run = _begin(ctx, ReportKind.COVERAGE, year, day)
    queries.clear_coverage(ctx, run.id)
    steps.begin(COUNTING)
    queries.fill_coverage(ctx, run)
    steps.begin(NOTING)
    return _finish(ctx, run)


def _day(ctx: Context, kind: ReportKind, year: int, as_of: date | None) -> date:
    is_adopted = ctx.today.year < year <= rules.LATEST and year in queries.budget_years(ctx, *AHEAD)
    return rules.as_of_day(
        year,
        as_of,
        ctx.today,
        is_adopted=is_adopted,
        counts_late=kind is ReportKind.USAGE,
    )


def _living_years(ctx: Context) -> Sequence[int]:
    """Years to come that requests draw on, this one, and those before it whose money still moves.
    In January always the one that ended: its last day went on after the night's report."""
    this = ctx.today.year
    ahead = [year for year in queries.budget_years(ctx, *AHEAD) if year > this]
    behind = set(queries.unsettled_years(ctx, before=this))
    if ctx.today.month == 1:
        behind.add(this - 1)
    return (*ahead, this, *sorted(behind, reverse=True))


def _budget_year(ctx: Context, year: int) -> UUID:
    found = queries.budget_year(ctx, year)
    if found is None:
        raise Invalid(
            N_("There is no budget year %(year)s. Choose one that was created."),
            field="year",
            year=year,
        )
    return found.id


def _begin(ctx: Context, kind: ReportKind, year: int, day: date) -> ReportRun:
    """The run's row, ours alone: a second run of the same report waits its turn."""
    version = queries.rule_version(ctx, rules.standing_day(year, day))
    return queries.begin(ctx, kind, day, year=year, data_time=ctx.now, rule_version=version)


def _finish(ctx: Context, run: ReportRun) -> ReportRun:
    audit.record(
        ctx,
        "report.computed",
        run.id,
        new={"kind": run.kind.value, "year": run.year, "as_of": run.as_of},
    )
    return run
