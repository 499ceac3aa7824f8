"""What a browser must fetch: the first page with everything, and each further one.

Bytes as they are sent to a browser that reads gzip, answers' heads not counted.
"""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import give_password
from tests.web.test_assets import links, squeezed

FIRST, FURTHER = 200_000, 30_000
IN_CSS = re.compile(r"""url\(["']?(/[^"')]+)""")


class Cache:
    """A browser's: what it has fetched under a name that lasts, it does not fetch again."""

    def __init__(self, browser) -> None:
        self.browser = browser
        self.kept: set[str] = set()

    def visit(self, path: str) -> int:
        """Bytes sent until the page is whole."""
        answer = squeezed(self.browser, path)
        assert answer.status_code == 200, path
        assert answer.headers["Content-Encoding"] == "gzip"
        return len(answer.data) + sum(
            self.fetch(link) for link in dict.fromkeys(links(self.browser.get(path).text))
        )

    def fetch(self, link: str) -> int:
        if link in self.kept:
            return 0
        answer = squeezed(self.browser, link)
        assert answer.status_code == 200, link
        if "immutable" in answer.headers["Cache-Control"]:
            self.kept.add(link)
        plain = self.browser.get(link).text if answer.mimetype == "text/css" else ""
        return len(answer.data) + sum(map(self.fetch, dict.fromkeys(IN_CSS.findall(plain))))


@pytest.mark.parametrize(
    ("user", "lists"),
    [
        ("admin", ("/admin/inbox/", "/admin/employees/", "/admin/users/", "/admin/usage/")),
        (
            "area_north",
            ("/admin/inbox/", "/admin/employees/", "/admin/browse/", "/admin/requests/"),
        ),
    ],
)
def test_a_visit_weighs_little(browser, town, user, lists):
    cache = Cache(browser)
    way_in = cache.visit("/sign-in")
    browser.sign_in(town, give_password(town, user))

    first = way_in + cache.visit("/admin/")
    further = {path: cache.visit(path) for path in ("/admin/", *lists)}

    assert first <= FIRST, f"{first:,} bytes"
    assert not {path: size for path, size in further.items() if size > FURTHER}


def test_the_measure_counts_files_and_counts_them_once(browser, town):
    browser.sign_in(town, give_password(town))
    page = len(squeezed(browser, "/admin/profile/").data)
    cache = Cache(browser)

    first, again = cache.visit("/admin/profile/"), cache.visit("/admin/profile/")

    assert first > page + 20_000  # Bootstrap alone
    assert abs(again - page) < 200
