"""The trail over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenant_app.audit import service as audit
from tenant_app.audit.api import blueprint
from tests.catalogue.door import api_of

URL = "/api/v1/audit-entries"
DAY = timedelta(days=1)


@pytest.fixture
def noted(town):
    """Three things that happened on three days, the last to the unit n1."""
    for days, action in ((2, "unit.moved"), (1, "unit_x.closed"), (0, "budgets.adopted")):
        with town.as_user("admin", now=town.now - days * DAY) as ctx:
            about = town.units["n1"] if days == 0 else None
            audit.record(ctx, action, about, old={"amount": 1}, new={"amount": 2}, note="Derfor")
    return town


@pytest.fixture
def auditor(noted):
    return api_of(noted, "auditor", blueprint)


def actions(answer):
    return [entry["action"] for entry in answer.json["items"]]


def test_the_newest_stands_first_with_what_it_was_before(noted, auditor):
    answer = auditor.get(URL)

    assert actions(answer) == ["budgets.adopted", "unit_x.closed", "unit.moved"]
    newest = answer.json["items"][0]
    assert newest["actor_name"] == f"admin {noted.slug}"
    assert newest["changes"] == {"old": {"amount": 1}, "new": {"amount": 2}}
    assert newest["note"] == "Derfor"


def test_it_comes_in_pages(auditor):
    answer = auditor.get(URL, query_string={"page": 2, "page_size": 2})

    assert actions(answer) == ["unit.moved"]
    assert not answer.json["has_more"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"action": "unit"}, ["unit_x.closed", "unit.moved"]),
        ({"action": "unit_"}, ["unit_x.closed"]),  # no wildcard
        ({"action": "unit.moved"}, ["unit.moved"]),
        ({"from": "2026-03-01"}, ["budgets.adopted", "unit_x.closed"]),
        ({"to": "2026-03-01"}, ["unit_x.closed", "unit.moved"]),
        ({"from": "2026-03-01", "to": "2026-03-01"}, ["unit_x.closed"]),
    ],
)
def test_it_is_searched_by_action_and_day(auditor, asked, found):
    assert actions(auditor.get(URL, query_string=asked)) == found


def test_it_is_searched_by_object(noted, auditor):
    answer = auditor.get(URL, query_string={"object_id": noted.units["n1"]})

    assert actions(answer) == ["budgets.adopted"]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("action", "%"), ("action", "a\0"), ("object_id", "7"), ("to", "9999-12-31"), ("from", "now")],
)
def test_an_odd_filter_is_refused_at_its_name(auditor, name, wrong):
    answer = auditor.get(URL, query_string={name: wrong})

    assert answer.status_code == 422
    assert answer.json["field"] == name


@pytest.mark.parametrize("name", ["consultant", "area_north", "leader_n1", "ped_n1"])
def test_those_who_do_not_oversee_the_municipality_see_nothing(noted, name):
    assert api_of(noted, name, blueprint).get(URL).status_code == 403


def test_the_admin_reads_it_too_and_another_municipality_its_own(noted, make_town):
    assert api_of(noted, "admin", blueprint).get(URL).json["items"]
    assert not api_of(make_town(), "admin", blueprint).get(URL).json["items"]
