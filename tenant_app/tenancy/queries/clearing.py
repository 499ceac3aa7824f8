"""What has served and is cleared away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from tenant_app.core.context import Context
from tenant_app.core.idempotency import IdempotencyKey
from tenant_app.core.outbox import JobProgress, Outbox


def old_jobs(ctx: Context, *, before: datetime, limit: int) -> Sequence[UUID]:
    """Over since before the moment, oldest first."""
    return ctx.session.scalars(
        select(Outbox.id)
        # A job is over after it was asked for: so the index of `created_at` tells where to look.
        .where(Outbox.created_at < before, Outbox.done_at < before)
        .order_by(Outbox.created_at, Outbox.id)
        .limit(limit)
    ).all()


def delete_jobs(ctx: Context, ids: Sequence[UUID]) -> None:
    """The jobs are gone, and what they told of their progress."""
    if ids:
        ctx.session.execute(
            delete(JobProgress).where(JobProgress.outbox_id.in_(ids)),
            execution_options={"synchronize_session": False},
        )
        ctx.session.execute(
            delete(Outbox).where(Outbox.id.in_(ids)),
            execution_options={"synchronize_session": False},
        )


def delete_answers(ctx: Context, *, before: datetime, limit: int) -> int:
    """How many of the oldest answers from before the moment are gone now."""
    oldest = (
        select(IdempotencyKey.id)
        .where(IdempotencyKey.created_at < before)
        .order_by(IdempotencyKey.created_at)
        .limit(limit)
    )
    gone = ctx.session.execute(
        delete(IdempotencyKey).where(IdempotencyKey.id.in_(oldest)).returning(IdempotencyKey.id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())
