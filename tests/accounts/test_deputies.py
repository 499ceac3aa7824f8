"""A deputy acts with the leader's own roles on the days agreed, and lends nothing on."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Delegation, Role
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.accounts.conftest import DAY


def lend(town, leader, deputy, *, days=(0, 2), as_=None):
    first = town.today + timedelta(days=days[0])
    last = town.today + timedelta(days=days[1])
    with town.as_user(as_ or leader) as ctx:
        return accounts.delegate(
            ctx,
            deputy_id=town.users[deputy],
            from_date=first,
            to_date=last,
            reason="Ferie",
            leader_id=town.users[leader] if as_ else None,
        ).id


def borrowed(town, name, *, now=None):
    with town.as_user(name, now=now) as ctx:
        return {(g.role, g.deputy_for) for g in ctx.actor.grants if g.deputy_for}


def count(town):
    with town.as_system() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(Delegation))


def test_the_deputy_acts_from_the_first_to_the_last_day(town):
    lend(town, "leader_n1", "ped_n1", days=(1, 3))
    leader = (Role.INSTITUTION_LEADER, town.users["leader_n1"])

    seen = [borrowed(town, "ped_n1", now=town.now + i * DAY) for i in range(6)]

    assert seen == [set(), {leader}, {leader}, {leader}, set(), set()]


def test_the_days_are_danish_days(town):
    """At 23:30 in Denmark the last day still counts, though the next has begun further east."""
    lend(town, "leader_n1", "ped_n1", days=(0, 0))
    before_midnight = town.now.replace(hour=22, minute=59)  # 23:59 in Denmark in March
    after_midnight = town.now.replace(hour=23, minute=1)

    assert borrowed(town, "ped_n1", now=before_midnight)
    assert not borrowed(town, "ped_n1", now=after_midnight)


def test_what_is_borrowed_is_not_lent_on(town):
    lend(town, "area_north", "leader_n1")
    lend(town, "leader_n1", "leader_n2")

    assert borrowed(town, "leader_n2") == {(Role.INSTITUTION_LEADER, town.users["leader_n1"])}


def test_a_deputy_without_a_leading_role_cannot_lend(town):
    lend(town, "leader_n1", "ped_n1")

    with pytest.raises(Conflict), town.as_user("ped_n1") as ctx:
        accounts.delegate(
            ctx,
            deputy_id=town.users["leader_n2"],
            from_date=ctx.today,
            to_date=ctx.today,
        )

    assert count(town) == 1


def test_revoking_ends_it_at_once(town):
    made = lend(town, "leader_n1", "ped_n1")
    with town.as_user("leader_n1") as ctx:
        accounts.revoke_delegation(ctx, made)

    assert not borrowed(town, "ped_n1")
    with pytest.raises(Conflict), town.as_user("leader_n1") as ctx:
        accounts.revoke_delegation(ctx, made)


def test_a_closed_leader_lends_nothing(town):
    lend(town, "leader_n1", "ped_n1")
    with town.as_user("admin") as ctx:
        accounts.close_user(ctx, town.users["leader_n1"])

    assert not borrowed(town, "ped_n1")


@pytest.mark.parametrize(
    ("days", "field"), [((2, 1), "to_date"), ((-1, 3), "from_date"), ((-3, -2), "from_date")]
)
def test_a_period_that_cannot_be_is_refused(town, days, field):
    with pytest.raises(Invalid) as refused:
        lend(town, "leader_n1", "ped_n1", days=days)

    assert refused.value.field == field
    assert count(town) == 0


def test_nobody_is_their_own_deputy(town):
    with pytest.raises(Invalid) as refused:
        lend(town, "leader_n1", "leader_n1")

    assert refused.value.field == "deputy"
    assert count(town) == 0


def test_an_overlap_with_the_same_deputy_is_refused(town):
    lend(town, "leader_n1", "ped_n1", days=(0, 5))

    with pytest.raises(Conflict) as refused:
        lend(town, "leader_n1", "ped_n1", days=(5, 9))

    assert "07-03-2026" in str(refused.value)
    assert count(town) == 1
    lend(town, "leader_n1", "ped_n1", days=(6, 9))
    lend(town, "leader_n1", "leader_n2", days=(0, 5))


def test_a_closed_login_is_nobodys_deputy(town):
    with town.as_user("admin") as ctx:
        accounts.close_user(ctx, town.users["ped_n1"])

    with pytest.raises(Conflict):
        lend(town, "leader_n1", "ped_n1")

    assert count(town) == 0


@pytest.mark.parametrize("name", ["consultant", "auditor", "ped_n1"])
def test_who_does_not_lead_has_no_deputy(town, name):
    with pytest.raises(Forbidden):
        lend(town, name, "leader_n2")

    assert count(town) == 0


def test_an_admin_sets_a_deputy_for_a_leader_who_fell_ill(town):
    lend(town, "leader_n1", "leader_n2", as_="admin")

    assert borrowed(town, "leader_n2") == {(Role.INSTITUTION_LEADER, town.users["leader_n1"])}


def test_an_admin_cannot_become_a_deputy_by_themselves(town):
    with pytest.raises(Forbidden):
        lend(town, "leader_n1", "admin", as_="admin")

    assert count(town) == 0


@pytest.mark.parametrize("name", ["area_north", "leader_n2", "consultant", "ped_n1"])
def test_only_an_admin_sets_deputies_for_others(town, name):
    with pytest.raises(Forbidden):
        lend(town, "leader_n1", "leader_s1", as_=name)

    assert count(town) == 0


def test_the_admins_deputy_cannot_lend_the_admins_role(town):
    lend(town, "admin", "consultant")

    with pytest.raises(Forbidden):
        lend(town, "admin", "leader_s1", as_="consultant")

    assert count(town) == 1


def test_an_employee_has_nothing_to_lend_even_through_an_admin(town):
    with pytest.raises(Conflict):
        lend(town, "ped_n1", "leader_s1", as_="admin")

    assert count(town) == 0


def test_a_leader_sees_and_revokes_only_their_own(town):
    mine, other = lend(town, "leader_n1", "ped_n1"), lend(town, "leader_n2", "ped_n2")

    with town.as_user("leader_n1") as ctx:
        assert [one.id for one in accounts.delegations(ctx).items] == [mine]
    with town.as_user("ped_n1") as ctx:
        assert [one.id for one in accounts.delegations(ctx).items] == [mine]
    with town.as_user("admin") as ctx:
        assert {one.id for one in accounts.delegations(ctx).items} == {mine, other}
    for unseen in (other, uuid4()):
        with pytest.raises(NotFound), town.as_user("leader_n1") as ctx:
            accounts.revoke_delegation(ctx, unseen)
    assert borrowed(town, "ped_n2")


def test_deputies_are_found_in_the_own_municipality_only(town, make_town):
    other = make_town()

    with pytest.raises(NotFound), town.as_user("leader_n1") as ctx:
        accounts.delegate(
            ctx,
            deputy_id=other.users["ped_n1"],
            from_date=ctx.today,
            to_date=ctx.today,
        )
    with pytest.raises(Invalid), town.as_user("leader_n1") as ctx:
        accounts.user_named(ctx, email=f"ped_n1@{other.slug}.dk")
    with town.as_user("leader_n1") as ctx:
        found = accounts.user_named(ctx, email=f" PED_n1@{town.slug}.dk ")
        assert found.id == town.users["ped_n1"]


@pytest.mark.parametrize(
    ("days", "field"), [((0, 3_700), "to_date"), ((3_700, 3_701), "from_date")]
)
def test_a_deputy_more_than_ten_years_ahead_is_refused(town, days, field):
    with pytest.raises(Invalid, match="Check the year") as refused:
        lend(town, "leader_n1", "ped_n1", days=days)

    assert refused.value.field == field
    assert count(town) == 0
