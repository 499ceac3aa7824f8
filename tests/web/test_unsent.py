"""A session that ends in the middle of a form: nothing typed is lost, and nothing is sent."""

from __future__ import annotations

import dataclasses
import html
import re
from datetime import timedelta

import pytest
import redis
from cryptography.fernet import Fernet
from sqlalchemy import select, update

from config.wsgi import build
from tenant_app.accounts.models import Delegation, UserSession
from tenant_app.organisation.models import Unit
from tenant_app.tenancy import service as tenancy
from tenant_app.web import unsent
from tests.doors.things_people import STAFF
from tests.web.conftest import PASSWORD, Browser, give_password

FOUND = "/admin/units/found/"
TYPED = {
    "number": "N-77",
    "name": 'Skovbrynet "Æblet" <script>alert(1)</script> 🌳',
    "from_date": "2026-12-24",
}
KEPT = "Formularen er udfyldt, som du forlod den"
LOST = "kunne ikke gemmes"


def end_sessions(town) -> None:
    with town.as_system() as ctx:
        ctx.session.execute(update(UserSession).values(expires_at=ctx.now - timedelta(hours=1)))


def units(town) -> int:
    with town.as_system() as ctx:
        return len(ctx.session.scalars(select(Unit.id)).all())


def token_of(page: str) -> str:
    return re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[-1]


def send(browser: Browser, path: str, fields, *, token: str | None = None, **headers):
    """Send the form of a page that was opened while the session was alive."""
    return browser.client.post(
        path,
        data=fields | ({"csrf_token": token} if token else {}),
        base_url=browser.base,
        environ_base=browser.environ,
        headers=headers,
    )


@pytest.fixture
def lost_session(browser, town):
    """The administrator has typed a new unit, and the session ended before it was sent."""
    browser.sign_in(town, give_password(town, "admin"))
    page = browser.get(FOUND).text
    end_sessions(town)
    return send(browser, FOUND, TYPED, token=token_of(page))


def test_the_same_user_finds_the_form_as_it_was_left_and_sends_it(browser, town, lost_session):
    before = units(town)
    assert lost_session.status_code == 302
    asked = browser.get(lost_session.location)
    assert "det, du skrev, er gemt til dig" in asked.text

    again = browser.sign_in(town, give_password(town, "admin"), next=FOUND)
    assert again.location == FOUND
    page = browser.get(FOUND).text
    assert KEPT in page
    assert 'value="N-77"' in page
    assert f'value="{html.escape(TYPED["name"])}"' in page.replace("&#34;", "&quot;")
    assert "<script>alert" not in page
    assert units(town) == before  # only shown

    unit = re.search(r'<option value="([0-9a-f-]{36})">[^<]*north', page)
    assert unit is not None
    fields = TYPED | {"parent_id": unit[1], "kind": "institution"}
    assert send(browser, FOUND, fields, token=token_of(page)).status_code == 302
    assert units(town) == before + 1
    assert KEPT not in browser.get(FOUND).text  # it has been sent


def test_another_user_of_the_same_browser_sees_none_of_it(browser, town, lost_session):
    give_password(town, "consultant")
    browser.sign_in(town, f"consultant@{town.slug}.dk")
    assert "N-77" not in browser.get(FOUND).text
    browser.post("/sign-out", form="/admin/profile/")

    browser.sign_in(town, f"admin@{town.slug}.dk")  # and now it is gone for good
    page = browser.get(FOUND).text
    assert "N-77" not in page
    assert KEPT not in page


def test_another_browser_sees_none_of_it(site, town, lost_session):
    other = Browser(site)
    other.sign_in(town, f"admin@{town.slug}.dk")
    assert "N-77" not in other.get(FOUND).text


def test_the_same_address_in_another_municipality_sees_none_of_it(
    browser, town, make_town, lost_session
):
    elsewhere = make_town(now=town.now)
    browser.sign_in(elsewhere, give_password(elsewhere, "admin"))
    assert "N-77" not in browser.get(FOUND).text


def test_it_is_shown_in_its_own_form_only(browser, town, lost_session):
    browser.sign_in(town, give_password(town, "admin"))
    assert "N-77" not in browser.get("/admin/employees/hire/").text
    assert "N-77" in browser.get(FOUND).text


def test_a_form_from_before_another_sign_in_is_shown_again_and_not_sent(browser, town):
    """Two tabs: one signs out and in, the other sends what it held all the time."""
    browser.sign_in(town, give_password(town, "admin"))
    old = token_of(browser.get(FOUND).text)
    browser.post("/sign-out", form="/admin/profile/")
    browser.sign_in(town, f"admin@{town.slug}.dk")
    before = units(town)

    answer = send(browser, FOUND, TYPED, token=old, Origin=browser.base)
    assert (answer.status_code, answer.location) == (303, FOUND)
    page = browser.get(FOUND).text
    assert KEPT in page
    assert 'value="N-77"' in page
    assert units(town) == before


def test_signing_out_in_another_tab_loses_nothing(browser, town):
    browser.sign_in(town, give_password(town, "admin"))
    old = token_of(browser.get(FOUND).text)
    browser.post("/sign-out", form="/admin/profile/")

    answer = send(browser, FOUND, TYPED, token=old, Origin=browser.base)
    assert (answer.status_code, answer.location) == (303, FOUND)
    assert browser.get(FOUND).location.startswith("/sign-in")
    assert "det, du skrev, er gemt til dig" in browser.get("/sign-in").text
    browser.sign_in(town, f"admin@{town.slug}.dk")
    assert 'value="N-77"' in browser.get(FOUND).text


