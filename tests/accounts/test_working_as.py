"""Whoever has several roles may work in one of them: that takes away, and never gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_app.accounts import rules
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role
from tenant_app.core.access import Actor, Grant, Permission
from tests.accounts.conftest import DAY

UNITS = [uuid4() for _ in range(3)]
grants = st.builds(
    Grant,
    role=st.sampled_from([role.value for role in Role]),
    unit_id=st.sampled_from(UNITS),
    path=st.sampled_from(["1.", "1.2.", "1.3."]),
    permissions=st.frozensets(st.sampled_from(list(Permission))),
    deputy_for=st.sampled_from([None, *UNITS]),
)


@pytest.fixture
def deputy(town):
    """A pedagogue of n1 who stands in for the leader of s1 for three days."""
    first = town.today
    with town.as_user("leader_s1") as ctx:
        accounts.delegate(
            ctx,
            deputy_id=town.users["ped_n1"],
            from_date=first,
            to_date=first + timedelta(days=2),
            reason="Ferie",
        )
    return "ped_n1"


def actor_of(town, name, *, now=None) -> Actor:
    with town.as_user(name, now=now) as ctx:
        return ctx.actor


def working(town, name, key, *, now=None) -> Actor:
    """The user's actor, narrowed to the key."""
    with town.as_user(name, now=now) as ctx:
        narrow = accounts.working_as(ctx, ctx.actor, key=key)
        assert ctx.memo["grants"] == ctx.actor.grants  # all of them, to choose from again
        return narrow


@given(held=st.lists(grants, max_size=5), other=grants)
def test_narrowing_gives_nothing_that_was_not_held(held, other):
    actor = Actor(name="x", grants=tuple(held))
    try:
        narrow = replace(actor, grants=rules.narrow(actor.grants, rules.key_of(other)))
    except rules.GrantGone:
        assert rules.key_of(other) not in {rules.key_of(grant) for grant in held}
        return
    assert set(narrow.grants) <= set(held)
    for permission in Permission:
        assert set(narrow.paths(permission)) <= set(actor.paths(permission))


def test_without_a_choice_all_roles_hold(town, deputy):
    actor = actor_of(town, deputy)

    assert working(town, deputy, None) == actor
    assert {grant.role for grant in actor.grants} == {Role.EMPLOYEE, Role.INSTITUTION_LEADER}


def test_the_chosen_role_is_the_only_one(town, deputy):
    actor = actor_of(town, deputy)
    [own] = [grant for grant in actor.grants if grant.deputy_for is None]

    narrow = working(town, deputy, rules.key_of(own))

    assert narrow.grants == (own,)
    assert not narrow.may(Permission.ENROLMENT_APPROVE_INSTITUTION)
    assert narrow.user_id == actor.user_id


def test_a_borrowed_role_is_named_by_whom_it_is_borrowed_from(town, deputy):
    [borrowed] = [grant for grant in actor_of(town, deputy).grants if grant.deputy_for]

    assert borrowed.unit_name.startswith("s1 ")
    assert borrowed.holder_name.startswith("leader_s1 ")


def test_a_borrowed_role_is_not_chosen_as_ones_own(town, deputy):
    [borrowed] = [grant for grant in actor_of(town, deputy).grants if grant.deputy_for]
    as_own = f"{borrowed.role}.{borrowed.unit_id}.own"

    with pytest.raises(rules.GrantGone):
        working(town, deputy, as_own)


@pytest.mark.parametrize("key", ["", "x", "municipal_admin", "municipal_admin.1.own"])
def test_a_made_up_role_is_refused(town, key):
    with pytest.raises(rules.GrantGone) as refusal:
        working(town, "leader_n1", key)

    assert refusal.value.field == "grant"


def test_a_role_that_ended_is_refused(town, deputy):
    [borrowed] = [grant for grant in actor_of(town, deputy).grants if grant.deputy_for]

    with pytest.raises(rules.GrantGone):
        working(town, deputy, rules.key_of(borrowed), now=town.now + 5 * DAY)
