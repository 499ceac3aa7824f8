"""Keys to the API: shown once, revoked by their owner, at most a year."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tenant_app.accounts import rules
from tenant_app.accounts import service as accounts
from tenant_app.core.access import system
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired


def make(town, name="leader_n1", *, days=30):
    with town.as_user(name) as ctx:
        return accounts.make_token(ctx, name="Regneark", days=days)


def use(town, token, *, now=None):
    tenant_id, secret = rules.parse_token(token)
    with town.db.unit_of_work(
        tenant_id, lambda ctx: accounts.actor_of_token(ctx, secret), now=now or town.now
    ) as ctx:
        return ctx.actor


def only_id(town, name="leader_n1"):
    with town.as_user(name) as ctx:
        return accounts.tokens(ctx).items[0].id


def test_a_token_may_what_its_user_may(town):
    token = make(town)

    assert token.startswith(f"rt_{town.tenant_id}_")
    with town.as_user("leader_n1") as ctx:
        assert use(town, token) == ctx.actor


def test_a_token_ends_on_time(town):
    token = make(town, days=1)
    end = town.now + timedelta(days=1)

    assert use(town, token, now=end - timedelta(seconds=1))
    with pytest.raises(SignInRequired):
        use(town, token, now=end)


@pytest.mark.parametrize("days", [0, -1, 366, 10**9])
def test_a_token_lasts_at_most_a_year(town, days):
    with pytest.raises(Invalid) as refused:
        make(town, days=days)

    assert refused.value.field == "days"
    with town.as_user("leader_n1") as ctx:
        assert accounts.tokens(ctx).items == []
    assert make(town, days=365)


def test_a_revoked_token_opens_nothing(town):
    token = make(town)
    token_id = only_id(town)
    with town.as_user("leader_n1") as ctx:
        accounts.revoke_token(ctx, token_id)

    with pytest.raises(SignInRequired):
        use(town, token)
    with pytest.raises(Conflict), town.as_user("leader_n1") as ctx:
        accounts.revoke_token(ctx, token_id)


def test_others_tokens_are_not_there(town):
    token = make(town)
    for unseen in (only_id(town), uuid4()):
        with pytest.raises(NotFound), town.as_user("admin") as ctx:
            accounts.revoke_token(ctx, unseen)
    with town.as_user("admin") as ctx:
        assert accounts.tokens(ctx).items == []
    assert use(town, token)


def test_a_secret_is_worth_nothing_in_another_municipality(town, make_town):
    _tenant, secret = rules.parse_token(make(town))

    with pytest.raises(SignInRequired):
        use(town, f"rt_{make_town().tenant_id}_{secret}")


def test_closing_the_login_ends_its_tokens_for_good(town):
    token = make(town)
    with town.as_user("admin") as ctx:
        accounts.close_user(ctx, town.users["leader_n1"])
        accounts.open_user(ctx, town.users["leader_n1"])

    with pytest.raises(SignInRequired):
        use(town, token)


def test_a_token_made_with_a_token_does_not_outlive_it(town):
    _tenant, secret = rules.parse_token(make(town, days=10))

    def again(days):
        with town.db.unit_of_work(
            town.tenant_id, lambda ctx: accounts.actor_of_token(ctx, secret), now=town.now
        ) as ctx:
            return accounts.make_token(ctx, name="Ny", days=days)

    with pytest.raises(Invalid):
        again(11)
    assert again(10)


def test_only_users_have_tokens(town):
    with pytest.raises(Forbidden), town.db.unit_of_work(town.tenant_id, system("job")) as ctx:
        accounts.make_token(ctx, name="x", days=1)


@pytest.mark.parametrize(
    "text",
    ["", "rt", "rt_1", "rt_1_", "rt_x_y", "rt_-1_y", "rt_²_y", "rt_" + "9" * 30 + "_y", "a_1_b"],
)
def test_what_is_no_token_is_read_as_none(text):
    assert rules.parse_token(text) is None


def test_a_secret_may_hold_underscores():
    assert rules.parse_token("rt_12_a_b_c") == (12, "a_b_c")
