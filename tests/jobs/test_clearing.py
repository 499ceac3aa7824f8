"""What has served is cleared away; what is young, waits or was given up stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from jobs.runner import Outcome, perform
from tenant_app.core import clock
from tenant_app.core.db import uuid7
from tenant_app.core.idempotency import IdempotencyKey
from tenant_app.core.outbox import JobProgress, Outbox
from tenant_app.reports.models import CoverageRow, ReportKind, ReportRun, UsageRow
from tenant_app.reports.service import clearing as old_reports
from tenant_app.tenancy.service import clearing as old_jobs

NOW = clock.now()
OLD, YOUNG = NOW - timedelta(days=91), NOW - timedelta(days=89)
CLEAR = "jobs.clearing.clear"
pytestmark = pytest.mark.usefixtures("nothing_left_undone")


def leave_job(town, *, asked=OLD, done=None, dead=None, cancelled=None):
    with town.as_system() as ctx:
        row = Outbox(
            job="jobs.tenancy.measure",
            args={},
            created_at=asked,
            due_at=asked,
            done_at=done,
            dead_at=dead,
            cancelled_at=cancelled,
        )
        ctx.session.add(row)
        ctx.session.flush()
        ctx.session.add(JobProgress(outbox_id=row.id, done=1, total=1, note="", updated_at=asked))
        return row.id


def jobs_left(town):
    """(outbox rows, rows with progress) other than the clearing itself."""
    with town.as_system() as ctx:
        rows = ctx.session.scalars(select(Outbox.id).where(Outbox.job != CLEAR))
        return set(rows), set(ctx.session.scalars(select(JobProgress.outbox_id)))


def clear(house, town, ask):
    """As the worker does it at night, with all the jobs that follow."""
    keys, done = [ask(CLEAR)], 0
    while keys:
        assert perform(house, town.tenant_id, keys.pop(), now=NOW) is Outcome.DONE
        done += 1
        with town.as_system() as ctx:
            keys = list(
                ctx.session.scalars(
                    select(Outbox.id).where(Outbox.job == CLEAR, Outbox.done_at.is_(None))
                )
            )
    return done


@pytest.fixture
def ask(house, town):
    """As of the tests' own moment."""

    def leave(job):
        with house.unit_of_work(town.tenant_id, now=NOW) as ctx:
            return ctx.enqueue(job)

    return leave


def test_jobs_that_were_over_for_a_quarter_go_with_their_progress(house, town, ask):
    leave_job(town, done=OLD)
    leave_job(town, done=OLD, cancelled=OLD)
    leave_job(town, done=OLD, dead=OLD)  # given up, and then done with

    clear(house, town, ask)

    assert jobs_left(town) == (set(), set())


def test_what_is_young_waits_or_was_given_up_stays(house, town, ask):
    kept = {
        leave_job(town, asked=OLD, done=YOUNG),
        leave_job(town, asked=YOUNG, done=YOUNG),
        leave_job(town, asked=OLD),
        leave_job(town, asked=OLD, dead=OLD),
    }

    clear(house, town, ask)

    assert jobs_left(town) == (kept, kept)


def test_another_municipality_is_not_cleared(house, make_town, town, ask):
    there = make_town()
    kept = {leave_job(there, done=OLD)}

    clear(house, town, ask)

    assert jobs_left(there) == (kept, kept)


def test_much_is_cleared_in_several_transactions(house, town, ask, monkeypatch):
    monkeypatch.setattr(old_jobs, "JOBS_AT_A_TIME", 2)
    for _ in range(5):
        leave_job(town, done=OLD)

    assert clear(house, town, ask) == 3
    assert jobs_left(town) == (set(), set())


def leave_run(town, as_of, *, kind=ReportKind.USAGE, year=None, made=None):
    with town.as_system() as ctx:
        run = ReportRun(
            kind=kind,
            year=year or as_of.year,
            as_of=as_of,
            data_time=made or clock.now() - timedelta(days=200),
            rule_version=1,
        )
        ctx.session.add(run)
        ctx.session.flush()
        if kind is ReportKind.USAGE:
            figures = dict.fromkeys(
                ("allotted", "carried", "transferred", "reserved", "committed", "actual"), 0
            )
            ctx.session.add(
                UsageRow(
                    run_id=run.id,
                    pool_id=uuid7(),
                    unit_id=town.units["n1"],
                    forecast=0,
                    **figures,
                )
            )
        return run.id


def runs_left(town):
    with town.as_system() as ctx:
        runs = ctx.session.execute(
            select(ReportRun.kind, ReportRun.as_of).order_by(ReportRun.kind, ReportRun.as_of)
        ).all()
        orphans = [
            row
            for model in (UsageRow, CoverageRow)
            for row in ctx.session.scalars(
                select(model.id).where(model.run_id.not_in(select(ReportRun.id)))
            )
        ]
    assert not orphans
    return [(kind.value, as_of) for kind, as_of in runs]


def test_of_an_old_month_the_newest_report_stays(house, town, ask):
    this_year = NOW.year
    march = [date(this_year - 1, 3, day) for day in (1, 15, 30)]
    for day in march:
        leave_run(town, day)
        leave_run(town, day, kind=ReportKind.COVERAGE)
    new_year = [date(this_year - 1, 12, 30), date(this_year - 1, 12, 31)]
    for day in new_year:
        leave_run(town, day)
    # Late bookings of the year before, reported in this one: a month of its own.
    late = leave_run(town, date(this_year, 1, 20), year=this_year - 1)

    clear(house, town, ask)

    assert late is not None
    assert runs_left(town) == [
        ("coverage", march[-1]),
        ("usage", march[-1]),
        ("usage", new_year[-1]),
        ("usage", date(this_year, 1, 20)),
    ]


def test_reports_of_two_months_stay_and_so_do_those_made_lately(house, town, ask):
    today = clock.danish_date(NOW)
    recent = [today - timedelta(days=days) for days in (60, 40, 20, 3, 2, 1, 0)]
    for day in recent:
        leave_run(town, day)
    asked_again = date(today.year - 1, 3, 2)
    leave_run(town, asked_again, made=NOW - timedelta(days=59))
    leave_run(town, date(today.year - 1, 3, 3))

    clear(house, town, ask)

    kept = [asked_again, date(today.year - 1, 3, 3), *recent]
    assert runs_left(town) == [("usage", day) for day in kept]


def test_many_old_reports_go_in_several_transactions(house, town, ask, monkeypatch):
    monkeypatch.setattr(old_reports, "RUNS_AT_A_TIME", 4)
    for day in range(1, 11):
        leave_run(town, date(NOW.year - 1, 5, day))

    assert clear(house, town, ask) == 3
    assert runs_left(town) == [("usage", date(NOW.year - 1, 5, 10))]


def test_an_answer_kept_for_a_key_goes_after_a_month(house, town, ask):
    month = timedelta(days=30)
    with town.as_system() as ctx:
        for key, at in (("old", NOW - month - timedelta(1)), ("young", NOW - month + timedelta(1))):
            ctx.session.add(
                IdempotencyKey(
                    user_id=town.users["admin"],
                    key=key,
                    request_hash="",
                    status=200,
                    body={},
                    created_at=at,
                )
            )
    clear(house, town, ask)
    with town.as_system() as ctx:
        assert ctx.session.scalars(select(IdempotencyKey.key)).all() == ["young"]
