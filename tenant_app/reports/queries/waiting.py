"""SELECTs of jobs."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import (
    select,
)

from tenant_app.core.context import Context
from tenant_app.core.outbox import JobProgress, Outbox


def job(ctx: Context, job_id: UUID) -> tuple[Outbox, JobProgress | None] | None:
    found = ctx.session.execute(
        select(Outbox, JobProgress)
        .outerjoin(JobProgress, JobProgress.outbox_id == Outbox.id)
        .where(Outbox.id == job_id)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def waiting_job(ctx: Context, job: str, key: str) -> UUID | None:
    return ctx.session.scalar(
        select(Outbox.id).where(
            Outbox.job == job,
            Outbox.unique_key == key,
            Outbox.done_at.is_(None),
            Outbox.dead_at.is_(None),
        )
    )


def progress_of_undone(ctx: Context) -> list[JobProgress]:
    return list(
        ctx.session.scalars(
            select(JobProgress)
            .join(Outbox, Outbox.id == JobProgress.outbox_id)
            .where(Outbox.done_at.is_(None), Outbox.dead_at.is_(None))
        )
    )
