"""Other people's sites, strangers and guests: what reaches a door without being let in."""

from __future__ import annotations

import pytest

from tests.doors.knocking import STRANGER, Caller
from tests.doors.rows import INSIDE, OPEN, ROWS
from tests.doors.table import Kind

PANEL = [row for row in INSIDE if row.kind is Kind.PANEL]
API = [row for row in INSIDE if row.kind is Kind.API]
FORMS = [row for row in (*INSIDE, *OPEN) if row.kind is not Kind.API and not row.is_read]
VISITS = ("audit_entries",)
"""Every page that vendor staff open inside a municipality is in its trail."""


def named(row):
    return row.name


def test_nothing_but_these_rows_is_reached_without_a_session():
    assert {row.kind for row in ROWS} == set(Kind)
    assert len(PANEL) + len(API) > 10 * len(OPEN)


@pytest.mark.parametrize("row", FORMS, ids=named)
def test_a_form_sent_from_another_site_changes_nothing(row, house, here, there, unchanged):
    thing = here.the(row.thing) if row.thing else None
    caller = STRANGER if row.kind is Kind.OPEN else Caller(here, row.may)
    house.prepare(row, caller)
    body = row.body_for(here, thing)
    tokens = (None, "", "guessed", house.signer.dumps("f" * 40))

    with unchanged(here, there):
        for token in tokens:
            answer = house.knock(row, caller, thing, of=here, body=body, csrf=token)
            assert answer.status_code == 400, token


def test_the_control_without_the_guard_changes_something(house, work, app):
    [row] = [each for each in INSIDE if each.name == "POST units.verb_found"]
    caller = Caller(work, row.may)
    house.prepare(row, caller)
    body, before = row.body_for(work, None), work.sums()
    app.config["WTF_CSRF_ENABLED"] = app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    try:
        answer = house.knock(row, caller, of=work, body=body, csrf=None)
    finally:
        app.config["WTF_CSRF_ENABLED"] = app.config["WTF_CSRF_CHECK_DEFAULT"] = True
    house.forget_ids(work)

    assert answer.status_code == 302
    assert work.sums() != before


@pytest.mark.parametrize("row", API, ids=named)
def test_the_panels_cookie_does_not_open_the_api(row, house, here, unchanged):
    thing, caller = here.the(row.thing) if row.thing else None, Caller(here, row.may)
    house.client(caller)
    body = row.body_for(here, thing)

    with unchanged(here):
        answer = house.knock(row, caller, thing, of=here, body=body, cookie=True)

    assert answer.status_code == 401


@pytest.mark.parametrize("row", OPEN, ids=named)
def test_an_open_door_answers_a_stranger_and_changes_nothing(row, house, here, there, unchanged):
    house.client(STRANGER)

    with unchanged(here, there):
        answer = house.knock(row, STRANGER, of=here, body=row.body(here, None))

    assert answer.status_code == row.answer
    if row.answer == 302:
        assert answer.headers["Location"].startswith("/")


@pytest.fixture(scope="module")
def guest(here):
    """Vendor staff who look inside, with a reason."""
    return Caller(here, "support", support=here.support_token("Fejl i lønfil, sag 1234"))


@pytest.mark.parametrize("row", PANEL, ids=named)
def test_vendor_staff_inside_read_and_change_nothing(row, house, here, there, guest, unchanged):
    thing = here.the(row.thing) if row.thing else None
    house.client(guest)
    body = row.body_for(here, thing)
    house.forget_ids(here)

    with unchanged(here, there, but=VISITS):
        answer = house.knock(row, guest, thing, of=here, body=body)

    if not row.is_read:
        assert answer.status_code in {403, 404} | set(row.refused)


def test_a_session_of_one_municipality_is_none_of_another(house, here, there):
    """The same cookie with another municipality in it, and the same secret in another token."""
    pretender = Caller(there, "admin", claims=here)
    [screen] = [row for row in INSIDE if row.name == "GET settings.index"]
    [machine] = [row for row in INSIDE if row.name == "GET api_accounts.me"]

    assert house.knock(screen, pretender, of=here).status_code == 302
    assert house.knock(machine, pretender, of=here).status_code == 401
    assert house.knock(screen, Caller(there, "admin"), of=there).status_code == 200
    assert house.knock(machine, Caller(there, "admin"), of=there).status_code == 200
