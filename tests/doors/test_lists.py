"""Searching, sorting, filtering and turning pages: odd addresses show nothing more."""

from __future__ import annotations

import re

import pytest

from tests.doors.knocking import Caller
from tests.doors.rows import INSIDE
from tests.doors.table import Kind

SCREENS = [
    row
    for row in INSIDE
    if row.kind is Kind.PANEL and row.is_read and row.endpoint.endswith(".index_view")
]
PAGES = [row for row in INSIDE if row.kind is Kind.API and row.is_read and row.thing is None]
ODD = (
    {"search": "T8"},
    {"search": "%"},
    {"search": "'; SELECT 1 --"},
    {"sort": "0", "desc": "1"},
    {"sort": "99"},
    {"sort": "tenant_id"},
    {"page": "-1"},
    {"page": "99999999999999999999"},
    {"page_size": "100000"},
    {"flt0_tenant_id_equals": "{tenant}"},
    {"flt0_99": "1", "flt1_": ""},
    {"q": "T8", "tenant_id": "{tenant}", "text": "T8"},
)
LINK = re.compile(r'<a\s[^>]*href="([^"]*)"')
REDIRECTS = (
    "https://evil.dk/",
    "//evil.dk",
    "///evil.dk",
    "/\\evil.dk",
    "\\\\evil.dk",
    "https:evil.dk",
    "https:/evil.dk",
    " https://evil.dk",
    "/\t/evil.dk",
    "javascript:alert(1)",
    "http://localhost@evil.dk/",
    "http://localhost.evil.dk/",
)


def named(row):
    return row.name


def words_of(app, endpoint):
    """The names of a list's filters, as addresses spell them."""
    for site in app.extensions["admin"]:
        for view in site._views:
            if view.endpoint == endpoint and getattr(view, "_filters", None):
                return [view.get_filter_arg(i, flt) for i, flt in enumerate(view._filters)]
    return []


@pytest.mark.parametrize("row", [*SCREENS, *PAGES], ids=named)
def test_an_odd_address_shows_nothing_of_elsewhere(row, app, house, here, there, unchanged):
    caller = Caller(here, row.may)
    house.prepare(row, caller)
    queries = [
        {name: text.format(tenant=there.tenant_id) for name, text in odd.items()} for odd in ODD
    ]
    filters = words_of(app, row.endpoint.partition(".")[0])
    for key in ("unit", "provider", "competence", "field", "year"):
        foreign = str(there.the(key))
        house.echoes.add(foreign)
        queries += [{f"flt0_{word}": foreign} for word in filters]

    with unchanged(here, there):
        answers = [house.knock(row, caller, of=here, query=query) for query in queries]

    house.echoes.clear()
    assert {answer.status_code for answer in answers} <= {200, 302, 404, 422}


@pytest.mark.parametrize("target", REDIRECTS)
def test_nobody_is_sent_to_another_site(target, house, here, work):
    [show, send] = [row for row in INSIDE if row.endpoint == "units.verb_describe"]
    form = house.knock(
        show, Caller(here, "admin"), here.the("unit"), of=here, query={"url": target}
    )
    unit = work.make("unit")
    house.forget_ids(work)
    answer = house.knock(
        send,
        Caller(work, "admin"),
        unit,
        of=work,
        body=send.body_for(work, unit),
        query={"url": target},
    )

    assert not [link for link in LINK.findall(form.text) if not link.startswith(("/", "#"))]
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith("/admin/"), location
