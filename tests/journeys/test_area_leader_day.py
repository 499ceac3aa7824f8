"""The area leader's day: twelve wait, ten are approved in one go, and of these one would overspend.

Nine are approved and one is refused with its reason; none is half done, in the database either.
"""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import EntryKind, LedgerEntry, MoneyLine, MoneyState, Policy
from tenant_app.core.clock import danish_date
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import ApprovalStep, Enrolment, EnrolmentState, StepState
from tests.journeys.conftest import Enter, Offered
from tests.journeys.visitor import DESKTOP, PHONE, Visitor
from tests.town import Town

PRICE = kroner(3_000)
FITS_OF_N2 = 3
"""Of the four requests of n2 that are approved, the pool holds money for three."""


def ask(town: Town, house: str, session_id: UUID, *people: str) -> None:
    """Requests that wait for the area leader, one by one."""
    for person in people:
        with town.as_user(f"leader_{house}") as ctx:
            employee_id = town.employees[f"{person[:3]}_{house}{person[3:]}"]
            enrolments.request(ctx, session_id=session_id, employee_ids=[employee_id])


def cut_to(town: Town, school: Offered, where: str, amount: int) -> None:
    """The administration saves: the pool is cut while requests wait, and stops from now on."""
    school.set_policy(where, Policy.WARN)
    balance = school.balance(where)
    with town.as_user("admin") as ctx:
        less = amount - balance.allotted
        budgets.adjust_allotment(ctx, balance.pool_id, amount=less, reason="Sparet")
    school.set_policy(where, Policy.STOP)


@pytest.fixture
def twelve(town: Town, school: Offered) -> None:
    """Six requests of each of two houses; n2 has money for three of its own, and 2.999,99 kr."""
    today = danish_date(town.now)
    free = {"fee": PRICE, "ects": "0", "cover_hours": "0", "starts_on": today, "deadline": today}
    first, second = school.session(**free), school.session(**free)
    for house in ("n1", "n2"):
        ask(town, house, first, "ped_1", "ped_2", "ped_3", "med")
        ask(town, house, second, "ped_1", "ped_2")
    cut_to(town, school, "n2", FITS_OF_N2 * PRICE + PRICE - 1)


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.usefixtures("twelve")
def test_ten_are_approved_in_one_go_and_the_one_that_would_overspend_is_refused(
    sign_in: Enter, town: Town, school: Offered, width: int
) -> None:
    area = sign_in("area_north", width=width)
    area.menu("Indbakke")
    boxes = area.main.get_by_role("checkbox")
    expect(boxes).to_have_count(12)
    area.reads("12 tilmeldinger på siden", "Der er søgt om mere, end puljen har")
    area.looks("omraadeleder-indbakke")

    area.page.get_by_role("button", name="Vælg alle på siden").click()
    for box in area.row(f"n2 {town.slug}").get_by_role("checkbox").all()[-2:]:
        box.uncheck()
    area.reads("10 valgt · 30.000,00 kr")
    area.looks("omraadeleder-ti-valgt")
    before = school.everything()
    area.presses("Godkend valgte")

    area.sees_heading("Dine svar")
    area.reads("9 af 10 tilmeldinger har fået dit svar.", "1 kunne ikke besvares")
    refused = area.main.locator(".answered-refused tbody tr")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text(f"Puljen »n2 {town.slug}« har 2.999,99 kr")
    expect(refused).to_contain_text("der mangler 0,01 kr")
    expect(area.main.locator(".answered-done tbody tr")).to_have_count(9)
    area.looks("omraadeleder-svar")

    nine_are_done_and_one_is_as_it_was(town, school, before)
    a_reload_and_the_way_back_change_nothing(area, school)


def nine_are_done_and_one_is_as_it_was(
    town: Town, school: Offered, before: tuple[list[tuple[object, ...]], object, int, int]
) -> None:
    """States, steps, money lines, balances and ledger say the same."""
    approved = 9
    assert school.money("n1") == (0, 6 * PRICE, 0)
    assert school.money("n2") == ((6 - FITS_OF_N2) * PRICE, FITS_OF_N2 * PRICE, 0)
    with town.as_system() as ctx:
        made = ctx.session.scalars(select(Enrolment)).all()
        lines = ctx.session.scalars(select(MoneyLine)).all()
        steps = ctx.session.scalars(select(ApprovalStep)).all()
        entries = ctx.session.scalars(select(LedgerEntry)).all()
    confirmed = {each.id for each in made if each.state is EnrolmentState.CONFIRMED}
    assert len(confirmed) == approved
    assert {line.source_id for line in lines if line.state is MoneyState.COMMITTED} == confirmed
    assert {step.enrolment_id for step in steps if step.state is StepState.WAITING} == {
        each.id for each in made if each.id not in confirmed
    }
    kinds = Counter(entry.kind for entry in entries)
    assert (kinds[EntryKind.RESERVED], kinds[EntryKind.COMMITTED]) == (12, approved)
    [rows, _balances, booked, noted] = before
    assert len(entries) == booked + approved
    unchanged = [row for row in school.everything()[0] if row in rows]
    assert len(unchanged) == 12 - approved, "the refused and the two that were left are untouched"
    assert school.everything()[3] == noted + approved


def a_reload_and_the_way_back_change_nothing(area: Visitor, school: Offered) -> None:
    after = school.everything()
    area.page.reload()
    area.reads("9 af 10 tilmeldinger har fået dit svar.")
    area.follows("Tilbage til indbakken")
    expect(area.main.get_by_role("checkbox")).to_have_count(3)
    assert school.everything() == after


@pytest.mark.usefixtures("twelve")
def test_the_same_day_without_scripts_and_by_keyboard(
    sign_in: Enter, town: Town, school: Offered
) -> None:
    """Select all is a link; every answer is reached with Tab and given with Space and Enter."""
    area = sign_in("area_north", javascript=False)
    area.menu("Indbakke")
    area.follows("Vælg alle på siden")
    boxes = area.main.get_by_role("checkbox")
    expect(boxes.and_(area.page.locator(":checked"))).to_have_count(12)
    expect(boxes).to_have_count(12)
    boxes.first.focus()
    area.page.keyboard.press("Space")
    expect(boxes.first).not_to_be_checked()

    order = []
    for _ in range(60):
        area.page.keyboard.press("Tab")
        focused = area.page.evaluate(
            "(e => e.name === 'rows' ? 'tick' : e.name || e.tagName)(document.activeElement)"
        )
        order.append(focused)
        if area.page.evaluate("document.activeElement.value") == "reject":
            break
    assert order[:3] == ["A", "approve_one", "tick"], "row by row: name, answer, next tick"
    assert order[-4:] == ["note", "decision", "decision", "decision"]

    area.field("Begrundelse for svaret").fill("Vi venter til foråret")
    area.field("Begrundelse for svaret").press("Tab")
    area.page.keyboard.press("Tab")
    area.page.keyboard.press("Enter")  # the second of the three: return
    area.reads("11 af 11 tilmeldinger har fået dit svar.", "Returneret")
    with town.as_system() as ctx:
        found = Counter(ctx.session.scalars(select(Enrolment.state)).all())
    assert found == {EnrolmentState.RETURNED: 11, EnrolmentState.SUBMITTED: 1} or found == {
        EnrolmentState.RETURNED: 11,
        EnrolmentState.LEADER_APPROVED: 1,
    }
