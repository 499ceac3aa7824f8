"""SELECTs of the reports. Used by this room only."""

from tenant_app.reports.queries.clearing import delete_runs, old_runs
from tenant_app.reports.queries.making import (
    begin,
    fill,
)
from tenant_app.reports.queries.reading import (
    budget_years,
    coverage_nodes,
    days,
    latest_run,
    targets_of,
    unsettled_years,
    usage_nodes,
    usage_pools,
)
from tenant_app.reports.queries.waiting import job, progress_of_undone, waiting_job

__all__ = [
    "begin",
    "budget_years",
    "coverage_nodes",
    "days",
    "delete_runs",
    "fill",
    "job",
    "latest_run",
    "old_runs",
    "progress_of_undone",
    "targets_of",
    "unsettled_years",
    "usage_nodes",
    "usage_pools",
    "waiting_job",
]
