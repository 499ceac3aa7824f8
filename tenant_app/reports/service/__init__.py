"""Verbs of the reports: make one, read one, and follow the job that makes it."""

from tenant_app.reports.models import ReportKind
from tenant_app.reports.service.chain import BrokenChains, broken_chains, chain, serving
from tenant_app.reports.service.clearing import clear_runs
from tenant_app.reports.service.equity import equity
from tenant_app.reports.service.explaining import Behind, Explanation, explain
from tenant_app.reports.service.finding import Hit, search
from tenant_app.reports.service.forecasting import Forecast, forecasts
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
    pool_now,
)
from tenant_app.reports.service.goal_tree import (
    Served,
    Serving,
    TreeLine,
    goal_tree,
    serving_counts,
)
from tenant_app.reports.service.making import (
    compute_coverage,
    compute_usage,
    refresh,
    request_report,
)
from tenant_app.reports.service.needs import NeedAge, NeedAges, need_ages
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
    "Behind",
    "BrokenChains",
    "CoverageNow",
    "CoverageReport",
    "Explanation",
    "Forecast",
    "HeldNow",
    "Hit",
    "MoneyNow",
    "NeedAge",
    "NeedAges",
    "ReportKind",
    "Served",
    "Serving",
    "Target",
    "TreeLine",
    "UsageReport",
    "beginnings",
    "broken_chains",
    "cancel_job",
    "chain",
    "clear_runs",
    "compute_coverage",
    "compute_usage",
    "coverage",
    "coverage_now",
    "days_of",
    "equity",
    "explain",
    "forecasts",
    "goal_tree",
    "going_together",
    "holdings_now",
    "job",
    "job_health",
    "may_cancel",
    "money_now",
    "need_ages",
    "open_years",
    "pool_now",
    "progress_of",
    "refresh",
    "request_report",
    "search",
    "serving",
    "serving_counts",
    "usage",
    "years",
]
