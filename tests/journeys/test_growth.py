"""The vendor sees how its municipalities grow, as a picture, a sentence and a table beside it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tenant_app.core import clock
from tenant_app.tenancy import service as tenancy
from tests.journeys.conftest import Enter
from tests.journeys.visitor import DESKTOP, PHONE
from tests.town import Town


def months_ago(ago: int) -> datetime:
    """Noon of the first day of the month that many months ago."""
    today = clock.danish_date(clock.now())
    year, month = divmod(today.year * 12 + today.month - 1 - ago, 12)
    return datetime(year, month + 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_growth_is_drawn_told_and_written_out(at_vendor: Enter, town: Town, width: int) -> None:
    for ago in (9, 6, 0):
        with town.as_system(now=months_ago(ago)) as ctx:
            tenancy.measure_month(ctx)
    vendor = at_vendor(width=width)
    vendor.sees_heading("Kommuner")

    chart = vendor.main.locator("figure.chart")
    expect(chart.get_by_role("img")).to_be_visible()
    expect(chart.locator("figcaption")).to_contain_text("Ansatte: fra ")
    table = chart.get_by_role("table")
    expect(table).to_be_visible()
    vendor.has_arrived()
    rows = table.locator("tbody tr")
    assert rows.count() >= 10  # other tests of this database may have measured before
    expect(rows.last).to_contain_text(months_ago(0).strftime("%m-%Y"))
    picture, numbers = chart.get_by_role("img").bounding_box(), table.bounding_box()
    assert picture
    assert numbers
    is_beside = numbers["x"] >= picture["x"] + picture["width"]
    assert is_beside == (width == DESKTOP)
    # Below it stand all municipalities of this run's other tests, with names as wide as they come.
    vendor.looks("leverandoer-vaekst", wide_table=True)
