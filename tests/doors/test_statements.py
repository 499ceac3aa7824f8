"""No page of the panel asks more than twelve statements, the sign-in among them."""

from __future__ import annotations

import pytest

from tests.doors.knocking import Caller
from tests.doors.test_looks import PAGES
from tests.statements import statements

MOST = 12
MEETING_PLACES = {"needs.details_view": 14}
"""Where several rooms tell what they know of one thing, each in a statement of its own."""


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_a_page_asks_few_statements(row, house, here, db):
    thing = here.the(row.thing) if row.thing else None
    caller = Caller(here, row.may)
    house.knock(row, caller, thing, of=here)  # what is remembered from then on
    with statements(db.app) as sent:
        answer = house.knock(row, caller, thing, of=here)
    assert answer.status_code < 500
    assert 0 < len(sent) <= MEETING_PLACES.get(row.endpoint, MOST), "\n".join(sent)
