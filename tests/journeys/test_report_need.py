"""A pedagogue with a phone in one hand: a need is reported in two minutes, and followed."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tenant_app.competences import service as competences
from tests.journeys.conftest import Enter
from tests.journeys.visitor import PHONE
from tests.town import Town

AREAS = ("Leg og æstetik", "Relationer og samspil", "Sprog og kommunikation", "Evaluering")
FEW_TAPS = 6
SENTENCE = "Vi mangler måder at støtte børn med få ord på"


def test_an_employee_reports_a_need_on_a_phone(sign_in: Enter, town: Town) -> None:
    with town.as_system() as ctx:
        for name in AREAS:
            competences.create_area(ctx, name=name)
    me = sign_in("ped_n1", width=PHONE)
    me.menu("Behov")
    me.looks("behov-tom")
    taps = 0

    me.page.get_by_role("link", name="Meld et behov", exact=True).first.click()
    taps += 1
    me.sees_heading("Meld et behov")
    me.reads(f"n1 {town.slug}")  # one's own institution stands there already
    expect(me.page.locator("select[name=unit_id]")).to_have_count(0)
    me.looks("behov-meld")
    me.fills("Hvad mangler I? Skriv én sætning", SENTENCE)
    taps += 1
    me.page.get_by_label("Sprog og kommunikation").check()
    taps += 1
    expect(me.page.get_by_label("Inden for et år")).to_be_checked()
    me.fills("Hvor mange af personalet gælder det?", "6")
    taps += 1
    me.presses("Send")
    taps += 1
    me.reads("Tak. Behovet er meldt, og du kan følge det her.", "Indeks 0")
    me.sees_heading(SENTENCE)
    me.looks("behov-meldt")
    assert taps <= FEW_TAPS

    me.menu("Behov")
    expect(me.row(SENTENCE)).to_contain_text("Meldt")
    me.looks("behov-liste")

    leader = sign_in("leader_n1")
    leader.menu("Behov")
    leader.row(SENTENCE).get_by_role("link").click()
    leader.follows("Analysér behovet")
    leader.presses("Analysér behovet")
    leader.follows("Kvalificér behovet")
    leader.presses("Kvalificér behovet")
    leader.reads("Behovet kan ikke kvalificeres endnu", "Screening", "Forældre")
    leader.looks("behov-mangler")
    leader.menu("Behov i overblik")
    leader.looks("behov-overblik", wide_table=True)


def test_what_one_has_seen_is_told_in_confidence(sign_in: Enter, town: Town) -> None:
    with town.as_system() as ctx:
        competences.create_area(ctx, name="Leg")
    me = sign_in("ped_n1", width=PHONE)
    me.opens("/admin/needs/report/")
    me.fills("Hvad mangler I? Skriv én sætning", "Ro ved måltidet")
    me.page.get_by_label("Leg", exact=True).check()
    me.page.get_by_label("Nu: Det kan ikke vente").check()
    me.fills("Hvor mange af personalet gælder det?", "3")
    me.page.get_by_text("Tilføj, hvad du har set (ikke et krav)").click()
    me.chooses("Hvor ved du det fra?", "Løbende dialog")
    me.fills("Hvad blev der set?", "Fortalt i fortrolighed")
    me.page.get_by_label("Kun institutionens ledelse og mig").check()
    me.looks("behov-meld-fund")
    me.presses("Send")
    me.reads("Fortalt i fortrolighed", "Læses af", "Indeks 1")
    me.looks("behov-fund")

    auditor = sign_in("auditor")
    auditor.menu("Behov")
    auditor.row("Ro ved måltidet").get_by_role("link").click()
    auditor.reads("Fortrolig", "Løbende dialog")
    expect(auditor.main).not_to_contain_text(re.compile("fortrolighed"))
