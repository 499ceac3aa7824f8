"""The job that clears away what has served."""

from __future__ import annotations

from jobs.registry import tenant_job
from tenant_app.core.context import Context
from tenant_app.reports import service as reports
from tenant_app.tenancy import service as tenancy


@tenant_job(actor="nightly clearing")
def clear(ctx: Context) -> None:
    """Old jobs, answers and reports are gone; where there were many, the rest goes in a job of its
    own, so that no transaction grows long."""
    more = (tenancy.clear_jobs(ctx), tenancy.clear_answers(ctx), reports.clear_runs(ctx))
    if any(more):
        ctx.enqueue("jobs.clearing.clear")
