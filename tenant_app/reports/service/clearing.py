"""Old reports are cleared away: the figures of a day stay for two months, those of a month's last
day for ever."""

from __future__ import annotations

from datetime import timedelta

from tenant_app.core.context import Context
from tenant_app.reports import queries

KEEP_DAYS = timedelta(days=60)
"""Two closed months day by day, for whoever follows up on the last one."""
RUNS_AT_A_TIME = 20
"""Runs per transaction; each has a row per pool or target."""


def clear_runs(ctx: Context) -> bool:
    """Of the reports older than KEEP_DAYS some are gone, save the newest of each month.

    That keeps the end of every month and the last word on every year for ever. A report made
    lately stays, of whatever day. Whether there may be more to clear.
    """
    ids = queries.old_runs(
        ctx,
        before=ctx.today - KEEP_DAYS,
        made_before=ctx.now - KEEP_DAYS,
        limit=RUNS_AT_A_TIME,
    )
    queries.delete_runs(ctx, ids)
    return len(ids) == RUNS_AT_A_TIME
