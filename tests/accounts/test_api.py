"""The same verbs over the API, as machines see them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role
from tests.accounts.conftest import assignment_of, roles_of


@pytest.fixture
def call(site, today_town):
    """`call("admin", "GET", "/users")` with a fresh token of that user."""
    tokens = {}

    def send(name, method, path, json=None, **headers):
        if name not in tokens:
            with today_town.as_user(name) as ctx:
                tokens[name] = accounts.make_token(ctx, name="test", days=1)
        return site.test_client().open(
            f"/api/v1{path}",
            method=method,
            json=json,
            headers={"Authorization": f"Bearer {tokens[name]}", **headers},
        )

    return send


def test_me_says_who_calls_and_what_they_may(call, today_town):
    body = call("area_north", "GET", "/me").json

    assert body["municipality"] == today_town.slug
    assert body["user"]["email"] == f"area_north@{today_town.slug}.dk"
    assert body["grants"] == [
        {"role": "area_leader", "unit_id": str(today_town.units["north"]), "deputy_for": None}
    ]
    assert "enrolment.approve_area" in body["permissions"]
    assert "password_hash" not in body["user"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer rt_1_x", "Basic x", "Bearer rt_x_y"])
def test_without_a_token_nobody_is_told_anything(site, header):
    answer = site.test_client().get("/api/v1/me", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.json["code"] == "sign_in_required"


def test_a_login_from_invitation_to_closing(call, today_town):
    made = call(
        "admin",
        "POST",
        "/users",
        {
            "email": "ny@by.dk",
            "name": "Ny",
            "role": "employee",
            "unit_id": str(today_town.units["n1"]),
        },
    )
    assert made.status_code == 201
    assert made.json["path"].startswith(f"/invitation/{today_town.slug}/")

    (login,) = call("admin", "GET", "/users?search=ny@by").json["items"]
    assert [role["role"] for role in login["roles"]] == ["employee"]
    path = f"/users/{login['user']['id']}"
    assert call("admin", "POST", f"{path}/invitation").status_code == 201
    assert call("admin", "POST", f"{path}/closing").json["is_active"] is False
    assert call("admin", "POST", f"{path}/closing").status_code == 409
    assert call("admin", "POST", f"{path}/opening").json["is_active"] is True


def test_a_secret_is_not_kept_for_replays(call, today_town):
    body = {"name": "x", "days": 1}

    answer = call("admin", "POST", "/tokens", body, **{"Idempotency-Key": "abcdefgh-1"})

    assert (answer.status_code, answer.json["field"]) == (422, "Idempotency-Key")
    assert len(call("admin", "GET", "/tokens").json["items"]) == 1


def test_roles_are_given_and_ended(call, today_town):
    body = {
        "user_id": str(today_town.users["leader_s1"]),
        "role": "area_leader",
        "unit_id": str(today_town.units["south"]),
    }
    made = call("admin", "POST", "/roles", body)
    assert made.status_code == 201
    assert made.json["user"]["id"] == body["user_id"]
    assert made.json["unit"]["id"] == body["unit_id"]

    listed = call("admin", "GET", f"/roles?user_id={body['user_id']}").json["items"]
    assert {one["role"] for one in listed} == {"institution_leader", "area_leader"}
    ended = call("admin", "POST", f"/roles/{made.json['id']}/ending", {})
    assert ended.status_code == 200
    assert (Role.AREA_LEADER, today_town.units["south"]) not in roles_of(today_town, "leader_s1")


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"role": "municipal_admin"}, 422, "unit_id"),
        ({"role": "king"}, 422, "role"),
        ({"from_date": "2020-01-01"}, 422, "from_date"),
        ({"from_date": "01-02-2026"}, 422, "from_date"),
        ({"unit_id": str(uuid4())}, 404, None),
        ({"user_id": str(uuid4())}, 404, None),
        ({"user_id": "admin"}, 422, "user_id"),
        ({"tenant_id": 1}, 422, "tenant_id"),
    ],
)
def test_a_role_that_cannot_be_given_names_the_field(call, today_town, change, status, field):
    before = roles_of(today_town, "leader_s1")
    body = {
        "user_id": str(today_town.users["leader_s1"]),
        "role": "area_leader",
        "unit_id": str(today_town.units["south"]),
    }

    answer = call("admin", "POST", "/roles", body | change)

    assert (answer.status_code, answer.json["field"]) == (status, field)
    assert answer.content_type == "application/problem+json"
    assert roles_of(today_town, "leader_s1") == before


def test_deputies_are_appointed_and_ended(call, today_town):
    day = today_town.today.isoformat()
    body = {"deputy": f"ped_n1@{today_town.slug}.dk", "from_date": day, "to_date": day}

    made = call("leader_n1", "POST", "/delegations", body)
    assert made.status_code == 201
    assert made.json["deputy"]["id"] == str(today_town.users["ped_n1"])
    assert call("leader_n1", "POST", "/delegations", body).status_code == 409
    assert len(call("ped_n1", "GET", "/delegations").json["items"]) == 1
    assert call("leader_n2", "GET", "/delegations").json["items"] == []
    path = f"/delegations/{made.json['id']}/revocation"
    assert call("leader_n2", "POST", path).status_code == 404
    assert call("leader_n1", "POST", path).json["revoked_at"]


def test_an_admin_appoints_a_deputy_for_a_leader(call, today_town):
    day = today_town.today.isoformat()
    body = {
        "leader": f"leader_n1@{today_town.slug}.dk",
        "deputy": f"leader_n2@{today_town.slug}.dk",
        "from_date": day,
        "to_date": day,
    }

    assert call("leader_n2", "POST", "/delegations", body).status_code == 403
    assert call("admin", "POST", "/delegations", body).status_code == 201


def test_tokens_are_shown_once_and_revoked_by_their_owner(call, site):
    made = call("leader_n1", "POST", "/tokens", {"name": "Regneark", "days": 1})
    assert made.status_code == 422, "made with a token, it would outlive it by a moment"


def test_revoking_the_token_in_use_ends_it(call):
    (token,) = call("leader_n1", "GET", "/tokens").json["items"]
    assert "token_hash" not in token

    assert call("leader_n1", "POST", f"/tokens/{token['id']}/revocation").status_code == 200
    assert call("leader_n1", "GET", "/me").status_code == 401


@pytest.mark.parametrize("name", ["consultant", "area_north", "leader_n1", "ped_n1", "auditor"])
def test_logins_and_roles_are_for_admins_alone(call, today_town, name):
    role = assignment_of(today_town, "ped_n2")
    user = today_town.users["ped_n2"]
    invitation = {
        "email": "a@b.dk",
        "name": "A",
        "role": "employee",
        "unit_id": str(today_town.units["n1"]),
    }
    grant = {
        "user_id": str(user),
        "role": "employee",
        "unit_id": str(today_town.units["n2"]),
    }
    calls = [
        ("GET", "/users", None),
        ("POST", "/users", invitation),
        ("POST", f"/users/{user}/invitation", None),
        ("POST", f"/users/{user}/closing", None),
        ("POST", f"/users/{user}/opening", None),
        ("GET", "/roles", None),
        ("POST", "/roles", grant),
        ("POST", f"/roles/{role}/ending", {}),
    ]

    answers = [call(name, *one).status_code for one in calls]

    assert answers == [403] * len(calls)
    assert len(roles_of(today_town, "ped_n2")) == 1


def test_the_language_is_ones_own_to_set(call):
    assert call("ped_n1", "PUT", "/me/locale", {"locale": "en"}).json["locale"] == "en"
    assert call("ped_n1", "PUT", "/me/locale", {"locale": "de"}).status_code == 422
