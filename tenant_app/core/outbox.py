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

from sqlalchemy.orm import Mapped, mapped_column

from tenant_app.core.db import TenantOwned, check, index, unique

MAX_TRIES = 5
MAX_STARTS = 20
"""Far above MAX_TRIES: workers also die of deploys and restarts, which is no job's fault."""
RING_AGAIN_AFTER_SECONDS = 10
"""Short enough that a ring lost twice still leaves no job waiting for a minute."""


class Outbox(TenantOwned):
    """A job that someone wants done."""

    __tablename__ = "outbox"
    extras = (
        # One waiting job per name and key: asking twice is asking once.
        unique("job", "unique_key", where="done_at IS NULL AND dead_at IS NULL"),
        index("created_at"),
        index("due_at", where="done_at IS NULL AND dead_at IS NULL"),
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


class JobProgress(TenantOwned):
    """How far a running job has come; written beside its transaction, so that others see it.

    Not a foreign key: the outbox row is locked while its job runs.
    """

    __tablename__ = "job_progress"
    extras = (unique("outbox_id"),)

    outbox_id: Mapped[UUID]
    done: Mapped[int]
    total: Mapped[int]
    note: Mapped[str]
    updated_at: Mapped[datetime]
