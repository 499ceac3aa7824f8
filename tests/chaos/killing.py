"""Kill -9 at random moments, and a witness of how long jobs wait meanwhile."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from tests.chaos.house import WITH_CHILDREN, House

OF_EACH_KIND = 3
SECONDS_FOR_A_SIGN_OF_LIFE = 12.0
SECONDS_FOR_A_VICTIM = 30.0
LONGEST_WAIT = 0.8
SECONDS_PER_SAMPLE = 0.4
OLDEST_UNDONE = """
    SELECT count(*), coalesce(extract(epoch FROM max(clock_timestamp() - created_at)), 0)
    FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= clock_timestamp()
"""


@dataclass(frozen=True)
class Kill:
    """Who was killed, and in the middle of what."""

    kind: str
    part: str
    requests: int
    """In flight at that moment."""
    jobs: int
    """Undone in the outbox when last looked."""


def plan(kinds: tuple[str, ...], kills: int, choose: random.Random) -> list[tuple[str, bool]]:
    """(kind, whether a child of it) in random order: each kind as often as any other, or one more,
    and where there are children as many of them as of parents, or one more."""
    order = choose.sample(kinds, len(kinds))
    planned = []
    for number in range(kills):
        kind, turn = order[number % len(order)], number // len(order)
        planned.append((kind, kind in WITH_CHILDREN and turn % 2 == 1))
    choose.shuffle(planned)
    return planned


def kill_all(
    house: House,
    planned: list[tuple[str, bool]],
    choose: random.Random,
    *,
    answered: Callable[[], int],
    in_flight: Callable[[], int],
    watch: Watch,
) -> list[Kill]:
    """Every kill of the plan has happened, each after the load went on from the one before."""
    killed = []
    for kind, child in planned:
        before = answered()
        _wait(lambda before=before: answered() > before + 2, SECONDS_FOR_A_SIGN_OF_LIFE)
        time.sleep(choose.uniform(0, LONGEST_WAIT))
        pid = _victim(house, kind, child, choose)
        moment = (in_flight(), watch.waiting)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed.append(Kill(kind, "child" if child else "parent", *moment))
    return killed


def _victim(house: House, kind: str, child: bool, choose: random.Random) -> int:
    deadline = time.monotonic() + SECONDS_FOR_A_VICTIM
    while True:
        pid = house.victim(kind, child=child, choose=choose)
        if pid is not None:
            return pid
        if time.monotonic() > deadline:
            raise TimeoutError(f"{kind} did not come back:\n{house.text[-3000:]}")
        time.sleep(0.05)


def _wait(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)


@dataclass
class Watch:
    """Looks at the outbox again and again, whenever the database lets it."""

    house: House
    oldest: float = 0.0
    """Seconds: the highest age of a due, undone row in any look."""
    waiting: int = 0
    looks: int = 0
    blind: float = 0.0
    """Seconds: the longest time without an answer of the database."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(30)

    def _run(self) -> None:
        seen = time.monotonic()
        while not self._stop.is_set():
            try:
                with self.house.superuser() as connection:
                    while not self._stop.is_set():
                        row = connection.execute(OLDEST_UNDONE).fetchone()
                        self.waiting, age = row if row else (0, 0)
                        self.oldest = max(self.oldest, float(age))
                        self.blind = max(self.blind, time.monotonic() - seen)
                        seen = time.monotonic()
                        self.looks += 1
                        self._stop.wait(SECONDS_PER_SAMPLE)
            except psycopg.OperationalError:
                self._stop.wait(0.1)
