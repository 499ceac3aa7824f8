"""Real PostgreSQL and Redis from the programs inside two wheels, on Unix sockets only.

Used by the launcher (durable, below `.local/`) and by the tests (throwaway). The wheels' own
Python launchers are not used: as root they open up every folder above the data, and a killed
holder leaves PostgreSQL running.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from deploy import binaries, places
from deploy.processes import Account, Child, Program, SetupProblem, run_as, unprivileged_account

OWNER = "roedtraad_owner"
SUPERUSER = "postgres"
SECONDS_TO_START = 60.0

# A clean environment: PGDATA, PGPORT or a Danish LC_ALL of the caller must not leak in.
SERVER_ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Servers:
    """The servers that were started, and the way to them."""

    database_url: str = ""
    superuser_url: str = ""
    redis_url: str = ""
    socket_dir: Path = field(default_factory=Path)
    home: Path = field(default_factory=Path)
    children: list[Child] = field(default_factory=list)
    _locks: list[IO[str]] = field(default_factory=list)

    @property
    def processes(self) -> list[subprocess.Popen[bytes]]:
        return [child.process for child in self.children if child.process is not None]

    def stop(self) -> None:
        """Nothing is running, the sockets (and throwaway data) are gone; may be called twice."""
        for child in reversed(self.children):
            child.stop()
        if self._locks:
            shutil.rmtree(self.socket_dir, ignore_errors=True)
        while self._locks:
            self._locks.pop().close()

    def __enter__(self) -> Servers:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    state_dir: Path,
    *,
    database: str = "roedtraad",
    throwaway: bool = False,
    postgres: bool = True,
    redis: bool = True,
) -> Servers:
    """PostgreSQL and Redis answer, and the database exists.

    Call it from the main thread: the servers die with the thread that started them. Throwaway
    servers keep only their logs in `state_dir`.
    """
    account = unprivileged_account()
    servers = Servers()
    try:
        places.prepare_state(state_dir)
        if not throwaway:
            servers._locks.append(places.hold(state_dir))
        servers.socket_dir, lock = places.open_runtime(account)
        servers._locks.append(lock)
        if throwaway:
            servers.home = servers.socket_dir
        else:
            servers.home = places.choose_home(state_dir, account)
        answers: list[Callable[[], bool]] = []
        if postgres:
            servers.children.append(_postgres(servers, state_dir, account, throwaway=throwaway))
            servers.superuser_url = _url(SUPERUSER, "postgres", servers.socket_dir)
            servers.database_url = _url(OWNER, database, servers.socket_dir)
            answers.append(lambda: _postgres_answers(servers.socket_dir))
        if redis:
            servers.children.append(_redis(servers, state_dir, account))
            path = servers.socket_dir / "redis.sock"
            servers.redis_url = f"unix://{path}?db=0"
            answers.append(lambda: _redis_answers(path))
        for child in servers.children:
            child.start()
        for child, answer in zip(servers.children, answers, strict=True):
            _wait_for(child, answer)
        if postgres:
            _make_database(servers.socket_dir, database)
    except BaseException:
        servers.stop()
        raise
    return servers


def _url(role: str, database: str, socket_dir: Path) -> str:
    return f"postgresql+psycopg://{role}@/{database}?host={socket_dir}"


def _fresh_log(path: Path) -> Path:
    path.touch(mode=0o600)
    path.write_text("")
    return path


def _wait_for(child: Child, answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not answers():
        if not child.alive or time.monotonic() > deadline:
            log = child.program.log
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log else ""
            raise SetupProblem(f"{child.name} did not start. The end of {log}:\n{tail}")
        time.sleep(0.02)


# ------------------------------------------------------------------ Redis


def _redis(servers: Servers, state_dir: Path, account: Account | None) -> Child:
    """Redis without persistence: it is only a doorbell, the database is the memory."""
    program = binaries.runnable(binaries.find_redis(), account, servers.home)
    options = {
        "port": "0",
        "unixsocket": str(servers.socket_dir / "redis.sock"),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "loglevel": "warning",
        "dir": str(servers.socket_dir),
    }
    argv = [str(program)]
    for name, value in options.items():
        argv += [f"--{name}", value]
    log = _fresh_log(state_dir / "redis.log")
    return Child(Program("redis", argv, SERVER_ENV, Path("/"), account=account, log=log))


def _redis_answers(path: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        connection.connect(str(path))
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")
    return False


# ------------------------------------------------------------------ PostgreSQL


def _postgres(
    servers: Servers, state_dir: Path, account: Account | None, *, throwaway: bool
) -> Child:
    program = binaries.runnable(binaries.find_postgres(), account, servers.home)
    data = servers.home / "postgres"
    log = _fresh_log(state_dir / "postgres.log")
    clear_stale_pid(data, patience=30)
    _init_cluster(program, data, account, throwaway=throwaway)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(servers.socket_dir),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
    }
    if throwaway:
        settings |= THROWAWAY
    argv = [str(program), "-D", str(data)]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    return Child(
        Program(
            "postgres",
            argv,
            SERVER_ENV,
            Path("/"),
            account=account,
            log=log,
            stop_signal=signal.SIGINT,  # "fast": do not wait for clients to leave
            # "Immediate": the children go with it, and the log is replayed at the next start.
            death_signal=signal.SIGQUIT,
            before_start=lambda: clear_stale_pid(data),
        )
    )


def _init_cluster(program: Path, data: Path, account: Account | None, *, throwaway: bool) -> None:
    """The cluster exists. One that was interrupted half-way is made again."""
    answer = run_as(account, [str(program), "--version"], env=SERVER_ENV).stdout.decode()
    major = re.search(r"\(PostgreSQL\) (\d+)", answer).group(1)
    if (data / "PG_VERSION").exists():
        made_by = (data / "PG_VERSION").read_text().strip()
        if made_by != major:
            raise SetupProblem(
                f"The database in {data} was made by PostgreSQL {made_by}, and this is {major}. "
                "Start afresh with `make clean`, or set DATABASE_URL."
            )
        return
    # A name of its own each time: what an interrupted initdb started may still be writing there.
    for leftover in data.parent.glob("postgres.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=data.parent))
    places.make_private(unfinished, account)
    # The builtin provider sorts alike on every machine; before 17 there is only the C library's.
    locale = (
        ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if int(major) >= 17
        else ["--locale=C.UTF-8"]
    )
    done = run_as(
        account,
        [
            str(program.with_name("initdb")),
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            *locale,
            "--auth-local=trust",  # the socket's directory is closed to everyone else
            "--auth-host=reject",
            "--no-instructions",
            *(["--no-sync"] if throwaway else []),
        ],
        env=SERVER_ENV,
    )
    if done.returncode != 0:
        raise SetupProblem(f"initdb failed:\n{done.stdout.decode(errors='replace')}")
    if data.exists():
        data.rmdir()  # empty: `choose_home` made it to see whether it can be entered
    unfinished.rename(data)


def clear_stale_pid(data: Path, *, patience: float = 0) -> None:
    """No `postmaster.pid` of a dead server is in the way.

    PostgreSQL itself only asks whether *some* process has that number, which in a container,
    where numbers repeat, is soon true.
    """
    pid_file = data / "postmaster.pid"
    deadline = time.monotonic() + patience
    while _served_by(pid_file, data):
        if time.monotonic() > deadline:
            raise SetupProblem(f"Another PostgreSQL is still running on {data}.")
        time.sleep(0.05)
    pid_file.unlink(missing_ok=True)


def _served_by(pid_file: Path, data: Path) -> bool:
    try:
        pid = int(pid_file.read_text().split()[0])
        # A postmaster stands in its data directory.
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except (OSError, ValueError, IndexError):
        return False


def _postgres_answers(socket_dir: Path) -> bool:
    try:
        _connect(socket_dir).close()
    except psycopg.OperationalError:  # not there yet, or replaying its log
        return False
    return True


def _connect(socket_dir: Path) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(socket_dir), port=5432, user=SUPERUSER, dbname="postgres", autocommit=True
    )


def _make_database(socket_dir: Path, database: str) -> None:
    """The database exists and belongs to a role that row level security binds."""
    with _connect(socket_dir) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB NOSUPERUSER NOBYPASSRLS").format(
                    sql.Identifier(OWNER)
                )
            )
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [database]
        ).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(database), sql.Identifier(OWNER)
                )
            )
