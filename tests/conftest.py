"""Real PostgreSQL and Redis for every test; each test has municipalities of its own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from config.settings import Settings
from config.wsgi import build
from deploy import embedded
from tenant_app.cli.migrate import migrate
from tenant_app.core.uow import Database
from tests.town import Town

SECRET_KEY = "only for tests"


@dataclass(frozen=True)
class Servers:
    """Where the servers of this test run are."""

    owner_url: str
    redis_url: str


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Embedded servers for this run, or those that DATABASE_URL and REDIS_URL name."""
    given = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if given[0] and given[1]:
        yield Servers(owner_url=given[0], redis_url=given[1])
        return
    with embedded.start(Path(tmp_path_factory.mktemp("servers")), throwaway=True) as running:
        yield Servers(owner_url=running.database_url, redis_url=running.redis_url)


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def settings(servers: Servers) -> Iterator[Settings]:
    """Settings of a database made by running the migrations, thrown away afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _execute(servers.owner_url, f"CREATE DATABASE {name}")
    url = make_url(servers.owner_url).set(database=name).render_as_string(hide_password=False)
    made = Settings.from_env(
        {
            "DATABASE_URL": url,
            "REDIS_URL": servers.redis_url,
            "SECRET_KEY": SECRET_KEY,
            "SECURE_COOKIES": "0",
        }
    )
    migrate(made)
    yield made
    _execute(servers.owner_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def db(settings: Settings) -> Iterator[Database]:
    """The two ways into the database of this run, as the app and vendor roles."""
    database = Database(settings.database_app_url, settings.database_vendor_url, pool_size=20)
    yield database
    database.dispose()


@pytest.fixture
def make_town(db: Database) -> Callable[..., Town]:
    """Found another municipality: `make_town(areas=False)`."""

    def make(**kwargs: object) -> Town:
        return Town(db, **kwargs)  # type: ignore[arg-type]

    return make


@pytest.fixture
def town(make_town: Callable[..., Town]) -> Town:
    """A municipality with two areas, four institutions, staff and logins."""
    return make_town()


@pytest.fixture(scope="session")
def app(settings: Settings, db: Database) -> Flask:
    """The whole application on this run's database."""
    built = build(settings, db)
    built.config["TESTING"] = True
    # Exceptions must become the pages that users get, also here.
    built.config["PROPAGATE_EXCEPTIONS"] = False
    return built


@pytest.fixture
def _push_request_context() -> None:
    """pytest-flask would push one context for the whole test, which leaks `g` between requests."""
