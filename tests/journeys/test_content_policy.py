"""The content policy is on, and the watch over every journey sees whatever breaks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from config.settings import Settings
from config.wsgi import build
from tenant_app.core.uow import Database
from tests.journeys.serving import serving
from tests.journeys.visitor import Watch

START, END = '<!DOCTYPE html><html lang="da"><title>x</title><body>', "</body></html>"
BREACHES = {
    "script": ("<script>window.ran = true</script>", "script-src"),
    "handler": ('<button onclick="window.ran = true">x</button>', "script-src"),
    "style": ("<style>body { color: red }</style>", "style-src"),
    "style-attribute": ('<p style="color: red">x</p>', "style-src"),
    "foreign-script": ('<script src="https://example.org/x.js"></script>', "script-src"),
    "foreign-image": ('<img src="https://example.org/x.png" alt="">', "img-src"),
    "frame": ('<iframe src="/sign-in" title="x"></iframe>', "frame-src"),
    "base": ('<base href="https://example.org/">', "base-uri"),
}


@pytest.fixture(scope="module")
def careless(served: Settings) -> Iterator[str]:
    """The application with pages that nobody would let through."""
    database = Database(served.database_app_url, served.database_vendor_url)
    app = build(served, database)
    app.add_url_rule("/fine", "fine", lambda: f"{START}<p>x</p>{END}")
    for name, (markup, _directive) in BREACHES.items():
        app.add_url_rule(
            f"/careless/{name}", f"careless-{name}", lambda markup=markup: START + markup + END
        )
    with serving(app) as address:
        yield address
    database.dispose()


@pytest.mark.parametrize("name", BREACHES)
def test_a_page_that_breaks_the_policy_is_stopped_and_seen(
    chromium: Browser, careless: str, name: str
) -> None:
    watch = Watch()
    context = chromium.new_context(base_url=careless)
    watch.over(context)
    page = context.new_page()
    page.goto("/fine")
    assert watch.seen == []

    page.goto(f"/careless/{name}")
    if name == "handler":
        page.get_by_role("button").click()
    _markup, directive = BREACHES[name]
    seen = watch.waits_for(page, f"console: content policy: {directive}")
    ran = page.evaluate("window.ran")
    context.close()

    assert ran is None
    assert seen, watch.seen
