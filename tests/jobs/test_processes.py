"""Worker and clock as processes, killed at the worst moment."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from redis import RedisError

from deploy.processes import children_of
from tests.jobs.conftest import eventually

WORKER = "tests.jobs.practice_worker"
MARK = "tests.jobs.practice.mark"
SLOW = "tests.jobs.practice.slow"
SECONDS_TO_STOP = 60


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_ring_does_it_once(
    start, ask, effects, row, bell, town, under_way
):
    worker = start(WORKER, "--processes", "1")
    key = ask(SLOW, name="murdered", seconds=2)
    eventually(lambda: under_way(key))
    (child,) = children_of(worker.pid)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    # The process that did the work goes with its parent, by itself.
    eventually(lambda: not Path(f"/proc/{child}").exists())
    assert effects("murdered") == 0
    assert row(key).done_at is None

    start(WORKER, "--processes", "1")

    def rung_until_done() -> bool:
        # The lock of the dead goes when PostgreSQL notices; the clock rings until then.
        bell.ring(town.tenant_id, [key])
        return row(key).done_at is not None

    eventually(rung_until_done)
    assert effects("murdered") == 1
    assert (row(key).tries, row(key).starts) == (0, 2)


def test_a_worker_process_that_dies_is_replaced(start, ask, effects, row):
    worker = start(WORKER, "--processes", "1")
    eventually(lambda: children_of(worker.pid))
    (child,) = children_of(worker.pid)
    os.kill(child, signal.SIGKILL)

    key = ask(MARK, name="after the fall")
    eventually(lambda: row(key).done_at is not None)
    assert effects("after the fall") == 1


def test_sigterm_ends_the_worker_after_the_job_in_hand(start, ask, effects, row, under_way):
    worker = start(WORKER, "--processes", "2")
    key = ask(SLOW, name="last one", seconds=1.5)
    eventually(lambda: under_way(key))
    worker.terminate()

    assert worker.wait(SECONDS_TO_STOP) == 0
    assert row(key).done_at is not None
    assert effects("last one") == 1


def back(redis, bell):
    """Redis is there again."""
    redis.start()

    def answers() -> bool:
        with contextlib.suppress(RedisError):
            return bool(bell.queue.connection.ping())
        return False

    eventually(answers)


def test_redis_killed_and_back_loses_no_job(start, ask, effects, own_redis, row, age, bell):
    worker = start(WORKER, "--processes", "1")
    first = ask(MARK, name="before")
    eventually(lambda: row(first).done_at is not None)

    redis = own_redis.children[0]
    redis.kill()
    lost = ask(MARK, name="while away")  # the request itself succeeds
    start("jobs.clock")
    back(redis, bell)
    age(lost)

    eventually(lambda: row(lost).done_at is not None)
    assert effects("while away") == 1
    assert worker.poll() is None


def test_a_flushed_redis_is_rung_again_by_the_clock(start, ask, effects, bell, row, age):
    key = ask(MARK, name="flushed")
    bell.queue.connection.flushall()
    age(key)
    start(WORKER, "--processes", "1")
    start("jobs.clock")

    eventually(lambda: row(key).done_at is not None)
    assert effects("flushed") == 1


def test_a_second_clock_waits_and_takes_over(start, ask, effects, row, age, ticking):
    first = start("jobs.clock")
    start(WORKER, "--processes", "1")
    eventually(lambda: ticking() == 1)
    second = start("jobs.clock")
    key = ask(MARK, name="second clock", ring=False)
    first.kill()
    first.wait()
    age(key)

    eventually(lambda: row(key).done_at is not None)
    assert effects("second clock") == 1
    assert ticking() == 1

    second.terminate()
    assert second.wait(SECONDS_TO_STOP) == 0
    eventually(lambda: ticking() == 0)


def test_the_worker_stops_also_while_redis_is_away(start, own_redis, bell):
    worker = start(WORKER, "--processes", "1")
    eventually(lambda: children_of(worker.pid))
    redis = own_redis.children[0]
    redis.kill()
    try:
        worker.terminate()
        assert worker.wait(SECONDS_TO_STOP) == 0
    finally:
        back(redis, bell)
