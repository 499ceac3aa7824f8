"""Jobs of invoices."""

from __future__ import annotations

from jobs.registry import tenant_job
from tenant_app.core.context import Context
from tenant_app.invoices import service as invoices


@tenant_job(actor="settling of orders")
def settle_held(ctx: Context) -> None:
    """Orders that were paid beforehand are settled once their course has been held."""
    invoices.settle_held(ctx)
