"""The panel's screens of users, deputies and oneself."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import ApiToken, Delegation, Role, User
from tests.accounts.conftest import assignment_of, roles_of
from tests.statements import statements


@pytest.fixture
def page(site, today_town):
    """`page("admin", "/users/")` reads, `page("admin", "/users/close/?id=…", {})` posts."""
    clients = {}

    def client_of(name):
        if name not in clients:
            with today_town.as_system() as ctx:
                user = ctx.session.get_one(User, today_town.users[name])
                token = accounts.open_session(ctx, user)
            clients[name] = site.test_client()
            with clients[name].session_transaction() as kept:
                kept.update(tenant=today_town.tenant_id, token=token)
        return clients[name]

    def send(name, path, data=None):
        client, url = client_of(name), f"/admin{path}"
        if data is None:
            return client.get(url)
        # Every page holds a token, in the form or in the button that signs out.
        text = client.get(url).text + client.get("/admin/profile/").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        return client.post(url, data={"csrf_token": token[1] if token else ""} | data)

    return send


def test_an_admin_sees_the_users_with_their_roles(page, today_town):
    text = page("admin", "/users/").text

    assert f"leader_n1@{today_town.slug}.dk" in text
    assert f", n1 {today_town.slug}</div>" in text
    found = page("admin", "/users/?search=area_north").text
    assert f"area_north@{today_town.slug}.dk" in found
    assert f"leader_n1@{today_town.slug}.dk" not in found


def test_the_list_of_users_takes_the_same_number_of_queries_however_long(page, today_town, db):
    def count():
        with statements(db.app) as seen:
            page("admin", "/users/")
        return len(seen)

    page("admin", "/users/")
    before = count()
    with today_town.as_system() as ctx:
        for i in range(20):
            today_town._user(ctx, f"extra{i}", Role.EMPLOYEE, "n1")

    assert count() == before


@pytest.mark.parametrize("name", ["consultant", "area_north", "leader_n1", "ped_n1", "auditor"])
def test_others_do_not_see_the_users(page, today_town, name):
    user = today_town.users["ped_n2"]
    paths = ["/users/", f"/users/details/?id={user}", "/users/invite/"]
    paths += [f"/users/{verb}/?id={user}" for verb in ("close", "open", "reinvite", "end-role")]

    for path in paths:
        answer = page(name, path)
        assert answer.status_code == 403, path
        assert f"ped_n2@{today_town.slug}.dk" not in answer.text


def test_inviting_shows_the_link_once(page, site, today_town):
    answer = page(
        "admin",
        "/users/invite/",
        {
            "name": "Ny",
            "email": "ny@by.dk",
            "role": "institution_leader",
            "unit_id": str(today_town.units["n2"]),
            "employee_id": "E-ped_n2_2",
        },
    )

    link = re.search(r'value="http://localhost(/invitation/[^"]+)"', answer.text)[1]
    assert site.test_client().get(link).status_code == 200
    with today_town.as_system() as ctx:
        user = ctx.session.scalars(select(User).where(User.email == "ny@by.dk")).one()
        assert user.employee_id == today_town.employees["ped_n2_2"]


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"email": "ingen"}, 422, "er ikke en e-mailadresse"),
        ({"employee_id": "E-nobody"}, 422, "Ingen medarbejder har nummeret"),
        ({"employee_id": "E-ped_n1_1"}, 409, "Medarbejderen har allerede et login"),
        ({"role": "municipal_admin"}, 422, "Rollen kan ikke gives i den slags enhed"),
        ({"unit_id": "00000000-0000-0000-0000-000000000000"}, 422, "unit_id"),
    ],
)
def test_a_poor_invitation_says_what_to_change_and_makes_no_login(
    page, today_town, change, status, text
):
    good = {
        "name": "Ny",
        "email": "ny@by.dk",
        "role": "institution_leader",
        "unit_id": str(today_town.units["n2"]),
    }

    answer = page("admin", "/users/invite/", good | change)

    assert answer.status_code == status
    assert text in answer.text
    with today_town.as_system() as ctx:
        assert ctx.session.scalars(select(User).where(User.email == "ny@by.dk")).all() == []


def test_roles_are_given_and_ended_on_the_screen(page, today_town):
    user = today_town.users["leader_s1"]
    given = page(
        "admin",
        f"/users/grant-role/?id={user}",
        {"role": "area_leader", "unit_id": str(today_town.units["south"]), "from_date": ""},
    )
    assert given.status_code == 302
    assert (Role.AREA_LEADER, today_town.units["south"]) in roles_of(today_town, "leader_s1")

    first = assignment_of(today_town, "leader_s1")
    ended = page("admin", f"/users/end-role/?id={user}", {"role": str(first), "on": ""})
    assert ended.status_code == 302
    assert roles_of(today_town, "leader_s1") == {(Role.AREA_LEADER, today_town.units["south"])}


def test_an_admin_cannot_end_another_users_role_through_a_third(page, today_town):
    other = assignment_of(today_town, "leader_n2")

    answer = page(
        "admin",
        f"/users/end-role/?id={today_town.users['leader_n1']}",
        {"role": str(other), "on": ""},
    )

    assert answer.status_code == 422
    assert roles_of(today_town, "leader_n2")


def test_an_admin_has_no_buttons_on_themselves_and_is_refused(page, today_town):
    me = today_town.users["admin"]

    details = page("admin", f"/users/details/?id={me}").text
    answer = page("admin", f"/users/close/?id={me}", {})

    assert "/users/close/" not in details
    assert answer.status_code == 403
    with today_town.as_system() as ctx:
        assert ctx.session.get_one(User, me).is_active


def test_closing_and_opening_a_login(page, today_town):
    user = today_town.users["leader_n1"]

    assert page("admin", f"/users/close/?id={user}", {}).status_code == 302
    assert "/users/open/" in page("admin", f"/users/details/?id={user}").text
    assert page("admin", f"/users/open/?id={user}", {}).status_code == 302
    assert "/users/close/" in page("admin", f"/users/details/?id={user}").text


def test_reading_the_pages_changes_nothing(page, today_town):
    user = today_town.users["leader_n1"]

    for verb in ("close", "reinvite", "grant-role", "end-role"):
        assert page("admin", f"/users/{verb}/?id={user}").status_code == 200

    with today_town.as_system() as ctx:
        assert ctx.session.get_one(User, user).is_active


def test_a_leader_appoints_and_ends_a_deputy(page, today_town):
    day = today_town.today.strftime("%d-%m-%Y")
    data = {"deputy": f"ped_n1@{today_town.slug}.dk", "from_date": day, "to_date": day}

    assert 'name="leader"' not in page("leader_n1", "/delegations/delegate/").text
    assert page("leader_n1", "/delegations/delegate/", data).status_code == 302
    with today_town.as_system() as ctx:
        made = ctx.session.scalars(select(Delegation.id)).one()
    assert f"ped_n1 {today_town.slug}" in page("leader_n1", "/delegations/").text
    assert f"ped_n1 {today_town.slug}" not in page("leader_n2", "/delegations/").text
    assert page("leader_n2", f"/delegations/revoke/?id={made}", {}).status_code == 404
    assert page("leader_n1", f"/delegations/revoke/?id={made}", {}).status_code == 302


def test_a_deputy_nobody_has_heard_of_is_refused_at_the_field(page, today_town, make_town):
    other = make_town()
    day = today_town.today.strftime("%d-%m-%Y")
    data = {"deputy": f"ped_n1@{other.slug}.dk", "from_date": day, "to_date": day}

    answer = page("leader_n1", "/delegations/delegate/", data)

    assert answer.status_code == 422
    assert "Intet åbent login har e-mailen" in answer.text


def test_an_admin_appoints_for_another(page, today_town):
    day = today_town.today.strftime("%d-%m-%Y")
    data = {
        "leader": f"leader_n1@{today_town.slug}.dk",
        "deputy": f"leader_n2@{today_town.slug}.dk",
        "from_date": day,
        "to_date": day,
    }

    assert page("admin", "/delegations/delegate/", data).status_code == 302

    assert "som stedfortræder" in page("leader_n2", "/profile/").text


@pytest.mark.parametrize(
    "name", ["admin", "consultant", "area_north", "leader_n1", "ped_n1", "auditor"]
)
def test_everybody_has_a_profile(page, today_town, name):
    text = page(name, "/profile/").text

    assert f"{name}@{today_town.slug}.dk" in text
    assert "/password" in text


def test_a_token_is_made_shown_once_and_revoked(page, site, today_town):
    made = page("ped_n1", "/profile/token/", {"name": "Regneark", "days": "30"})
    token = re.search(r'value="(rt_[^"]+)"', made.text)[1]
    headers = {"Authorization": f"Bearer {token}"}
    assert site.test_client().get("/api/v1/me", headers=headers).status_code == 200
    assert token not in page("ped_n1", "/profile/").text

    with today_town.as_system() as ctx:
        token_id = ctx.session.scalars(select(ApiToken.id)).one()
    path = f"/profile/revoke-token/?id={token_id}"
    assert page("leader_n1", path, {}).status_code == 404
    assert page("ped_n1", path, {}).status_code == 302
    assert site.test_client().get("/api/v1/me", headers=headers).status_code == 401


def test_the_language_changes_with_the_profile(page):
    assert page("ped_n1", "/profile/language/", {"locale": "en"}).status_code == 302

    assert "Roles today" in page("ped_n1", "/profile/").text
    assert page("ped_n1", "/profile/language/", {"locale": "de"}).status_code == 422


def test_foreign_unknown_and_malformed_users_look_the_same(page, make_town):
    other = make_town()
    ids = [other.users["leader_n1"], "00000000-0000-0000-0000-000000000000", "x", "%00"]

    answers = {
        (answer.status_code, re.sub("nonce-[^']+", "", answer.text))
        for answer in (page("admin", f"/users/details/?id={one}") for one in ids)
    }

    assert len(answers) == 1
    assert next(iter(answers))[0] == 404
