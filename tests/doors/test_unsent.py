"""Each form of the panel, sent with a session that had ended, comes back as it was filled in."""

from __future__ import annotations

import re

import pytest
from markupsafe import escape

from tenant_app.web.unsent import SECRET
from tests.doors.knocking import Caller, form_of
from tests.doors.rows import INSIDE
from tests.doors.table import Kind, no_body

FORMS = [
    row
    for row in INSIDE
    if row.kind is Kind.PANEL
    and not row.is_read
    and any(show.endpoint == row.endpoint and show.is_read for show in INSIDE)
]

FILLED = [row for row in FORMS if row.body is not no_body or row.refs]
BARE = [row for row in FORMS if row not in FILLED]
"""A button and nothing to fill in."""
assert len(FILLED) > len(BARE) > 0
FIELD = re.compile(r'<(?:input(?![^>]*type="(?:hidden|submit)")|select|textarea)[^>]*>')


def named(row):
    return row.name


def typed(body):
    """The fields of a body that are kept, as a browser sends them."""
    return {
        name: value if isinstance(value, list) else str(value)
        for name, value in form_of(body).items()
        if isinstance(value, str | int | list) and value and not SECRET.search(name)
    }


def texts(sent, page):
    """What was typed into fields that the form has."""
    return {
        name: value
        for name, value in sent.items()
        if isinstance(value, str) and f'name="{name}"' in page
    }


@pytest.mark.parametrize("row", FILLED, ids=named)
def test_a_form_whose_session_had_ended_comes_back_filled(row, house, here, unchanged):
    thing = here.the(row.thing) if row.thing else None
    sent = typed(row.body_for(here, thing))
    assert sent
    caller = Caller(here, row.may)
    client = house.client(caller)
    path, query = house.url(row, here, thing)
    with client.session_transaction() as kept:
        token = kept["token"]
        kept["token"] = "over"
        kept["user"] = f"{here.tenant_id}:{here.users[row.may]}"

    with unchanged(here):
        form = sent | {"csrf_token": house.signer.dumps("0123456789abcdef0123456789abcdef01234567")}
        answer = client.post(path, query_string=query, data=form)
        assert answer.status_code == 302
        assert "/sign-in" in answer.headers["Location"]
        with client.session_transaction() as kept:
            kept["token"] = token
            assert "unsent" in kept
        page = client.get(path, query_string=query)
        with client.session_transaction() as kept:
            del kept["unsent"]
        before = client.get(path, query_string=query).text

    assert page.status_code == 200
    shown = texts(sent, page.text)
    assert shown or "rows" in sent
    missing = {name: value for name, value in shown.items() if str(escape(value)) not in page.text}
    assert not missing
    assert page.text != before


@pytest.mark.parametrize("row", BARE, ids=named)
def test_a_form_that_is_left_out_has_nothing_to_keep(row, house, here):
    thing = here.the(row.thing) if row.thing else None
    path, query = house.url(row, here, thing)

    page = house.client(Caller(here, row.may)).get(path, query_string=query)

    assert page.status_code == 200
    assert FIELD.findall(page.text.partition('id="main"')[2]) == []
