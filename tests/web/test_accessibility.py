"""The accessibility statement: what the law wants in it, and a way to it from every page."""

from __future__ import annotations

import pytest

from tenant_app.tenancy import service as tenancy
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


def test_it_is_found_where_the_agency_looks_for_it(browser):
    answer = browser.get("/was")
    assert (answer.status_code, answer.location) == (302, "/tilgaengelighed")


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


TOLD = {
    "accessibility_email": "tilgaengelig@by.dk",
    "accessibility_phone": "+45 12 34 56 78",
    "accessibility_statement": "https://was.digst.dk/by-dk",
}
MAILTO, TEL = 'href="mailto:tilgaengelig@by.dk"', 'href="tel:+4512345678"'


def tell(town, **told):
    with town.as_user("admin") as ctx:
        tenancy.change_settings(ctx, accessibility=told)


def test_the_municipalitys_contact_stands_there_for_its_host_and_its_users(browser, town, hosted):
    tell(town, **TOLD)
    host = Browser(hosted, host=f"{town.slug}.rt.test")
    browser.sign_in(town, give_password(town))

    for reader in (host, browser):  # the first is a stranger, the second signed in
        page = reader.get("/tilgaengelighed").text
        assert MAILTO in page
        assert TEL in page
        assert 'href="https://was.digst.dk/by-dk"' in page
        assert "endnu ikke oplyst" not in page


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({}, "en e-mailadresse eller et telefonnummer her"),
        ({"accessibility_phone": "12345678"}, "en e-mailadresse her"),
        ({"accessibility_email": "a@by.dk"}, "et telefonnummer her"),
    ],
)
def test_what_is_not_given_is_said_to_be_missing(town, hosted, told, missing):
    tell(town, **told)

    page = Browser(hosted, host=f"{town.slug}.rt.test").get("/tilgaengelighed").text

    assert f"By {town.slug} har endnu ikke oplyst {missing}." in page
    assert page.count("har endnu ikke oplyst") == 2  # the statement is missing too
    assert ("mailto:" in page, "tel:" in page) == (
        "accessibility_email" in told,
        "accessibility_phone" in told,
    )


def test_no_municipality_is_shown_anothers_contact(browser, town, make_town, site, hosted):
    other = make_town(now=town.now)
    tell(town, **TOLD)
    inside = Browser(site)
    inside.sign_in(other, give_password(other))
    own_host = Browser(hosted, host=f"{other.slug}.rt.test")

    for reader in (inside, own_host):
        page = reader.get("/tilgaengelighed").text
        assert f"By {other.slug} gør" in page
        assert "by.dk" not in page
        assert "12 34 56 78" not in page


@pytest.mark.parametrize("host", ["rt.test", "vendor.rt.test", "nowhere.rt.test"])
def test_where_no_municipality_is_known_it_says_how_to_come_to_one(town, hosted, host):
    tell(town, **TOLD)

    page = Browser(hosted, host=host).get("/tilgaengelighed")

    assert page.status_code == 200
    assert "Kommunen gør sine websteder" in page.text
    assert "Denne adresse hører ikke til en bestemt kommune." in page.text
    assert "by.dk" not in page.text


def test_the_contact_is_in_english_too(town, hosted):
    tell(town, accessibility_phone="12345678")
    host = Browser(hosted, host=f"{town.slug}.rt.test")
    host.post("/language", {"locale": "en"}, form="/sign-in")

    page = host.get("/tilgaengelighed").text

    assert "can be reached here" in page
    assert "has not yet given an e-mail address here" in page
    assert "oplyst" not in page


def test_an_odd_address_makes_a_link_to_itself_and_nothing_more(town, hosted):
    tell(town, accessibility_email='x?bcc=y&"@by.dk')

    page = Browser(hosted, host=f"{town.slug}.rt.test").get("/tilgaengelighed").text

    assert 'href="mailto:x%3Fbcc%3Dy%26%22@by.dk"' in page
