"""The sign-in pages: bound to a municipality, fixed against fixation, and limited."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, UserSession
from tenant_app.core import clock, secrets
from tenant_app.tenancy.models import TenantState
from tenant_app.web.signin import local_path
from tests.town import Town
from tests.web.conftest import PASSWORD, Browser, give_password, sessions, set_state


def test_on_a_bare_host_the_page_asks_for_the_municipality(browser, town, make_town):
    closed = make_town()
    set_state(closed, TenantState.SUSPENDED)

    page = browser.get("/sign-in").text

    assert f'value="{town.slug}"' in page
    assert closed.slug not in page


def test_the_right_password_leads_to_the_page_that_was_wanted(browser, town):
    answer = browser.sign_in(town, give_password(town), next="/admin/profile/?x=1")

    assert (answer.status_code, answer.location) == (302, "/admin/profile/?x=1")
    assert browser.is_in()


def test_the_cookie_holds_only_who_it_is_a_random_token_and_the_language(browser, town):
    browser.sign_in(town, give_password(town))

    kept = browser.session()
    assert set(kept) - {"csrf_token", "_fresh"} == {"tenant", "token", "locale", "user"}
    assert kept["tenant"] == town.tenant_id
    assert kept["user"] == f"{town.tenant_id}:{town.users['leader_n1']}"
    assert [one.token_hash for one in sessions(town)] == [secrets.token_hash(kept["token"])]


def test_the_municipality_chosen_last_is_chosen_already(browser, town):
    browser.sign_in(town, give_password(town))
    browser.post("/sign-out", form="/sign-in")

    assert re.search(rf'<option selected value="{town.slug}"', browser.get("/sign-in").text)


def test_a_form_without_a_municipality_is_refused_in_danish(browser, town):
    email = give_password(town)

    answer = browser.sign_in(town, email, tenant="")

    assert answer.status_code == 422
    assert "Vælg din kommune" in answer.text
    assert sessions(town) == []


@pytest.mark.parametrize("slug", ["nowhere", "admin", "../x", "\x00"])
def test_an_unknown_municipality_is_refused(browser, town, slug):
    answer = browser.sign_in(town, give_password(town), tenant=slug)

    assert answer.status_code == 422
    assert not browser.is_in()


def test_one_suspended_meanwhile_is_answered_like_one_that_never_was(browser, town, make_town):
    closed = make_town()
    set_state(closed, TenantState.SUSPENDED)
    email = give_password(town)

    texts = [
        re.search(r"Ingen kan logge ind i denne kommune lige nu\.[^<]*", answer.text)[0]
        for answer in (
            browser.sign_in(town, email, tenant=slug) for slug in (closed.slug, "nowhere")
        )
    ]

    assert texts[0] == texts[1]
    assert "spørg dens administrator" in texts[0]


def test_the_host_names_the_municipality(hosted, town):
    here = Browser(hosted, f"{town.slug}.rt.test")

    page = here.get("/sign-in")
    answer = here.post("/sign-in", {"email": give_password(town), "password": PASSWORD})

    assert "<select" not in page.text
    assert answer.status_code == 302
    assert here.is_in()


def test_a_session_of_one_municipality_is_worth_nothing_on_anothers_host(hosted, town, make_town):
    other = make_town(now=clock.now())
    here = Browser(hosted, f"{town.slug}.rt.test")
    here.post("/sign-in", {"email": give_password(town), "password": PASSWORD})
    stolen = here.session()
    there = Browser(hosted, f"{other.slug}.rt.test")

    for claimed in (stolen, stolen | {"tenant": other.tenant_id}):
        with there.client.session_transaction(base_url=there.base) as kept:
            kept.update(claimed)
        assert not there.is_in()
    assert here.is_in()


@pytest.mark.parametrize("host", ["nowhere.rt.test", "rt.test", "vendor.rt.test"])
def test_a_host_without_a_municipality_has_no_sign_in(hosted, host):
    assert Browser(hosted, host).get("/sign-in").status_code == 404


def test_a_strange_host_is_refused(hosted):
    assert Browser(hosted, "rt.test.evil.example").get("/sign-in").status_code == 400


def test_a_post_without_the_csrf_token_is_refused(browser, town):
    answer = browser.sign_in(town, give_password(town), csrf_token="x")

    assert answer.status_code == 400
    assert sessions(town) == []


# Sessions


def test_what_lay_in_the_cookie_before_sign_in_is_gone(browser, town):
    """A planted session does not become the victim's."""
    email = give_password(town)
    browser.sign_in(town, email)
    planted = browser.session()
    victim = Browser(browser.client.application)
    with victim.client.session_transaction(base_url=victim.base) as kept:
        kept.update(planted | {"planted": "yes"})

    victim.sign_in(town, email)

    assert "planted" not in victim.session()
    assert victim.session()["token"] != planted["token"]
    assert victim.is_in()
    assert not browser.is_in(), "the planted session is closed on the server too"


def test_signing_out_closes_the_session_for_whoever_kept_the_cookie(browser, town):
    browser.sign_in(town, give_password(town))
    kept_copy = browser.session()

    answer = browser.post("/sign-out", form="/sign-in")

    assert answer.location == "/sign-in"
    assert "token" not in browser.session()
    thief = Browser(browser.client.application)
    with thief.client.session_transaction(base_url=thief.base) as kept:
        kept.update(kept_copy)
    assert not thief.is_in()


def test_a_link_cannot_sign_anybody_out(browser, town):
    browser.sign_in(town, give_password(town))

    assert browser.get("/sign-out").status_code == 405
    assert browser.is_in()


