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


def job_state(row: Outbox, progress: JobProgress | None) -> JobState:
    """What an outbox row and its progress say together."""
    state = JobProgressState.WAITING
    if row.done_at is not None:
        state = JobProgressState.DONE
    elif row.dead_at is not None:
        state = JobProgressState.DEAD
    elif progress is not None and progress.updated_at >= row.due_at:
        # An older note is of a try that failed: it was put off to a later time since.
        state = JobProgressState.RUNNING
    is_over = state is JobProgressState.DONE
    total = progress.total if progress else 1
    return JobState(
        id=row.id,
        job=row.job,
        state=state,
        done=total if is_over else progress.done if progress else 0,
        total=total,
        note="" if progress is None or is_over else progress.note,
        tries=row.tries,
        last_error=row.last_error,
        created_at=row.created_at,
        done_at=row.done_at,
    )
