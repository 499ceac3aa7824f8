"""Jobs of the forums."""

from __future__ import annotations

from uuid import UUID

from jobs.registry import tenant_job
from tenant_app.core.context import Context
from tenant_app.forums import service as forums


@tenant_job(actor="meeting pack")
def make_pack(ctx: Context, meeting_id: str, version: int) -> None:
    """What a meeting reads beforehand, frozen as it is now."""
    forums.make_pack(ctx, UUID(meeting_id), version)
