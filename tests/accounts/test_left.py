"""Somebody who has left: the login of an employee opens nothing after the last day."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Delegation, Role, User, UserSession
from tenant_app.accounts.rules import LastAdmin, SignInRefused
from tenant_app.core.errors import SignInRequired
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Position
from tests.accounts.conftest import sign_in

TOMORROW = timedelta(days=1)


def leave(town, person="leder_n1", *, days=0):
    with town.as_user("admin") as ctx:
        organisation.end_employment(
            ctx, town.employees[person], on=ctx.today + timedelta(days=days)
        )


def opened(town, way, secret, *, now=None):
    with town.db.unit_of_work(
        town.tenant_id, lambda ctx: way(ctx, secret), now=now or town.now
    ) as ctx:
        return ctx.actor


def test_a_session_and_a_token_end_with_the_employment(town, with_password):
    session = sign_in(town, with_password("leader_n1"))
    with town.as_user("leader_n1") as ctx:
        token = accounts.make_token(ctx, name="Script", days=30)
    secret = token.split("_", 2)[2]
    ways = ((accounts.actor_of_session, session), (accounts.actor_of_token, secret))
    leave(town, days=1)

    for way, key in ways:
        assert opened(town, way, key).user_id == town.users["leader_n1"]
        with pytest.raises(SignInRequired):
            opened(town, way, key, now=town.now + TOMORROW)
    with pytest.raises(SignInRequired), town.as_user("leader_n1", now=town.now + TOMORROW):
        pass


def test_who_has_left_does_not_sign_in(town, with_password):
    email = with_password("leader_n1")
    leave(town)

    with pytest.raises(SignInRefused):
        sign_in(town, email)

    with town.as_system() as ctx:
        assert ctx.session.scalars(select(UserSession)).all() == []


def test_who_comes_back_comes_in_again(town, with_password):
    email = with_password("leader_n1")
    leave(town)
    with town.as_user("admin") as ctx:
        person = organisation.employee(ctx, town.employees["leder_n1"])
        organisation.rehire(
            ctx,
            person.id,
            unit_id=town.units["n1"],
            position=Position.LEADER,
            fte=Decimal(1),
            from_date=ctx.today,
        )

    assert sign_in(town, email)


def test_a_login_without_an_employment_is_not_asked_for_one(town, with_password):
    leave(town)

    assert sign_in(town, with_password("area_north"))


def test_a_leader_who_has_left_lends_nothing(town):
    with town.as_system() as ctx:
        ctx.session.add(
            Delegation(
                leader_id=town.users["leader_n1"],
                deputy_id=town.users["leader_n2"],
                from_date=ctx.today,
                to_date=ctx.today + timedelta(days=5),
                reason="",
            )
        )
    with town.as_user("leader_n2") as ctx:
        assert len(ctx.actor.grants) == 2
    leave(town)

    with town.as_user("leader_n2") as ctx:
        assert {grant.unit_id for grant in ctx.actor.grants} == {town.units["n2"]}


def test_an_administrator_who_has_left_is_not_the_one_who_remains(town):
    with town.as_user("admin") as ctx:
        accounts.grant_role(
            ctx,
            town.users["leader_n1"],
            role=Role.MUNICIPAL_ADMIN,
            unit_id=town.units["root"],
        )
    leave(town)

    with pytest.raises(LastAdmin), town.as_system() as ctx:
        accounts.close_user(ctx, town.users["admin"])
    with town.as_system() as ctx:
        assert ctx.session.get_one(User, town.users["admin"]).is_active
