"""What waits, what is done, and dead letters that get another chance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.outbox import Outbox, take_turn
from tenant_app.core.paging import Page, scalars_page
from tenant_app.tenancy import queries, rules

TELL_WITHIN = timedelta(days=7)
"""News of a job older than a week is none."""


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


def cancel_job(ctx: Context, job_id: UUID) -> Outbox:
    """A job that waits is over; one that runs stops at its next step, and nothing of it is kept.

    By whoever asked for it alone, or who may try jobs again. Raises NotFound, Forbidden, and
    Conflict when it is over or was given up, or when others asked for it too.
    """
    row = queries.job(ctx, job_id)
    if row is None:
        raise NotFound()
    also = queries.asked_also(ctx, job_id)
    if not may_cancel(ctx, row.requested_by) and ctx.actor.user_id not in also:
        ctx.require(Permission.JOBS_RETRY)
    if not ctx.actor.may(Permission.JOBS_RETRY) and {row.requested_by, *also} != {
        ctx.actor.user_id
    }:
        raise Conflict(
            N_("Others asked for this too, so it goes on. An administrator can cancel it.")
        )
    take_turn(ctx.session, job_id)
    row = queries.job(ctx, job_id)
    if row is None or rules.standing(row) is not rules.JobStanding.WAITING:
        raise Conflict(N_("The job is over already, so there is nothing to cancel."))
    if queries.is_free(ctx, job_id):
        row.done_at = row.cancelled_at = ctx.now
        row.cancelled_by = ctx.actor.user_id
        if row.requested_by == row.cancelled_by:
            row.told_at = ctx.now
    else:
        queries.ask_to_stop(ctx, job_id)
    audit.record(ctx, "jobs.cancelled", job_id, new={"job": row.job})
    return row


def join_job(ctx: Context, job_id: UUID) -> None:
    """The actor is told, too, when the job that somebody asked for before is over.

    Raises Conflict when the job is stopping: what it was asked for will not be made.
    """
    take_turn(ctx.session, job_id)
    row = queries.job(ctx, job_id)
    if row is not None and queries.is_stopping(ctx, job_id):
        raise Conflict(N_("The same job is just being cancelled. Ask again in a moment."))
    user_id = ctx.actor.user_id
    if row is not None and user_id is not None and row.requested_by != user_id:
        queries.join(ctx, job_id, user_id)


def may_cancel(ctx: Context, requested_by: UUID | None) -> bool:
    """Whether the actor asked for the job, or may steer all jobs."""
    is_own = requested_by is not None and requested_by == ctx.actor.user_id
    return is_own or ctx.actor.may(Permission.JOBS_RETRY)


def tell_finished(ctx: Context, names: Collection[str]) -> Sequence[Outbox]:
    """The actor's own jobs of these names that have ended lately, each told of once."""
    if ctx.actor.user_id is None:
        return ()
    return queries.tell_finished(ctx, ctx.actor.user_id, names, since=ctx.now - TELL_WITHIN)


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
        row.dead_at, row.tries, row.due_at, row.told_at = None, 0, ctx.now, None
        ctx.rings.append(row.id)
        revived += 1
    if revived:
        audit.record(ctx, "jobs.retried", new={"count": revived})
    return revived
