"""What those who wait for a report are told."""

from __future__ import annotations

from datetime import UTC, datetime

from tenant_app.reports import service as reports
from tests.reports.conftest import NOVEMBER

JANUARY = datetime(2027, 1, 5, 11, 0, tzinfo=UTC)


def listening(ctx):
    told = []
    ctx.report_progress = lambda *step: told.append(step)
    return told


def test_each_step_of_a_report_is_told(town, ledger):
    with town.as_system(now=NOVEMBER) as ctx:
        told = listening(ctx)
        reports.compute_usage(ctx, year=2026)

    assert told == [
        (0, 3, "Starting"),
        (1, 3, "Adding up the ledger"),
        (2, 3, "Noting the result"),
    ]


def test_a_night_tells_of_the_steps_of_all_its_years(town, ledger):
    with town.as_system(now=JANUARY) as ctx:
        told = listening(ctx)
        reports.refresh(ctx)  # usage and coverage of the year that ended, coverage of this one

    assert [step[:2] for step in told] == [(n, 9) for n in range(9)]
