"""Reports are made whole, from the ledger and the holdings, and may be made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets.models import BudgetYearState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.reports import queries, rules
from tenant_app.reports.models import ReportKind
from tenant_app.reports.queries import season
from tenant_app.tenancy import service as tenancy

JOB = {
    ReportKind.USAGE: "jobs.reports.usage",
    ReportKind.COVERAGE: "jobs.reports.coverage",
}
Budgets = Mapping[int, BudgetYearState]
"""Budget year → its state, latest first."""
AHEAD = (BudgetYearState.ADOPTED, BudgetYearState.OPEN)
"""Years to come that requests can draw on."""
STEPS = 3
STARTING = N_("Starting")
ADDING_UP = N_("Adding up the ledger")
COUNTING = N_("Counting who holds what")
NOTING = N_("Noting the result")


def compute_usage(ctx: Context, *, year: int, as_of: date | None = None) -> UUID:
    """The usage of every pool of the year stands as of the day, in whole øre; the run's id.

    `as_of` is today unless said, also for an earlier year, whose late bookings count, and for one
    to come whose budget is adopted. Raises Invalid naming `year` or `as_of`.
    """
    return _compute(ctx, ReportKind.USAGE, year, as_of)


def compute_coverage(ctx: Context, *, year: int, as_of: date | None = None) -> UUID:
    """How far each institution is with each target stands as of the day; the run's id.

    `as_of` is today, or New Year's Eve of an earlier year. Raises Invalid naming `year` or `as_of`.
    """
    return _compute(ctx, ReportKind.COVERAGE, year, as_of)


def refresh(ctx: Context) -> None:
    """Both reports are up to date for every year that can still change."""
    ctx.require(Permission.REPORT_RUN)
    budgets = queries.budget_years(ctx)
    wanted = [
        (kind, year)
        for year in _living_years(ctx, budgets)
        for kind in ReportKind
        if kind is ReportKind.COVERAGE or year in budgets
    ]
    steps = Steps(ctx, reports=len(wanted))
    for kind, year in wanted:
        _make(ctx, steps, kind, year, _day(ctx, kind, year, None, budgets))


def request_report(ctx: Context, kind: ReportKind, year: int, as_of: date | None = None) -> UUID:
    """A job will make the report; its id. The same report asked for again is the same job,
    and all who asked are told.

    Raises Invalid naming `year` or `as_of`, and Conflict while the same job is being cancelled.
    """
    ctx.require(Permission.REPORT_RUN)
    _check(ctx, kind, year, as_of)
    day = as_of.isoformat() if as_of else None
    key = f"{year}:{day or 'today'}"
    while True:
        job_id = ctx.enqueue(JOB[kind], unique=key, year=year, as_of=day)
        if job_id is not None:
            break
        waiting = queries.waiting_job(ctx, JOB[kind], key)
        if waiting is not None:
            tenancy.join_job(ctx, waiting)
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


def _compute(ctx: Context, kind: ReportKind, year: int, as_of: date | None) -> UUID:
    ctx.require(Permission.REPORT_RUN)
    return _make(ctx, Steps(ctx), kind, year, _check(ctx, kind, year, as_of))


def _check(ctx: Context, kind: ReportKind, year: int, as_of: date | None) -> date:
    """The day the report speaks of. Raises Invalid where there can be no such report."""
    budgets = queries.budget_years(ctx)
    day = _day(ctx, kind, year, as_of, budgets)
    if kind is ReportKind.USAGE and year not in budgets:
        raise Invalid(
            N_("There is no budget year %(year)s. Choose one that was created."),
            field="year",
            year=year,
        )
    return day


def _day(ctx: Context, kind: ReportKind, year: int, as_of: date | None, budgets: Budgets) -> date:
    return rules.as_of_day(
        year,
        as_of,
        ctx.today,
        is_adopted=budgets.get(year) in AHEAD,
        counts_late=kind is ReportKind.USAGE,
    )


def _living_years(ctx: Context, budgets: Budgets) -> Sequence[int]:
    """Years to come that requests draw on, this one, and those before it whose money still moves.
    In January always the one that ended: its last day went on after the night's report."""
    this = ctx.today.year
    ahead = [year for year, state in budgets.items() if year > this and state in AHEAD]
    behind = set()
    if any(year < this for year in budgets):
        behind |= set(queries.unsettled_years(ctx, before=this))
    if ctx.today.month == 1:
        behind.add(this - 1)
    return (*ahead, this, *sorted(behind, reverse=True))


def _make(ctx: Context, steps: Steps, kind: ReportKind, year: int, day: date) -> UUID:
    steps.begin(STARTING)
    found = _season(ctx, year, day) if kind is ReportKind.USAGE else rules.Season()
    run_id = queries.begin(ctx, kind, year=year, as_of=day, season=found)
    steps.begin(ADDING_UP if kind is ReportKind.USAGE else COUNTING)
    queries.fill(ctx, kind, run_id, year=year, as_of=day, season=found)
    steps.begin(NOTING)
    audit.record(
        ctx, "report.computed", run_id, new={"kind": kind.value, "year": year, "as_of": day}
    )
    return run_id


def _season(ctx: Context, year: int, day: date) -> rules.Season:
    """What the forecast of the year rests on: how the years before went, and how many of the
    requests are approved."""
    found = rules.passed(season.months(ctx, year), year=year, as_of=day)
    approved, turned_down, decided = season.answers(ctx, day)
    return replace(found, approval_bp=rules.approval(approved, turned_down, decided=decided))
