"""Real PostgreSQL and Redis for every test; each test has municipalities of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from config.settings import Settings
from deploy import embedded
from tenant_app.core.uow import Database
from tests.databases import Servers, built, new_database, opened
from tests.town import Town


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the money machine of tests/budgets/test_machine.py runs."""
    parser.addoption("--money-steps", type=int, help="at least so many random money verbs")
    parser.addoption("--money-seed", type=int, help="the seed of the first of them")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Embedded servers for this run, or those that DATABASE_URL and REDIS_URL name."""
    given = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if given[0] and given[1]:
        yield Servers(owner_url=given[0], redis_url=given[1])
        return
    with embedded.start(Path(tmp_path_factory.mktemp("servers")), throwaway=True) as running:
        yield Servers(owner_url=running.database_url, redis_url=running.redis_url)


@pytest.fixture(scope="session")
def settings(servers: Servers) -> Iterator[Settings]:
    """Settings of a database made by running the migrations, thrown away afterwards."""
    with new_database(servers) as made:
        yield made


@pytest.fixture(scope="session")
def db(settings: Settings) -> Iterator[Database]:
    """The two ways into the database of this run, as the app and vendor roles."""
    with opened(settings) as database:
        yield database


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
    return built(settings, db)


@pytest.fixture
def _push_request_context() -> None:
    """pytest-flask would push one context for the whole test, which leaks `g` between requests."""
