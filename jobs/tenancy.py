"""Jobs of the tenancy."""

from __future__ import annotations

from jobs.registry import tenant_job
from tenant_app.core.context import Context
from tenant_app.tenancy import service as tenancy


@tenant_job(actor="nightly measuring")
def measure(ctx: Context) -> None:
    """The counts the vendor may see are those of now, and so is this month of its history."""
    tenancy.measure(ctx)
    tenancy.measure_month(ctx)
