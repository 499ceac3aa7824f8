"""The menu: a few groups of what a role does, and on each screen where one is."""

from __future__ import annotations

import re

import pytest

from admin.menu import GROUPS, PLACED
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.core import clock

MOST_GROUPS = 11
"""Folded: so many headings are one glance."""
ROLES = ("admin", "consultant", "area_north", "leader_n1", "ped_n1", "auditor")


@pytest.fixture
def town(make_town):
    return make_town(now=clock.now())


@pytest.fixture
def panel(app, town):
    """A browser of a user, by name."""

    def signed_in(name):
        with town.as_system() as ctx:
            token = accounts.open_session(ctx, ctx.session.get_one(User, town.users[name]))
        client = app.test_client()
        with client.session_transaction() as kept:
            kept.update(tenant=town.tenant_id, token=token)
        return client

    return signed_in


def menu_of(client, path="/admin/profile/") -> dict[str, list[str]]:
    """Heading → addresses; the part without a heading is ''."""
    page = client.get(path).text
    nav = re.search(r'<nav class="side".*?</nav>', page, re.S)[0]
    groups = re.findall(r'<(div|details) class="group"[^>]*>(.*?)</\1>', nav, re.S)
    found = {}
    for _tag, group in groups:
        name = re.search(r'class="group-name"[^>]*>([^<]*)<', group)
        found[name[1] if name else ""] = re.findall(r'<a href="([^"]+)"', group)
    return found


def flat(menu) -> list[str]:
    return [url for urls in menu.values() for url in urls]


@pytest.mark.parametrize("role", ROLES)
def test_home_comes_first_and_the_groups_are_few(panel, role):
    menu = menu_of(panel(role))

    assert next(iter(menu)) == ""
    assert menu[""][0] == "/admin/"
    assert len(menu) <= MOST_GROUPS
    assert all(menu.values())
    assert len(flat(menu)) == len(set(flat(menu)))


@pytest.mark.parametrize("role", ROLES)
def test_every_line_of_the_menu_opens(panel, role):
    client = panel(role)

    shut = {url: client.get(url).status_code for url in flat(menu_of(client))}

    assert set(shut.values()) == {200}, shut


@pytest.mark.parametrize(
    ("role", "works_with", "not_with"),
    [
        ("admin", {"budget-years", "users", "settings", "courses", "inbox", "trail"}, set()),
        ("consultant", {"courses", "coverage-targets", "coverage"}, {"users", "inbox", "settings"}),
        ("area_north", {"inbox", "requests", "usage", "delegations"}, {"courses", "budget-years"}),
        ("leader_n1", {"inbox", "browse", "employees", "pools"}, {"providers", "units", "jobs"}),
        ("ped_n1", {"own", "browse"}, {"employees", "holdings", "inbox", "usage", "courses"}),
        ("auditor", {"trail", "budget-years", "units", "ledger"}, {"inbox", "settings", "users"}),
    ],
)
def test_a_role_sees_what_it_works_with_and_not_the_rest(panel, role, works_with, not_with):
    lines = {url.strip("/").removeprefix("admin").strip("/") for url in flat(menu_of(panel(role)))}

    assert works_with <= lines
    assert not not_with & lines


@pytest.mark.parametrize("path", ["/admin/employees/", "/admin/pools/", "/admin/browse/"])
def test_the_screen_one_is_at_is_marked_once(panel, path):
    page = panel("leader_n1").get(path).text
    nav = re.search(r'<nav class="side".*?</nav>', page, re.S)[0]

    assert re.findall(r'<a href="([^"]+)" aria-current="page">', nav) == [path]


@pytest.mark.parametrize("role", ROLES)
def test_every_screen_has_crumbs_from_home_to_itself_and_says_what_it_is_for(panel, role):
    client = panel(role)
    poor = {}
    for url in flat(menu_of(client)):
        page = client.get(url).text
        crumbs = re.search(r'<nav class="crumbs"[^>]*>(.*?)</nav>', page, re.S)[1]
        here = re.findall(r'<span aria-current="page">([^<]+)</span>', crumbs)
        starts_at_home = url == "/admin/" or 'href="/admin/"' in crumbs
        if not (len(here) == 1 and starts_at_home and page.count("<h1") == 1):
            poor[url] = crumbs
        elif url != "/admin/" and 'class="lead-help"' not in page:
            poor[url] = "no help"
    assert not poor


@pytest.mark.parametrize("role", ROLES)
def test_the_municipality_and_the_role_stand_on_every_page(panel, town, role):
    words = {
        "admin": "Kommunal administrator",
        "consultant": "Konsulent",
        "area_north": "Områdeleder, north",
        "leader_n1": "Institutionsleder, n1",
        "ped_n1": "Medarbejder, n1",
        "auditor": "Revisor",
    }
    where = re.search(r'class="where">.*?</div>', panel(role).get("/admin/profile/").text, re.S)[0]

    assert f"By {town.slug}" in where
    assert words[role] in where


def test_every_screen_has_been_given_a_place(app):
    municipality = next(site for site in app.extensions["admin"] if site.url == "/admin")
    unplaced = {view.endpoint for view in municipality._views} - PLACED

    assert not unplaced, "Name it in admin/menu.py, in a group or ELSEWHERE"


def test_the_menu_names_no_screen_that_is_not_there(app):
    municipality = next(site for site in app.extensions["admin"] if site.url == "/admin")
    there = {view.endpoint for view in municipality._views}

    assert {entry.endpoint for group in GROUPS for entry in group.entries} <= there
