"""An employee on their own: a course for oneself, one's language, and the way out."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tenant_app.core.clock import danish_date
from tests.journeys.conftest import Enter, Offered
from tests.town import Town


def test_an_employee_asks_for_oneself_in_two_languages_and_leaves(
    sign_in: Enter, town: Town, school: Offered
) -> None:
    today = danish_date(town.now)
    course = school.title_of(school.session(starts_on=today, deadline=today))
    me = sign_in("ped_n1")
    me.menu("Mine forløb")
    me.reads("Du har ikke sendt en tilmelding endnu.")
    me.follows("Se i kataloget")
    me.row(course).get_by_role("link", name="Tilmeld").click()
    only = me.main.get_by_role("checkbox")  # nobody else to ask for
    expect(only).to_be_checked()
    expect(only).to_have_accessible_name(re.compile(rf"^ped_n1_1 {town.slug} \(dig selv\)"))
    me.presses("Se igennem og send")
    me.reads("20.900,00 kr", "8.900,00 kr")
    me.fills("Hvorfor dette forløb", "Jeg vil lære mere om leg")
    me.presses("Send tilmeldingen")
    me.reads("Tilmeldingen er sendt, og pengene er reserveret.")
    me.menu("Mine forløb")
    expect(me.row(course)).to_contain_text("Sendt")
    me.looks("mine-forloeb")

    me.opens_account()
    me.follows("Min profil")
    me.follows("Skift sprog")
    me.page.get_by_label("Engelsk").check()
    me.presses("Skift sprog")
    me.reads("Your language is changed.")
    me.menu("My courses")
    expect(me.row(course)).to_contain_text("Sent")
    expect(me.page.locator("html")).to_have_attribute("lang", "en")
    me.opens_account()
    me.follows("My profile")
    me.follows("Change language")
    me.page.get_by_label("Danish").check()
    me.presses("Change language")
    me.reads("Dit sprog er ændret.")
    me.menu("Mine forløb")

    me.signs_out()
    me.page.go_back()
    me.is_out()
    me.opens("/admin/own/")
    me.is_out()
