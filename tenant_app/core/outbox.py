"""Jobs are never lost: the database is the memory, RQ only the doorbell.

A row is written in the transaction that wants the job. The runner counts the start in a
transaction of its own, then locks the row, works and sets `done_at` in one transaction; the clock
rings again for rows left undone. After MAX_TRIES failures, or MAX_STARTS starts that ended neither
way because the worker died, the row is a dead letter, shown in the panel, until someone retries it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from tenant_app.core.db import TenantOwned, check, index, unique

MAX_TRIES = 5
MAX_STARTS = 20
"""Far above MAX_TRIES: workers also die of deploys and restarts, which is no job's fault."""
RING_AGAIN_AFTER_SECONDS = 10
"""Short enough that a ring lost twice still leaves no job waiting for a minute."""


class JobCancelled(Exception):
    """Raised inside a job that somebody asked to stop: all it did is undone, and it is over."""


def take_turn(session: Session, job_id: UUID) -> None:
    """Who ends a job and who cancels it take turns, until the end of the transaction.

    So whoever is told that a job will stop can rely on it: it has not been finished meanwhile.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:job)"), {"job": job_id.int % 2**63})


class Outbox(TenantOwned):
    """A job that someone wants done."""

    __tablename__ = "outbox"
    extras = (
        # One waiting job per name and key: asking twice is asking once.
        unique("job", "unique_key", where="done_at IS NULL AND dead_at IS NULL"),
        index("created_at"),
        index("due_at", where="done_at IS NULL AND dead_at IS NULL"),
        # What has not been told yet to those who asked for it.
        index("requested_by", where="requested_by IS NOT NULL AND told_at IS NULL"),
        check("cancelled_is_over", "cancelled_at IS NULL OR done_at IS NOT NULL"),
        check("tries_are_counted", "tries >= 0"),
        check("starts_are_counted", "starts >= 0"),
    )

    job: Mapped[str]
    args: Mapped[dict[str, Any]]
    unique_key: Mapped[str | None]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    requested_by: Mapped[UUID | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    starts: Mapped[int] = mapped_column(default=0, server_default="0")
    """Since the job last failed or became a dead letter."""
    last_error: Mapped[str | None]
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    """Somebody stopped it and nothing of it is kept. Then `done_at` is set too: it is over, and
    neither clock nor worker looks at it again."""
    cancelled_by: Mapped[UUID | None]
    told_at: Mapped[datetime | None]
    """When whoever asked for it was told that it is over."""


class JobProgress(TenantOwned):
    """How far a running job has come; written beside its transaction, so that others see it.

    Not a foreign key: the outbox row is locked while its job runs.
    """

    __tablename__ = "job_progress"
    extras = (
        unique("outbox_id"),
        index("outbox_id", where="asked_also <> '{}'", name="ix_job_progress_asked_also"),
    )

    outbox_id: Mapped[UUID]
    done: Mapped[int]
    total: Mapped[int]
    note: Mapped[str]
    updated_at: Mapped[datetime]
    cancel_asked_at: Mapped[datetime | None]
    """Stands here, since the outbox row is locked: the job stops at its next step."""
    cancel_asked_by: Mapped[UUID | None]
    asked_also: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    """Who asked for the same job while it waited or ran, and has not been told yet."""
