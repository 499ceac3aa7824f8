"""A served application and a real browser: a journey is what people see and press."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, sync_playwright

from config.settings import Settings, new_secret_key
from config.wsgi import build
from jobs.doorbell import Bell
from tenant_app.accounts.models import User
from tenant_app.catalogue import service as catalogue
from tenant_app.core import clock, secrets
from tenant_app.core.uow import Database
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import VendorRole
from tests.databases import Servers, new_database, opened
from tests.enrolments.conftest import School
from tests.journeys.serving import CHROMIUMS, FLAGS, find_chromium, serving
from tests.journeys.visitor import DESKTOP, PASSWORD, SECONDS_TO_ARRIVE, Visitor, Watch
from tests.town import Town

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
Enter = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser: `-m "not browser"` leaves it out."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """That there is no browser is said in one line, not in one per journey."""
    report = yield
    if report.skipped and HERE in item.path.parents and isinstance(report.longrepr, tuple):
        report.longrepr = (__file__, 1, report.longrepr[2])
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys; each visitor has a profile of their own in it."""
    found = find_chromium()
    if found is None:
        pytest.skip(f"no browser on PATH: none of {', '.join(CHROMIUMS)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def settings(servers: Servers) -> Iterator[Settings]:
    """A database of our own: the sign-in page would name the municipalities of all other tests,
    thousands of them, each time somebody signs in."""
    with new_database(servers) as made:
        yield made


@pytest.fixture(scope="session")
def db(settings: Settings) -> Iterator[Database]:
    """The two ways into it."""
    with opened(settings) as database:
        yield database


@pytest.fixture(scope="session")
def served(settings: Settings) -> Settings:
    """The settings of the served application.

    A key of its own: sign-ins that other tests had refused from this address are not counted here.
    """
    return replace(settings, secret_key=new_secret_key())


@pytest.fixture(scope="session")
def site(served: Settings) -> Iterator[str]:
    """The address of the whole application on a real web server."""
    database = Database(served.database_app_url, served.database_vendor_url, doorbell=Bell(served))
    with serving(build(served, database)) as address:
        yield address
    database.dispose()


@pytest.fixture
def enter(chromium: Browser, site: str) -> Iterator[Enter]:
    """Somebody sits down at a browser of their own: `enter()`, `enter(width=390)`.

    At the end of the journey no page may have had an error on its console, a refused script or
    style, a broken image or a crash of the server.
    """
    watch, contexts = Watch(), []

    def sit_down(*, width: int = DESKTOP, javascript: bool = True) -> Visitor:
        context = chromium.new_context(
            base_url=site,
            viewport={"width": width, "height": 844 if width < DESKTOP else 900},
            java_script_enabled=javascript,
            locale="da-DK",
        )
        context.set_default_timeout(SECONDS_TO_ARRIVE * 1_000)
        contexts.append(context)
        watch.over(context)
        return Visitor(context.new_page(), javascript=javascript)

    yield sit_down
    for context in contexts:
        context.close()
    assert watch.seen == []


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Made once: hashing is slow on purpose."""
    return secrets.hash_password(PASSWORD)


@pytest.fixture
def town(make_town: Callable[..., Town], password_hash: str) -> Town:
    """A municipality of today, since the web asks the real clock; everybody has a password."""
    made = make_town(now=clock.now())
    with made.as_system() as ctx:
        for user_id in made.users.values():
            ctx.session.get_one(User, user_id).password_hash = password_hash
    return made


class Offered(School):
    """A school whose courses are looked up by what people read."""

    def title_of(self, session_id: UUID) -> str:
        """The title of the session's course."""
        with self.town.as_system() as ctx:
            return catalogue.offer(ctx, session_id).course.title


@pytest.fixture
def school(town: Town) -> Offered:
    """An open budget year with money, ECTS fee central and cover halved."""
    return Offered(town, year=town.now.year)


@pytest.fixture
def sign_in(enter: Enter, town: Town) -> Enter:
    """A user of the town, signed in through the sign-in page: `sign_in("leader_n1")`."""

    def come(name: str, **browser: Any) -> Visitor:
        visitor = enter(**browser)
        visitor.opens("/sign-in")
        visitor.signs_in(f"By {town.slug}", f"{name}@{town.slug}.dk")
        return visitor

    return come


@pytest.fixture
def at_vendor(enter: Enter, db: Database, request: pytest.FixtureRequest) -> Enter:
    """A member of the vendor's staff, signed in at the vendor's door."""

    def come(**browser: Any) -> Visitor:
        email = f"{re.sub(r'[^a-z0-9]+', '-', request.node.name.lower())}0@leverandoer.dk"
        with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
            tenancy.create_staff(
                ctx,
                email=email,
                name="Vera Vendor",
                role=VendorRole.VENDOR_ADMIN,
                password=PASSWORD,
            )
        visitor = enter(**browser)
        visitor.opens("/vendor/sign-in")
        visitor.fills("E-mail", email)
        visitor.fills("Adgangskode", PASSWORD)
        visitor.presses("Log ind")
        visitor.is_in()
        return visitor

    return come


@pytest.fixture
def worker(settings: Settings) -> Callable[[], Any]:
    """A real worker process for as long as the block lasts: `with worker(): …`."""

    @contextmanager
    def run() -> Iterator[None]:
        environment = os.environ | {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": settings.secret_key,
            "PYTHONPATH": str(ROOT),
        }
        child = subprocess.Popen(
            [sys.executable, "-m", "jobs.worker", "--processes", "1"],
            env=environment,
            cwd=ROOT,
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    return run
