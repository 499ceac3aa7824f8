"""Signing in: one answer to every wrong try, a new session each time, and an end to each."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User, UserSession
from tenant_app.accounts.rules import SignInRefused
from tenant_app.core import secrets
from tenant_app.core.errors import Invalid, SignInRequired
from tenant_app.tenancy.models import TenantState
from tests.accounts.conftest import PASSWORD, sign_in


def actor_at(town, token, *, now=None):
    with town.db.unit_of_work(
        town.tenant_id, lambda ctx: accounts.actor_of_session(ctx, token), now=now or town.now
    ) as ctx:
        return ctx.actor


def sessions_of(town):
    with town.as_system() as ctx:
        return ctx.session.scalars(select(UserSession)).all()


def test_the_right_password_opens_a_session(town, with_password):
    email = with_password("area_north")

    token = sign_in(town, f"  {email.upper()} ")

    assert actor_at(town, token).user_id == town.users["area_north"]


def test_the_session_remembers_the_user_for_the_page(town, with_password):
    token = sign_in(town, with_password("area_north"))

    with town.db.unit_of_work(
        town.tenant_id, lambda ctx: accounts.actor_of_session(ctx, token), now=town.now
    ) as ctx:
        assert ctx.memo["user"].id == town.users["area_north"]
        assert ctx.memo["user"].locale == "da"


def test_only_the_hash_of_the_token_is_kept(town, with_password):
    token = sign_in(town, with_password("admin"))

    assert [one.token_hash for one in sessions_of(town)] == [secrets.token_hash(token)]


def test_each_sign_in_is_a_session_of_its_own(town, with_password):
    email = with_password("admin")

    assert sign_in(town, email) != sign_in(town, email)
    assert len(sessions_of(town)) == 2


@pytest.fixture
def wrong_tries(town, with_password):
    """(e-mail, password) of every way to be wrong."""
    known, closed = with_password("admin"), with_password("leader_n1")
    with town.as_system() as ctx:
        ctx.session.get_one(User, town.users["leader_n1"]).is_active = False
    without = f"leader_n2@{town.slug}.dk"
    return {
        "unknown account": (f"nobody@{town.slug}.dk", PASSWORD),
        "wrong password": (known, PASSWORD + "!"),
        "closed account": (closed, PASSWORD),
        "account without password": (without, PASSWORD),
        "account without password, empty": (without, ""),
        "not an e-mail": ("\x00\ud800", PASSWORD),
    }


def test_every_wrong_try_has_the_same_answer(town, wrong_tries):
    answers = set()
    for email, password in wrong_tries.values():
        with pytest.raises(SignInRefused) as refused:
            sign_in(town, email, password)
        answers.add((refused.value.status, refused.value.code, str(refused.value)))

    assert len(answers) == 1
    assert sessions_of(town) == []


def test_every_wrong_try_takes_the_same_time(town, wrong_tries, monkeypatch):
    hasher = PasswordHasher(time_cost=1, memory_cost=16 * 1024, parallelism=1)
    monkeypatch.setattr(secrets, "HASHER", hasher)
    with town.as_system() as ctx:
        for user in ctx.session.scalars(select(User).where(User.password_hash.is_not(None))):
            user.password_hash = hasher.hash(PASSWORD)

    def seconds(email, password):
        began = time.perf_counter()
        with pytest.raises(SignInRefused):
            sign_in(town, email, password)
        return time.perf_counter() - began

    tries = list(wrong_tries.values())
    [seconds(*one) for one in tries]  # the first makes the hash nobody has
    rounds = [[seconds(*one) for one in tries] for _ in range(15)]  # in turn: load hits all alike
    # The shortest of each: what another process took from the others says nothing of the answer.
    taken = [min(column) for column in zip(*rounds, strict=True)]

    assert min(taken) > 0.5 * max(taken)


def test_a_session_ends_after_ten_hours(town, with_password):
    token = sign_in(town, with_password("admin"))
    end = town.now + timedelta(hours=10)

    assert actor_at(town, token, now=end - timedelta(seconds=1)).user_id == town.users["admin"]
    with pytest.raises(SignInRequired):
        actor_at(town, token, now=end)


def test_signing_out_ends_that_session_only(town, with_password):
    email = with_password("admin")
    here, there = sign_in(town, email), sign_in(town, email)

    for _ in range(2):  # twice is once
        with town.db.unit_of_work(town.tenant_id, now=town.now) as ctx:
            accounts.sign_out(ctx, token=here)

    with pytest.raises(SignInRequired):
        actor_at(town, here)
    assert actor_at(town, there).user_id == town.users["admin"]


def test_a_session_is_worth_nothing_in_another_municipality(town, make_town, with_password):
    token = sign_in(town, with_password("admin"))

    with pytest.raises(SignInRequired):
        actor_at(make_town(), token)


def test_closing_the_login_ends_its_sessions_for_good(town, with_password):
    token = sign_in(town, with_password("leader_n1"))
    with town.as_user("admin") as ctx:
        accounts.close_user(ctx, town.users["leader_n1"])

    with pytest.raises(SignInRequired):
        actor_at(town, token)

    with town.as_user("admin") as ctx:
        accounts.open_user(ctx, town.users["leader_n1"])
    with pytest.raises(SignInRequired):
        actor_at(town, token)


@pytest.mark.parametrize("state", [TenantState.SUSPENDED, TenantState.ARCHIVED])
def test_a_closed_municipality_lets_nobody_in(town, with_password, set_state, state):
    email = with_password("admin")
    set_state(town, state)

    with pytest.raises(SignInRefused):
        sign_in(town, email)

    assert sessions_of(town) == []


def test_changing_the_password_signs_out_every_other_browser(town, with_password):
    email = with_password("leader_n1")
    here, there = sign_in(town, email), sign_in(town, email)

    with town.db.unit_of_work(
        town.tenant_id, lambda ctx: accounts.actor_of_session(ctx, here), now=town.now
    ) as ctx:
        accounts.change_password(ctx, old=PASSWORD, new="helt andre fire ord")

    assert actor_at(town, here).user_id == town.users["leader_n1"]
    with pytest.raises(SignInRequired):
        actor_at(town, there)
    with pytest.raises(SignInRefused):
        sign_in(town, email)
    sign_in(town, email, "helt andre fire ord")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("not this one", "helt andre fire ord", "old"),
        (PASSWORD, "kort", "new"),
        (PASSWORD, PASSWORD, "new"),
        (PASSWORD, "adgangskode2026!", "new"),
    ],
)
def test_a_poor_change_of_password_names_the_field(town, with_password, old, new, field):
    email = with_password("leader_n1")

    with pytest.raises(Invalid) as refused, town.as_user("leader_n1") as ctx:
        accounts.change_password(ctx, old=old, new=new)

    assert refused.value.field == field
    sign_in(town, email)


def test_a_password_of_an_older_cost_is_hashed_again_at_sign_in(town, with_password, monkeypatch):
    email = with_password("admin")
    monkeypatch.setattr(
        secrets, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    )

    sign_in(town, email)

    with town.as_system() as ctx:
        kept = ctx.session.get_one(User, town.users["admin"]).password_hash
    assert not secrets.is_outdated(kept)
    sign_in(town, email)
