"""One job: once or not at all."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from jobs import outbox, registry, runner
from jobs.runner import Outcome, perform
from tenant_app.core import clock
from tenant_app.core.outbox import MAX_STARTS, MAX_TRIES
from tenant_app.reports import service as reports
from tenant_app.reports.models import ReportKind
from tenant_app.reports.rules import JobProgressState
from tenant_app.tenancy import service as tenancy
from tests.jobs import practice
from tests.jobs.conftest import eventually
from tests.reports.conftest import Ledger

MARK = "tests.jobs.practice.mark"
POISON = "tests.jobs.practice.poison"


@pytest.fixture
def broken():
    practice.BROKEN.append("yes")
    yield practice.BROKEN
    practice.BROKEN.clear()


def test_the_same_ring_three_times_is_one_effect(house, town, ask, effects):
    key = ask(MARK, name="thrice")

    outcomes = [perform(house, town.tenant_id, key) for _ in range(3)]

    assert outcomes == [Outcome.DONE, Outcome.BUSY, Outcome.BUSY]
    assert effects("thrice") == 1


def test_the_same_ring_at_the_same_moment_is_one_effect(house, town, ask, effects):
    for n in range(5):
        key = ask(MARK, name=f"crowd{n}")
        threads = [
            threading.Thread(target=perform, args=(house, town.tenant_id, key)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert effects(f"crowd{n}") == 1


def test_a_job_of_another_municipality_is_not_done(house, make_town, town, ask, effects, row):
    key = ask(MARK, name="foreign")
    there = make_town()

    assert perform(house, there.tenant_id, key) is Outcome.REFUSED
    assert perform(house, 2**40, key) is Outcome.REFUSED
    assert perform(house, town.tenant_id, uuid4()) is Outcome.REFUSED
    assert effects("foreign") == 0
    assert row(key).done_at is None


@pytest.mark.parametrize("tenant_id", [None, 0, -1, True, "1", 1.0])
def test_a_ring_without_a_proper_tenant_does_nothing(tenant_id, ask, effects, monkeypatch, house):
    monkeypatch.setattr(runner.process, "own_database", lambda: house)
    key = ask(MARK, name="nobody")

    runner.run(tenant_id, str(key))

    assert effects("nobody") == 0


def test_a_job_put_off_is_not_done_early(house, town, ask, effects):
    key = ask(MARK, name="early", due=clock.now() + timedelta(hours=1))

    assert perform(house, town.tenant_id, key) is Outcome.EARLY
    assert effects("early") == 0


def test_a_poisonous_job_is_tried_five_times_and_then_waits_for_a_person(
    house, town, ask, effects, row, broken, bell
):
    key = ask(POISON, name="poisoned")
    due = clock.now() + timedelta(seconds=1)
    pauses = []
    for n in range(1, MAX_TRIES + 3):
        outcome = perform(house, town.tenant_id, key, now=due)
        found = row(key)
        if n <= MAX_TRIES:
            assert outcome is Outcome.FAILED
            assert found.tries == n
        else:
            assert outcome is Outcome.BUSY
        pauses.append(found.due_at - due)
        due = max(due, found.due_at)
    assert pauses[0] < pauses[1] < pauses[2] < pauses[3]
    assert row(key).tries == MAX_TRIES
    assert row(key).dead_at is not None
    assert row(key).last_error == "Conflict: … owes …"
    assert effects("poisoned") == 0

    broken.clear()
    rung = bell.waiting()
    with house.unit_of_work(town.tenant_id, runner.system("retrying admin")) as ctx:
        assert tenancy.retry_dead_jobs(ctx, [key]) == 1
    assert bell.waiting() == rung + 1
    assert perform(house, town.tenant_id, key) is Outcome.DONE
    assert effects("poisoned") == 1


def starts_and_dies(house, town, key):
    with pytest.raises(practice.Killed):
        perform(house, town.tenant_id, key)


def test_a_job_that_kills_its_workers_becomes_a_dead_letter(house, town, ask, effects, row, broken):
    key = ask("tests.jobs.practice.deadly", name="deadly")
    for n in range(1, MAX_STARTS + 1):
        starts_and_dies(house, town, key)
        assert (row(key).starts, row(key).tries, row(key).dead_at) == (n, 0, None)

    assert perform(house, town.tenant_id, key) is Outcome.FAILED
    assert row(key).dead_at is not None
    assert row(key).last_error == "WorkerDied"
    assert perform(house, town.tenant_id, key) is Outcome.BUSY
    assert effects("deadly") == 0

    broken.clear()
    with house.unit_of_work(town.tenant_id, runner.system("retrying admin")) as ctx:
        assert tenancy.retry_dead_jobs(ctx, [key]) == 1
    assert perform(house, town.tenant_id, key) is Outcome.DONE
    assert effects("deadly") == 1


def test_a_healthy_job_outlives_many_killed_workers(house, town, ask, effects, broken):
    key = ask("tests.jobs.practice.deadly", name="unlucky")
    for _ in range(MAX_STARTS - 1):
        starts_and_dies(house, town, key)
    broken.clear()

    assert perform(house, town.tenant_id, key) is Outcome.DONE
    assert effects("unlucky") == 1


def test_a_failure_of_its_own_begins_the_count_of_starts_again(house, town, ask, row):
    key = ask("tests.jobs.practice.crash", name="failing")

    assert perform(house, town.tenant_id, key) is Outcome.FAILED
    assert (row(key).tries, row(key).starts) == (1, 0)


def test_a_start_is_counted_only_where_the_row_was_free_and_due(house, town, ask, row):
    key = ask(MARK, name="held")
    with house.unit_of_work(town.tenant_id, runner.system("another worker")) as ctx:
        assert outbox.locked(ctx, key) is not None
        assert perform(house, town.tenant_id, key) is Outcome.BUSY
    assert row(key).starts == 0
    early = ask(MARK, name="early", due=clock.now() + timedelta(hours=1))
    assert perform(house, town.tenant_id, early) is Outcome.EARLY
    assert row(early).starts == 0


def test_the_step_under_way_is_seen_though_others_were_told_a_moment_before(house, town, ask):
    practice.GO_ON.clear()
    key = ask("tests.jobs.practice.steps")
    thread = threading.Thread(target=perform, args=(house, town.tenant_id, key))
    thread.start()
    seen = []

    def third() -> bool:
        with town.as_user("admin") as ctx:
            state = reports.job(ctx, key)
        seen.append((state.done, state.total, state.note))
        return seen[-1] == (2, 3, "third")

    try:
        eventually(third)
    finally:
        practice.GO_ON.set()
        thread.join()
    assert (0, 3, "first") in seen


def test_what_went_wrong_is_told_without_values(house, town, ask, row, caplog):
    key = ask("tests.jobs.practice.crash", name="Secret Person")

    assert perform(house, town.tenant_id, key) is Outcome.FAILED
    assert row(key).last_error == "ValueError"
    assert "Secret" not in caplog.text
    assert "practice.py" in caplog.text


def test_a_job_that_this_release_does_not_know_fails_and_is_kept(house, town, ask, row):
    key = ask("jobs.gone.forever")

    assert perform(house, town.tenant_id, key) is Outcome.FAILED
    assert row(key).last_error == "UnknownJob"


def test_losing_the_database_is_not_the_jobs_fault(house, town, ask, effects, row, db):
    key = ask("tests.jobs.practice.slow", name="cut off", seconds=30)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(perform(house, town.tenant_id, key)))
    thread.start()
    sleeping = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE usename = current_user AND datname = current_database()"
        " AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"
    )

    def cut_off() -> bool:
        with db.app.connect() as connection:
            return bool(connection.execute(sleeping).all())

    eventually(cut_off)
    thread.join(60)

    assert answers == [Outcome.INTERRUPTED]
    assert row(key).tries == 0
    assert effects("cut off") == 0


def test_progress_is_seen_while_the_job_runs(house, town, ask):
    key = ask("tests.jobs.practice.slow", name="watched", seconds=1)
    thread = threading.Thread(target=perform, args=(house, town.tenant_id, key))
    thread.start()

    def state():
        with town.as_user("admin") as ctx:
            return reports.job(ctx, key)

    eventually(lambda: state().state is JobProgressState.RUNNING)
    assert (state().done, state().total, state().note) == (1, 2, "waiting")
    thread.join()
    assert state().state is JobProgressState.DONE


def test_redis_holds_ids_only(house, town, ask, bell):
    bell.queue.empty()
    ask(MARK, name="Secret Person")

    connection = bell.queue.connection
    held = [connection.hgetall(name) for name in connection.keys("rq:job:*")]
    assert len(held) == 1
    assert b"Secret" not in repr(held).encode()
    job = bell.queue.jobs[0]
    assert json.loads(json.dumps(job.args))[0] == town.tenant_id


def test_every_job_that_is_asked_for_exists(house, town, bell):
    Ledger(town)
    with house.unit_of_work(town.tenant_id, runner.system("test")) as ctx:
        asked = [reports.request_report(ctx, kind, ctx.today.year) for kind in ReportKind]
    for key in asked:
        assert perform(house, town.tenant_id, key) is Outcome.DONE
    with town.as_user("admin", now=clock.now()) as ctx:
        assert reports.usage(ctx, year=ctx.today.year).units
        assert reports.coverage(ctx, year=ctx.today.year).units
    assert {"jobs.reports.usage", "jobs.tenancy.measure"} <= set(registry.JOBS)
