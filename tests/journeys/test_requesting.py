"""From the catalogue to a completed course, with the money one can see at every step."""

from __future__ import annotations

import pytest

from tenant_app.core.money import kroner
from tests.enrolments.conftest import NOTHING
from tests.journeys.conftest import Enter, Offered
from tests.journeys.visitor import DESKTOP, PHONE, Visitor, ore
from tests.town import Town

CENTRAL, INSTITUTION = kroner(20_900), kroner(8_900)


def ask(leader: Visitor, town: Town, course: str) -> None:
    """Find the course, pick an employee, look at the price."""
    leader.menu("Katalog")
    leader.fills("Søg i titel og kode", course)
    leader.presses("Søg")
    leader.row(course).get_by_role("link", name="Tilmeld").click()
    leader.page.get_by_label(f"ped_n1_2 {town.slug}").check()
    leader.fills("Hvorfor dette forløb", "Vi vil blive bedre til leg")
    leader.presses("Vis, hvad det koster")
    leader.sees_heading("Hvad det koster, og hvem der betaler")


def send(leader: Visitor) -> None:
    leader.presses("Send tilmeldingen")
    leader.reads("Tilmeldingen er sendt, og pengene er reserveret.")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_request_moves_exactly_the_money_that_was_shown(
    sign_in: Enter, town: Town, school: Offered, width: int
) -> None:
    today = town.now.date()
    session = school.session(starts_on=today, deadline=today)
    course = school.title_of(session)
    leader = sign_in("leader_n1", width=width)

    ask(leader, town, course)
    pools = leader.main.get_by_role("table").last
    shown = {
        row.get_by_role("cell").nth(0).inner_text(): ore(
            row.get_by_role("cell").nth(1).inner_text()
        )
        for row in pools.locator("tbody").get_by_role("row").all()
    }
    assert shown == {
        f"Central · root {town.slug}": CENTRAL,
        f"n1 {town.slug}": INSTITUTION,
    }
    leader.reads("Samlet pris: 29.800,00 kr", "Finansieringsregel “ECTS”, version 1.")
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
    area.reads("1 af 1 tilmeldinger har fået dit svar.", "Afvist")
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
        answerer.reads("1 af 1 tilmeldinger har fået dit svar.", "Godkendt")
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
    today = town.now.date()
    course = school.title_of(school.session(starts_on=today, deadline=today))
    school.leave("n1", INSTITUTION - 1)
    before = school.everything()
    leader = sign_in("leader_n1")

    ask(leader, town, course)
    leader.reads(
        f"Puljen “n1 {town.slug}” mangler 0,01 kr. Tilmeldingen kan ikke sendes, som den er."
    )
    leader.looks("ansoegning-mangler-en-oere")
    leader.presses("Send tilmeldingen")
    leader.reads(
        "Intet blev ændret.",
        f"Puljen “n1 {town.slug}” har 8.899,99 kr til rådighed, og der skal bruges 8.900,00 kr: "
        "der mangler 0,01 kr.",
    )
    leader.looks("ansoegning-afvist")
    assert school.everything() == before
    chosen = leader.page.get_by_label(f"ped_n1_2 {town.slug}")
    assert chosen.is_checked()  # nothing has to be typed again
    assert leader.field("Hvorfor dette forløb").input_value() == "Vi vil blive bedre til leg"

    school.leave("n1", INSTITUTION)
    leader.presses("Vis, hvad det koster")
    send(leader)
    assert school.money("n1") == (INSTITUTION, 0, 0)
    assert school.balance("n1").available == 0


def money(school: Offered) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """(reserved, committed, actual) of the central pool and the institution's."""
    return school.money("root"), school.money("n1")
