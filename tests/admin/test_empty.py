"""An empty list says what is missing and what to do next: a link for whoever can do it, and to the
others whose task it is."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import delete

from tenant_app.core import clock
from tenant_app.organisation.models import Employment
from tests.admin.lists import Browser, lists_of, table_of

PEOPLE = ("admin", "consultant", "auditor", "area_north", "leader_n1", "ped_n1")
"""One in each role."""
PAGES = {"inbox", "browse", "own", "coverage", "usage", "imports", "saved_views", "voices"}
"""Lists that are no rows of one table."""
DONE = {
    "anchoring-tasks",
    "budget-alarms",
    "budget-revisions",
    "dead-letters",
    "inbox",
    "jobs",
    "support-sessions",
    "trail",
}
"""Where an empty list asks nobody to do anything."""
STARTS = {
    "clusters": dict.fromkeys(
        ("admin", "consultant", "area_north", "leader_n1"), "/admin/clusters/find/"
    ),
    "capacity": dict.fromkeys(
        ("admin", "consultant", "area_north", "leader_n1"), "/admin/capacity/state/"
    ),
    "budget-years": {"admin": "/admin/budget-years/create/"},
    "pools": {"admin": "/admin/budget-years/"},
    "ledger": {"admin": "/admin/budget-years/"},
    "funding-rules": {"admin": "/admin/funding-rules/set/"},
    "scenarios": {"admin": "/admin/scenarios/make/"},
    "requests": dict.fromkeys(("area_north", "leader_n1", "ped_n1"), "/admin/browse/"),
    "courses": dict.fromkeys(("admin", "consultant"), "/admin/courses/create/"),
    "sessions": dict.fromkeys(("admin", "consultant"), "/admin/courses/"),
    "competences": dict.fromkeys(("admin", "consultant"), "/admin/competence-areas/"),
    "coverage-targets": dict.fromkeys(("admin", "consultant"), "/admin/coverage-targets/set/"),
    "browse": dict.fromkeys(("admin", "consultant"), "/admin/sessions/"),
    "dialogue": dict.fromkeys(
        ("admin", "consultant", "area_north", "leader_n1"), "/admin/dialogue/create/"
    ),
    "dialogue-cards": dict.fromkeys(("admin", "consultant"), "/admin/dialogue-cards/add/"),
    "supervision": dict.fromkeys(("admin", "consultant", "area_north"), "/admin/supervision/plan/"),
    "screenings": {"admin": "/admin/imports/"},
    "orders": dict.fromkeys(("area_north", "leader_n1"), "/admin/browse/"),
    "invoices": dict.fromkeys(("admin", "consultant"), "/admin/invoice-reading/"),
    "posting-batches": dict.fromkeys(("admin", "consultant"), "/admin/posting-batches/hand-over/"),
    "account-strings": dict.fromkeys(("admin", "consultant"), "/admin/account-strings/set/"),
    "screening-tools": dict.fromkeys(("admin", "consultant"), "/admin/screening-tools/create/"),
}
"""List → who begins it, and where."""


@pytest.fixture
def town(make_town):
    """As on the first day: units, staff and logins, and nothing else."""
    return make_town(now=clock.now())


@pytest.fixture
def browsers(app, town):
    return {name: Browser(app, town, name) for name in PEOPLE}


def emptiness(page):
    """(text, links) of the page's empty state; None where it has none."""
    main = page[page.index("<main") :]
    found = re.search(r'<(p|div) class="empty"[^>]*>(.*?)</\1>', main, re.DOTALL)
    if found is None:
        return None
    text = html.unescape(re.sub(r"<[^>]+>", " ", found[2]))
    links = [html.unescape(link) for link in re.findall(r'<a href="([^"]+)"', found[2])]
    return " ".join(text.split()), links


def every_list(app):
    return {*lists_of(app), *PAGES}


def url_of(endpoint):
    return f"/{endpoint.replace('saved_views', 'saved-views')}/"


def test_every_empty_list_says_so_and_what_next_to_each_role(app, town, browsers):
    looked = 0
    for endpoint in sorted(every_list(app)):
        for name, browser in browsers.items():
            answer = browser.get(url_of(endpoint))
            if answer.status_code == 403:
                continue
            assert answer.status_code == 200, (endpoint, name)
            if table_of(answer.text)[1] or (endpoint in PAGES and "<tbody" in answer.text):
                continue
            found = emptiness(answer.text)
            assert found is not None, f"{endpoint} says nothing to {name}"
            text, links = found
            assert len(text) > 15, (endpoint, name, text)
            told = links or "Opgaven ligger hos" in text or "Årets rapporter" in text
            assert told or endpoint in {*DONE, *PAGES}, (endpoint, name, text)
            for link in links:
                if link.startswith("/admin"):
                    led = browser.get(link.removeprefix("/admin"))
                    assert led.status_code == 200, (endpoint, name, link)
            looked += 1
    assert looked > 80


@pytest.mark.parametrize("endpoint", STARTS)
def test_whoever_can_begin_is_led_there_and_nobody_else(browsers, endpoint):
    for name, browser in browsers.items():
        answer = browser.get(url_of(endpoint))
        if answer.status_code == 403:
            assert name not in STARTS[endpoint]
            continue
        text, links = emptiness(answer.text)
        if name in STARTS[endpoint]:
            assert STARTS[endpoint][name] in links, (name, links)
            assert "Opgaven ligger hos" not in text
        else:
            assert links == [], name
            if endpoint not in PAGES:
                assert "Opgaven ligger hos: " in text


def test_whose_task_it_is_stands_in_the_readers_language(browsers):
    text, _links = emptiness(browsers["ped_n1"].get("/competences/").text)
    assert text.endswith("Opgaven ligger hos: Kommunal administrator, Konsulent.")


def test_a_list_in_which_nothing_fits_leads_back_to_all_of_it(app, town, browsers):
    tried = 0
    for endpoint, view in lists_of(app).items():
        if not view._search_supported:
            continue
        answer = browsers["admin"].get(f"/{endpoint}/?search=findesikke")
        text, links = emptiness(answer.text)
        assert text == "Intet passer til det, du søger. Vis alle", endpoint
        assert links == [f"/admin/{endpoint}/?all=1"]
        tried += 1
    assert tried > 8


def test_a_leader_without_staff_is_told_too(app, town):
    with town.as_system() as ctx:
        ctx.session.execute(delete(Employment).where(Employment.unit_id == town.units["s2"]))
    browser = Browser(app, town, "area_south")
    page = browser.get(f"/employees/?flt0_unit={town.units['s2']}").text
    assert emptiness(page)[0].startswith("Intet passer")


def test_the_looking_sees_a_list_that_says_nothing():
    page = '<main><p class="lead">Hej</p></main>'
    assert emptiness(page) is None
    page = '<main><div class="empty"><p>Intet.</p><p><a href="/x">Ud</a></p></div></main>'
    assert emptiness(page) == ("Intet. Ud", ["/x"])
