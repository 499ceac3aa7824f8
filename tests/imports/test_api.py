"""Imports over the API."""

from __future__ import annotations

import io

import pytest

from tenant_app.accounts import service as accounts
from tenant_app.core import clock
from tenant_app.imports import service as imports
from tenant_app.imports.api import blueprint
from tests.catalogue.door import api_of
from tests.imports.conftest import UNITS, everything, people, table, workbook

URL = "/api/v1/imports"
ROWS = [("I9", "Æblehaven", "institution", "U2", "01-01-2021", "ja")]


def send(client, kind, content, *, name="fil.csv", query="", **headers):
    return client.post(
        f"{URL}/{kind}{query}", data={"file": (io.BytesIO(content), name)}, headers=headers
    )


@pytest.fixture
def admin(town):
    return api_of(town, "admin", blueprint)


def test_a_dry_run_says_what_the_file_would_do_and_writes_nothing(town, admin):
    before = everything(town)

    answer = send(admin, "employees", people(3), query="?dry_run=true")

    assert answer.status_code == 200
    assert answer.json["dry_run"]
    assert (answer.json["rows"], answer.json["added"], answer.json["error_count"]) == (3, 3, 0)
    assert everything(town) == before


def test_a_run_writes_and_the_same_file_again_changes_nothing(town, admin):
    answer = send(admin, "employees", people(3))
    assert (answer.status_code, answer.json["added"], answer.json["kind"]) == (200, 3, "employees")

    again = send(admin, "employees", people(3)).json

    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 3)


def test_a_workbook_is_read_as_well(admin):
    assert send(admin, "units", workbook(UNITS, ROWS), name="enheder.xlsx").json["added"] == 1


def test_odd_signs_in_the_name_of_the_file_are_left_out(town, admin):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; '
        b"filename*=UTF-8''a%00b%ED%A0%80.csv\r\n\r\n" + people(1) + b"\r\n--x--\r\n"
    )

    answer = admin.post(
        f"{URL}/employees", data=body, content_type="multipart/form-data; boundary=x"
    )

    assert answer.status_code == 200
    with town.as_user("admin") as ctx:
        [run] = imports.latest(ctx)
    assert run.file_name.startswith("ab")
    assert run.file_name.isprintable()


def test_errors_are_told_by_row_and_column(town, admin):
    before = everything(town)

    tried = send(admin, "employees", people(3, bad=1), query="?dry_run=true")
    refused = send(admin, "employees", people(3, bad=1))

    assert tried.status_code == 200
    assert tried.json["error_count"] == 1
    assert list(tried.json["errors"]) == ["3"]
    assert list(tried.json["errors"]["3"]) == ["FTE"]
    assert refused.status_code == 422
    assert refused.json["field"] == "file"
    assert "Nothing was written" in refused.json["detail"]
    assert refused.json["errors"] == tried.json["errors"]
    assert everything(town) == before


def test_what_is_no_table_is_refused(town, admin):
    before = everything(town)

    for content in (b"", b"PK\x03\x04", table(("a", "b"), [("1", "2")])):
        answer = send(admin, "units", content)
        assert (answer.status_code, answer.json["field"]) == (422, "file")
    assert admin.post(f"{URL}/units").status_code == 422
    assert admin.post(f"{URL}/units", data={"file": "text"}).json["field"] == "file"
    assert everything(town) == before


def test_a_kind_that_is_not_imported_is_not_there(admin):
    assert send(admin, "pools", people(1)).status_code == 404


def test_a_key_is_refused_since_the_file_is_its_own(town, admin):
    before = everything(town)

    answer = send(admin, "employees", people(1), **{"Idempotency-Key": "something new"})

    assert (answer.status_code, answer.json["field"]) == (422, "Idempotency-Key")
    assert everything(town) == before


@pytest.mark.parametrize("name", ["auditor", "consultant", "area_north", "leader_n1", "ped_n1"])
def test_nobody_else_imports(town, name):
    before = everything(town)

    for query in ("", "?dry_run=true"):
        client = api_of(town, name, blueprint)
        assert send(client, "employees", people(1), query=query).status_code == 403
    assert everything(town) == before


@pytest.mark.parametrize(("size", "status", "field"), [(10, 422, "file"), (11, 413, None)])
def test_a_file_over_10_mb_is_refused_with_a_way_out(app, make_town, size, status, field):
    """By the room that reads it while it can still say which input it is, else at the door."""
    town = make_town(now=clock.now())
    with town.as_user("admin") as ctx:
        token = accounts.make_token(ctx, name="import", days=1)
    before = everything(town)

    answer = send(
        app.test_client(),
        "employees",
        b"x" * (size * 1024 * 1024 + 1),
        Authorization=f"Bearer {token}",
    )

    assert (answer.status_code, answer.json["field"]) == (status, field)
    assert "10 MB" in answer.json["detail"]
    assert "smaller files" in answer.json["detail"]
    assert everything(town) == before
