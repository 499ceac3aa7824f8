"""What waits, what is done, and dead letters that get another chance."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.outbox import Outbox
from tenant_app.core.paging import Page, scalars_page
from tenant_app.tenancy import queries, rules


def jobs(
    ctx: Context, *, state: rules.JobStanding | None = None, page: int = 1, page_size: int = 50
) -> Page[Outbox]:
    """The municipality's jobs, newest first: all, or those that stand so."""
    ctx.require(Permission.JOBS_VIEW)
    return scalars_page(ctx, queries.jobs(state), page=page, page_size=page_size)


def retry_dead_job(ctx: Context, job_id: UUID) -> Outbox:
    """The dead job waits again as if new; or is done with, where the same job waits already.

    Raises NotFound, and Conflict when the job has not been given up.
    """
    row = queries.job_for_change(ctx, job_id)
    if row is None:
        raise NotFound()
    ctx.require(Permission.JOBS_RETRY)
    if rules.standing(row) is not rules.JobStanding.DEAD:
        raise Conflict(N_("Only a job that was given up can be tried again. This one was not."))
    retry_dead_jobs(ctx, [job_id])
    return row


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