def test_vendor_staff_who_look_inside_with_the_same_browser_see_none_of_it(
    browser, town, lost_session
):
    with town.db.vendor_unit_of_work(STAFF) as ctx:
        token = tenancy.open_support(
            ctx, town.tenant_id, database=town.db, reason="Sag 1234 om enheder", minutes=5
        )
    browser.post("/support", {"token": f"{town.tenant_id}.{token}"}, form="/support?token=x")

    path = "/admin/profile/token/"
    with browser.client.session_transaction(base_url=browser.base) as kept:
        assert kept["support_token"]
        assert kept["user"].startswith(f"{town.tenant_id}:")
    assert "N-77" not in browser.get("/admin/units/").text
    assert "N-77" not in browser.get(path).text


@pytest.mark.parametrize("origin", [None, "null", "https://evil.dk", "http://127.0.0.1.evil.dk"])
def test_a_form_from_another_site_is_neither_sent_nor_kept(browser, town, origin):
    browser.sign_in(town, give_password(town, "admin"))
    before = units(town)

    headers = {"Origin": origin} if origin else {}
    answer = send(browser, FOUND, TYPED, token="guessed", **headers)
    assert answer.status_code == 400
    assert "N-77" not in browser.get(FOUND).text
    assert units(town) == before


def test_what_comes_back_still_needs_its_token(browser, town, lost_session):
    browser.sign_in(town, give_password(town, "admin"))
    before = units(town)
    assert "N-77" in browser.get(FOUND).text

    assert send(browser, FOUND, TYPED | {"kind": "institution"}).status_code == 400
    assert units(town) == before


def test_a_stranger_leaves_nothing_behind(browser, town):
    token = token_of(browser.get("/sign-in").text)

    answer = send(browser, FOUND, TYPED, token=token)
    assert answer.status_code == 302
    assert "unsent" not in browser.session()
    assert "gemt til dig" not in browser.get(answer.location).text


def test_passwords_and_tokens_are_never_written_down(browser, site, town, settings):
    browser.sign_in(town, give_password(town, "admin"))
    token = token_of(browser.get("/admin/profile/token/").text)
    end_sessions(town)
    secret = {"password": "hemmeligt-ord", "old": "gammelt-ord", "new": "nyt-ord", "again": "x-ord"}
    send(browser, "/admin/profile/token/", secret | {"name": "Navnet"}, token=token)

    key = browser.session()["unsent"]
    assert key.startswith(f"t:{town.tenant_id}:")
    dump = redis.Redis.from_url(settings.redis_url).get(key)
    assert b"Navnet" not in dump  # whoever reads Redis reads nothing
    with site.app_context():
        kept = unsent._cipher().decrypt(dump).decode()
    assert "Navnet" in kept
    assert not any(word in kept for word in (*secret.values(), token))
    assert redis.Redis.from_url(settings.redis_url).ttl(key) <= 3600


def test_what_was_kept_under_another_secret_is_gone_and_breaks_nothing(browser, town, settings):
    browser.sign_in(town, give_password(town, "admin"))
    token = token_of(browser.get(FOUND).text)
    end_sessions(town)
    send(browser, FOUND, TYPED, token=token)
    key = browser.session()["unsent"]
    redis.Redis.from_url(settings.redis_url).set(key, Fernet(Fernet.generate_key()).encrypt(b"{}"))

    browser.sign_in(town, give_password(town, "admin"))
    assert browser.get(FOUND).status_code == 200


def test_more_than_any_form_holds_is_not_kept_and_that_is_said(browser, town):
    browser.sign_in(town, give_password(town, "admin"))
    token = token_of(browser.get(FOUND).text)
    end_sessions(town)

    answer = send(browser, FOUND, TYPED | {"name": "x" * 70_000}, token=token)
    assert "unsent" not in browser.session()
    assert LOST in browser.get(answer.location).text


def test_without_redis_it_is_said_that_nothing_is_kept(settings, db, town):
    away = dataclasses.replace(settings, redis_url="unix:///nowhere.sock?db=0")
    browser = Browser(build(away, db))
    browser.sign_in(town, give_password(town, "admin"), PASSWORD)
    token = token_of(browser.get(FOUND).text)
    end_sessions(town)

    answer = send(browser, FOUND, TYPED, token=token)
    assert answer.status_code == 302
    assert LOST in browser.get(answer.location).text


def test_an_appointment_of_a_deputy_comes_back_with_its_choices(browser, town):
    """Dates, choices and long texts alike."""
    path = "/admin/delegations/delegate/"
    browser.sign_in(town, give_password(town, "leader_n1"))
    token = token_of(browser.get(path).text)
    end_sessions(town)
    typed = {
        "deputy": f"ped_n1@{town.slug}.dk",
        "from_date": "2026-12-01",
        "to_date": "2026-12-09",
        "reason": "Ferie, og\nderefter kursus",
    }
    send(browser, path, typed, token=token)

    browser.sign_in(town, f"leader_n1@{town.slug}.dk")
    page = browser.get(path).text
    for text in ("2026-12-01", "2026-12-09", "Ferie, og\nderefter kursus", typed["deputy"]):
        assert text in page, text
    with town.as_system() as ctx:
        assert ctx.session.scalars(select(Delegation.id)).all() == []
