"""The area leader's inbox: many answers at once, and each refusal says why."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect

from tenant_app.core.clock import danish_date
from tenant_app.core.money import kroner
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import EnrolmentState
from tests.enrolments.conftest import NOTHING
from tests.journeys.conftest import Enter, Offered
from tests.journeys.visitor import DESKTOP, PHONE, Visitor
from tests.town import Town

PRICE = kroner(3_000)


def ask(town: Town, school: Offered, session_id: UUID, leader: str, person: str) -> UUID:
    """A request that waits for the area leader."""
    with town.as_user(leader) as ctx:
        [made] = enrolments.request(
            ctx, session_id=session_id, employee_ids=[town.employees[person]]
        )
        return made.id


def request_of(area: Visitor, town: Town, person: str) -> Locator:
    """The row of the person's request; others name them as a colleague."""
    name = area.page.get_by_role("link", name=f"{person} {town.slug}", exact=True)
    return area.main.get_by_role("row").filter(has=name)


def tick(area: Visitor, town: Town, *people: str) -> None:
    for person in people:
        request_of(area, town, person).get_by_role("checkbox").check()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_many_are_answered_at_once_and_one_was_answered_meanwhile(
    sign_in: Enter, town: Town, school: Offered, width: int
) -> None:
    today = danish_date(town.now)
    session = school.session(fee=PRICE, ects="0", cover_hours="0", starts_on=today, deadline=today)
    first, second, third, fourth = (
        ask(town, school, session, f"leader_{where}", f"ped_{where}_{number}")
        for where, number in (("n1", 1), ("n1", 2), ("n2", 1), ("n2", 2))
    )
    area = sign_in("area_north", width=width)
    area.menu("Indbakke")
    expect(area.main.get_by_role("checkbox")).to_have_count(4)
    area.looks("indbakke")

    beside = area.another_tab()
    beside.opens("/admin/inbox/")
    request_of(beside, town, "ped_n1_2").get_by_role("button").click()
    beside.reads("1 af 1 tilmelding har fået dit svar.")
    assert school.state(second) is EnrolmentState.CONFIRMED

    tick(area, town, "ped_n1_1", "ped_n1_2", "ped_n2_1")
    area.presses("Godkend valgte")
    area.sees_heading("Dine svar")
    area.reads("2 af 3 tilmeldinger har fået dit svar.")
    late = area.row(f"ped_n1_2 {town.slug}")
    expect(late).to_contain_text("Ikke besvaret")
    expect(late).to_contain_text(f"area_north {town.slug} godkendte tilmeldingen den")
    for person in ("ped_n1_1", "ped_n2_1"):
        expect(area.row(f"{person} {town.slug}")).to_contain_text("Bekræftet")
    area.looks("indbakke-svar")
    assert {school.state(each) for each in (first, second, third)} == {EnrolmentState.CONFIRMED}
    assert school.money("n1") == (0, 2 * PRICE, 0)  # the late answer spent nothing twice
    assert school.money("n2") == (PRICE, PRICE, 0)

    area.follows("Tilbage til indbakken")
    before = school.everything()
    tick(area, town, "ped_n2_2")
    area.presses("Afvis valgte")
    reason = area.field("Begrundelse for svaret")
    expect(reason).to_have_attribute("aria-invalid", "true")
    error = area.page.locator(f"#{(reason.get_attribute('aria-describedby') or '').split()[-1]}")
    expect(error).to_contain_text("Skriv en begrundelse")
    area.reads("Intet blev ændret.")
    area.looks("indbakke-uden-begrundelse")
    assert school.everything() == before
    expect(request_of(area, town, "ped_n2_2").get_by_role("checkbox")).to_be_checked()

    reason.fill("Vi venter til foråret")
    area.presses("Afvis valgte")
    area.reads("1 af 1 tilmelding har fået dit svar.")
    assert school.state(fourth) is EnrolmentState.REJECTED
    assert school.money("n2") == (0, PRICE, 0)
    area.follows("Tilbage til indbakken")
    area.reads("Ingen tilmeldinger afventer dit svar.")
    assert school.money("root") == NOTHING
