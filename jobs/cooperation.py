"""Jobs of cooperation."""

from __future__ import annotations

from jobs.registry import tenant_job
from tenant_app.cooperation import service as cooperation
from tenant_app.core.context import Context


@tenant_job(actor="search for shared needs")
def find_shared_needs(ctx: Context) -> None:
    """Needs that are alike in several houses are suggested to their leaders."""
    cooperation.find_shared_needs(ctx)
