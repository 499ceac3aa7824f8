"""What one decides by stays in sight, however long the list is, and hides nothing one works in."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tenant_app.core.clock import danish_date
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tests.journeys.conftest import Enter, Offered
from tests.journeys.visitor import DESKTOP, PHONE
from tests.town import Town

PRICE = kroner(3_000)
HIDDEN = """
(bar) => {
  const hidden = [];
  for (const each of document.querySelectorAll("#inbox :is(a, button, input:not([type=hidden]))")) {
    if (bar.contains(each)) continue;
    each.focus();
    const at = each.getBoundingClientRect();
    const over = bar.getBoundingClientRect();
    if (at.bottom > over.top && at.top < over.bottom) hidden.push(each.outerHTML.slice(0, 90));
  }
  return hidden;
}
"""
"""Each control is focused from above and must come to lie clear of the bar."""


def ask_for_all(town: Town, school: Offered) -> None:
    today = danish_date(town.now)
    session = school.session(fee=PRICE, ects="0", cover_hours="0", starts_on=today, deadline=today)
    for house, number in (("n1", 1), ("n1", 2), ("n1", 3), ("n2", 1), ("n2", 2), ("n2", 3)):
        with town.as_user(f"leader_{house}") as ctx:
            enrolments.request(
                ctx, session_id=session, employee_ids=[town.employees[f"ped_{house}_{number}"]]
            )


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_sum_reason_and_buttons_are_in_sight_while_one_ticks(
    sign_in: Enter, town: Town, school: Offered, width: int, javascript: bool
) -> None:
    ask_for_all(town, school)
    area = sign_in("area_north", width=width, javascript=javascript)
    area.menu("Indbakke")
    bar = area.page.locator(".inbox-answer")
    expect(bar).to_be_in_viewport(ratio=1)

    area.main.get_by_role("checkbox").nth(2).check()
    expect(bar).to_be_in_viewport(ratio=1)
    expect(area.field("Begrundelse for svaret")).to_be_in_viewport(ratio=1)
    if javascript:
        expect(bar).to_contain_text("1 valgt · 3.000,00 kr")
    size, window = bar.bounding_box(), area.page.viewport_size
    assert size is not None
    assert window is not None
    assert size["height"] < window["height"] / 3, "there must be room to read above it"

    place = area.page.evaluate("scrollY")
    area.field("Begrundelse for svaret").focus()
    assert area.page.evaluate("scrollY") == place, "going to the answer moves nothing"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_nothing_that_is_focused_lies_under_the_bar(
    sign_in: Enter, town: Town, school: Offered, width: int
) -> None:
    ask_for_all(town, school)
    area = sign_in("area_north", width=width)
    area.menu("Indbakke")
    area.main.get_by_role("checkbox").first.check()
    bar = area.page.locator(".inbox-answer")
    area.page.evaluate("scrollTo(0, 0)")
    assert bar.evaluate(HIDDEN) == []
