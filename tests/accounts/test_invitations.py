"""A link that works once, for fourteen days, until a newer one is sent."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, User
from tenant_app.accounts.rules import SignInRefused
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.tenancy.models import TenantState
from tests.accounts.conftest import PASSWORD, sign_in


def invite(town, *, as_="admin", email="ny@by.dk", role=Role.EMPLOYEE, unit="n1", **more):
    with town.as_user(as_) as ctx:
        return accounts.invite(
            ctx, email=email, name="Ny Leder", role=role, unit_id=town.units[unit], **more
        )


def accept(town, token, password=PASSWORD, *, now=None):
    with town.db.unit_of_work(town.tenant_id, now=now or town.now) as ctx:
        accounts.accept_invitation(ctx, token=token, password=password)


def count(town):
    with town.as_system() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(User))


def test_the_invited_choose_a_password_and_sign_in(town):
    token = invite(town, email=" Ny@By.DK", role=Role.INSTITUTION_LEADER, unit="n2")
    with pytest.raises(SignInRefused):
        sign_in(town, "ny@by.dk")

    accept(town, token)

    session = sign_in(town, "ny@by.dk")
    with town.db.unit_of_work(town.tenant_id, now=town.now) as ctx:
        actor = accounts.actor_of_session(ctx, session)
    assert [(grant.role, grant.unit_id) for grant in actor.grants] == [
        (Role.INSTITUTION_LEADER, town.units["n2"])
    ]


def test_a_link_works_once(town):
    token = invite(town)
    accept(town, token)

    with pytest.raises(NotFound):
        accept(town, token, "en helt anden række ord")

    sign_in(town, "ny@by.dk")


def test_a_link_works_for_fourteen_days(town):
    token = invite(town)
    end = town.now + timedelta(days=14)

    with pytest.raises(NotFound):
        accept(town, token, now=end)
    accept(town, token, now=end - timedelta(seconds=1))


def test_a_new_link_voids_the_older(town):
    old = invite(town)
    with town.as_user("admin") as ctx:
        user_id = ctx.session.scalars(select(User.id).where(User.email == "ny@by.dk")).one()
        new = accounts.reinvite(ctx, user_id)

    with pytest.raises(NotFound):
        accept(town, old)
    accept(town, new)


def test_a_new_password_by_invitation_signs_out_the_old_sessions(town, with_password):
    email = with_password("leader_n1")
    session = sign_in(town, email)
    with town.as_user("admin") as ctx:
        token = accounts.reinvite(ctx, town.users["leader_n1"])
    accept(town, token, "en helt anden række ord")

    from_session = town.db.unit_of_work(
        town.tenant_id, lambda ctx: accounts.actor_of_session(ctx, session), now=town.now
    )
    with pytest.raises(Exception, match="Sign in first"), from_session:
        pass
    with pytest.raises(SignInRefused):
        sign_in(town, email)


@pytest.mark.parametrize(
    "password",
    [
        "kort",
        "elleve tegn",
        "ny@by.kommune.dk",
        "NY@by.kommune.dk",
        "adgangskode123!",
        "Velkommen2026!",
        "123456789012",
        "aaaaaaaaaaaaaa",
        "qwertyuiopåa",
        "Sommer 2026!!!",
        "x" * 201,
        " " * 20,
    ],
)
def test_a_poor_password_is_refused_and_the_link_still_works(town, password):
    token = invite(town, email="ny@by.kommune.dk")

    with pytest.raises(Invalid) as refused:
        accept(town, token, password)

    assert refused.value.field == "password"
    with pytest.raises(SignInRefused):
        sign_in(town, "ny@by.kommune.dk", password)
    accept(town, token)


@pytest.mark.parametrize("email", ["", "uden-snabel-a", "a@b", "a b@c.dk", "a@@c.dk", "a@c..dk"])
def test_an_address_that_is_none_is_refused(town, email):
    before = count(town)

    with pytest.raises(Invalid) as refused:
        invite(town, email=email)

    assert refused.value.field == "email"
    assert count(town) == before


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "to\nlinjer", "\ud800", "\0"])
def test_a_name_that_is_none_is_refused(town, name):
    with pytest.raises(Invalid) as refused, town.as_user("admin") as ctx:
        accounts.invite(
            ctx, email="a@b.dk", name=name, role=Role.EMPLOYEE, unit_id=town.units["n1"]
        )
    assert refused.value.field == "name"


def test_an_address_is_invited_once_per_municipality(town, make_town):
    before = count(town)

    with pytest.raises(Conflict) as refused:
        invite(town, email=f"ADMIN@{town.slug}.dk")

    assert refused.value.field == "email"
    assert count(town) == before
    other = make_town()
    invite(other, email=f"admin@{town.slug}.dk")


def test_an_employee_has_one_login(town, make_town):
    with pytest.raises(Conflict) as refused:
        invite(town, employee_id=town.employees["ped_n1_1"])
    assert refused.value.field == "employee_id"
    for foreign in (make_town().employees["ped_n1_2"], uuid4()):
        with pytest.raises(NotFound):
            invite(town, employee_id=foreign)
    assert invite(town, employee_id=town.employees["ped_n1_2"])


@pytest.mark.parametrize("name", ["consultant", "area_north", "leader_n1", "ped_n1", "auditor"])
def test_only_admins_invite_or_see_logins(town, name):
    before = count(town)

    for verb in (
        lambda ctx: accounts.invite(
            ctx, email="a@b.dk", name="A", role=Role.EMPLOYEE, unit_id=town.units["n1"]
        ),
        lambda ctx: accounts.reinvite(ctx, town.users["ped_n2"]),
        lambda ctx: accounts.reinvite(ctx, uuid4()),
        lambda ctx: accounts.close_user(ctx, town.users["ped_n2"]),
        lambda ctx: accounts.open_user(ctx, town.users["ped_n2"]),
        accounts.users,
        accounts.roles,
        lambda ctx: accounts.roles_of(ctx, []),
    ):
        with pytest.raises(Forbidden), town.as_user(name) as ctx:
            verb(ctx)

    assert count(town) == before


def test_an_invitation_into_a_role_that_does_not_fit_leaves_no_login(town):
    before = count(town)

    with pytest.raises(Invalid):
        invite(town, role=Role.MUNICIPAL_ADMIN, unit="n1")

    assert count(town) == before


def test_nobody_sends_themselves_a_link(town):
    with pytest.raises(Forbidden), town.as_user("admin") as ctx:
        accounts.reinvite(ctx, town.users["admin"])


def test_a_closed_login_is_not_invited_and_its_link_is_void(town):
    token = invite(town)
    with town.as_user("admin") as ctx:
        user_id = ctx.session.scalars(select(User.id).where(User.email == "ny@by.dk")).one()
        accounts.close_user(ctx, user_id)

    with pytest.raises(NotFound):
        accept(town, token)
    with pytest.raises(Conflict), town.as_user("admin") as ctx:
        accounts.reinvite(ctx, user_id)
    with pytest.raises(Conflict), town.as_user("admin") as ctx:
        accounts.close_user(ctx, user_id)


def test_a_link_of_one_municipality_is_worth_nothing_in_another(town, make_town):
    token = invite(town)

    with pytest.raises(NotFound):
        accept(make_town(), token)

    accept(town, token)


def test_a_suspended_municipality_admits_nobody(town, set_state):
    token = invite(town)
    set_state(town, TenantState.SUSPENDED)

    with pytest.raises(SignInRefused):
        accept(town, token)
