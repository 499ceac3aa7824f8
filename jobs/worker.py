"""`python -m jobs.worker`: hears the doorbell and does the jobs.

A few processes, each doing one job at a time: one slow municipality leaves the others free.
Redis may go away and come back; the rings it lost are rung again by the clock.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import redis
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer

from config.settings import Settings
from jobs import doorbell, process, runner

log = logging.getLogger("roedtraad.jobs")

LONGEST_PAUSE = 5.0
"""Between attempts to reach Redis."""
PROCESSES = 2


class Worker(SimpleWorker):
    """RQ's, without commands from Redis, and stopping also while Redis is away."""

    in_job = False
    leaving = False
    max_connection_wait_time = LONGEST_PAUSE

    def subscribe(self) -> None:
        """Nobody steers a worker through Redis."""

    def execute_job(self, job: Job, queue: Queue) -> None:
        self.in_job = True
        try:
            super().execute_job(job, queue)
        finally:
            self.in_job = False

    def request_stop(self, _signum: int, _frame: FrameType | None) -> None:
        """Finish the job in hand, take no other."""
        self.leaving = True
        self._stop_requested = True
        if not self.in_job:
            raise StopRequested


def serve(settings: Settings) -> None:
    """Jobs are done until SIGTERM."""
    pause = 0.2
    worker: Worker | None = None
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    while worker is None or not worker.leaving:
        began = time.monotonic()
        try:
            connection = redis.Redis.from_url(settings.redis_url)
            queue = Queue(
                doorbell.queue_name(settings), connection=connection, serializer=JSONSerializer
            )
            worker = Worker([queue], connection=connection, serializer=JSONSerializer)
            worker.work(logging_level="WARNING")
        except redis.RedisError as error:
            log.warning("Redis is away (%s)", type(error).__name__)
        except StopRequested:
            return
        if worker is not None and worker.leaving:
            return
        pause = 0.2 if time.monotonic() - began > 30 else min(pause * 2, LONGEST_PAUSE)
        time.sleep(pause)


def _leave(_signum: int, _frame: FrameType | None) -> None:
    raise StopRequested


class Pool:
    """Worker processes, replaced when they die and stopped together."""

    def __init__(self, size: int, work: Callable[[], None]) -> None:
        self.size = size
        self.work = work
        self.children: set[int] = set()
        self.stopping = False
        # Only the parent holds the writing end: children read its end-of-file when the parent is
        # gone, however it went.
        self.alive_read, self.alive_write = os.pipe()

    def run(self) -> None:
        """Return when every child has ended after SIGTERM."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while self.children or not self.stopping:
            while not self.stopping and len(self.children) < self.size:
                self._fork()
            if self.stopping:  # the signal may have come while a child was being made
                self._tell_all()
            with contextlib.suppress(ChildProcessError):
                pid, status = os.wait()
                self.children.discard(pid)
                if not self.stopping:
                    log.warning("Worker process %s ended (%s); starting another", pid, status)
                    time.sleep(1.0)

    def _fork(self) -> None:
        # A SIGTERM between fork and the child's own handlers would be the parent's business.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
        pid = os.fork()
        if pid == 0:
            self._become_child()
        self.children.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})

    def _become_child(self) -> None:
        os.close(self.alive_write)
        threading.Thread(target=self._die_with_parent, daemon=True).start()
        signal.signal(signal.SIGTERM, _leave)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which tells us
        code = 1
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
            self.work()
            code = 0
        except StopRequested:
            code = 0
        except BaseException:
            log.exception("A worker process failed")
        finally:
            os._exit(code)

    def _die_with_parent(self) -> None:
        os.read(self.alive_read, 1)
        os._exit(1)

    def _stop(self, _signum: int, _frame: FrameType | None) -> None:
        self.stopping = True
        self._tell_all()

    def _tell_all(self) -> None:
        for pid in list(self.children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m jobs.worker", description=__doc__)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    options = parser.parse_args(arguments)
    process.log_to_stderr()
    settings = Settings.from_env()
    log.info("Worker: %s process(es) on %s", options.processes, doorbell.queue_name(settings))
    Pool(max(1, options.processes), lambda: serve(settings)).run()
    return 0


_: Any = runner.run  # loaded before the fork, so that the processes share it

if __name__ == "__main__":
    sys.exit(main())
