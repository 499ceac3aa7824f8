"""The table knows every door of the house, and no other."""

from __future__ import annotations

from collections import Counter

from flask import Flask

from tests.doors.rows import ROWS
from tests.doors.table import Kind, missing_and_spare


def test_every_url_has_a_row_and_every_row_a_url(app):
    missing, spare = missing_and_spare(app, ROWS)

    assert not missing, f"Add a row to tests/doors/rows_*.py: {sorted(missing)}"
    assert not spare, f"No such URL any more, remove the row: {sorted(spare)}"


def test_no_door_stands_in_the_table_twice():
    twice = [name for name, count in Counter(row.name for row in ROWS).items() if count > 1]
    assert not twice


def test_a_caller_is_left_out_only_with_a_reason():
    left_out = [row.name for row in ROWS if None in (row.may_not, row.branch) and not row.why]
    assert not left_out


def test_a_door_is_open_only_outside_the_panels_and_the_api(app):
    urls = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    inside = [
        row.name
        for row in ROWS
        if row.kind is Kind.OPEN and urls[row.endpoint].startswith(("/admin/", "/api/", "/vendor/"))
    ]
    assert sorted(inside) == [
        "GET api-docs.openapi_json",
        "GET docs.page",
        "GET vendor_signin.page",
        "POST vendor_signin.page",
        "POST vendor_signin.sign_out",
    ]


def test_a_new_url_without_a_row_would_be_found():
    """The control: one door more, and one row less."""
    house = Flask("house", static_folder=None)
    read = [row for row in ROWS if row.kind is Kind.OPEN and row.method == "GET"]
    known = [read[0], next(row for row in read if row.endpoint != read[0].endpoint)]
    for row in known[1:]:
        house.add_url_rule(f"/{row.endpoint}", row.endpoint, lambda: "")
    house.add_url_rule("/new", "new", lambda: "", methods=["DELETE"])

    missing, spare = missing_and_spare(house, known)

    assert missing == {("new", "DELETE")}
    assert spare == {(known[0].endpoint, "GET")}
