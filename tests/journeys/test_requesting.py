"""From the catalogue to a completed course, with the money one can see at every step."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tenant_app.core.clock import danish_date
from tenant_app.core.money import kroner
from tests.enrolments.conftest import NOTHING
from tests.journeys.conftest import Enter, Offered
from tests.journeys.visitor import DESKTOP, PHONE, Visitor, ore
from tests.town import Town

CENTRAL, INSTITUTION = kroner(20_900), kroner(8_900)
PRICE = kroner(3_000)


def ask(leader: Visitor, town: Town, course: str) -> None:
    """Find the course, pick an employee, look at the price."""
    leader.menu("Katalog")
    leader.fills("Søg i titel og kode", course)
    leader.main.get_by_role("button", name="Søg", exact=True).click()
    leader.row(course).get_by_role("link", name="Tilmeld").click()
    leader.page.get_by_label(f"ped_n1_2 {town.slug}").check()
    expect(leader.page.locator("#cost")).to_contain_text("29.800,00 kr")  # follows the choice
    leader.presses("Se igennem og send")
    leader.sees_heading("Hvad det koster, og hvem der betaler")
    leader.fills("Hvorfor dette forløb", "Vi vil blive bedre til leg")


def send(leader: Visitor) -> None:
    leader.presses("Send tilmeldingen")
    leader.reads("Tilmeldingen er sendt, og pengene er reserveret.")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_request_moves_exactly_the_money_that_was_shown(
    sign_in: Enter, town: Town, school: Offered, width: int
) -> None:
    today = danish_date(town.now)
    session = school.session(starts_on=today, deadline=today)
    course = school.title_of(session)
    leader = sign_in("leader_n1", width=width)

    ask(leader, town, course)
    pools = leader.main.get_by_role("table").first
    expect(pools.locator("tbody").get_by_role("row")).to_have_count(2)
    shown = {
        row.get_by_role("cell").nth(0).inner_text(): ore(
            row.get_by_role("cell").nth(1).inner_text()
        )
        for row in pools.locator("tbody").get_by_role("row").all()
    }
    assert shown == {
        f"Central · root {town.slug}, {today.year}": CENTRAL,
        f"n1 {town.slug}, {today.year}": INSTITUTION,
    }
    leader.reads("Samlet pris: 29.800,00 kr", "Finansieringsregel »ECTS«, version 1.")
    leader.looks("ansoegning-pris")
    assert money(school) == (NOTHING, NOTHING)  # nothing is sent yet

    send(leader)
    assert money(school) == ((CENTRAL, 0, 0), (INSTITUTION, 0, 0))
    leader.looks("ansoegning-sendt")

    area = sign_in("area_north", width=width)
    area.menu("Indbakke")
    area.reads("Vi vil blive bedre til leg", "20.900,00 kr", "8.900,00 kr")
    area.looks("indbakke-en")
    area.page.get_by_label(f"Vælg ped_n1_2 {town.slug}, {course}").check()
    area.fills("Begrundelse for svaret", "Ikke i år: holdet er for stort")
    area.presses("Afvis valgte")
    area.reads("1 af 1 tilmelding har fået dit svar.", "Afvist")
    assert money(school) == (NOTHING, NOTHING)

    leader.menu("Tilmeldinger")
    leader.row(course).get_by_role("link").first.click()
    leader.reads("Afvist", "Ikke i år: holdet er for stort", "Frigivet")

    ask(leader, town, course)
    send(leader)
    story = leader.page.url
    for person in ("area_north", "admin"):
        answerer = area if person == "area_north" else sign_in(person, width=width)
        assert money(school) == ((CENTRAL, 0, 0), (INSTITUTION, 0, 0))
        answerer.menu("Indbakke")
        answerer.row(f"ped_n1_2 {town.slug}").get_by_role("button").click()
        answerer.reads("1 af 1 tilmelding har fået dit svar.", "Godkendt")
    assert money(school) == ((0, CENTRAL, 0), (0, INSTITUTION, 0))

    leader.opens(story)
    leader.reads("Bekræftet", "Disponeret")
    leader.follows("Registrér som gennemført")
    leader.presses("Registrér som gennemført")
    leader.reads("Forløbet er registreret som gennemført.", "Gennemført", "Forbrugt")
    leader.looks("tilmelding-gennemfoert")
    assert money(school) == ((0, 0, CENTRAL), (0, 0, INSTITUTION))


def test_a_request_one_ore_too_dear_is_refused_by_name_and_number(
    sign_in: Enter, town: Town, school: Offered
) -> None:
    today = danish_date(town.now)
    course = school.title_of(school.session(starts_on=today, deadline=today))
    school.leave("n1", INSTITUTION - 1)
    before = school.everything()
    leader = sign_in("leader_n1")

    ask(leader, town, course)
    leader.reads(
        f"Puljen »n1 {town.slug}« mangler 0,01 kr. Tilmeldingen kan ikke sendes, som den er."
    )
    leader.looks("ansoegning-mangler-en-oere")
    leader.presses("Send tilmeldingen")
    leader.reads(
        "Intet blev ændret.",
        f"Puljen »n1 {town.slug}« har 8.899,99 kr til rådighed, og der skal bruges 8.900,00 kr: "
        "der mangler 0,01 kr.",
    )
    leader.looks("ansoegning-afvist")
    assert school.everything() == before
    # Nothing has to be typed or chosen again.
    expect(leader.field("Hvorfor dette forløb")).to_have_value("Vi vil blive bedre til leg")
    leader.reads(f"ped_n1_2 {town.slug}")

    school.leave("n1", INSTITUTION)
    send(leader)
    assert school.money("n1") == (INSTITUTION, 0, 0)
    assert school.balance("n1").available == 0


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_group_is_chosen_across_searches_and_sent_once_from_two_tabs(
    sign_in: Enter, town: Town, school: Offered, width: int
) -> None:
    today = danish_date(town.now)
    session = school.session(fee=PRICE, ects="0", cover_hours="0", starts_on=today, deadline=today)
    leader = sign_in("area_north", width=width)
    leader.menu("Katalog")
    leader.row(school.title_of(session)).get_by_role("link", name="Tilmeld").click()
    cost = leader.page.locator("#cost")
    for house in ("n1", "n2"):
        leader.fills("Find personer på navn, nummer eller enhed", f"med {house}")
        with leader.page.expect_navigation():  # a tick on the old page would be lost
            leader.main.get_by_role("button", name="Søg", exact=True).click()
        leader.page.get_by_label(f"med_{house} {town.slug}").check()
    expect(cost).to_contain_text("2 personer 6.000,00 kr")
    leader.looks("ansoegning-gruppe")
    leader.presses("Se igennem og send")
    leader.reads(f"med_n1 {town.slug}", f"med_n2 {town.slug}", "Samlet pris: 6.000,00 kr")

    beside = leader.another_tab()
    beside.opens(leader.page.url)
    leader.page.go_back()  # no form is sent again by looking back
    expect(cost).to_contain_text("6.000,00 kr")
    leader.presses("Se igennem og send")
    send(leader)
    after = school.everything()
    beside.presses("Send tilmeldingen")
    beside.reads("Du har allerede sendt denne tilmelding. Intet er sendt to gange.")
    leader.page.go_back()
    leader.reads("Der er allerede sendt tilmelding til dette hold for: med_n1")
    assert school.everything() == after
    assert (school.money("n1"), school.money("n2")) == ((0, PRICE, 0), (0, PRICE, 0))


def money(school: Offered) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """(reserved, committed, actual) of the central pool and the institution's."""
    return school.money("root"), school.money("n1")
