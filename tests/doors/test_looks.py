"""Dates as dd-mm-åååå and amounts as 12.345,67 kr on every page; nothing as a program prints it."""

from __future__ import annotations

import html
import re

import pytest

from tests.doors.knocking import Caller
from tests.doors.rows import INSIDE
from tests.doors.table import Kind

PAGES = [
    row
    for row in INSIDE
    if row.kind is Kind.PANEL and row.is_read and not row.endpoint.endswith(".export")
]
FOREIGN = {
    "a date as a program writes it": r"\b20\d\d-\d\d-\d\d\b",
    "an empty value": r"(?<![\w-])None(?![\w-])",
    "an object": r"<\w+ object at|UUID\(|datetime\.\w+\(|Decimal\(",
    "an amount with a dot for a comma": r"\d\.\d\d kr",
    "an amount without a place for øre": r"(?<![\d.,])\d+ kr\b",
}


def shown(text):
    """What a page shows, and what its fields hold."""
    text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", text, flags=re.S)
    held = re.findall(
        r"<input(?![^>]*type=\"?(?:hidden|checkbox|radio))[^>]*value=\"([^\"]*)\"", text
    )
    return html.unescape(" ".join([re.sub(r"<[^>]+>", " ", text), *held]))


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_dates_and_amounts_look_danish(row, house, here):
    thing = here.the(row.thing) if row.thing else None
    answer = house.knock(row, Caller(here, row.may), thing, of=here)
    if answer.mimetype != "text/html":
        return
    text = shown(answer.text)
    found = {what: re.findall(sign, text)[:5] for what, sign in FOREIGN.items()}
    assert not {what: signs for what, signs in found.items() if signs}


def test_the_looking_sees_what_it_should():
    page = (
        '<td>2026-11-24</td><td>None</td><td>12.50 kr</td><input value="2026-01-02"><td>7 kr</td>'
    )
    seen = {what: re.findall(sign, shown(page)) for what, sign in FOREIGN.items()}
    assert seen["a date as a program writes it"] == ["2026-11-24", "2026-01-02"]
    assert len(seen["an empty value"]) == 1
    assert len(seen["an amount with a dot for a comma"]) == 1
    assert len(seen["an amount without a place for øre"]) == 1
