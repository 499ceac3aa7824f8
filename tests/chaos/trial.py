"""One trial from start to end: build, load, kill, wait, judge, and leave nothing behind."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.chaos import controls, judge
from tests.chaos.client import SECONDS_UNTIL_ANSWERED, Attempt, Client
from tests.chaos.house import House
from tests.chaos.killing import Kill, Watch, kill_all, plan
from tests.chaos.load import Load, report

SECONDS_TO_DRAIN = 75
REPLAYS = 20
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass
class Result:
    """What a trial saw. `findings` and `unseen` are empty when all is well."""

    seed: int
    kills: list[Kill] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    """Controls the judge did not name."""
    attempts: list[Attempt] = field(default_factory=list)
    mishaps: Counter[str] = field(default_factory=Counter)
    jobs: Counter[str] = field(default_factory=Counter)
    tries: int = 0
    """Failures of jobs that were noted as such; each was tried again."""
    oldest: float = 0.0
    looks: int = 0
    blind: float = 0.0
    replays: int = 0
    left: dict[int, str] = field(default_factory=dict)
    exit_code: int | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    log: str = ""

    def of(self, verb: str) -> int:
        """How many effects of the verb were acknowledged."""
        return len({a.key for a in self.attempts if a.verb == verb and a.succeeded})

    def summary(self) -> str:
        """For people."""
        by_kind = Counter(f"{kill.kind} {kill.part}" for kill in self.kills)
        busy = sum(kill.requests > 0 for kill in self.kills)
        waiting = sum(kill.jobs > 0 for kill in self.kills)
        answers = Counter(a.status for a in self.attempts)
        gave_up = sum(a.gave_up for a in self.attempts)
        lines = [
            f"seed {self.seed}",
            f"kills {len(self.kills)}: "
            + ", ".join(f"{k} {n}" for k, n in sorted(by_kind.items())),
            f"  with requests in flight {busy}, with jobs undone {waiting}",
            f"acknowledged: {self.of('approve')} approvals, {self.of('reject')} rejections, "
            f"{self.of('request')} requests, {self.of('report')} report orders",
            f"  answers {dict(answers)}, gave up {gave_up}, "
            f"tries without an answer {dict(self.mishaps)}, replayed afterwards {self.replays}",
            f"jobs done {sum(self.jobs.values())}: {dict(self.jobs)}, failed tries {self.tries}",
            f"oldest undone outbox row {self.oldest:.1f} s in {self.looks} looks; "
            f"database away at most {self.blind:.1f} s",
            f"controls {len(controls.CONTROLS)}, unseen {len(self.unseen)}",
            "seconds " + ", ".join(f"{what} {n:.1f}" for what, n in self.seconds.items()),
            f"launcher's exit code {self.exit_code}, processes left {len(self.left)}",
            f"findings {len(self.findings)}",
        ]
        return "\n".join(lines)


def run(home: Path, *, kills: int, seed: int, without: tuple[str, ...] = ()) -> Result:
    """The result of a whole trial in a directory of its own. Call it from the main thread."""
    result = Result(seed)
    house = House(home, without=without)
    try:
        _timed(result, "start", house.start)
        _trial(house, result, kills)
    finally:
        began = time.monotonic()
        result.exit_code = house.stop()
        result.left = house.left()
        result.log = house.text
        house.remove()
        result.seconds["stop"] = time.monotonic() - began
    return result


def _timed(result: Result, what: str, work: Callable[[], None]) -> None:
    began = time.monotonic()
    try:
        work()
    finally:
        result.seconds[what] = time.monotonic() - began


def _trial(house: House, result: Result, kills: int) -> None:
    towns = house.facts["towns"]
    tokens = {
        (town["tenant_id"], user): token for town in towns for user, token in town["tokens"].items()
    }
    client = Client(house.port, tokens)
    load = Load(client, towns, result.seed)
    watch = Watch(house)
    choose = random.Random(result.seed)
    result.findings += _not_durable(house)

    def kill() -> None:
        watch.start()
        load.start()
        try:
            result.kills = kill_all(
                house,
                plan(house.kinds, kills, choose),
                choose,
                answered=lambda: client.answered,
                in_flight=lambda: client.in_flight,
                watch=watch,
            )
            if not load.stop(SECONDS_UNTIL_ANSWERED + 30):
                result.findings.append("load: a caller never came back")
        finally:
            load.stopping.set()
            result.attempts = load.attempts
            result.mishaps = client.mishaps

    def drain() -> None:
        house.wait_until(lambda: house.missing() == [], 60, "come back whole")
        _wait_for_jobs(house)

    def last_report() -> None:
        for town in towns:
            attempt = report(town, "usage", town["this_year"], None)
            load.attempts.append(attempt)
            client.ask(attempt, impatient=False, choose=choose)
        _wait_for_jobs(house)
        result.replays = _replay(client, result, choose)

    def judged() -> None:
        with house.superuser() as connection:
            result.findings += judge.findings(connection, load.attempts)
            result.findings += judge.reports_differ(connection)
            result.unseen = controls.unseen(connection, load.attempts)
            _count_jobs(connection, result)

    _timed(result, "kill", kill)
    _timed(result, "drain", drain)
    _timed(result, "reports", last_report)
    watch.stop()
    result.oldest, result.looks, result.blind = watch.oldest, watch.looks, watch.blind
    _timed(result, "judge", judged)
    result.findings += [f"load: a caller crashed: {crash}" for crash in load.crashes]


def _not_durable(house: House) -> list[str]:
    """The database must be the real, durable one, or its crash would prove nothing."""
    with house.superuser() as connection:
        rows = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(DURABLE)]
        ).fetchall()
    return [f"database: {name} is {now}" for name, now in rows if DURABLE[name] != now]


def _wait_for_jobs(house: House) -> None:
    """Nothing undone, or the time is up: the judge names what still waits."""
    deadline = time.monotonic() + SECONDS_TO_DRAIN
    while time.monotonic() < deadline:
        try:
            with house.superuser() as connection:
                row = connection.execute(
                    "SELECT count(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL"
                ).fetchone()
            if row == (0,):
                return
        except psycopg.OperationalError:  # recovering from the last kill
            pass
        time.sleep(0.2)


def _replay(client: Client, result: Result, choose: random.Random) -> int:
    """Some keys are sent once more: the same answer, kept, and (the judge will see) no effect."""
    told = [attempt for attempt in result.attempts if attempt.succeeded]
    sample = choose.sample(told, min(REPLAYS, len(told)))
    for attempt in sample:
        status, answer, replayed = client.post(attempt)
        if (status, answer, replayed) != (attempt.status, attempt.answer, True):
            result.findings.append(
                f"replay: {attempt.verb} {attempt.path} gave {status} {answer}, "
                f"replayed {replayed}, after {attempt.status} {attempt.answer}"
            )
    return len(sample)


def _count_jobs(connection: judge.Connection, result: Result) -> None:
    for row in connection.execute(
        "SELECT job, count(*) AS n, sum(tries) AS tries FROM outbox"
        " WHERE done_at IS NOT NULL GROUP BY job"
    ):
        result.jobs[row["job"].removeprefix("jobs.")] = row["n"]
        result.tries += int(row["tries"])
