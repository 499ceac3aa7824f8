"""Real workers, a real Redis of our own, and municipalities to work for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from config.settings import Settings
from deploy import embedded
from jobs import process
from jobs.clock import ONE_CLOCK
from jobs.doorbell import Bell
from jobs.registry import JOBS
from tenant_app.cli.migrate import migrate
from tenant_app.core.access import system
from tenant_app.core.uow import Database
from tests.databases import built, drop_database
from tests.jobs.practice import PRACTICE

ROOT = Path(__file__).resolve().parents[2]


def eventually(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until it holds; fail when it does not in time, which is long for a busy machine."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def _alone(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def settings(servers) -> Iterator[Settings]:
    """A database of our own: real clocks hand out jobs to every municipality they find."""
    name = f"test_jobs_{uuid.uuid4().hex[:12]}"
    _alone(servers.owner_url, f"CREATE DATABASE {name}")
    url = make_url(servers.owner_url).set(database=name).render_as_string(hide_password=False)
    env = {"DATABASE_URL": url, "REDIS_URL": servers.redis_url, "SECRET_KEY": "only for tests"}
    made = Settings.from_env(env)
    migrate(made)
    yield made
    drop_database(servers.owner_url, name)


@pytest.fixture(scope="session")
def db(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_app_url, settings.database_vendor_url, pool_size=20)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def app(settings: Settings, db: Database) -> Flask:
    """The whole application on this database."""
    return built(settings, db)


@pytest.fixture(scope="session")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Servers]:
    """A Redis that these tests may flush and kill."""
    with embedded.start(
        Path(tmp_path_factory.mktemp("redis")), throwaway=True, postgres=False
    ) as servers:
        yield servers


@pytest.fixture(scope="session")
def job_settings(settings: Settings, own_redis: embedded.Servers) -> Settings:
    return replace(settings, redis_url=own_redis.redis_url)


@pytest.fixture(autouse=True)
def practice_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The practice jobs are known while a test of this room runs."""
    for name, job in PRACTICE.items():
        monkeypatch.setitem(JOBS, name, job)


@pytest.fixture
def bell(job_settings: Settings) -> Iterator[Bell]:
    ringing = Bell(job_settings)
    ringing.queue.empty()
    yield ringing
    ringing.queue.empty()


@pytest.fixture
def house(job_settings: Settings, bell: Bell) -> Iterator[Database]:
    """The database as jobs use it, with the bell on our own Redis."""
    database = process.open_database(job_settings, doorbell=bell)
    yield database
    database.dispose()


@pytest.fixture
def environment(job_settings: Settings) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": job_settings.database_url,
        "REDIS_URL": job_settings.redis_url,
        "SECRET_KEY": job_settings.secret_key,
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a module as a process; none is left afterwards."""
    started: list[subprocess.Popen[bytes]] = []

    def run(*argv: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-m", *argv], env=environment, cwd=ROOT, start_new_session=True
        )
        started.append(child)
        return child

    yield run
    for child in started:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


@pytest.fixture
def effects(town) -> Callable[[str], int]:
    """How often a practice job had its effect."""

    def count(name: str) -> int:
        with town.as_system() as ctx:
            return int(
                ctx.session.execute(
                    text("SELECT count(*) FROM employees WHERE name = :n"), {"n": name}
                ).scalar_one()
            )

    return count


@pytest.fixture
def ask(house, town) -> Callable[..., object]:
    """Leave a job in the town's outbox; its id. `ring=False`: nobody hears of it."""

    def leave(job: str, *, ring: bool = True, unique: str | None = None, **args: object):
        with house.unit_of_work(town.tenant_id, system("test")) as ctx:
            made = ctx.enqueue(job, unique=unique, **args)
            if not ring:
                ctx.rings.clear()
        return made

    return leave


@pytest.fixture
def nothing_left_undone(town, db) -> Iterator[None]:
    """Clocks of other tests ring, and hand out, for every municipality that is open."""
    yield
    with db.vendor.begin() as connection:
        connection.execute(
            text("UPDATE tenants SET state = 'suspended' WHERE id = :t"), {"t": town.tenant_id}
        )


@pytest.fixture
def row(town) -> Callable[[object], object]:
    """The outbox row as it is now."""

    def read(key: object):
        with town.as_system() as ctx:
            return ctx.session.execute(
                text("SELECT * FROM outbox WHERE id = :id"), {"id": key}
            ).one()

    return read


@pytest.fixture
def age(town) -> Callable[[object], None]:
    """A minute passes for a row, so that the clock need not be waited for."""

    def do(key: object) -> None:
        with town.as_system() as ctx:
            ctx.session.execute(
                text(
                    "UPDATE outbox SET created_at = created_at - interval '1 minute',"
                    " due_at = due_at - interval '1 minute' WHERE id = :id"
                ),
                {"id": key},
            )

    return do


@pytest.fixture
def under_way(town) -> Callable[[object], bool]:
    """Whether the job has told of its progress."""

    def ask_progress(key: object) -> bool:
        with town.as_system() as ctx:
            found = ctx.session.execute(
                text("SELECT count(*) FROM job_progress WHERE outbox_id = :id"), {"id": key}
            )
            return bool(found.scalar_one())

    return ask_progress


@pytest.fixture
def ticking(db: Database) -> Callable[[], int]:
    """How many clocks hold the lock."""

    def count() -> int:
        with db.app.connect() as connection:
            held = connection.execute(
                text(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                    " AND objid = :lock AND objsubid = 1 AND database ="
                    " (SELECT oid FROM pg_database WHERE datname = current_database())"
                ),
                {"lock": ONE_CLOCK},
            )
            return int(held.scalar_one())

    return count
