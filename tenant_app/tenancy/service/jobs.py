"""Dead letters get another chance."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.tenancy import queries


def retry_dead_jobs(ctx: Context, ids: Sequence[UUID] | None = None) -> int:
    """These dead jobs (all) wait again as if new. Returns how many run.

    Where the same job waits already, the dead one is done with: asking twice is asking once.
    """
    ctx.require(Permission.JOBS_RETRY)
    waiting = queries.waiting_keys(ctx)
    revived = 0
    for row in queries.dead_jobs(ctx, ids):
        key = (row.job, row.unique_key) if row.unique_key is not None else None
        if key in waiting:
            row.done_at = ctx.now
            continue
        if key is not None:
            waiting.add(key)
        row.dead_at, row.tries, row.due_at = None, 0, ctx.now
        ctx.rings.append(row.id)
        revived += 1
    if revived:
        audit.record(ctx, "jobs.retried", new={"count": revived})
    return revived
