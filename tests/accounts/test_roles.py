"""Who may give which role to whom: the whole table."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from uuid import uuid4

import pytest

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Delegation, Role
from tenant_app.accounts.rules import ROLE_PERMISSIONS, LastAdmin, check_near
from tenant_app.core.access import Permission
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.accounts.conftest import DAY, assignment_of, roles_of, trail_length

GIVERS = {
    Role.MUNICIPAL_ADMIN: "admin",
    Role.CONSULTANT: "consultant",
    Role.AREA_LEADER: "area_north",
    Role.INSTITUTION_LEADER: "leader_n1",
    Role.EMPLOYEE: "ped_n1",
    Role.AUDITOR: "auditor",
    Role.UNION_REPRESENTATIVE: "union",
}
FITTING_UNIT = {
    Role.MUNICIPAL_ADMIN: "root",
    Role.CONSULTANT: "root",
    Role.AREA_LEADER: "south",
    Role.INSTITUTION_LEADER: "n2",
    Role.EMPLOYEE: "n2",
    Role.AUDITOR: "north",
    Role.UNION_REPRESENTATIVE: "n1",
}
MAY_GIVE = {(Role.MUNICIPAL_ADMIN, role) for role in Role}
"""The written table: (giver, role given) to another user. Everything else is refused."""


@pytest.fixture(autouse=True)
def union(town):
    """Beside those of every town."""
    with town.as_system() as ctx:
        town._user(ctx, "union", Role.UNION_REPRESENTATIVE, "root")


def test_a_union_representative_is_a_colleague_who_signs():
    more = ROLE_PERMISSIONS[Role.UNION_REPRESENTATIVE] - ROLE_PERMISSIONS[Role.EMPLOYEE]
    assert more == {Permission.FUNDS_VIEW, Permission.FUNDS_SIGN}
    assert ROLE_PERMISSIONS[Role.EMPLOYEE] <= ROLE_PERMISSIONS[Role.UNION_REPRESENTATIVE]
    others = [role for role in Role if Permission.FUNDS_SIGN in ROLE_PERMISSIONS[role]]
    assert others == [Role.UNION_REPRESENTATIVE]


@pytest.mark.parametrize(("giver", "role"), list(itertools.product(Role, Role)))
def test_giving_a_role_to_another(town, giver, role):
    unit = town.units[FITTING_UNIT[role]]
    before = roles_of(town, "leader_s1")

    if (giver, role) in MAY_GIVE:
        with town.as_user(GIVERS[giver]) as ctx:
            accounts.grant_role(ctx, town.users["leader_s1"], role=role, unit_id=unit)
        assert roles_of(town, "leader_s1") == before | {(role, unit)}
    else:
        noted = trail_length(town)
        with pytest.raises(Forbidden), town.as_user(GIVERS[giver]) as ctx:
            accounts.grant_role(ctx, town.users["leader_s1"], role=role, unit_id=unit)
        assert roles_of(town, "leader_s1") == before
        assert trail_length(town) == noted


@pytest.mark.parametrize(("giver", "role"), list(itertools.product(Role, Role)))
def test_nobody_gives_themselves_a_role(town, giver, role):
    name = GIVERS[giver]
    before = roles_of(town, name)

    with pytest.raises(Forbidden), town.as_user(name) as ctx:
        accounts.grant_role(
            ctx, town.users[name], role=role, unit_id=town.units[FITTING_UNIT[role]]
        )

    assert roles_of(town, name) == before


@pytest.mark.parametrize(("taker", "role"), list(itertools.product(Role, Role)))
def test_taking_a_role_from_another(town, second_admin, taker, role):
    victim = {**GIVERS, Role.MUNICIPAL_ADMIN: "admin2", Role.AREA_LEADER: "area_south"}
    victim |= {Role.INSTITUTION_LEADER: "leader_s1", Role.EMPLOYEE: "ped_s1"}
    name = victim[role]
    before = roles_of(town, name)

    if taker is Role.MUNICIPAL_ADMIN:
        with town.as_user("admin") as ctx:
            accounts.end_role(ctx, assignment_of(town, name))
        assert roles_of(town, name) == set()
    else:
        with pytest.raises(Forbidden), town.as_user(GIVERS[taker]) as ctx:
            accounts.end_role(ctx, assignment_of(town, name))
        assert roles_of(town, name) == before


@pytest.mark.parametrize("name", ["admin", "consultant", "area_north", "leader_n1", "ped_n1"])
def test_nobody_ends_their_own_role(town, second_admin, name):
    before = roles_of(town, name)

    with pytest.raises(Forbidden), town.as_user(name) as ctx:
        accounts.end_role(ctx, assignment_of(town, name))

    assert roles_of(town, name) == before


FITS = {
    Role.MUNICIPAL_ADMIN: {"root"},
    Role.CONSULTANT: {"root", "north"},
    Role.AREA_LEADER: {"root", "north"},
    Role.INSTITUTION_LEADER: {"n1"},
    Role.EMPLOYEE: {"root", "north", "n1"},
    Role.AUDITOR: {"root", "north", "n1"},
    Role.UNION_REPRESENTATIVE: {"root", "north", "n1"},
}


@pytest.mark.parametrize(("role", "unit"), list(itertools.product(Role, ["root", "north", "n1"])))
def test_a_role_fits_only_its_kinds_of_units(town, role, unit):
    before = roles_of(town, "leader_s1")

    if unit in FITS[role]:
        with town.as_user("admin") as ctx:
            accounts.grant_role(ctx, town.users["leader_s1"], role=role, unit_id=town.units[unit])
        assert (role, town.units[unit]) in roles_of(town, "leader_s1")
    else:
        with pytest.raises(Invalid) as refused, town.as_user("admin") as ctx:
            accounts.grant_role(ctx, town.users["leader_s1"], role=role, unit_id=town.units[unit])
        assert refused.value.field == "unit_id"
        assert roles_of(town, "leader_s1") == before


def test_a_role_works_from_its_first_day(town):
    tomorrow = town.now + DAY
    with town.as_user("admin") as ctx:
        accounts.grant_role(
            ctx,
            town.users["leader_s1"],
            role=Role.AREA_LEADER,
            unit_id=town.units["north"],
            from_date=tomorrow.date(),
        )

    with town.as_user("leader_s1") as ctx:
        assert {grant.role for grant in ctx.actor.grants} == {Role.INSTITUTION_LEADER}
    with town.as_user("leader_s1", now=tomorrow) as ctx:
        assert Role.AREA_LEADER in {grant.role for grant in ctx.actor.grants}


def test_a_role_does_not_begin_in_the_past(town):
    with pytest.raises(Invalid) as refused, town.as_user("admin") as ctx:
        accounts.grant_role(
            ctx,
            town.users["leader_s1"],
            role=Role.AREA_LEADER,
            unit_id=town.units["north"],
            from_date=(town.now - DAY).date(),
        )
    assert refused.value.field == "from_date"


def test_the_same_role_twice_is_refused(town):
    before = roles_of(town, "leader_n1")

    with pytest.raises(Conflict), town.as_user("admin") as ctx:
        accounts.grant_role(
            ctx,
            town.users["leader_n1"],
            role=Role.INSTITUTION_LEADER,
            unit_id=town.units["n1"],
        )

    assert roles_of(town, "leader_n1") == before


def test_a_role_ended_by_mistake_is_given_again_on_the_same_day(town):
    unit = town.units["s2"]
    with town.as_user("admin") as ctx:
        given = accounts.grant_role(
            ctx, town.users["leader_n1"], role=Role.INSTITUTION_LEADER, unit_id=unit
        )
        accounts.end_role(ctx, given.id)
    assert (Role.INSTITUTION_LEADER, unit) not in roles_of(town, "leader_n1")

    with town.as_user("admin") as ctx:
        accounts.grant_role(
            ctx, town.users["leader_n1"], role=Role.INSTITUTION_LEADER, unit_id=unit
        )

    assert (Role.INSTITUTION_LEADER, unit) in roles_of(town, "leader_n1")


def test_a_role_ends_on_a_chosen_day(town):
    end = town.now + 3 * DAY
    with town.as_user("admin") as ctx:
        accounts.end_role(ctx, assignment_of(town, "leader_n1"), on=end.date())

    with town.as_user("leader_n1", now=end - DAY) as ctx:
        assert ctx.actor.grants
    with town.as_user("leader_n1", now=end) as ctx:
        assert not ctx.actor.grants


def test_an_ended_role_cannot_end_again_and_none_ends_in_the_past(town):
    role = assignment_of(town, "leader_n1")
    with pytest.raises(Invalid), town.as_user("admin") as ctx:
        accounts.end_role(ctx, role, on=(town.now - DAY).date())
    with town.as_user("admin") as ctx:
        accounts.end_role(ctx, role)
    with pytest.raises(Conflict), town.as_user("admin") as ctx:
        accounts.end_role(ctx, role)


def test_foreign_and_unknown_things_are_not_found(town, make_town):
    other = make_town()
    tries = [
        (other.users["leader_n1"], town.units["n2"]),
        (uuid4(), town.units["n2"]),
        (town.users["leader_s1"], other.units["n2"]),
        (town.users["leader_s1"], uuid4()),
    ]
    texts = set()
    for user_id, unit_id in tries:
        with pytest.raises(NotFound) as refused, town.as_user("admin") as ctx:
            accounts.grant_role(ctx, user_id, role=Role.EMPLOYEE, unit_id=unit_id)
        texts.add(str(refused.value))
    for role_id in (assignment_of(other, "leader_n1"), uuid4()):
        with pytest.raises(NotFound) as refused, town.as_user("admin") as ctx:
            accounts.end_role(ctx, role_id)
        texts.add(str(refused.value))

    assert len(texts) == 1
    assert len(roles_of(other, "leader_n1")) == 1


def test_a_closed_login_gets_no_role(town):
    with town.as_user("admin") as ctx:
        accounts.close_user(ctx, town.users["leader_s1"])

    with pytest.raises(Conflict), town.as_user("admin") as ctx:
        accounts.grant_role(
            ctx, town.users["leader_s1"], role=Role.EMPLOYEE, unit_id=town.units["n1"]
        )


def deputy_of_admin(town, name="consultant"):
    with town.as_system() as ctx:
        ctx.session.add(
            Delegation(
                leader_id=town.users["admin"],
                deputy_id=town.users[name],
                from_date=ctx.today,
                to_date=ctx.today + timedelta(days=30),
                reason="",
                revoked_at=None,
            )
        )


def test_the_admins_deputy_gives_less_than_what_was_lent(town, second_admin):
    deputy_of_admin(town)

    with town.as_user("consultant") as ctx:
        accounts.grant_role(
            ctx, town.users["leader_s1"], role=Role.AREA_LEADER, unit_id=town.units["south"]
        )
    assert (Role.AREA_LEADER, town.units["south"]) in roles_of(town, "leader_s1")

    with pytest.raises(Forbidden), town.as_user("consultant") as ctx:
        accounts.grant_role(
            ctx, town.users["leader_s1"], role=Role.MUNICIPAL_ADMIN, unit_id=town.units["root"]
        )
    for verb in (
        lambda ctx: accounts.end_role(ctx, assignment_of(town, "admin2")),
        lambda ctx: accounts.close_user(ctx, town.users["admin2"]),
        lambda ctx: accounts.reinvite(ctx, town.users["admin2"]),
    ):
        with pytest.raises(Forbidden), town.as_user("consultant") as ctx:
            verb(ctx)
    assert roles_of(town, "admin2") == {(Role.MUNICIPAL_ADMIN, town.units["root"])}


def test_the_last_admin_cannot_be_ended_or_closed(town):
    for verb in (
        lambda ctx: accounts.end_role(ctx, assignment_of(town, "admin")),
        lambda ctx: accounts.end_role(
            ctx, assignment_of(town, "admin"), on=(town.now + 90 * DAY).date()
        ),
        lambda ctx: accounts.close_user(ctx, town.users["admin"]),
    ):
        with pytest.raises(LastAdmin), town.as_system() as ctx:
            verb(ctx)

    assert roles_of(town, "admin") == {(Role.MUNICIPAL_ADMIN, town.units["root"])}


def test_an_admin_whose_end_is_set_does_not_count_as_remaining(town, second_admin):
    with town.as_user("admin") as ctx:
        accounts.end_role(ctx, assignment_of(town, "admin2"), on=(town.now + 90 * DAY).date())

    with pytest.raises(LastAdmin), town.as_user("admin2") as ctx:
        accounts.end_role(ctx, assignment_of(town, "admin"))

    assert roles_of(town, "admin") == {(Role.MUNICIPAL_ADMIN, town.units["root"])}


def test_a_closed_admin_does_not_count_as_remaining(town, second_admin):
    with town.as_user("admin") as ctx:
        accounts.close_user(ctx, second_admin)

    with pytest.raises(LastAdmin), town.as_system() as ctx:
        accounts.close_user(ctx, town.users["admin"])


def test_one_of_two_admins_can_go(town, second_admin):
    with town.as_user("admin") as ctx:
        accounts.end_role(ctx, assignment_of(town, "admin2"))

    assert roles_of(town, "admin2") == set()


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(2036, 3, 3)])
def test_a_role_begins_and_ends_within_ten_years(town, day):
    before = roles_of(town, "leader_s1")

    with pytest.raises(Invalid, match="Check the year") as given, town.as_user("admin") as ctx:
        accounts.grant_role(
            ctx,
            town.users["leader_s1"],
            role=Role.AUDITOR,
            unit_id=town.units["root"],
            from_date=day,
        )
    with pytest.raises(Invalid, match="Check the year") as ended, town.as_user("admin") as ctx:
        accounts.end_role(ctx, assignment_of(town, "leader_s1"), on=day)

    assert (given.value.field, ended.value.field) == ("from_date", "on")
    assert roles_of(town, "leader_s1") == before
    assert trail_length(town) == 0


def test_a_leap_day_is_ten_years_from_the_day_after():
    leap = date(2036, 2, 29)
    check_near(date(2046, 2, 28), today=leap, field="on")
    check_near(leap, today=date(2026, 3, 1), field="on")
    with pytest.raises(Invalid):
        check_near(leap, today=date(2026, 2, 28), field="on")
