"""People double click, go back, open two tabs, stay away too long and have strange names.

Each looks deliberate: one effect, a sentence that says what happened, and nothing lost.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from tenant_app.accounts.models import UserSession
from tenant_app.core.clock import danish_date
from tenant_app.core.money import kroner
from tenant_app.enrolments.models import Enrolment
from tenant_app.organisation import service as organisation
from tests.journeys.conftest import Enter, Offered
from tests.journeys.visitor import DESKTOP, PHONE, Visitor
from tests.town import Town

PRICE = kroner(4_500)
STRANGE = 'Åse "Æblet" O\'Nørre <script>window.ran = true</script> & 🌳 <b>fed</b>'
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 5
SENT = "Tilmeldingen er sendt, og pengene er reserveret."
REASON = 'Vi vil lære "mere" om <leg> & 🌳'


@pytest.fixture
def course(town: Town, school: Offered) -> str:
    """A course of 4.500 kr, paid by the institution."""
    today = danish_date(town.now)
    session = school.session(fee=PRICE, ects="0", cover_hours="0", starts_on=today, deadline=today)
    return school.title_of(session)


def choose(leader: Visitor, course: str, person: str) -> None:
    """Find the course, tick the person, and look it through."""
    leader.menu("Katalog")
    leader.fills("Søg i titel og kode", course)
    leader.main.get_by_role("button", name="Søg", exact=True).first.click()
    leader.row(course).get_by_role("link", name="Tilmeld").click()
    leader.main.get_by_role("checkbox", name=person).check()
    leader.presses("Se igennem og send")
    leader.fills("Hvorfor dette forløb", REASON)


@pytest.fixture
def looks_through(sign_in: Enter, town: Town, course: str) -> Enter:
    """A leader who has found the course and ticked a person: one button from sending."""

    def come(**browser: Any) -> Visitor:
        leader = sign_in("leader_s1", **browser)
        choose(leader, course, f"med_s1 {town.slug}")
        return leader

    return come


def requests_of(town: Town) -> list[UUID]:
    with town.as_system() as ctx:
        return list(ctx.session.scalars(select(Enrolment.id)))


def check_asked_once(town: Town, school: Offered) -> None:
    assert len(requests_of(town)) == 1
    assert school.money("s1") == (PRICE, 0, 0)


def end_sessions(town: Town) -> None:
    """Nobody has done anything for too long."""
    with town.as_system() as ctx:
        ctx.session.execute(update(UserSession).values(expires_at=ctx.now - timedelta(hours=1)))


def sign_in_again(visitor: Visitor, town: Town, name: str) -> None:
    visitor.chooses("Kommune", f"By {town.slug}")
    visitor.fills("E-mail", f"{name}@{town.slug}.dk")
    visitor.fills("Adgangskode", "fire ord i en række")
    visitor.presses("Log ind")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_asks_once(
    looks_through: Enter, town: Town, school: Offered, javascript: bool
) -> None:
    leader = looks_through(javascript=javascript)
    leader.page.get_by_role("button", name="Send tilmeldingen").dblclick()
    leader.page.wait_for_load_state()

    expect(leader.main).to_contain_text(
        re.compile(f"{re.escape(SENT)}|Du har allerede sendt|Intet blev sendt to gange")
    )
    check_asked_once(town, school)


def test_the_back_button_and_sending_again_asks_once(
    looks_through: Enter, town: Town, school: Offered
) -> None:
    leader = looks_through()
    leader.presses("Send tilmeldingen")
    leader.reads(SENT)
    leader.page.go_back()
    # The page is made anew and knows: there is nobody left to send for.
    leader.reads("Der er allerede sendt tilmelding til dette hold for")
    expect(leader.page.get_by_role("button", name="Send tilmeldingen")).to_have_count(0)
    check_asked_once(town, school)


def test_two_tabs_that_ask_for_the_same_person_ask_once(
    looks_through: Enter, town: Town, school: Offered, course: str
) -> None:
    leader = looks_through()
    beside = leader.another_tab()
    beside.opens("/admin/")
    choose(beside, course, f"med_s1 {town.slug}")
    leader.presses("Send tilmeldingen")
    leader.reads(SENT)
    beside.presses("Send tilmeldingen")

    expect(beside.main).to_contain_text("sendt")
    check_asked_once(town, school)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    looks_through: Enter, town: Town, javascript: bool
) -> None:
    leader = looks_through(javascript=javascript)
    end_sessions(town)
    leader.presses("Send tilmeldingen")
    leader.sees_heading("Log ind")
    leader.reads("Du er blevet logget ud, og intet er sendt.", "er gemt til dig")
    assert requests_of(town) == []

    sign_in_again(leader, town, "leader_s1")
    leader.reads("Formularen er udfyldt, som du forlod den", f"med_s1 {town.slug}", "4.500,00 kr")
    expect(leader.field("Hvorfor dette forløb")).to_have_value(REASON)
    assert requests_of(town) == []  # only shown
    leader.presses("Send tilmeldingen")
    leader.reads(SENT)
    assert len(requests_of(town)) == 1


def test_signing_out_in_another_tab_loses_nothing_and_tells_nobody_else(
    looks_through: Enter, town: Town
) -> None:
    leader = looks_through()
    beside = leader.another_tab()
    beside.opens("/admin/profile/")
    beside.signs_out()
    leader.presses("Send tilmeldingen")
    leader.sees_heading("Log ind")
    leader.reads("er gemt til dig")

    sign_in_again(leader, town, "leader_n1")  # a colleague sits down at the same machine
    expect(leader.page.locator("body")).not_to_contain_text("Vi vil lære")
    leader.opens("/admin/profile/")
    leader.signs_out()
    sign_in_again(leader, town, "leader_s1")
    expect(leader.page.locator("body")).not_to_contain_text("Vi vil lære")
    assert requests_of(town) == []


def test_an_inbox_whose_session_ended_keeps_ticks_and_reason(
    sign_in: Enter, looks_through: Enter, town: Town, school: Offered
) -> None:
    looks_through().presses("Send tilmeldingen")
    area = sign_in("area_south")
    area.menu("Indbakke")
    tick = area.row(f"med_s1 {town.slug}").get_by_role("checkbox")
    tick.check()
    area.fills("Begrundelse for svaret", REASON)
    end_sessions(town)
    area.presses("Afvis valgte")
    area.sees_heading("Log ind")
    sign_in_again(area, town, "area_south")

    area.sees_heading("Indbakke")
    expect(tick).to_be_checked()
    expect(area.field("Begrundelse for svaret")).to_have_value(REASON)
    assert school.money("s1") == (PRICE, 0, 0)  # nothing is answered


def rename(town: Town, name: str) -> None:
    """Somebody of n1 is called so, and so is n1."""
    with town.as_user("admin") as ctx:
        organisation.describe_employee(ctx, town.employees["med_n1"], name=name, email=None)
        organisation.describe_unit(ctx, town.units["n1"], name=name)


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", [STRANGE, LONG], ids=["strange", "long"])
def test_any_name_is_shown_as_it_is_written(
    sign_in: Enter, town: Town, school: Offered, course: str, width: int, name: str
) -> None:
    rename(town, name)
    leader = sign_in("leader_n1", width=width)
    for path in ("/admin/", "/admin/employees/", "/admin/units/", "/admin/pools/"):
        leader.opens(path)
        leader.looks(f"navne-{path.strip('/').replace('/', '-')}", wide_table=True)
    leader.opens("/admin/employees/")
    leader.reads(name)
    choose(leader, course, "E-med_n1")
    leader.looks("navne-tilmeld", wide_table=True)
    leader.presses("Send tilmeldingen")
    leader.reads(SENT, name)
    leader.looks("navne-tilmelding", wide_table=True)
    area = sign_in("area_north", width=width)
    area.menu("Indbakke")
    area.reads(name, REASON)
    area.looks("navne-indbakke", wide_table=True)
    for visitor in (leader, area):
        assert visitor.page.evaluate("window.ran") is None


def menu_of(visitor: Visitor) -> list[str]:
    """Where every line of the menu leads."""
    links = visitor.page.get_by_role("navigation", name="Menu").locator("a[href]")
    expect(links.first).to_be_attached()  # on a phone it is folded
    visitor.has_arrived()
    found: list[Any] = links.evaluate_all("links => links.map((each) => each.pathname)")
    return sorted({str(path) for path in found})


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", ["admin", "area_north", "leader_n1", "ped_n1"])
def test_where_there_is_nothing_yet_the_page_says_so(
    sign_in: Enter, town: Town, width: int, name: str
) -> None:
    """A municipality on its first day: no budget, no courses, nobody has asked for anything."""
    visitor = sign_in(name, width=width)
    paths = menu_of(visitor)
    assert len(paths) > 2
    for path in paths:
        visitor.opens(path)
        expect(visitor.main.get_by_role("heading", level=1)).not_to_be_empty()
        visitor.looks(f"tomt-{name}-{path.strip('/').replace('/', '-')}", wide_table=True)
        rows = visitor.main.locator("tbody tr").count()
        said = visitor.main.locator(".empty, .lead-help, .card-box, .tiles, dl").count()
        assert rows or said, f"{path} shows nothing and says nothing"
        for empty in visitor.main.locator(".empty").all():
            expect(empty).not_to_be_empty()
