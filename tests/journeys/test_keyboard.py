"""All of it without a mouse: sign in, ask for a place, answer the request."""

from __future__ import annotations

import pytest

from tenant_app.core.clock import danish_date
from tenant_app.core.money import kroner
from tests.journeys.conftest import Enter, Offered
from tests.journeys.keyboard import Keyboard
from tests.journeys.visitor import DESKTOP, PASSWORD, PHONE, Visitor
from tests.town import Town

PRICE = kroner(4_500)


def sign_in(visitor: Visitor, town: Town, name: str) -> Keyboard:
    keys = Keyboard(visitor)
    visitor.opens("/sign-in")
    keys.chooses("Kommune", f"By {town.slug}")
    keys.tabs_to("E-mail")
    keys.types(f"{name}@{town.slug}.dk")
    keys.tabs_to("Adgangskode")
    keys.types(PASSWORD)
    with visitor.page.expect_navigation():
        keys.press("Enter")
    return keys


def open_menu(keys: Keyboard, width: int) -> None:
    """A narrow screen keeps the menu folded behind a tick box."""
    if width < DESKTOP:
        keys.ticks("Menu")


def open_group(keys: Keyboard, name: str) -> None:
    """Groups of a long menu are folded too."""
    keys.tabs_to(name, tag="summary")
    keys.press("Enter")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_one_signs_in_asks_and_approves_with_the_keyboard_alone(
    enter: Enter, town: Town, school: Offered, width: int
) -> None:
    today = danish_date(town.now)
    session = school.session(fee=PRICE, ects="0", cover_hours="0", starts_on=today, deadline=today)
    visitor = enter(width=width)
    keys = sign_in(visitor, town, "leader_s1")
    open_menu(keys, width)
    open_group(keys, "Forløb og tilmeldinger")
    keys.enters("Katalog", tag="a")
    keys.tabs_to("Søg i titel og kode", tag="input")
    keys.types(school.title_of(session))
    with visitor.page.expect_navigation():
        keys.press("Enter")
    keys.enters("Tilmeld", tag="a")
    keys.ticks(f"med_s1 {town.slug}")
    keys.enters("Se igennem og send")
    visitor.reads("4.500,00 kr")
    keys.tabs_to("Hvorfor dette forløb", tag="textarea")
    keys.types("Vi vil lære mere om leg")
    keys.enters("Send tilmeldingen")
    visitor.reads("Tilmeldingen er sendt, og pengene er reserveret.")
    assert school.money("s1") == (PRICE, 0, 0)
    assert keys.unseen == []

    visitor = enter(width=width)
    keys = sign_in(visitor, town, "area_south")
    open_menu(keys, width)
    keys.enters("Indbakke", tag="a")
    visitor.reads("Vi vil lære mere om leg")
    keys.ticks(f"Vælg med_s1 {town.slug}")
    keys.enters("Godkend valgte")
    visitor.reads(f"med_s1 {town.slug}")
    assert school.money("s1") == (0, PRICE, 0)
    assert keys.unseen == []


def test_the_first_stop_of_a_page_leads_past_the_menu(
    enter: Enter, town: Town, school: Offered
) -> None:
    visitor = enter()
    keys = sign_in(visitor, town, "leader_s1")
    visitor.opens("/admin/browse/")

    first = keys.tab()
    assert first is not None
    assert first.name == "Gå til indhold"
    assert first.seen
    keys.press("Enter")
    there = keys.tab()
    assert there is not None
    assert there.main, f"the next stop lies before the content: {there.html}"


def test_a_focus_that_cannot_be_seen_would_be_found(enter: Enter) -> None:
    """The control: the same page with its rings taken away."""
    visitor = enter()
    visitor.opens("/sign-in")
    keys = Keyboard(visitor)
    keys.tab()
    assert keys.unseen == []

    visitor.page.evaluate(
        "for (const each of document.querySelectorAll('*'))"
        " { each.style.setProperty('outline', 'none', 'important');"
        "   each.style.setProperty('box-shadow', 'none', 'important'); }"
    )
    keys.tab()
    assert keys.unseen != []
