"""Does one job: effect and `done_at` in one transaction, so that it happens once or not at all."""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from jobs import everything, outbox, process, registry
from tenant_app.core.access import system
from tenant_app.core.context import Context
from tenant_app.core.errors import Refusal
from tenant_app.core.outbox import MAX_TRIES
from tenant_app.core.uow import Database
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.rules import OPEN

log = logging.getLogger("roedtraad.jobs")

BACKOFF = tuple(timedelta(seconds=s) for s in (5, 20, 60, 180))
"""How long to wait after the first, second … failure."""
SECONDS_BETWEEN_NOTES = 0.5
"""Progress is for people: a job of 30 ms must not spend 10 ms telling of itself."""
HOME = Path(__file__).resolve().parents[1]


class Outcome(StrEnum):
    DONE = "done"
    FAILED = "failed"
    BUSY = "busy"
    """In another worker's hands, done, or a dead letter."""
    EARLY = "early"
    """Put off to a later time."""
    ASLEEP = "asleep"
    """The municipality is suspended or archived: the job is kept until it is not."""
    REFUSED = "refused"
    """This municipality has no such job."""
    INTERRUPTED = "interrupted"
    """The database went away. Not the job's fault, so not a try."""


def run(tenant_id: int, outbox_id: str) -> None:
    """What RQ calls. Never raises: RQ would keep the traceback, with values, in Redis."""
    try:
        perform(process.own_database(), _tenant(tenant_id), UUID(outbox_id))
    except (TypeError, ValueError):
        log.warning("Refused a ring that names no tenant or no job")
    except SQLAlchemyError as error:  # the clock rings again
        log.warning("Left a job undone: %s", describe(error))


def _tenant(tenant_id: object) -> int:
    if not isinstance(tenant_id, int) or isinstance(tenant_id, bool) or tenant_id <= 0:
        raise TypeError
    return tenant_id


def perform(
    database: Database, tenant_id: int, outbox_id: UUID, *, now: datetime | None = None
) -> Outcome:
    """The job is done and marked so, or nothing of it happened and its failure is noted.

    Raises SQLAlchemyError only where the database cannot be reached at all.
    """
    try:
        with database.unit_of_work(tenant_id, system("jobs"), now=now) as ctx:
            row = outbox.locked(ctx, outbox_id)
            if row is None:
                return _why_not(ctx, tenant_id, outbox_id)
            if row.due_at > ctx.now:
                return Outcome.EARLY
            if tenancy.tenant(ctx).state not in OPEN:
                return Outcome.ASLEEP
            job = registry.find(row.job)
            ctx.actor = system(job.actor)
            ctx.report_progress = _teller(database, tenant_id, outbox_id)
            job.run(ctx, **row.args)
            row.done_at = ctx.now
            row.last_error = None
    except Exception as error:  # whatever a job raises is noted, and the worker goes on
        if _is_disconnect(error):
            log.warning("Job %s of tenant %s was cut off", outbox_id, tenant_id)
            return Outcome.INTERRUPTED
        _note_failure(database, tenant_id, outbox_id, error, now=now)
        return Outcome.FAILED
    return Outcome.DONE


def _why_not(ctx: Context, tenant_id: int, outbox_id: UUID) -> Outcome:
    if outbox.is_here(ctx, outbox_id):
        return Outcome.BUSY
    log.warning("Refused: tenant %s has no job %s", tenant_id, outbox_id)
    return Outcome.REFUSED


def _teller(database: Database, tenant_id: int, outbox_id: UUID) -> Callable[[int, int, str], None]:
    """Writes progress beside the job's transaction, now and then."""
    told = 0.0

    def tell(done: int, total: int, note: str) -> None:
        nonlocal told
        if time.monotonic() - told < SECONDS_BETWEEN_NOTES:
            return
        told = time.monotonic()
        database.note_progress(tenant_id, outbox_id, done, total, note)

    return tell


def _is_disconnect(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated
        or (isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) is None)
    )


def _note_failure(
    database: Database,
    tenant_id: int,
    outbox_id: UUID,
    error: Exception,
    *,
    now: datetime | None,
) -> None:
    with database.unit_of_work(tenant_id, system("jobs"), now=now) as ctx:
        row = outbox.locked(ctx, outbox_id, wait=True)
        if row is None:
            return
        row.tries += 1
        row.last_error = describe(error)
        if row.tries >= MAX_TRIES:
            row.dead_at = ctx.now
            level, fate = logging.ERROR, "is a dead letter"
        else:
            row.due_at = ctx.now + BACKOFF[min(row.tries, len(BACKOFF)) - 1]
            level, fate = logging.WARNING, "will be tried again"
        log.log(
            level,
            "Job %s (%s) of tenant %s failed and %s: %s at %s",
            row.job,
            outbox_id,
            tenant_id,
            fate,
            row.last_error,
            _where(error),
        )


def describe(error: Exception) -> str:
    """The kind of error, and the text of our own refusals. Never a value: people's names and
    amounts do not belong in logs and in the panel of those who run the jobs."""
    kind = type(error).__name__
    if isinstance(error, Refusal):
        return f"{kind}: " + re.sub(r"%\(\w+\)s", "…", error.message)
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return f"{kind} ({state})" if state else kind


def _where(error: Exception) -> str:
    """The last line of our own that the error passed."""
    ours = [
        f"{Path(frame.filename).relative_to(HOME)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(HOME) and "site-packages" not in frame.filename
    ]
    return ours[-1] if ours else "?"


__all__ = ["Outcome", "describe", "everything", "perform", "run"]
