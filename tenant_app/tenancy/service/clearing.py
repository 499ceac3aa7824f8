"""Old jobs and answers are cleared away, so that their tables stay as long as a season."""

from __future__ import annotations

from datetime import timedelta

from tenant_app.core.context import Context
from tenant_app.tenancy import queries

KEEP_JOBS = timedelta(days=90)
"""A quarter: long enough to see what the last budget follow-up was made from and to look into a
complaint; who did what stays in the trail for ever."""
JOBS_AT_A_TIME = 2_000
"""Rows per transaction: some tenths of a second, and locks that nobody waits for."""

KEEP_ANSWERS = timedelta(days=30)
"""Nobody tries the same request again after a month; the answers may name people."""


def clear_jobs(ctx: Context) -> bool:
    """Of the jobs that were over for longer than KEEP_JOBS some are gone, with their progress.

    Whether there may be more. Never one that waits or that was given up: those wait for a person.
    """
    ids = queries.old_jobs(ctx, before=ctx.now - KEEP_JOBS, limit=JOBS_AT_A_TIME)
    queries.delete_jobs(ctx, ids)
    return len(ids) == JOBS_AT_A_TIME


def clear_answers(ctx: Context) -> bool:
    """Of the answers kept for an Idempotency-Key longer than KEEP_ANSWERS some are gone.

    Whether there may be more.
    """
    cleared = queries.delete_answers(ctx, before=ctx.now - KEEP_ANSWERS, limit=JOBS_AT_A_TIME)
    return cleared == JOBS_AT_A_TIME
