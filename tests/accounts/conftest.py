"""Logins with passwords, cheap to check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select, update

from config.settings import Settings
from config.wsgi import build
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role, RoleAssignment, User
from tenant_app.audit.models import AuditEntry
from tenant_app.core import clock, secrets
from tenant_app.core.uow import Database
from tenant_app.tenancy.models import Tenant, TenantState
from tests.town import Town

PASSWORD = "fire ord i en række"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(
        secrets, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )
    return


@pytest.fixture
def with_password(town: Town) -> Callable[[str], str]:
    """Give a user of the town a password; returns the e-mail."""

    def give(name: str) -> str:
        with town.as_system() as ctx:
            user = ctx.session.get_one(User, town.users[name])
            user.password_hash = secrets.hash_password(PASSWORD)
            return user.email

    return give


@pytest.fixture
def second_admin(town: Town) -> UUID:
    """Another municipal admin, `town.users["admin2"]`."""
    with town.as_system() as ctx:
        town._user(ctx, "admin2", Role.MUNICIPAL_ADMIN, "root")
    return town.users["admin2"]


def roles_of(town: Town, name: str) -> set[tuple[Role, UUID]]:
    """What a user of the town holds today."""
    with town.as_system() as ctx:
        held = ctx.session.scalars(
            select(RoleAssignment).where(
                RoleAssignment.user_id == town.users[name],
                RoleAssignment.to_date.is_(None) | (RoleAssignment.to_date > ctx.today),
            )
        )
        return {(one.role, one.unit_id) for one in held}


def assignment_of(town: Town, name: str) -> UUID:
    """The id of a user's first role."""
    with town.as_system() as ctx:
        return ctx.session.scalars(
            select(RoleAssignment.id)
            .where(RoleAssignment.user_id == town.users[name])
            .order_by(RoleAssignment.from_date)
            .limit(1)
        ).one()


def trail_length(town: Town) -> int:
    """How much the trail holds."""
    with town.as_system() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def sign_in(town: Town, email: str, password: str = PASSWORD) -> str:
    """The token of a new session in the town."""
    with town.db.unit_of_work(town.tenant_id, now=town.now) as ctx:
        return accounts.sign_in(ctx, email=email, password=password)


@pytest.fixture
def set_state(db: Database) -> Callable[[Town, TenantState], None]:
    """Suspend, archive or open a municipality, as the vendor's role may."""

    def change(town: Town, state: TenantState) -> None:
        with db.vendor.begin() as connection:
            connection.execute(
                update(Tenant).where(Tenant.id == town.tenant_id).values(state=state)
            )

    return change


@pytest.fixture(scope="module")
def site(settings: Settings, db: Database) -> Flask:
    """The whole application."""
    return build(settings, db)


@pytest.fixture
def today_town(make_town: Callable[..., Town]) -> Town:
    """A municipality whose clock is today's, since the doors ask the real one."""
    return make_town(now=clock.now())
