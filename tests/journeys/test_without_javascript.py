"""A browser that runs no scripts does the same work."""

from __future__ import annotations

from tenant_app.core.clock import danish_date
from tenant_app.core.money import kroner
from tests.journeys.conftest import Enter, Offered
from tests.town import Town

PRICE = kroner(4_500)


def test_one_signs_in_asks_and_approves_without_scripts(
    sign_in: Enter, town: Town, school: Offered
) -> None:
    today = danish_date(town.now)
    session = school.session(fee=PRICE, ects="0", cover_hours="0", starts_on=today, deadline=today)
    leader = sign_in("leader_s1", javascript=False)
    leader.menu("Katalog")
    leader.row(school.title_of(session)).get_by_role("link", name="Tilmeld").click()
    leader.page.get_by_label(f"med_s1 {town.slug}").check()
    leader.presses("Opdater prisen")
    leader.reads("1 person", "4.500,00 kr")
    leader.presses("Se igennem og send")
    leader.reads("4.500,00 kr")
    leader.presses("Send tilmeldingen")
    leader.reads("Tilmeldingen er sendt, og pengene er reserveret.")
    assert school.money("s1") == (PRICE, 0, 0)
    leader.signs_out()

    area = sign_in("area_south", javascript=False)
    area.menu("Indbakke")
    area.page.get_by_role("checkbox").check()
    area.presses("Godkend valgte")
    area.reads("1 af 1 tilmelding har fået dit svar.")
    assert school.money("s1") == (0, PRICE, 0)
