"""A job that somebody cancels leaves nothing behind, and is never tried again."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from jobs import outbox, runner, schedule
from jobs.clock import Clock, leave_owed
from jobs.runner import Outcome, perform
from tenant_app.audit.models import AuditEntry
from tenant_app.core import clock
from tenant_app.core.db import uuid7
from tenant_app.core.errors import Conflict, Forbidden, NotFound
from tenant_app.core.outbox import JobCancelled
from tenant_app.reports import service as reports
from tenant_app.reports.rules import JobProgressState
from tenant_app.tenancy import service as tenancy
from tests.jobs import practice
from tests.jobs.conftest import eventually

MARK, PATIENT = "tests.jobs.practice.mark", "tests.jobs.practice.patient"
SLOW, POISON = "tests.jobs.practice.slow", "tests.jobs.practice.poison"
DEADLY = "tests.jobs.practice.deadly"
pytestmark = pytest.mark.usefixtures("nothing_left_undone")


@pytest.fixture(autouse=True)
def steps():
    """The patient job goes on only when the test lets it."""
    practice.GO_ON.clear()
    yield practice.GO_ON
    practice.GO_ON.set()
    practice.BROKEN.clear()


def cancel(town, key, *, me="admin"):
    with town.as_user(me, now=clock.now()) as ctx:
        tenancy.cancel_job(ctx, key)


def ask_as(house, town, me, job, **args):
    with town.as_user(me, now=clock.now()) as ctx:
        return ctx.enqueue(job, **args)


def start(house, town, key):
    """The job runs in a thread; call the answer to have its outcome."""
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(perform(house, town.tenant_id, key)))
    thread.start()

    def outcome():
        thread.join(60)
        assert outcomes, "the worker did not come back"
        return outcomes[0]

    return outcome


def test_a_job_that_waits_is_over_at_once_and_never_done(house, town, ask, effects, row, bell):
    key = ask(MARK, name="waiting", unique="once")

    cancel(town, key)

    assert perform(house, town.tenant_id, key) is Outcome.BUSY
    assert effects("waiting") == 0
    found = row(key)
    assert found.cancelled_at is not None
    assert found.cancelled_by == town.users["admin"]
    # The clock does not ring for it, and the same job can be asked for anew.
    bell.queue.empty()
    Clock(house, bell, now=lambda: clock.now() + timedelta(minutes=5)).ring_again()
    assert str(key) not in [job.args[1] for job in bell.queue.jobs]
    assert ask(MARK, name="waiting", unique="once") is not None


def test_a_job_that_runs_stops_at_its_next_step_and_nothing_is_kept(
    house, town, ask, effects, row, under_way, steps
):
    key = ask(PATIENT, name="patient")
    outcome = start(house, town, key)
    eventually(lambda: under_way(key))

    cancel(town, key)
    with town.as_user("admin") as ctx:
        state = reports.job(ctx, key)
    assert (state.state, state.is_stopping) == (JobProgressState.RUNNING, True)
    steps.set()

    assert outcome() is Outcome.CANCELLED
    assert effects("patient") == 0
    assert practice.REACHED_THE_END == []
    found = row(key)
    assert (found.tries, found.dead_at, found.last_error) == (0, None, None)
    assert found.cancelled_by == town.users["admin"]
    with town.as_user("admin") as ctx:
        state = reports.job(ctx, key)
    assert (state.state, state.is_stopping, state.is_over) == (
        JobProgressState.CANCELLED,
        False,
        True,
    )
    assert perform(house, town.tenant_id, key) is Outcome.BUSY


def test_a_job_that_tells_of_no_step_stops_at_its_end(house, town, ask, effects, row, under_way):
    key = ask(SLOW, name="slow", seconds=1.0)  # its only step is before the wait
    outcome = start(house, town, key)
    eventually(lambda: under_way(key))

    cancel(town, key)

    assert outcome() is Outcome.CANCELLED
    assert effects("slow") == 0
    assert row(key).cancelled_at is not None


def test_a_job_that_fails_after_it_was_cancelled_is_not_tried_again(
    house, town, ask, effects, row, monkeypatch
):
    key = ask(POISON, name="failing")
    practice.BROKEN.append("yes")
    job = runner.registry.find(POISON)

    def cancelled_meanwhile(ctx, **args):
        cancel(town, key)
        job.run(ctx, **args)

    monkeypatch.setitem(
        runner.registry.JOBS, POISON, type(job)(job.name, job.actor, cancelled_meanwhile)
    )

    perform(house, town.tenant_id, key)

    found = row(key)
    assert found.cancelled_at is not None
    assert (found.tries, found.dead_at) == (0, None)
    assert effects("failing") == 0


def test_a_job_whose_worker_died_after_it_was_cancelled_does_not_start_again(
    house, town, ask, effects, row, monkeypatch
):
    key = ask(DEADLY, name="killed")
    practice.BROKEN.append("yes")
    job = runner.registry.find(DEADLY)

    def cancelled_meanwhile(ctx, **args):
        cancel(town, key)
        job.run(ctx, **args)

    monkeypatch.setitem(
        runner.registry.JOBS, DEADLY, type(job)(job.name, job.actor, cancelled_meanwhile)
    )
    with pytest.raises(practice.Killed):
        perform(house, town.tenant_id, key)
    assert row(key).cancelled_at is None

    assert perform(house, town.tenant_id, key) is Outcome.CANCELLED
    assert row(key).cancelled_at is not None
    assert effects("killed") == 0


def test_what_is_over_or_given_up_cannot_be_cancelled(house, town, ask, row, effects):
    done = ask(MARK, name="done")
    perform(house, town.tenant_id, done)
    dead = ask(MARK, name="dead", ring=False)
    cancelled = ask(MARK, name="cancelled")
    cancel(town, cancelled)
    with town.as_system() as ctx:
        ctx.session.execute(text("UPDATE outbox SET dead_at = now() WHERE id = :id"), {"id": dead})
    for key in (done, dead, cancelled):
        before = row(key)
        with pytest.raises(Conflict):
            cancel(town, key)
        assert row(key) == before
    assert effects("done") == 1


def test_who_asked_may_cancel_and_others_may_not(house, town, make_town, row):
    own = ask_as(house, town, "area_north", MARK, name="own")
    others = ask_as(house, town, "area_south", MARK, name="others")
    nobodys = ask_as(house, town, "admin", MARK, name="x")
    with town.as_system() as ctx:
        ctx.session.execute(
            text("UPDATE outbox SET requested_by = NULL WHERE id = :id"), {"id": nobodys}
        )
    there = make_town()

    for key in (others, nobodys):
        with pytest.raises(Forbidden):
            cancel(town, key, me="area_north")
        assert row(key).cancelled_at is None
    for key in (own, uuid7()):
        with pytest.raises(NotFound):
            cancel(there, key)
    cancel(town, own, me="area_north")
    cancel(town, others, me="admin")

    assert row(own).cancelled_by == town.users["area_north"]
    assert row(others).cancelled_by == town.users["admin"]
    with town.as_system() as ctx:
        noted = ctx.session.scalars(
            select(AuditEntry.object_id)
            .where(AuditEntry.action == "jobs.cancelled")
            .order_by(AuditEntry.at)
        ).all()
    assert noted == [own, others]


def test_the_timetable_does_not_leave_a_cancelled_job_again(house, town):
    now = clock.now()

    def hand_out():
        return leave_owed(house, town.tenant_id, list(schedule.owed(now)), now=now)

    assert hand_out() == len(schedule.TIMETABLE)
    with town.as_system() as ctx:
        keys = ctx.session.execute(text("SELECT id FROM outbox")).scalars().all()
    for key in keys:
        cancel(town, key)

    assert hand_out() == 0


def race(house, town, key, moment):
    """Cancel while the job comes to its end; (refused, outcome)."""
    outcome = start(house, town, key)
    time.sleep(moment)
    try:
        cancel(town, key)
        refused = False
    except Conflict:
        refused = True
    return refused, outcome()


@pytest.mark.races
def test_whoever_is_told_that_it_stops_can_rely_on_it(house, town, ask, effects, row):
    """Twenty moments around the end: the answer, the row and the effect always agree.

    On a busy machine it goes on until somebody came too late, and somebody in time.
    """
    seen = set()
    for n in range(60):
        if n >= 20 and seen == {True, False}:
            break
        name = f"race{n}"
        key = ask(SLOW, name=name, seconds=0.03 if n < 20 or False in seen else 0.5)
        refused, outcome = race(house, town, key, 0.004 * n)
        was_cancelled = row(key).cancelled_at is not None
        assert was_cancelled is not refused
        assert effects(name) == (0 if was_cancelled else 1)
        # A job cancelled between its two transactions is found over: then it is BUSY.
        assert (outcome is Outcome.DONE) is refused
        seen.add(refused)
    assert seen == {True, False}


@pytest.mark.races
def test_control_without_taking_turns_a_cancelled_job_is_done(
    house, town, ask, effects, row, monkeypatch
):
    """The worker has looked, finds no wish, and then somebody cancels before it is done."""
    looked, cancelled = threading.Event(), threading.Event()
    real = outbox.cancelled

    def looks_and_waits(ctx, found):
        answer = real(ctx, found)
        looked.set()
        cancelled.wait(60)
        return answer

    monkeypatch.setattr(outbox, "take_turn", lambda session, key: None)
    monkeypatch.setattr(runner.outbox, "cancelled", looks_and_waits)
    key = ask(MARK, name="unturned")
    outcome = start(house, town, key)
    assert looked.wait(60)
    cancel(town, key)  # told that it stops
    cancelled.set()

    assert outcome() is Outcome.DONE
    assert effects("unturned") == 1


def test_a_step_that_came_too_soon_to_be_told_also_hears_the_wish(house, town, ask, under_way):
    key = ask(PATIENT, name="quick")
    outcome = start(house, town, key)
    eventually(lambda: under_way(key))
    cancel(town, key)
    teller = runner.Teller(house, town.tenant_id, key)
    with pytest.raises(JobCancelled):
        teller.tell(1, 2, "first")
    with pytest.raises(JobCancelled):
        teller.tell(2, 2, "put off")
    teller.stop()
    practice.GO_ON.set()
    assert outcome() is Outcome.CANCELLED


def test_whoever_asked_is_told_once(house, town):
    key = ask_as(house, town, "area_north", MARK, name="told")
    cancelled = ask_as(house, town, "area_north", MARK, name="told")
    other_kind = ask_as(house, town, "area_north", SLOW, name="told", seconds=0.0)
    others = ask_as(house, town, "area_south", MARK, name="told")
    cancel(town, cancelled, me="admin")

    def told(me, *, now=None):
        with town.as_user(me, now=now or clock.now()) as ctx:
            return {found.id for found in tenancy.tell_finished(ctx, [MARK])}

    assert told("area_north") == {cancelled}
    for each in (key, other_kind, others):
        perform(house, town.tenant_id, each)
    assert told("admin") == set()
    assert told("area_north") == {key}
    assert told("area_north") == set()
    assert told("area_south", now=clock.now() + timedelta(days=8)) == set()


def test_who_cancels_their_own_waiting_job_has_been_told(house, town):
    key = ask_as(house, town, "area_north", MARK, name="own")
    cancel(town, key, me="area_north")
    with town.as_user("area_north", now=clock.now()) as ctx:
        assert not tenancy.tell_finished(ctx, [MARK])
