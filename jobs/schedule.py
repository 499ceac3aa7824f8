"""The timetable: what happens at which time of day. Danish local time.

Each line is owed once per local date to every municipality in use. Downtime is caught up once,
for the latest date only: yesterday's figures are in today's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tenant_app.core.clock import DENMARK


@dataclass(frozen=True)
class Line:
    """A job and when it is owed."""

    job: str
    at: time


TIMETABLE = (
    Line("jobs.enrolments.follow_moves", time(0, 20)),
    Line("jobs.invoices.settle_held", time(1, 10)),
    Line("jobs.reports.nightly", time(2, 10)),
    Line("jobs.cooperation.find_shared_needs", time(2, 50)),
    Line("jobs.budgets.reconcile", time(3, 10)),
    Line("jobs.tenancy.measure", time(3, 30)),
    Line("jobs.clearing.clear", time(3, 50)),
)


def moment(line: Line, day: date) -> datetime:
    """When the line is due on a local date, in UTC.

    A time that the spring night skips falls an hour later, one that the autumn night repeats
    falls on the first: each date has exactly one moment.
    """
    return datetime.combine(day, line.at, tzinfo=DENMARK).astimezone(UTC)


def owed(now: datetime) -> Iterator[tuple[Line, date]]:
    """Each line with the latest local date whose moment has passed."""
    for line in TIMETABLE:
        day = now.astimezone(DENMARK).date()
        while moment(line, day) > now:
            day -= timedelta(days=1)
        yield line, day
