"""The accessibility statement: what the law wants in it, and a way to it from every page."""

from __future__ import annotations

import pytest

from tests.web.conftest import Browser, give_password

PARTS = (
    "Overholdelsesstatus",
    "Indhold, der ikke er tilgængeligt",
    "Udarbejdelse af denne tilgængelighedserklæring",
    "Feedback og kontaktoplysninger",
    "Håndhævelsesprocedure",
)
"""The sections of the model statement in Commission Implementing Decision (EU) 2018/1523."""
LINK = 'href="/tilgaengelighed"'


def test_the_statement_has_the_parts_of_the_model_and_the_danish_authority(browser):
    page = browser.get("/tilgaengelighed")

    assert page.status_code == 200
    places = [page.text.index(part) for part in PARTS]
    assert places == sorted(places)
    assert "lov nr. 692 af 8. juni 2018" in page.text
    assert "delvist i overensstemmelse" in page.text
    assert "24-11-2026" in page.text
    assert 'href="https://digst.dk/' in page.text


def test_a_stranger_reads_it_in_english_too(browser):
    browser.post("/language", {"locale": "en"}, form="/sign-in")

    page = browser.get("/tilgaengelighed").text
    assert 'lang="en"' in page
    assert "Enforcement procedure" in page
    assert "Håndhævelse" not in page


def test_it_names_the_municipality_where_that_is_known(browser, town, hosted):
    assert f"By {town.slug}" not in browser.get("/tilgaengelighed").text
    browser.sign_in(town, give_password(town))
    assert f"By {town.slug} gør sine websteder" in browser.get("/tilgaengelighed").text

    host = Browser(hosted, host=f"{town.slug}.rt.test")
    assert f"By {town.slug} gør sine websteder" in host.get("/tilgaengelighed").text


@pytest.mark.parametrize("path", ["/sign-in", "/vendor/sign-in", "/nowhere", "/api/v1/docs"])
def test_every_page_outside_leads_to_it(browser, path):
    assert LINK in browser.get(path).text


@pytest.mark.parametrize("path", ["/admin/", "/admin/inbox/", "/admin/units/", "/password"])
def test_every_page_inside_leads_to_it(browser, town, path):
    browser.sign_in(town, give_password(town))
    page = browser.get(path)

    assert page.status_code == 200
    assert page.text.count(LINK) == 1
