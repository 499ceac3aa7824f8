"""No page of the panel asks more than twelve statements, the sign-in among them."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from tests.doors.knocking import Caller
from tests.doors.test_looks import PAGES

MOST = 12


@pytest.fixture
def sent(db):
    """What the panel asks PostgreSQL, save that it raises the fence."""
    heard = []

    def note(conn, cursor, statement, *rest):
        if not statement.startswith("SET LOCAL"):
            heard.append(statement)

    event.listen(db.app, "before_cursor_execute", note)
    yield heard
    event.remove(db.app, "before_cursor_execute", note)


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_a_page_asks_few_statements(row, house, here, sent):
    thing = here.the(row.thing) if row.thing else None
    caller = Caller(here, row.may)
    house.knock(row, caller, thing, of=here)  # what is remembered from then on
    sent.clear()
    answer = house.knock(row, caller, thing, of=here)
    assert answer.status_code < 500
    assert 0 < len(sent) <= MOST, "\n".join(sent)
