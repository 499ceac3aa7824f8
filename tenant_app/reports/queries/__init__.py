"""SELECTs of the reports. Used by this room only."""

from tenant_app.reports.queries.making import (
    begin,
    clear_coverage,
    clear_usage,
    fill_coverage,
    fill_usage,
)
from tenant_app.reports.queries.reading import (
    budget_year,
    budget_years,
    coverage_nodes,
    days,
    latest_run,
    rule_version,
    targets_of,
    unsettled_years,
    usage_nodes,
)
from tenant_app.reports.queries.waiting import job, progress_of_undone, waiting_job

__all__ = [
    "begin",
    "budget_year",
    "budget_years",
    "clear_coverage",
    "clear_usage",
    "coverage_nodes",
    "days",
    "fill_coverage",
    "fill_usage",
    "job",
    "latest_run",
    "progress_of_undone",
    "rule_version",
    "targets_of",
    "unsettled_years",
    "usage_nodes",
    "waiting_job",
]
