"""Makes the pictures of the README and the user guide from the demo: `python -m docs.screenshots`.

With DATABASE_URL and REDIS_URL it loads the demo into a database of its own there and drops it
afterwards; without them on embedded servers. ROEDTRAAD_URL names a running demo to look at instead.
"""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from config.settings import Settings, new_secret_key
from config.wsgi import build
from deploy import embedded
from tenant_app.cli.demo import load, sign_ins
from tenant_app.cli.jobs import drain
from tenant_app.cli.migrate import migrate
from tenant_app.core.uow import Database
from tests.journeys.serving import FLAGS, find_chromium, serving

IMAGES = Path(__file__).parent / "images"
WIDTH, HEIGHTS = 1280, (860, 700, 560, 420)
"""Pixels; the tallest picture that is small enough is kept."""
LARGEST = 170_000
"""Bytes: a README is read on phones too, and a repository keeps every picture for ever."""
ALL_TOGETHER = 1_500_000
MUNICIPALITY, DOMAIN = "Rudersdal Kommune", "rudersdal.dk"
VENDOR = "vendor@roedtraad.dk"


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it; `opens` is a link or row to go on to from there."""

    name: str
    login: str
    path: str
    opens: str | None = None

    @property
    def email(self) -> str:
        return self.login if "@" in self.login else f"{self.login}@{DOMAIN}"


PICTURES = (
    # The README's.
    Picture("indbakke", "omraadeleder", "/admin/inbox/"),
    Picture("forbrug", "omraadeleder", "/admin/usage/"),
    # One for each page of the user guide.
    Picture("vejledning-kommunal-administrator", "admin", "/admin/"),
    Picture("vejledning-omraadeleder", "omraadeleder", "/admin/"),
    Picture("vejledning-institutionsleder", "leder", "/admin/browse/", opens="Tilmeld"),
    Picture("vejledning-medarbejder", "medarbejder", "/admin/own/"),
    Picture("vejledning-revisor-tillidsrepraesentant", "revisor", "/admin/usage/"),
    Picture("vejledning-leverandoer", VENDOR, "/vendor/"),
)


def _alone(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@contextmanager
def _servers() -> Iterator[tuple[str, str]]:
    """The addresses of PostgreSQL (as the owner) and Redis."""
    given = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if given[0] and given[1]:
        yield given[0], given[1]
        return
    with (
        tempfile.TemporaryDirectory() as place,
        embedded.start(Path(place), throwaway=True) as running,
    ):
        yield running.database_url, running.redis_url


@contextmanager
def _own_demo() -> Iterator[str]:
    """The address of a demo that is gone afterwards."""
    with _servers() as (owner_url, redis_url):
        name = f"screenshots_{uuid.uuid4().hex[:12]}"
        _alone(owner_url, f"CREATE DATABASE {name}")
        url = make_url(owner_url).set(database=name).render_as_string(hide_password=False)
        settings = Settings.from_env(
            {
                "DATABASE_URL": url,
                "REDIS_URL": redis_url,
                "SECRET_KEY": new_secret_key(),
                "SECURE_COOKIES": "0",
            }
        )
        migrate(settings)
        database = Database(settings.database_app_url, settings.database_vendor_url)
        try:
            load(database)
            drain.main([], obj=database, standalone_mode=False)
            with serving(build(settings, database)) as address:
                yield address
        finally:
            database.dispose()
            _alone(owner_url, f"DROP DATABASE {name} WITH (FORCE)")


def _sign_in(page: Page, email: str) -> None:
    [password] = {each[3] for each in sign_ins() if each[2] == email}
    page.goto("/vendor/sign-in" if email == VENDOR else "/sign-in")
    if email != VENDOR:
        page.get_by_label("Kommune").select_option(label=MUNICIPALITY)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Adgangskode").fill(password)
    page.get_by_role("button", name="Log ind").click()
    page.get_by_role("navigation", name="Menu").wait_for()


def _take(page: Page, picture: Picture) -> Path:
    answer = page.goto(picture.path)
    if picture.opens is not None:
        page.get_by_role("main").get_by_role("link", name=picture.opens).first.click()
        page.wait_for_load_state()
    main = page.get_by_role("main")
    shown = main.get_by_role("row").count() + main.get_by_role("checkbox").count()
    if answer is None or not answer.ok or shown < 2:
        raise SystemExit(f"{picture.path} has nothing to show; has the demo been loaded?")
    target = IMAGES / f"{picture.name}.png"
    for height in HEIGHTS:
        page.screenshot(path=target, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
        if target.stat().st_size <= LARGEST:
            return target
    raise SystemExit(f"{target} is larger than {LARGEST} bytes")


def main() -> None:
    """The pictures show today's panel."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("There is no Chromium on PATH to take pictures with.")
    IMAGES.mkdir(exist_ok=True)
    with ExitStack() as stack:
        address = os.environ.get("ROEDTRAAD_URL") or stack.enter_context(_own_demo())
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        stack.callback(browser.close)
        pages: dict[str, Page] = {}
        for picture in PICTURES:
            if picture.email not in pages:
                pages[picture.email] = page = browser.new_page(
                    base_url=address,
                    viewport={"width": WIDTH, "height": HEIGHTS[0]},
                    locale="da-DK",
                    color_scheme="light",
                )
                _sign_in(page, picture.email)
            target = _take(pages[picture.email], picture)
            click.echo(f"{target}: {target.stat().st_size} bytes")
    together = sum(each.stat().st_size for each in IMAGES.glob("*.png"))
    if together > ALL_TOGETHER:
        raise SystemExit(f"The pictures are {together} bytes together, at most {ALL_TOGETHER}")


if __name__ == "__main__":
    sys.exit(main())
