"""A municipality that the vendor suspends, and opens again."""

from __future__ import annotations

from playwright.sync_api import expect

from tenant_app.core.clock import danish_date
from tests.journeys.conftest import Enter, Offered
from tests.journeys.visitor import Visitor
from tests.town import Town


def change_state(vendor: Visitor, town: Town, verb: str) -> None:
    vendor.menu("Kommuner")
    vendor.follows(f"By {town.slug}")
    vendor.follows(verb)
    vendor.fills("Begrundelse", "Aftalt med kommunen")
    vendor.presses(verb)


def test_a_suspended_municipality_is_out_at_the_next_click_and_loses_nothing(
    at_vendor: Enter, enter: Enter, sign_in: Enter, town: Town, school: Offered
) -> None:
    school.session(starts_on=danish_date(town.now), deadline=danish_date(town.now))
    before = school.everything()
    vendor = at_vendor()
    admin = sign_in("admin")
    admin.menu("Puljer")
    waiting = enter()
    waiting.opens("/sign-in")  # the municipality can still be chosen on this page
    expect(waiting.field("Kommune")).to_contain_text(f"By {town.slug}")

    change_state(vendor, town, "Suspendér")
    vendor.reads("Kommunen er suspenderet.", "Suspenderet")
    vendor.looks("leverandoer-kommuner", wide_table=True)

    admin.page.get_by_role("link", name="Posteringer", exact=True).click()
    admin.is_out()
    admin.looks("log-ind")
    expect(admin.field("Kommune")).not_to_contain_text(f"By {town.slug}")
    waiting.tries_to_sign_in(f"By {town.slug}", f"admin@{town.slug}.dk")
    waiting.is_out()
    waiting.reads("Ingen kan logge ind i denne kommune lige nu.")

    change_state(vendor, town, "Genaktivér")
    vendor.reads("Kommunen er aktiv igen.", "Aktiv")
    back = sign_in("admin")
    back.menu("Puljer")
    expect(back.column("Budget")).to_have_count(5)
    back.menu("Medarbejdere")
    expect(back.row(f"ped_n1_1 {town.slug}")).to_be_visible()
    assert school.everything() == before
