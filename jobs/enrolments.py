"""Jobs of the enrolments."""

from __future__ import annotations

from jobs.registry import tenant_job
from tenant_app.core.context import Context
from tenant_app.enrolments import service as enrolments


@tenant_job(actor="nightly follow-up of moves")
def follow_moves(ctx: Context) -> None:
    """Requests wait where their institution hangs today."""
    enrolments.follow_moves(ctx)
