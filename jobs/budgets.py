"""Jobs of the budgets."""

from __future__ import annotations

from jobs.registry import tenant_job
from tenant_app.budgets import service as budgets
from tenant_app.core.context import Context


@tenant_job(actor="nightly reconciling")
def reconcile(ctx: Context) -> None:
    """Every figure of the pools is held against the ledger; what does not agree is told."""
    budgets.reconcile(ctx)
