"""Does one job: effect and `done_at` in one transaction, so that it happens once or not at all.

The start is counted in a short transaction before: a job that kills its worker leaves nothing
else behind, and would otherwise be rung for and kill workers for ever.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from jobs import everything, outbox, process, registry
from jobs.telling import Teller
from tenant_app.core.access import system
from tenant_app.core.context import Context
from tenant_app.core.errors import Refusal
from tenant_app.core.outbox import MAX_STARTS, MAX_TRIES, JobCancelled, Outbox
from tenant_app.core.uow import Database
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.rules import OPEN

log = logging.getLogger("roedtraad.jobs")

BACKOFF = tuple(timedelta(seconds=s) for s in (5, 20, 60, 180))
"""How long to wait after the first, second … failure."""
PAUSES_WITHOUT_DATABASE = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds to wait for a database that went away. Without them the workers would empty the queue
in a moment, and every job in it would wait for the clock. After them the clock rings again."""
WORKER_DIED = "WorkerDied"
"""Stands as the error of a job whose worker never came to note one."""
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
    CANCELLED = "cancelled"
    """Somebody stopped it: nothing of it happened, and it is not tried again."""
    INTERRUPTED = "interrupted"
    """The database went away. Not the job's fault, so not a try."""


def run(tenant_id: int, outbox_id: str) -> None:
    """What RQ calls. Never raises: RQ would keep the traceback, with values, in Redis."""
    for pause in (*PAUSES_WITHOUT_DATABASE, 0):
        try:
            outcome = perform(process.own_database(), _tenant(tenant_id), UUID(outbox_id))
        except (TypeError, ValueError):
            log.warning("Refused a ring that names no tenant or no job")
            return
        except SQLAlchemyError as error:
            log.warning("Left a job undone: %s", describe(error))
            outcome = Outcome.INTERRUPTED
        if outcome is not Outcome.INTERRUPTED:
            return
        time.sleep(pause)


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
    teller = Teller(database, tenant_id, outbox_id)
    try:
        with database.unit_of_work(tenant_id, system("jobs"), now=now) as ctx:
            row = outbox.locked(ctx, outbox_id)
            reason = _why_not(ctx, row, tenant_id, outbox_id)
            if row is None or reason is not None:
                return reason or Outcome.BUSY
            # Started before, and its worker died before it could stop.
            if row.starts and outbox.cancelled(ctx, row):
                return Outcome.CANCELLED
            if not _count_start(ctx, row):
                return Outcome.FAILED
        with database.unit_of_work(tenant_id, system("jobs"), now=now) as ctx:
            # Between the two transactions another worker may have taken it.
            row = outbox.locked(ctx, outbox_id)
            reason = _why_not(ctx, row, tenant_id, outbox_id)
            if row is None or reason is not None:
                return reason or Outcome.BUSY
            job = registry.find(row.job)
            ctx.actor = system(job.actor)
            ctx.report_progress = teller.tell
            job.run(ctx, **row.args)
            if outbox.cancelled(ctx, row):
                raise JobCancelled  # undoes this too, and is noted below
            row.done_at = ctx.now
            row.last_error = None
    except JobCancelled:
        return _note_cancelled(database, tenant_id, outbox_id, now=now)
    except Exception as error:  # whatever a job raises is noted, and the worker goes on
        if _is_disconnect(error):
            log.warning("Job %s of tenant %s was cut off", outbox_id, tenant_id)
            return Outcome.INTERRUPTED
        _note_failure(database, tenant_id, outbox_id, error, now=now)
        return Outcome.FAILED
    finally:
        teller.stop()
    return Outcome.DONE


def _why_not(ctx: Context, row: Outbox | None, tenant_id: int, outbox_id: UUID) -> Outcome | None:
    """Why the job is not done now; None when it is ours to do."""
    if row is None:
        if outbox.is_here(ctx, outbox_id):
            return Outcome.BUSY
        log.warning("Refused: tenant %s has no job %s", tenant_id, outbox_id)
        return Outcome.REFUSED
    if row.due_at > ctx.now:
        return Outcome.EARLY
    if tenancy.tenant(ctx).state not in OPEN:
        return Outcome.ASLEEP
    return None


def _count_start(ctx: Context, row: Outbox) -> bool:
    """The start is counted; False when there were too many and the row is now a dead letter."""
    if row.starts < MAX_STARTS:
        row.starts += 1
        return True
    row.last_error = WORKER_DIED
    row.dead_at = ctx.now
    row.starts = 0  # who tries it again gives it all its starts
    log.error(
        "Job %s (%s) of tenant %s ended its worker %s times and is a dead letter",
        row.job,
        row.id,
        ctx.tenant_id,
        MAX_STARTS,
    )
    return False


def _is_disconnect(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated
        or (isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) is None)
    )


def _note_cancelled(
    database: Database, tenant_id: int, outbox_id: UUID, *, now: datetime | None
) -> Outcome:
    with database.unit_of_work(tenant_id, system("jobs"), now=now) as ctx:
        row = outbox.locked(ctx, outbox_id, wait=True)
        if row is not None:  # else another worker has noted it already
            outbox.cancelled(ctx, row)
            log.info("Job %s (%s) of tenant %s was cancelled", row.job, row.id, tenant_id)
    return Outcome.CANCELLED


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
        if row is None or outbox.cancelled(ctx, row):
            return
        row.tries += 1
        row.starts = 0  # it ended, so it does not kill its workers
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
