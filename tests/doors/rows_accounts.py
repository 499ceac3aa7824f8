"""Users and roles, deputies, and oneself."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

EVERY_USER = "Whoever is signed in may."


def invited(place, thing):
    return {"email": place.new_email(), "name": place.word("users", "name"), "role": "employee"}


def ended_role(place, thing):
    """The role of the very user; of nobody's, one of ours."""
    return {"role": str(place.role_of(thing) or place.the("role"))}


def key_facts(place, thing):
    return {"name": place.word("api_tokens", "name"), "days": 3}


def deputy_of(where):
    """A deputy for a few days; `where` tells the two doors' deputies apart."""

    def body(place, thing):
        return {
            "deputy": place.email_of(place.the("user", where)),
            "from_date": place.day(1).isoformat(),
            "to_date": place.day(5).isoformat(),
            "reason": place.word("delegations", "reason"),
        }

    return body


KEEPS = {"may": "admin", "may_not": "leader_n1", "branch": "admin_south"}
DEPUTIES = {"may": "leader_n1", "may_not": "ped_n1", "branch": "leader_s1"}
SELF = {"may": "leader_n1", "may_not": "bare", "branch": "leader_s1", "branch_may": True}
ACCOUNTS = [
    Row("users.index_view", **KEEPS, lists="user"),
    Row("users.details_view", **KEEPS, thing="user"),
    *reaching(
        "users.verb_invite",
        **KEEPS,
        body=invited,
        refs={"unit_id": "unit"},
        natural={"employee_id": "number"},
        answer=200,
    ),
    *reaching("users.verb_reinvite", **KEEPS, thing="user", answer=200),
    *reaching(
        "users.verb_grant_role",
        **KEEPS,
        thing="user",
        body=fixed(role="auditor"),
        refs={"unit_id": "unit"},
    ),
    *verb("users.verb_end_role", **KEEPS, thing="user", body=ended_role, refs={"role": "role"}),
    *reaching("users.verb_close", **KEEPS, thing="user"),
    *reaching("users.verb_open", **KEEPS, thing="closed_user"),
    Row("delegations.index_view", **DEPUTIES, branch_may=True, lists="delegation"),
    Row("delegations.details_view", **DEPUTIES, thing="delegation"),
    *verb(
        "delegations.verb_delegate",
        **DEPUTIES,
        branch_may=True,
        body=deputy_of("n1"),
        natural={"deputy": "email"},
    ),
    *verb("delegations.verb_revoke", **DEPUTIES, thing="delegation"),
    Row("profile.index", may="ped_n1", may_not=None, branch=None, why=EVERY_USER),
    *verb("profile.verb_language", **SELF, body=fixed(locale="en")),
    *verb("profile.verb_token", **SELF, body=key_facts, answer=200),
    *verb("profile.verb_revoke_token", **(SELF | {"branch_may": False}), thing="token"),
]
ACCOUNTS_API = api(
    Row("api_accounts.me", may="ped_n1", may_not=None, branch=None, why=EVERY_USER),
    Row(
        "api_accounts.set_locale",
        "PUT",
        may="ped_n1",
        may_not=None,
        branch=None,
        body=fixed(locale="en"),
        why=EVERY_USER,
    ),
    Row("api_accounts.users", **KEEPS, lists="user"),
    Row(
        "api_accounts.invite",
        "POST",
        **KEEPS,
        body=invited,
        refs={"unit_id": "unit", "employee_id": "+employee"},
        answer=201,
    ),
    Row("api_accounts.reinvite", "POST", **KEEPS, thing="user", answer=201),
    Row("api_accounts.close_user", "POST", **KEEPS, thing="user"),
    Row("api_accounts.open_user", "POST", **KEEPS, thing="closed_user"),
    Row("api_accounts.roles", **KEEPS, lists="role", asks={"user_id": "user"}),
    Row(
        "api_accounts.grant_role",
        "POST",
        **KEEPS,
        body=fixed(role="auditor"),
        refs={"user_id": "+user", "unit_id": "unit"},
        answer=201,
    ),
    Row("api_accounts.end_role", "POST", **KEEPS, thing="role"),
    Row(
        "api_accounts.delegations",
        **(DEPUTIES | {"may_not": None}),
        branch_may=True,
        lists="delegation",
        why="Each sees their own.",
    ),
    Row(
        "api_accounts.delegate",
        "POST",
        **DEPUTIES,
        branch_may=True,
        body=deputy_of("s1"),
        natural={"deputy": "email"},
        answer=201,
    ),
    Row("api_accounts.revoke_delegation", "POST", **DEPUTIES, thing="delegation"),
    Row(
        "api_accounts.tokens",
        may="leader_n1",
        may_not=None,
        branch="leader_s1",
        branch_may=True,
        lists="token",
        why=EVERY_USER,
    ),
    Row(
        "api_accounts.make_token",
        "POST",
        may="leader_n1",
        may_not=None,
        branch=None,
        body=key_facts,
        answer=201,
        why=EVERY_USER,
    ),
    Row(
        "api_accounts.revoke_token",
        "POST",
        may="leader_n1",
        may_not="ped_n1",
        branch="leader_s1",
        thing="token",
    ),
)


ROWS = [*ACCOUNTS, *ACCOUNTS_API]
