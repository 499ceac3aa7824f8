"""Files for browsers: under names that hold their print, kept for ever, and compressed."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest

from tenant_app.web import assets
from tests.web.conftest import give_password

LINKS = re.compile(r'(?:href|src)="(/[^"]*\.(?:css|js|svg|png|woff2))(?:\?[^"]*)?"')
PRINTED = re.compile(r"/assets/[a-z]+/(?:[\w-]+/)*[\w.-]+\.[0-9a-f]{12}\.(?:css|js|svg|png|woff2)")


def links(page: str) -> list[str]:
    """Every file a page asks for."""
    return LINKS.findall(page)


def squeezed(browser, path: str, how: str = "gzip"):
    return browser.client.get(
        path,
        base_url=browser.base,
        environ_base=browser.environ,
        headers={"Accept-Encoding": how},
    )


@pytest.mark.parametrize("path", ["/sign-in", "/vendor/sign-in", "/nowhere", "/api/v1/docs"])
def test_every_file_of_a_page_has_its_print_in_its_name(browser, path):
    found = links(browser.get(path).text)

    assert found or path == "/api/v1/docs"
    assert [link for link in found if not PRINTED.fullmatch(link)] == []


def test_so_have_those_of_the_panel_and_they_are_kept_for_ever(browser, town):
    browser.sign_in(town, give_password(town))
    found = links(browser.get("/admin/profile/").text)
    assert len(found) >= 5

    for link in found:
        answer = browser.get(link)
        assert answer.status_code == 200
        assert PRINTED.fullmatch(link), link
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers


def test_pages_themselves_are_kept_nowhere(browser):
    assert browser.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_the_print_is_that_of_the_content(browser, site):
    with site.test_request_context():
        link = assets.asset("web", "tokens.css")
    other = re.sub(r"\.[0-9a-f]{12}\.", ".0123456789ab.", link)

    right, old = browser.get(link), browser.get(other)

    assert right.text == old.text == (assets.PLACES["web"] / "tokens.css").read_text()
    assert old.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        *("/assets/web/tokens.css", "/assets/nowhere/tokens.0123456789ab.css"),
        *("/assets/web/nothing.0123456789ab.css", "/assets/web/../app.0123456789ab.py"),
        *("/assets/web/..%2fapp.0123456789ab.py", "/assets/web/%00.0123456789ab.css"),
        *("/assets/web//etc/hosts.0123456789ab.x", "/assets/bootstrap/..%5cx.0123456789ab.js"),
        *("/static/tokens.css", "/panel/panel.css"),
    ],
)
def test_whatever_else_is_asked_for_is_not_there(browser, path):
    assert browser.get(path).status_code in (308, 404)


def test_the_files_of_flask_admin_that_nothing_uses_have_no_address(site):
    endpoints = {rule.endpoint for rule in site.url_map.iter_rules()}
    assert {each for each in endpoints if each.rpartition(".")[2] == "static"} == {"assets.static"}


@pytest.mark.parametrize(
    ("how", "undo"),
    [("gzip", gzip.decompress), ("br", brotli.decompress), ("gzip, br", brotli.decompress)],
)
def test_files_and_pages_are_compressed_as_the_browser_reads(browser, site, how, undo):
    with site.test_request_context():
        link = assets.asset("panel", "panel.css")

    file, page = squeezed(browser, link, how), squeezed(browser, "/sign-in", how)

    assert undo(file.data) == (assets.PLACES["panel"] / "panel.css").read_bytes()
    assert undo(page.data).decode().startswith(("<!DOCTYPE html>", "\n<!DOCTYPE html>"))
    assert len(file.data) < len(undo(file.data)) / 2
    assert "Accept-Encoding" in file.headers["Vary"]
    assert "Accept-Encoding" in page.headers["Vary"]


def test_a_compressed_page_has_a_random_length(browser):
    """So that its length tells nobody how much of it repeats what they sent (BREACH)."""
    lengths = {len(squeezed(browser, "/sign-in").data) for _ in range(20)}

    assert len(lengths) > 10


def test_and_one_that_is_not_compressed_is_left_alone(browser):
    assert browser.get("/sign-in").text.rstrip().endswith("</html>")
