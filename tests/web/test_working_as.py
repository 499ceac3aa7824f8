"""The choice of role in the browser: kept for the session, asked anew at each request."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Delegation
from tests.web.conftest import give_password

ANY = "/admin/profile/"
"""A page that everybody has: the frame is the same on all of them."""


@pytest.fixture
def deputy(browser, town):
    """A pedagogue of n1, signed in, who stands in for the leader of s1."""
    with town.as_user("leader_s1") as ctx:
        accounts.delegate(
            ctx,
            deputy_id=town.users["ped_n1"],
            from_date=town.today,
            to_date=town.today + timedelta(days=2),
            reason="Ferie",
        )
    browser.sign_in(town, give_password(town, "ped_n1"))
    return browser


def keys(browser) -> dict[str, str]:
    """What the page offers: role → key."""
    found = re.findall(r'name="grant" value="([^"]+)"', browser.get(ANY).text)
    return {key.partition(".")[0]: key for key in found}


def choose(browser, key: str):
    return browser.post("/admin/working-as", {"grant": key}, form=ANY)


def is_leader(browser) -> bool:
    return browser.get("/admin/inbox/").status_code == 200


def test_one_role_is_nothing_to_choose_from(browser, town):
    browser.sign_in(town, give_password(town, "leader_n1"))

    page = browser.get(ANY).text

    assert "working-as" not in page
    assert "Institutionsleder" in page


def test_all_roles_hold_until_one_is_chosen(deputy):
    assert set(keys(deputy)) == {"employee", "institution_leader"}
    assert is_leader(deputy)


def test_the_chosen_role_narrows_what_the_browser_may(deputy):
    answer = choose(deputy, keys(deputy)["employee"])

    assert (answer.status_code, answer.location) == (302, "/admin/")
    assert not is_leader(deputy)
    page = deputy.get(ANY).text
    assert "Du arbejder kun som Medarbejder" in page
    assert "/admin/inbox/" not in page


def test_and_another_browser_of_the_same_person_keeps_all(deputy, site, town):
    choose(deputy, keys(deputy)["employee"])
    other = type(deputy)(site)
    other.sign_in(town, give_password(town, "ped_n1"))

    assert is_leader(other)


def test_all_roles_come_back(deputy):
    choose(deputy, keys(deputy)["employee"])

    choose(deputy, "")

    assert "Du arbejder nu i alle dine roller" in deputy.get(ANY).text
    assert is_leader(deputy)


@pytest.mark.parametrize("key", ["municipal_admin", "municipal_admin.{root}.own"])
def test_a_role_that_is_not_held_is_refused_and_nothing_changes(deputy, town, key):
    deputy.get(ANY)
    before = deputy.session()

    answer = choose(deputy, key.format(root=town.units["root"]))

    assert answer.status_code == 422
    assert "Vælg en fra listen" in answer.text
    assert deputy.session() == before
    assert deputy.get("/admin/users/").status_code == 403


def test_a_chosen_role_that_ends_meanwhile_falls_back_to_all_with_a_notice(deputy, town):
    choose(deputy, keys(deputy)["institution_leader"])
    assert is_leader(deputy)
    with town.as_system() as ctx:
        ctx.session.execute(update(Delegation).values(revoked_at=ctx.now))

    page = deputy.get(ANY)

    assert page.status_code == 200
    assert "Du har ikke længere den rolle" in page.text
    assert "works_as" not in deputy.session()
    assert not is_leader(deputy)


def test_a_signed_out_browser_forgets_the_choice(deputy):
    choose(deputy, keys(deputy)["employee"])

    deputy.post("/sign-out", form="/sign-in")

    assert "works_as" not in deputy.session()
