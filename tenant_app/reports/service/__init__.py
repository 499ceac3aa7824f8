"""Verbs of the reports: make one, read one, and follow the job that makes it."""

from tenant_app.reports.models import ReportKind
from tenant_app.reports.service.clearing import clear_runs
from tenant_app.reports.service.glance import (
    CoverageNow,
    HeldNow,
    MoneyNow,
    beginnings,
    coverage_now,
    going_together,
    holdings_now,
    job_health,
    money_now,
)
from tenant_app.reports.service.making import (
    compute_coverage,
    compute_usage,
    refresh,
    request_report,
)
from tenant_app.reports.service.reading import (
    CoverageReport,
    Target,
    UsageReport,
    coverage,
    days_of,
    open_years,
    usage,
    years,
)
from tenant_app.reports.service.waiting import cancel_job, job, may_cancel, progress_of

__all__ = [
    "CoverageNow",
    "CoverageReport",
    "HeldNow",
    "MoneyNow",
    "ReportKind",
    "Target",
    "UsageReport",
    "beginnings",
    "cancel_job",
    "clear_runs",
    "compute_coverage",
    "compute_usage",
    "coverage",
    "coverage_now",
    "days_of",
    "going_together",
    "holdings_now",
    "job",
    "job_health",
    "may_cancel",
    "money_now",
    "open_years",
    "progress_of",
    "refresh",
    "request_report",
    "usage",
    "years",
]
