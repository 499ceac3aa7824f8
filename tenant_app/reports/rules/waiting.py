"""What an outbox row says of its job. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tenant_app.core.outbox import JobProgress, Outbox


class JobProgressState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    """Failed too often: waits for somebody to try it again."""
    CANCELLED = "cancelled"
    """Somebody stopped it; nothing of it happened."""


OVER = frozenset({JobProgressState.DONE, JobProgressState.DEAD, JobProgressState.CANCELLED})
"""Nothing more will happen unless somebody asks."""


@dataclass(frozen=True)
class JobState:
    """A job as seen from outside."""

    id: UUID
    job: str
    state: JobProgressState
    done: int
    total: int
    note: str
    tries: int
    last_error: str | None
    created_at: datetime
    done_at: datetime | None
    requested_by: UUID | None
    is_stopping: bool
    """Somebody has cancelled it, and it has not come to its next step yet."""

    @property
    def is_over(self) -> bool:
        return self.state in OVER


def job_state(row: Outbox, progress: JobProgress | None) -> JobState:
    """What an outbox row and its progress say together."""
    state = JobProgressState.WAITING
    if row.cancelled_at is not None:
        state = JobProgressState.CANCELLED
    elif row.done_at is not None:
        state = JobProgressState.DONE
    elif row.dead_at is not None:
        state = JobProgressState.DEAD
    elif progress is not None and progress.updated_at >= row.due_at:
        # An older note is of a try that failed: it was put off to a later time since.
        state = JobProgressState.RUNNING
    is_done = state is JobProgressState.DONE
    total = progress.total if progress else 1
    return JobState(
        id=row.id,
        job=row.job,
        state=state,
        done=total if is_done else progress.done if progress else 0,
        total=total,
        note="" if progress is None or row.done_at is not None else progress.note,
        tries=row.tries,
        last_error=row.last_error,
        created_at=row.created_at,
        done_at=row.done_at,
        requested_by=row.requested_by,
        is_stopping=(
            state not in OVER and progress is not None and progress.cancel_asked_at is not None
        ),
    )
