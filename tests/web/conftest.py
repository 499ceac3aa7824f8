"""Browsers that sign in, and a house with a host for each municipality."""

from __future__ import annotations

import dataclasses
import itertools
import re

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from config.wsgi import build
from tenant_app.accounts.models import User, UserSession
from tenant_app.core import clock, secrets
from tenant_app.tenancy.models import Tenant, TenantState
from tests.town import Town

PASSWORD = "fire ord i en række"
_ADDRESS = itertools.count(1)


def new_address() -> str:
    """A caller nobody has counted yet, also when this suite ran a minute ago."""
    return f"2001:db8:{secrets.new_token()[1][:4]}:{next(_ADDRESS):x}::1"


@pytest.fixture(scope="module")
def site(settings, db) -> Flask:
    return build(settings, db)


@pytest.fixture(scope="module")
def hosted(settings, db, site) -> Flask:
    """The same house where each municipality has a host of its own."""
    return build(dataclasses.replace(settings, base_host="rt.test"), db)


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch) -> None:
    monkeypatch.setattr(
        secrets, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )


class Browser:
    """A browser that finds the CSRF token in the page before it posts."""

    def __init__(self, app: Flask, host: str = "127.0.0.1", address: str | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        self.base = f"http://{host}"
        self.environ = {"REMOTE_ADDR": address or new_address()}

    def get(self, path: str):
        return self.client.get(path, base_url=self.base, environ_base=self.environ)

    def post(self, path: str, data=None, *, form: str | None = None):
        page = self.get(form or path).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        sent = {"csrf_token": token[1] if token else ""} | (data or {})
        return self.client.post(path, data=sent, base_url=self.base, environ_base=self.environ)

    def sign_in(self, town: Town, email: str, password: str = PASSWORD, **more):
        return self.post(
            "/sign-in", {"tenant": town.slug, "email": email, "password": password, **more}
        )

    def is_in(self) -> bool:
        return self.get("/admin/profile/").status_code == 200

    def session(self) -> dict[str, object]:
        with self.client.session_transaction(base_url=self.base) as kept:
            return dict(kept)


@pytest.fixture
def browser(site) -> Browser:
    return Browser(site)


@pytest.fixture
def now_town(make_town) -> Town:
    """A municipality whose clock is today's, since the pages ask the real one."""
    return make_town(now=clock.now())


@pytest.fixture
def town(now_town) -> Town:
    return now_town


def give_password(town: Town, name: str = "leader_n1", password: str = PASSWORD) -> str:
    with town.as_system() as ctx:
        user = ctx.session.get_one(User, town.users[name])
        user.password_hash = secrets.hash_password(password)
        return user.email


def set_state(town: Town, state: TenantState) -> None:
    with town.db.vendor.begin() as connection:
        connection.execute(update(Tenant).where(Tenant.id == town.tenant_id).values(state=state))


def sessions(town: Town):
    with town.as_system() as ctx:
        return ctx.session.scalars(select(UserSession).order_by(UserSession.created_at)).all()


# The way in
