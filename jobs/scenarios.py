"""Jobs of the what-if."""

from __future__ import annotations

from uuid import UUID

from jobs.registry import tenant_job
from tenant_app.core.context import Context
from tenant_app.scenarios import service as scenarios


@tenant_job(actor="what-if")
def compute(ctx: Context, scenario_id: str) -> None:
    """A year's requests run again under other rules."""
    scenarios.compute(ctx, UUID(scenario_id))
