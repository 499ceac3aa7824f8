"""Programs and the processes they become."""

from __future__ import annotations

import functools
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from deploy.tied import die_with_parent


class SetupProblem(Exception):
    """Something the person at the keyboard can put right; the text says how."""


class Account(NamedTuple):
    """An operating system user without privileges."""

    name: str
    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """Whom the database servers run as when we are root; None when we are not.

    PostgreSQL refuses to run as root.
    """
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "daemon", "postgres"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise SetupProblem(
        "Running as root, and there is no user such as `nobody` for PostgreSQL to run as. "
        "Run as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )


@dataclass(frozen=True)
class Program:
    """What to start, as whom, and how to end it."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    account: Account | None = None
    log: Path | None = None  # None: the caller reads the output
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    before_start: Callable[[], None] | None = None


def _as_account(account: Account | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


@dataclass
class Child:
    """A program and the process it is right now."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    resume_at: float = 0.0
    pending: bytearray = field(default_factory=bytearray)  # output up to the next newline

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, stdout: int | IO[bytes] | None = subprocess.PIPE) -> None:
        """A new process runs, in a session of its own so that Ctrl-C reaches only the launcher."""
        program = self.program
        if program.before_start:
            program.before_start()
        log = open(program.log, "ab") if program.log else None  # noqa: SIM115
        try:
            self.process = subprocess.Popen(
                list(program.argv),
                stdin=subprocess.DEVNULL,
                stdout=log or stdout,
                stderr=subprocess.STDOUT if log or stdout is not None else None,
                env=dict(program.env),
                cwd=program.cwd,
                start_new_session=True,
                # Popen changes user first and calls this after, as the request demands.
                preexec_fn=functools.partial(
                    die_with_parent, os.getpid(), int(program.death_signal)
                ),
                **_as_account(program.account),
            )
        finally:
            if log:
                log.close()
        self.started = time.monotonic()

    def send(self, number: int) -> None:
        if self.alive:
            self.process.send_signal(number)

    def kill(self) -> None:
        """The process and all in its session's first group are gone."""
        if self.alive:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, patience: float = 15.0) -> None:
        """The process is gone: asked first, then made to."""
        self.send(self.program.stop_signal)
        if self.process is not None:
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()


def run_as(
    account: Account | None, argv: Sequence[str], *, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The finished run of a short command, as that user, from the root directory."""
    return subprocess.run(
        list(argv),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=None if env is None else dict(env),
        cwd="/",
        check=False,
        preexec_fn=functools.partial(die_with_parent, os.getpid(), int(signal.SIGKILL)),
        **_as_account(account),
    )


def describe_end(returncode: int) -> str:
    """How a process ended, in words."""
    if returncode >= 0:
        return f"exit {returncode}"
    try:
        return f"killed by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"killed by signal {-returncode}"


def children_of(pid: int) -> set[int]:
    """Process ids of the direct children, as the kernel sees them."""
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    if listing.exists():
        return {int(word) for word in listing.read_text().split()}
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name in parentheses may itself hold spaces and parentheses.
            parent = stat.read_text(errors="replace").rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        if int(parent) == pid:
            found.add(int(stat.parent.name))
    return found
