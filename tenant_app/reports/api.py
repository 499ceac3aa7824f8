"""URLs of reports and of the jobs that make them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.reports import service as reports
from tenant_app.reports.models import ReportKind
from tenant_app.reports.rules import Chain, JobState, LinkKind, Loose
from tenant_app.reports.schemas import (
    CoverageOut,
    JobOut,
    ReportQuery,
    RunIn,
    UsageOut,
)
from tenant_app.reports.schemas_chain import (
    BrokenQuery,
    ChainOut,
    ChainQuery,
    GoalTreeQuery,
    LooseOut,
    TreeLineOut,
)
from tenant_app.reports.schemas_figures import ExplainQuery, ExplanationOut, ForecastOut

reports_blueprint = Blueprint(
    "reports", __name__, url_prefix="/api/v1/reports", description="Usage and coverage"
)
jobs_blueprint = Blueprint(
    "jobs", __name__, url_prefix="/api/v1/jobs", description="Work in the background"
)
blueprints = (reports_blueprint, jobs_blueprint)


@reports_blueprint.get("/usage")
@endpoint(reports_blueprint, query=ReportQuery, returns=UsageOut)
def usage(ctx: Context, *, year: int, as_of: date | None) -> reports.UsageReport:
    """Where the money of a year went, by municipality, area and institution."""
    return reports.usage(ctx, year=year, as_of=as_of)


@reports_blueprint.get("/forecast")
@endpoint(reports_blueprint, query=ReportQuery, returns=ForecastOut)
def forecast(ctx: Context, *, year: int, as_of: date | None) -> reports.Forecast:
    """Where each pool is heading by New Year, and what could be moved from where to where."""
    return reports.forecasts(ctx, year=year, as_of=as_of)


@reports_blueprint.get("/explanation")
@endpoint(reports_blueprint, query=ExplainQuery, returns=ExplanationOut)
def explain(ctx: Context, **asked: Any) -> reports.Explanation:
    """The entries behind a figure, each with its request and the version of its rule."""
    return reports.explain(ctx, **asked)


@reports_blueprint.get("/coverage")
@endpoint(reports_blueprint, query=ReportQuery, returns=CoverageOut)
def coverage(ctx: Context, *, year: int, as_of: date | None) -> reports.CoverageReport:
    """Who can do what should be possible, by municipality, area and institution."""
    return reports.coverage(ctx, year=year, as_of=as_of)


@reports_blueprint.get("/goal-tree")
@endpoint(reports_blueprint, query=GoalTreeQuery, page_of=TreeLineOut)
def goal_tree(ctx: Context, **search: Any) -> Page[reports.TreeLine]:
    """Goals as a tree, with what serves each and those below it, as far as you see it."""
    return reports.goal_tree(ctx, **search)


@reports_blueprint.get("/chain")
@endpoint(reports_blueprint, query=ChainQuery, returns=ChainOut)
def chain(ctx: Context, *, kind: LinkKind, id: UUID) -> Chain:
    """A link of the red thread with what leads to it and what follows from it."""
    return reports.chain(ctx, kind, id)


@reports_blueprint.get("/broken-chains")
@endpoint(reports_blueprint, query=BrokenQuery, page_of=LooseOut)
def broken_chains(ctx: Context, **search: Any) -> Page[Loose]:
    """What hangs loose, by unit."""
    return reports.broken_chains(ctx, **search).page


@reports_blueprint.post("/usage/runs")
@endpoint(reports_blueprint, takes=RunIn, returns=JobOut, status=202)
def run_usage(ctx: Context, *, year: int, as_of: date | None) -> JobState:
    """Make the usage report in the background; follow the job."""
    return reports.job(ctx, reports.request_report(ctx, ReportKind.USAGE, year, as_of))


@reports_blueprint.post("/coverage/runs")
@endpoint(reports_blueprint, takes=RunIn, returns=JobOut, status=202)
def run_coverage(ctx: Context, *, year: int, as_of: date | None) -> JobState:
    """Make the coverage report in the background; follow the job."""
    return reports.job(ctx, reports.request_report(ctx, ReportKind.COVERAGE, year, as_of))


@jobs_blueprint.get("/<uuid:job_id>")
@endpoint(jobs_blueprint, returns=JobOut)
def job(ctx: Context, *, job_id: UUID) -> JobState:
    """How far a job has come: one's own, or any with the permission to see jobs."""
    return reports.job(ctx, job_id)


@jobs_blueprint.post("/<uuid:job_id>/cancellation")
@endpoint(jobs_blueprint, returns=JobOut)
def cancel_job(ctx: Context, *, job_id: UUID) -> JobState:
    """Cancel a job: one's own, or any with the permission to try jobs again.

    One that waits is over at once. One that runs stops at its next step (`is_stopping` until
    then), and nothing it did is kept. Refused with 409 when the job is over.
    """
    return reports.cancel_job(ctx, job_id)
