"""How far a job has come, for those who wait for it."""

from __future__ import annotations

from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.outbox import JobProgress
from tenant_app.reports import queries, rules
from tenant_app.reports.service.making import JOB
from tenant_app.tenancy import service as tenancy

REPORT_JOBS = frozenset(JOB.values())


def job(ctx: Context, job_id: UUID) -> rules.JobState:
    """The job: one's own, a report's for those who may run reports, or any for those who see jobs.

    Raises NotFound.
    """
    found = queries.job(ctx, job_id)
    if found is None:
        raise NotFound()
    row, progress = found
    if row.requested_by is None or row.requested_by != ctx.actor.user_id:
        is_report = row.job in REPORT_JOBS
        ctx.require(Permission.REPORT_RUN if is_report else Permission.JOBS_VIEW)
    return rules.job_state(row, progress)


def cancel_job(ctx: Context, job_id: UUID) -> rules.JobState:
    """The job is over, or stops at its next step. Raises NotFound, Forbidden, Conflict."""
    tenancy.cancel_job(ctx, job_id)
    return job(ctx, job_id)


def may_cancel(ctx: Context, state: rules.JobState) -> bool:
    """Whether there is something to cancel, and the actor may."""
    is_idle = state.is_over or state.is_stopping
    return not is_idle and tenancy.may_cancel(ctx, state.requested_by)


def progress_of(ctx: Context) -> dict[UUID, JobProgress]:
    """How far each undone job has told of itself; asked once per unit of work."""
    ctx.require(Permission.JOBS_VIEW)
    if "job_progress" not in ctx.memo:
        found = queries.progress_of_undone(ctx)
        ctx.memo["job_progress"] = {progress.outbox_id: progress for progress in found}
    return dict(ctx.memo["job_progress"])
