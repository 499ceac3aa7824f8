"""A busy morning: leaders approve, ask and reject, and order reports, all over the API."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from tests.chaos.client import Attempt, Client

THREADS = 6
MEAN_PAUSE = 0.1
"""Seconds between two requests of one caller."""
SHARES = {"decide": 5, "request": 1, "report": 3}
"""What people do, as long as there is some of it left."""
ONE_IN_TODAY = 20
ONE_IN = 8
API = "/api/v1"
Task = Callable[[random.Random], None]


class Load:
    """Callers that go on until told to stop; `attempts` is all they remember."""

    def __init__(self, client: Client, towns: list[dict[str, Any]], seed: int) -> None:
        self.client = client
        self.towns = towns
        self.seed = seed
        self.attempts: list[Attempt] = []
        self.crashes: list[str] = []
        self.tasks: dict[str, list[Task]] = {what: [] for what in SHARES}
        self.todays: list[Task] = []
        """What is left to do when all else is done, so that the load never ends by itself."""
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        for town in towns:
            self._plan(town)

    def _plan(self, town: dict[str, Any]) -> None:
        self.tasks["decide"] += [self._area_step(town, each) for each in town["waiting"]]
        self.tasks["request"] += [self._request(town, each) for each in town["fresh"]]
        for kind in ("usage", "coverage"):
            self.tasks["report"] += [
                self._report(town, kind, int(day[:4]), day) for day in town["last_days"]
            ]
            # The same report over and over: asked again while it waits, it is one job.
            self.todays.append(self._report(town, kind, town["this_year"], None))

    # -------------------------------------------------------------- running

    def start(self) -> None:
        for number in range(THREADS):
            choose = random.Random(f"{self.seed}-caller-{number}")
            thread = threading.Thread(target=self._call, args=(choose,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, patience: float) -> bool:
        """Whether every caller has its last answer."""
        self.stopping.set()
        deadline = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.1, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _call(self, choose: random.Random) -> None:
        try:
            while not self.stopping.is_set():
                self._next(choose)(choose)
                self.stopping.wait(choose.uniform(0, 2 * MEAN_PAUSE))
        except Exception as error:  # a caller that is silently gone would make the load lighter
            self.crashes.append(f"{type(error).__name__}: {error}")

    def _next(self, choose: random.Random) -> Task:
        with self._lock:
            left = [what for what in SHARES if self.tasks[what]]
            if not left or choose.randrange(ONE_IN_TODAY) == 0:
                return choose.choice(self.todays)
            [what] = choose.choices(left, [SHARES[each] for each in left])
            tasks = self.tasks[what]
            return tasks.pop(choose.randrange(len(tasks)))

    def _ask(self, attempts: list[Attempt], choose: random.Random, *, impatient: bool) -> None:
        """All at once; each is remembered once, also when sent twice with the same key."""
        with self._lock:
            self.attempts += attempts
        seeds = [random.Random(choose.random()) for _ in attempts]
        threads = [
            threading.Thread(
                target=self.client.ask,
                args=(attempt,),
                kwargs={"impatient": impatient, "choose": own},
                daemon=True,
            )
            for attempt, own in zip(attempts[1:], seeds[1:], strict=True)
        ]
        for thread in threads:
            thread.start()
        self.client.ask(attempts[0], impatient=impatient, choose=seeds[0])
        for thread in threads:
            thread.join()

    # -------------------------------------------------------------- what is asked

    def _area_step(self, town: dict[str, Any], waiting: dict[str, Any]) -> Task:
        def task(choose: random.Random) -> None:
            if choose.randrange(ONE_IN) == 0:
                attempt = _decision(town, waiting["area"], waiting["id"], "area", "reject")
                self._ask([attempt], choose, impatient=False)
                return
            first = _decision(town, waiting["area"], waiting["id"], "area", "approve")
            attempts = [first]
            match choose.randrange(ONE_IN):
                case 0:  # a double click: the same key twice at once
                    attempts.append(_again(first))
                case 1:  # two who answer at once: one of them is told so
                    attempts.append(_decision(town, "admin", waiting["id"], "area", "approve"))
            impatient = len(attempts) == 1 and choose.randrange(3) == 0
            self._ask(attempts, choose, impatient=impatient)
            if waiting["central"] and any(attempt.succeeded for attempt in attempts):
                with self._lock:
                    self.tasks["decide"].append(self._central_step(town, waiting["id"]))

        return task

    def _central_step(self, town: dict[str, Any], enrolment_id: str) -> Task:
        def task(choose: random.Random) -> None:
            first = _decision(town, "admin", enrolment_id, "central", "approve")
            twice = choose.randrange(ONE_IN) == 0
            attempts = [first, _again(first)] if twice else [first]
            self._ask(attempts, choose, impatient=not twice and choose.randrange(3) == 0)

        return task

    def _request(self, town: dict[str, Any], fresh: dict[str, str]) -> Task:
        def task(choose: random.Random) -> None:
            session_id = choose.choice(town["session_ids"])
            body = {"session_id": session_id, "employee_ids": [fresh["employee_id"]]}
            path = f"{API}/enrolments"
            attempt = _attempt("request", town, fresh["leader"], path, body)
            self._ask([attempt], choose, impatient=choose.randrange(3) == 0)

        return task

    def _report(self, town: dict[str, Any], kind: str, year: int, day: str | None) -> Task:
        def task(choose: random.Random) -> None:
            attempt = report(town, kind, year, day)
            twice = choose.randrange(ONE_IN) == 0
            self._ask([attempt, _again(attempt)] if twice else [attempt], choose, impatient=False)

        return task


def report(town: dict[str, Any], kind: str, year: int, day: str | None) -> Attempt:
    """A report ordered by the administrator."""
    path = f"{API}/reports/{kind}/runs"
    return _attempt("report", town, "admin", path, {"year": year, "as_of": day})


def _attempt(
    verb: str, town: dict[str, Any], user: str, path: str, body: dict[str, Any], **about: str
) -> Attempt:
    key = str(uuid.uuid4())
    return Attempt(verb, town["tenant_id"], user, path, body, key, **about)


def _decision(town: dict[str, Any], user: str, enrolment_id: str, level: str, verb: str) -> Attempt:
    shown = {"area": "leader_approved", "central": "area_approved"}[level]
    path = f"{API}/enrolments/{enrolment_id}/{'approval' if verb == 'approve' else 'rejection'}"
    body = {"note": "chaos", "expected_state": shown, "expected_submission": 1}
    return _attempt(verb, town, user, path, body, enrolment_id=enrolment_id, level=level)


def _again(first: Attempt) -> Attempt:
    names = ("verb", "tenant_id", "user", "path", "body", "key", "enrolment_id", "level")
    return Attempt(**{name: getattr(first, name) for name in names})
