"""A refusal too says in which municipality and in which role one reads it."""

from uuid import uuid4

import pytest
from sqlalchemy import update

from tenant_app.accounts.models import UserSession
from tests.web.conftest import give_password


@pytest.fixture
def leader(browser, town):
    browser.sign_in(town, give_password(town))
    return browser


NEVER = "01990000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/users/", 403),
        (f"/admin/units/details/?id={NEVER}", 404),
        ("/admin/zzz", 404),
        ("/admin/units/zzz/", 404),
    ],
)
def test_who_is_signed_in_sees_municipality_and_role(leader, town, path, status):
    answer = leader.get(path)

    assert answer.status_code == status
    head = answer.text.partition("<header>")[2].partition("</header>")[0]
    assert f"By {town.slug}" in head
    assert f"Institutionsleder, n1 {town.slug}" in head
    assert "<form" not in answer.text


def test_what_was_asked_for_is_not_repeated(leader):
    one, other = (leader.get(f"/admin/units/details/?id={uuid4()}") for _ in range(2))

    assert one.status_code == 404
    assert one.data == other.data


def test_an_address_that_leads_nowhere_is_as_one_to_what_is_not_there(leader):
    found = leader.get(f"/admin/units/details/?id={NEVER}")

    assert leader.get("/admin/zzz").data == found.data


@pytest.mark.parametrize("path", ["/admin/zzz", "/vendor/zzz", "/admin/units/zzz/"])
def test_a_stranger_is_asked_to_sign_in_wherever_it_leads(browser, path):
    nowhere, somewhere = browser.get(path), browser.get(f"/{path.split('/')[1]}/")

    assert nowhere.status_code == somewhere.status_code == 302
    assert nowhere.location.partition("?")[0] == somewhere.location.partition("?")[0]


@pytest.mark.parametrize("path", ["/adminzzz", "/vendors", "/api/zzz"])
def test_elsewhere_nobody_is_asked_who_it_is(browser, leader, path):
    for visitor in (browser, leader):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert 'class="where"' not in answer.text


def test_a_session_that_has_ended_is_asked_to_sign_in(leader, town):
    with town.as_system() as ctx:
        ctx.session.execute(update(UserSession).values(revoked_at=ctx.now))

    assert leader.get("/admin/zzz").status_code == 302


def test_nobody_signed_in_sees_the_plain_page(browser):
    answer = browser.get("/nowhere")

    assert answer.status_code == 404
    assert 'class="where"' not in answer.text
