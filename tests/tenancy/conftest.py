"""Vendor staff and what they need."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from sqlalchemy import select

from config.settings import Settings
from config.wsgi import build
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.core import clock
from tenant_app.core.context import VendorContext
from tenant_app.core.uow import Database
from tenant_app.tenancy import rules
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import VendorRole, VendorUser
from tests.tenancy.walking import Browser
from tests.town import NOON, Town

_COUNT = itertools.count(1)
PASSWORD = "en lang adgangskode"
AsVendor = Callable[..., AbstractContextManager[VendorContext]]


@pytest.fixture
def make_staff(db: Database) -> Callable[[VendorRole], str]:
    """Create a member of the vendor's staff; returns the e-mail address."""

    def make(role: VendorRole) -> str:
        email = f"staff{next(_COUNT)}.{id(role)}@example.dk"
        with db.vendor_unit_of_work(tenancy.COMMAND_LINE, now=NOON) as ctx:
            tenancy.create_staff(
                ctx, email=email, name=f"Navn {email}", role=role, password=PASSWORD
            )
        return email

    return make


@pytest.fixture
def as_vendor(db: Database, make_staff: Callable[[VendorRole], str]) -> AsVendor:
    """A vendor unit of work: `with as_vendor() as ctx`, as an admin or in the role given."""

    @contextmanager
    def enter(role: VendorRole = VendorRole.VENDOR_ADMIN) -> Iterator[VendorContext]:
        email = make_staff(role)
        with db.vendor_unit_of_work(tenancy.NOBODY, now=NOON) as ctx:
            person = ctx.session.scalars(select(VendorUser).where(VendorUser.email == email)).one()
            ctx.actor = rules.staff_actor(person)
            yield ctx

    return enter


@pytest.fixture(scope="session")
def house(settings: Settings, db: Database) -> Flask:
    """The whole application with both panels."""
    return build(settings, db)


@pytest.fixture
def browser(house: Flask) -> Browser:
    """A browser that nobody has used."""
    return Browser(house)


@pytest.fixture
def at_vendor(house: Flask, make_staff: Callable[[VendorRole], str]) -> Callable[..., Browser]:
    """A browser signed in at the vendor: `at_vendor(VendorRole.VENDOR_SUPPORT)`."""

    def enter(role: VendorRole = VendorRole.VENDOR_ADMIN) -> Browser:
        visitor = Browser(house)
        visitor.post("/vendor/sign-in", email=make_staff(role), password=PASSWORD)
        return visitor

    return enter


@pytest.fixture
def at_town(house: Flask) -> Callable[[Town, str], Browser]:
    """A browser signed in as a user of the town."""

    def enter(town: Town, name: str) -> Browser:
        visitor = Browser(house)
        with town.as_system(now=clock.now()) as ctx:  # the panel asks the real clock
            token = accounts.open_session(ctx, ctx.session.get_one(User, town.users[name]))
        with visitor.client.session_transaction() as kept:
            kept["tenant"], kept["token"] = town.tenant_id, token
        return visitor

    return enter
