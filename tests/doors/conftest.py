"""Three municipalities: one whose doors are tried, one beyond the fence, one to change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

import pytest
from flask import Flask

from config.settings import Settings
from tenant_app.core.uow import Database
from tests.databases import Servers, built, new_database, opened
from tests.doors.knocking import KNOCKS, House
from tests.doors.place import Place
from tests.doors.rows import KEYS


@pytest.fixture(scope="session")
def settings(servers: Servers) -> Iterator[Settings]:
    """A database of our own: among the municipalities of every other test, the canaries that the
    controls must find would not be on the first page."""
    with new_database(servers) as made:
        yield made


@pytest.fixture(scope="session")
def db(settings: Settings) -> Iterator[Database]:
    """The two ways into it."""
    with opened(settings) as database:
        yield database


@pytest.fixture(scope="session")
def app(settings: Settings, db: Database) -> Flask:
    """The whole application on it."""
    return built(settings, db)


@pytest.fixture(scope="session")
def here(db: Database) -> Place:
    """The municipality whose doors are tried. Nothing in it changes."""
    place = Place(db, "T1")
    place.fill(KEYS)
    return place


@pytest.fixture(scope="session")
def there(db: Database) -> Place:
    """Another municipality with the same users and things; every text in it is a canary."""
    place = Place(db, "T8")
    place.fill(KEYS)
    return place


@pytest.fixture(scope="session")
def work(db: Database) -> Place:
    """A municipality where those who may do what they may."""
    return Place(db, "T5")


@pytest.fixture(scope="session")
def house(app: Flask, here: Place, there: Place, work: Place) -> House:
    """The application with the people of the three at its doors."""
    return House(app, {place.mark: place for place in (here, there, work)})


@pytest.fixture(scope="session")
def unchanged() -> Callable[..., object]:
    """`with unchanged(here, there):` compares every table of both before and after.

    `but` names tables that may have more rows than before.
    """

    @contextmanager
    def compare(*places: Place, but: Collection[str] = ()) -> Iterator[None]:
        before = [place.sums() for place in places]
        yield
        for place, was in zip(places, before, strict=True):
            found = changes(was, place.sums())
            assert not set(found) - set(but), f"{place.mark} has changed: {found}"

    return compare


def changes(
    before: Mapping[str, tuple[int, int]], after: Mapping[str, tuple[int, int]]
) -> dict[str, int]:
    """Table → rows added, of those whose rows are others than before."""
    return {
        table: after[table][0] - before[table][0]
        for table in before
        if before[table] != after[table]
    }


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test looked at held nothing of another municipality."""
    yield
    if "house" in request.fixturenames:
        house: House = request.getfixturevalue("house")
        found, house.leaks[:] = list(house.leaks), []
        assert not found, "Of another municipality: " + "; ".join(found[:8])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How often was knocked, as the trust plan counts it."""
    for way, count in sorted(KNOCKS.items()):
        terminalreporter.write_line(f"doors: {count} requests {way}")