@pytest.mark.parametrize("state", [TenantState.SUSPENDED, TenantState.ARCHIVED])
def test_a_closed_municipality_signs_in_nowhere_and_its_sessions_die(
    site, hosted, town, browser, state
):
    email = give_password(town)
    browser.sign_in(town, email)
    assert browser.is_in()

    set_state(town, state)

    assert not browser.is_in()
    assert Browser(site).sign_in(town, email).status_code == 422
    assert Browser(hosted, f"{town.slug}.rt.test").get("/sign-in").status_code == 404
    assert len(sessions(town)) == 1
    set_state(town, TenantState.ACTIVE)
    assert browser.is_in()


def test_a_session_too_old_asks_to_sign_in_again(browser, town):
    browser.sign_in(town, give_password(town))
    with town.as_system() as ctx:
        ctx.session.execute(update(UserSession).values(expires_at=ctx.now - timedelta(hours=1)))

    answer = browser.get("/admin/profile/")

    assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/sign-in")


# One answer to every wrong try


@pytest.mark.parametrize(
    "wanted",
    [
        *("https://evil.example", "http:evil.example", "//evil.example", "///evil.example"),
        *("/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example"),
        *("javascript:alert(1)", "data:text/html,x", "evil.example", " /admin", "\x00/admin"),
        *("/%0d%0aSet-Cookie:x\r\n", "//[::1", "/sign-in", "/sign-out", "", "/" + "a" * 3000),
    ],
)
def test_the_next_page_is_never_somebody_elses(browser, town, wanted):
    answer = browser.sign_in(town, give_password(town), next=wanted)

    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize("wanted", ["/admin/units/?search=%C3%A5&page=2", "/admin/", "/admin/?"])
def test_the_next_page_of_the_house_is_kept(site, wanted):
    with site.test_request_context():
        assert local_path(wanted) == wanted


# Invitations, passwords, language


def invitation_to(town: Town) -> str:
    with town.as_user("admin") as ctx:
        return accounts.invite(
            ctx,
            email=f"ny@{town.slug}.dk",
            name="Ny Leder",
            role=Role.INSTITUTION_LEADER,
            unit_id=town.units["n1"],
        )


def test_the_invited_choose_a_password_and_are_in(browser, town):
    path = f"/invitation/{town.slug}/{invitation_to(town)}"
    assert "Ny Leder" in browser.get(path).text

    poor = browser.post(path, {"password": "adgangskode123", "again": "adgangskode123"})
    differ = browser.post(path, {"password": PASSWORD, "again": PASSWORD + "!"})
    done = browser.post(path, {"password": PASSWORD, "again": PASSWORD})
    again = browser.get(path)

    assert (poor.status_code, differ.status_code, done.status_code) == (422, 422, 302)
    assert "Mange bruger den adgangskode" in poor.text
    assert again.status_code == 404
    assert browser.sign_in(town, f"ny@{town.slug}.dk").status_code == 302
    assert browser.is_in()


def test_a_link_that_does_not_work_says_the_same_whatever_is_wrong(site, town, make_town):
    token = invitation_to(town)
    suspended = make_town(now=clock.now())
    its_token = invitation_to(suspended)
    set_state(suspended, TenantState.SUSPENDED)
    paths = [
        f"/invitation/{town.slug}/{token}x",
        f"/invitation/nowhere/{token}",
        f"/invitation/{suspended.slug}/{token}",
        f"/invitation/{suspended.slug}/{its_token}",
    ]

    answers = {
        (answer.status_code, answer.text) for answer in (Browser(site).get(path) for path in paths)
    }

    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_an_invitation_is_not_accepted_on_anothers_host(hosted, town, make_town):
    path = f"/invitation/{town.slug}/{invitation_to(town)}"

    assert Browser(hosted, f"{make_town().slug}.rt.test").get(path).status_code == 404
    assert Browser(hosted, f"{town.slug}.rt.test").get(path).status_code == 200


def test_changing_the_password_on_the_page(site, browser, town):
    email = give_password(town)
    elsewhere = Browser(site)
    elsewhere.sign_in(town, email)
    browser.sign_in(town, email)
    new = "helt andre fire ord"

    wrong = browser.post("/password", {"old": "x", "new": new, "again": new})
    done = browser.post("/password", {"old": PASSWORD, "new": new, "again": new})

    assert wrong.status_code == 422
    assert "Det er ikke din nuværende adgangskode" in wrong.text
    assert done.status_code == 302
    assert browser.is_in()
    assert not elsewhere.is_in()
    assert Browser(site).sign_in(town, email).status_code == 401
    assert Browser(site).sign_in(town, email, new).status_code == 302


def test_a_stolen_session_cannot_guess_the_password(browser, town):
    browser.sign_in(town, give_password(town))
    new = "helt andre fire ord"

    answers = [
        browser.post("/password", {"old": f"x{i}", "new": new, "again": new}).status_code
        for i in range(12)
    ]

    assert answers == [422] * 10 + [429] * 2


def test_the_password_page_is_for_the_signed_in(browser):
    assert browser.get("/password").location.startswith("/sign-in")


def test_the_page_can_be_read_in_english(browser):
    assert "Log ind" in browser.get("/sign-in").text

    answer = browser.post("/language", {"locale": "en", "next": "/sign-in"}, form="/sign-in")

    assert answer.location == "/sign-in"
    assert "Sign in" in browser.get("/sign-in").text
    browser.post("/language", {"locale": "xx"}, form="/sign-in")
    assert "Sign in" in browser.get("/sign-in").text
