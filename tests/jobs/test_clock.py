"""The timetable, and ringing again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import text

from jobs import registry, runner, schedule
from jobs.clock import Clock, leave_owed
from jobs.doorbell import Bell
from jobs.schedule import Line, moment
from tenant_app.core import clock
from tenant_app.core.outbox import RING_AGAIN_AFTER_SECONDS

MARK = "tests.jobs.practice.mark"


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2026, 11, 24), time(2, 10), datetime(2026, 11, 24, 1, 10, tzinfo=UTC)),
        (date(2026, 7, 1), time(2, 10), datetime(2026, 7, 1, 0, 10, tzinfo=UTC)),
        # 29 March: the clock goes from 02:00 to 03:00, so 02:30 never shows.
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # 25 October: 02:30 shows twice, the first counts.
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_each_local_date_has_one_moment(day, at, expected):
    assert moment(Line("x", at), day) == expected


@pytest.mark.parametrize("first", [date(2026, 3, 27), date(2026, 10, 23)])
def test_each_date_is_owed_once_over_the_change_of_clocks(first):
    at = datetime.combine(first, time(0), tzinfo=UTC)
    seen = [[] for _ in schedule.TIMETABLE]
    while at < datetime.combine(first + timedelta(days=4), time(0), tzinfo=UTC):
        for n, (_, day) in enumerate(schedule.owed(at)):
            if day not in seen[n]:
                seen[n].append(day)
        at += timedelta(minutes=10)
    for days in seen:
        assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
        assert days[0] in (first - timedelta(days=1), first)
        assert days[-1] >= first + timedelta(days=3)


def test_the_timetable_names_jobs_that_exist():
    assert {line.job for line in schedule.TIMETABLE} <= set(registry.JOBS)


def left(town, job="jobs.reports.nightly"):
    with town.as_system() as ctx:
        return ctx.session.execute(
            text("SELECT count(*) FROM outbox WHERE job = :j"), {"j": job}
        ).scalar_one()


def finish_all(house, town):
    with town.as_system() as ctx:
        keys = ctx.session.scalars(text("SELECT id FROM outbox WHERE done_at IS NULL")).all()
    for key in keys:
        runner.perform(house, town.tenant_id, key)


def test_two_clocks_and_a_restart_leave_each_job_once_a_date(house, town, bell):
    first, second = Clock(house, bell), Clock(house, bell)
    first.hand_out()
    second.hand_out()
    assert left(town) == 1

    finish_all(house, town)
    Clock(house, bell).hand_out()  # a restart, after the job was done
    assert left(town) == 1

    tomorrow = clock.now() + timedelta(days=1)
    Clock(house, bell, now=lambda: tomorrow).hand_out()
    assert left(town) == 2


def test_downtime_is_caught_up_once(house, town, bell):
    start = clock.now()
    Clock(house, bell, now=lambda: start).hand_out()
    later = start + timedelta(days=6)
    woken = Clock(house, bell, now=lambda: later)
    woken.hand_out()
    woken.hand_out()
    assert left(town) <= 2  # the first one was undone, or this is the second


def test_a_suspended_municipality_is_left_in_peace_and_loses_nothing(house, town, bell, db, ask):
    key = ask(MARK, name="kept", ring=False)
    with db.vendor.begin() as connection:
        connection.execute(
            text("UPDATE tenants SET state = 'suspended' WHERE id = :t"), {"t": town.tenant_id}
        )
    later = clock.now() + timedelta(seconds=40)
    sleeping = Clock(house, bell, now=lambda: later)
    sleeping.hand_out()
    sleeping.ring_again()
    assert left(town) == 0
    assert str(key) not in {str(job.args[1]) for job in bell.queue.jobs}
    assert runner.perform(house, town.tenant_id, key) is runner.Outcome.ASLEEP

    with db.vendor.begin() as connection:
        connection.execute(
            text("UPDATE tenants SET state = 'active' WHERE id = :t"), {"t": town.tenant_id}
        )
    assert runner.perform(house, town.tenant_id, key) is runner.Outcome.DONE


def test_without_the_check_a_restart_would_leave_it_again(house, town, bell, monkeypatch):
    """The control: the unique key alone holds only while the job waits."""
    owed = list(schedule.owed(clock.now()))
    lines = [(line, day) for line, day in owed if line.job == "jobs.reports.nightly"]
    leave_owed(house, town.tenant_id, lines, now=clock.now())
    finish_all(house, town)
    monkeypatch.setattr("jobs.outbox.was_asked", lambda *args, **kwargs: False)
    leave_owed(house, town.tenant_id, lines, now=clock.now())
    assert left(town) == 2


def test_a_job_nobody_heard_of_is_rung_for_after_a_while(house, town, bell, ask):
    now = clock.now()
    key = str(ask(MARK, name="unheard", ring=False))
    bell.queue.empty()

    # Other tests' municipalities may have older ones.
    Clock(
        house, bell, now=lambda: now + timedelta(seconds=RING_AGAIN_AFTER_SECONDS - 2)
    ).ring_again()
    assert key not in {job.args[1] for job in bell.queue.jobs}
    bell.queue.empty()
    later = clock.now() + timedelta(seconds=RING_AGAIN_AFTER_SECONDS + 1)
    patient = Clock(house, bell, now=lambda: later)
    assert patient.ring_again() >= 1
    assert key in {job.args[1] for job in bell.queue.jobs}
    assert patient.ring_again() == 0  # rung a moment ago


def test_a_job_put_off_is_rung_for_as_soon_as_it_is_due(house, town, bell, ask):
    now = clock.now()
    ask(MARK, name="put off", due=now + timedelta(seconds=7))
    bell.queue.empty()

    soon = Clock(house, bell, now=lambda: now + timedelta(seconds=8))
    assert soon.ring_again() >= 1


def test_a_flood_from_one_municipality_does_not_hide_anothers_job(house, town, make_town, bell):
    other = make_town()
    with house.unit_of_work(other.tenant_id, runner.system("flood")) as ctx:
        for n in range(300):
            ctx.enqueue(MARK, name=f"flood{n}")
        ctx.rings.clear()
    with house.unit_of_work(town.tenant_id, runner.system("one")) as ctx:
        key = ctx.enqueue(MARK, name="the small one")
        ctx.rings.clear()
    bell.queue.empty()
    later = clock.now() + timedelta(seconds=40)
    Clock(house, bell, now=lambda: later).ring_again()

    rung = [str(job.args[1]) for job in bell.queue.jobs]
    assert str(key) in rung
    assert sum(1 for job in bell.queue.jobs if job.args[0] == other.tenant_id) <= 50


def test_a_dead_redis_costs_a_log_line(house, town, job_settings, caplog):
    deaf = Bell(replace(job_settings, redis_url="unix:///nowhere/redis.sock"))
    with house.unit_of_work(town.tenant_id, runner.system("test")) as ctx:
        key = ctx.enqueue(MARK, name="silent")
        ctx.rings.clear()
    deaf(town.tenant_id, [key])
    assert "silent" in caplog.text
    assert Clock(house, deaf).ring_again() == 0
