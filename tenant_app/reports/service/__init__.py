"""Verbs of the reports: make one, read one, and follow the job that makes it."""

from tenant_app.reports.models import ReportKind
from tenant_app.reports.service.making import (
    compute_coverage,
    compute_usage,
    refresh_coverage,
    refresh_usage,
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
from tenant_app.reports.service.waiting import job, progress_of

__all__ = [
    "CoverageReport",
    "ReportKind",
    "Target",
    "UsageReport",
    "compute_coverage",
    "compute_usage",
    "coverage",
    "days_of",
    "job",
    "open_years",
    "progress_of",
    "refresh_coverage",
    "refresh_usage",
    "request_report",
    "usage",
    "years",
]
