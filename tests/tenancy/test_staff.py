"""The vendor's own logins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tenant_app.core.access import VendorPermission
from tenant_app.core.errors import Conflict, Forbidden, Invalid, SignInRequired
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import VendorRole, VendorSession, VendorUser
from tests.tenancy.conftest import PASSWORD
from tests.town import NOON


def sign_in(db, email, password=PASSWORD):
    with db.vendor_unit_of_work(tenancy.NOBODY, now=NOON) as ctx:
        return tenancy.sign_in_staff(ctx, email=email, password=password)


def actor(db, token, *, now=NOON):
    with db.vendor_unit_of_work(tenancy.NOBODY, now=now) as ctx:
        return tenancy.actor_of_vendor_session(ctx, token)


def test_staff_sign_in_and_are_who_they_are(db, make_staff):
    email = make_staff(VendorRole.VENDOR_SUPPORT)

    token = sign_in(db, email.upper())
    who = actor(db, token)

    assert who.name == f"Navn {email}"
    assert VendorPermission.SUPPORT_OPEN in who.permissions
    assert VendorPermission.TENANT_CREATE not in who.permissions
    with db.vendor_unit_of_work(tenancy.NOBODY) as ctx:
        kept = ctx.session.scalars(select(VendorSession.token_hash)).all()
        assert token not in kept


def test_every_sign_in_is_a_new_session(db, make_staff):
    email = make_staff(VendorRole.VENDOR_ADMIN)

    assert sign_in(db, email) != sign_in(db, email)


def test_a_wrong_password_and_an_unknown_address_sound_the_same(db, make_staff):
    email = make_staff(VendorRole.VENDOR_ADMIN)

    answers = []
    for address, password in ((email, "forkert"), ("ukendt@example.dk", PASSWORD)):
        with pytest.raises(SignInRequired) as refusal:
            sign_in(db, address, password)
        answers.append(str(refusal.value))

    assert answers[0] == answers[1]


def test_a_session_ends_by_sign_out_by_time_and_by_closing_the_login(db, make_staff, as_vendor):
    first, second, third = (make_staff(VendorRole.VENDOR_ADMIN) for _ in range(3))
    tokens = [sign_in(db, email) for email in (first, second, third)]

    with db.vendor_unit_of_work(tenancy.NOBODY, now=NOON) as ctx:
        tenancy.sign_out_staff(ctx, tokens[0])
    with as_vendor() as ctx:
        person = ctx.session.scalars(select(VendorUser).where(VendorUser.email == third)).one()
        tenancy.close_staff(ctx, person.id)

    for token, now in (
        (tokens[0], NOON),
        (tokens[1], NOON + timedelta(hours=9)),
        (tokens[2], NOON),
    ):
        with pytest.raises(SignInRequired):
            actor(db, token, now=now)
    assert actor(db, tokens[1]).name
    with pytest.raises(SignInRequired):
        sign_in(db, third)


def test_support_staff_create_no_logins(as_vendor):
    with pytest.raises(Forbidden), as_vendor(VendorRole.VENDOR_SUPPORT) as ctx:
        tenancy.create_staff(
            ctx,
            email="ny@example.dk",
            name="Ny",
            role=VendorRole.VENDOR_ADMIN,
            password=PASSWORD,
        )

    with as_vendor() as ctx:
        assert "ny@example.dk" not in [person.email for person in tenancy.staff(ctx)]


def test_an_address_has_one_login_and_a_password_is_long(as_vendor, make_staff):
    email = make_staff(VendorRole.VENDOR_SUPPORT)
    facts = {"name": "Ny", "role": VendorRole.VENDOR_SUPPORT}

    with as_vendor() as ctx:
        with pytest.raises(Conflict):
            tenancy.create_staff(ctx, email=email.upper(), password=PASSWORD, **facts)
        with pytest.raises(Invalid):
            tenancy.create_staff(ctx, email="a@example.dk", password="kort", **facts)
        with pytest.raises(Invalid):
            tenancy.create_staff(ctx, email="ikke en adresse", password=PASSWORD, **facts)


def test_nobody_closes_their_own_login(as_vendor):
    with pytest.raises(Conflict), as_vendor() as ctx:
        tenancy.close_staff(ctx, ctx.actor.vendor_user_id)


def test_staff_change_their_own_password_with_the_present_one(db, as_vendor):
    new = "en helt anden adgangskode"
    with as_vendor() as ctx:
        email = ctx.session.get_one(VendorUser, ctx.actor.vendor_user_id).email
        with pytest.raises(Conflict):
            tenancy.change_password(ctx, old="forkert", new=new)
        tenancy.change_password(ctx, old=PASSWORD, new=new)

    assert sign_in(db, email, new)
    with pytest.raises(SignInRequired):
        sign_in(db, email)
