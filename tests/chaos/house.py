"""The running product as its launcher sees it: who runs, who can be killed, what was left."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from deploy import places
from deploy.processes import children_of

KINDS = {
    "web": ("gunicorn",),
    "worker": ("jobs.worker",),
    "clock": ("jobs.clock",),
    "redis": ("redis-server", "valkey-server"),
    "postgres": ("bin/postgres",),
}
"""kind → words of its command line."""
WITH_CHILDREN = ("web", "worker", "postgres")
GIVEN_BY_OTHERS = (
    *("DATABASE_URL", "DATABASE_APP_URL", "DATABASE_VENDOR_URL", "REDIS_URL", "SECRET_KEY"),
    *("BASE_HOST", "BIND", "WEB_CONCURRENCY", "WEB_THREADS", "ROEDTRAAD_STATE"),
)
SECONDS_TO_STOP = 45
SHORTEST_LIFE = 3.0


class House:
    """One launch in a directory of its own. Start it from the main thread: it dies with it."""

    def __init__(self, home: Path, *, without: tuple[str, ...] = ()) -> None:
        self.state = home / "state"
        self.mark = f"chaos-{uuid.uuid4().hex}"
        self.log = home / "launch.log"
        self.facts_file = home / "facts.json"
        self.kinds = tuple(kind for kind in KINDS if kind not in without)
        self.without = without
        self.port = _free_port()
        self.facts: dict[str, Any] = {}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Everything serves, and the municipalities stand."""
        env = {key: text for key, text in os.environ.items() if key not in GIVEN_BY_OTHERS}
        env |= {
            "ROEDTRAAD_STATE": str(self.state),
            "PORT": str(self.port),
            "CHAOS_MARK": self.mark,
            "CHAOS_FACTS": str(self.facts_file),
            "CHAOS_WITHOUT": " ".join(self.without),
            "PYTHONPATH": str(places.ROOT),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.launcher"],
                cwd=places.ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait_until(lambda: f"http://127.0.0.1:{self.port}" in self.text, 120, "be served")
        self.facts = json.loads(self.facts_file.read_text())
        self.wait_until(lambda: self.missing() == [], 30, "have all its services")
        self.wait_until(self._answers, 60, "answer")

    def wait_until(self, holds: Callable[[], object], seconds: float, what: str) -> None:
        """Raises TimeoutError, with the end of the log, when it does not come true."""
        deadline = time.monotonic() + seconds
        while not holds():
            gone = self.process is None or self.process.poll() is not None
            if gone or time.monotonic() > deadline:
                raise TimeoutError(f"The house did not {what}:\n{self.text[-3000:]}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        """gunicorn listens before its workers have read the application."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/livez", timeout=30
            ) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    @property
    def text(self) -> str:
        return self.log.read_text(errors="replace")

    # -------------------------------------------------------------- who runs

    def running(self) -> dict[str, int]:
        """kind → process id of its parent process. A kind that is away is left out."""
        found: dict[str, list[int]] = {}
        for pid in children_of(self.process.pid) if self.process else ():
            words = _read(pid, "cmdline")
            for kind, marks in KINDS.items():
                if any(mark in words for mark in marks):
                    found.setdefault(kind, []).append(pid)
        # A killed parent's children are the launcher's for a moment: they are the younger ones.
        return {kind: min(pids, key=_born) for kind, pids in found.items()}

    def missing(self) -> list[str]:
        running = self.running()
        return [kind for kind in self.kinds if kind not in running]

    def victim(self, kind: str, *, child: bool, choose: random.Random) -> int | None:
        """A process of the kind: its parent, or one of the children; None while it is away.

        A parent has lived a little: killed at every birth, it would never have been restarted.
        """
        parent = self.running().get(kind)
        if parent is None:
            return None
        if not child:
            return parent if _age(parent) >= SHORTEST_LIFE else None
        children = sorted(children_of(parent))
        return choose.choice(children) if children else None

    # -------------------------------------------------------------- the database

    @property
    def socket_dir(self) -> str:
        return str(self.facts["database_url"]).partition("?host=")[2]

    def superuser(self) -> psycopg.Connection[Any]:
        """Past every fence, for the judge only. Raises OperationalError while it is away."""
        return psycopg.connect(
            host=self.socket_dir,
            user="postgres",
            dbname="roedtraad",
            autocommit=True,
            connect_timeout=5,
            options="-c statement_timeout=20000 -c lock_timeout=10000",
        )

    # -------------------------------------------------------------- the end

    def stop(self) -> int | None:
        """The exit code of an orderly stop; None when it had to be killed or never ran."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def left(self, *, patience: float = 5.0) -> dict[int, str]:
        """Processes of this launch that still run, servers included."""
        marks = [self.mark, str(self.state), str(places.shelter_path(self.state))]
        if self.facts:
            marks.append(self.socket_dir)
        deadline = time.monotonic() + patience
        while (found := _touching(marks)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found

    def remove(self) -> None:
        """Its data is gone."""
        with contextlib.suppress(FileNotFoundError):
            places.forget(self.state)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""


def _born(pid: int) -> int:
    # The name in parentheses may itself hold spaces and parentheses.
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return int(fields[19]) if len(fields) > 19 else sys.maxsize


def _age(pid: int) -> float:
    """Seconds since its start; 0 when it is gone."""
    ticks = time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK") - _born(pid)
    return max(0.0, ticks / os.sysconf("SC_CLK_TCK"))


def _touching(marks: list[str]) -> dict[int, str]:
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        state = _read(pid, "stat").rpartition(")")[2].split()
        if pid == os.getpid() or not state or state[0] in "ZX":
            continue
        facts = _read(pid, "cmdline") + _read(pid, "environ")
        with contextlib.suppress(OSError):
            facts += os.readlink(entry / "cwd")
        if any(mark in facts for mark in marks):
            found[pid] = _read(pid, "cmdline").replace("\0", " ").strip()
    return found
