"""A database for a test run, made by running the migrations and thrown away afterwards."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from config.settings import Settings
from config.wsgi import build
from jobs.process import open_database
from tenant_app.cli.migrate import migrate
from tenant_app.core.uow import Database

SECRET_KEY = "only for tests"


@dataclass(frozen=True)
class Servers:
    """Where the servers of this test run are."""

    owner_url: str
    redis_url: str


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def drop_database(owner_url: str, name: str) -> None:
    """FORCE ends our own connections only: while PostgreSQL itself cleans up in the database, it
    refuses."""
    for patience in range(50, -1, -1):
        try:
            _execute(owner_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        except ProgrammingError:
            if not patience:
                raise
            time.sleep(0.2)
        else:
            return


@contextmanager
def new_database(servers: Servers) -> Iterator[Settings]:
    """Settings that lead into a new database with the newest schema."""
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
    drop_database(servers.owner_url, name)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The two ways in, as the app and vendor roles."""
    database = Database(settings.database_app_url, settings.database_vendor_url, pool_size=20)
    yield database
    database.dispose()


def built(settings: Settings, db: Database) -> Flask:
    """The whole application, whose exceptions become the pages that users get."""
    app = build(settings, db)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@contextmanager
def opened_for_commands(settings: Settings) -> Iterator[Database]:
    """The way in of jobs and commands, which plan each statement for the municipality it is about:
    among the many small ones of a test run a large one is asked about by plans of its own."""
    database = open_database(settings)
    yield database
    database.dispose()
