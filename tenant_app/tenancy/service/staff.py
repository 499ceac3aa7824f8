"""The vendor's own staff: named accounts, signed in by password, every change in the trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from tenant_app.core import secrets
from tenant_app.core.access import VendorActor, VendorPermission
from tenant_app.core.context import VendorContext
from tenant_app.core.db import danish
from tenant_app.core.errors import N_, Conflict, NotFound, SignInRequired
from tenant_app.tenancy import queries, rules
from tenant_app.tenancy.models import VendorRole, VendorSession, VendorUser
from tenant_app.tenancy.service.vendor import note

SESSION_LASTS = timedelta(hours=8)
NOBODY = VendorActor(name="nobody", vendor_user_id=None, permissions=frozenset())
"""Who asks before we know who asks."""


def staff(ctx: VendorContext) -> Sequence[VendorUser]:
    """Everybody with a login at the vendor, by name."""
    ctx.require(VendorPermission.STAFF_MANAGE)
    return ctx.session.scalars(select(VendorUser).order_by(danish(VendorUser.name))).all()


def create_staff(
    ctx: VendorContext, *, email: str, name: str, role: VendorRole, password: str
) -> VendorUser:
    """The person can sign in at the vendor's door. Raises Invalid, Conflict on a known address."""
    ctx.require(VendorPermission.STAFF_MANAGE)
    address = rules.check_email(email)
    named = rules.check_name(name)
    rules.check_password(password)
    if queries.staff_by_email(ctx, address) is not None:
        raise Conflict(N_("%(email)s has a login already."), field="email", email=address)
    person = VendorUser(
        email=address,
        name=named,
        role=role,
        password_hash=secrets.hash_password(password),
        is_active=True,
    )
    ctx.session.add(person)
    note(ctx, "staff.created", None, f"{address} ({role.value})")
    return person


def change_password(ctx: VendorContext, *, old: str, new: str) -> None:
    """The staff member's own password is another. Raises Invalid, Conflict."""
    person = _person(ctx, ctx.actor.vendor_user_id)
    if not secrets.verify_password(person.password_hash, old):
        raise Conflict(N_("The present password is not right."), field="old")
    person.password_hash = secrets.hash_password(rules.check_password(new))
    note(ctx, "staff.password_changed", None, person.email)


def close_staff(ctx: VendorContext, staff_id: UUID) -> VendorUser:
    """The person signs in no more, and open sessions end. Raises Conflict for oneself or the last
    admin."""
    person = _person(ctx, staff_id)
    ctx.require(VendorPermission.STAFF_MANAGE)
    if staff_id == ctx.actor.vendor_user_id:
        raise Conflict(N_("You cannot close your own login. Ask another admin."))
    admins = queries.active_admins(ctx)
    if [admin.id for admin in admins] == [staff_id]:
        raise Conflict(N_("The last vendor admin cannot be closed. Create another first."))
    person.is_active = False
    note(ctx, "staff.closed", None, person.email)
    return person


def sign_in_staff(ctx: VendorContext, *, email: str, password: str) -> str:
    """A new session. Returns its token. Raises SignInRequired, in the same words and the same time
    whatever was wrong."""
    person = queries.staff_by_email(ctx, email.strip().lower())
    known = person.password_hash if person is not None and person.is_active else None
    if not secrets.verify_password(known, password) or person is None:
        raise SignInRequired(N_("The e-mail address or the password is not right."))
    token, token_hash = secrets.new_token()
    ctx.session.add(
        VendorSession(
            vendor_user_id=person.id,
            token_hash=token_hash,
            created_at=ctx.now,
            expires_at=ctx.now + SESSION_LASTS,
        )
    )
    ctx.actor = rules.staff_actor(person)
    note(ctx, "staff.signed_in", None)
    return token


def actor_of_vendor_session(ctx: VendorContext, token: str) -> VendorActor:
    """Who this browser is. Raises SignInRequired."""
    found = queries.session_by_hash(ctx, secrets.token_hash(token))
    if found is None:
        raise SignInRequired()
    return rules.staff_actor(found[1])


def sign_out_staff(ctx: VendorContext, token: str) -> None:
    """The session is over. Twice is once."""
    found = queries.session_by_hash(ctx, secrets.token_hash(token))
    if found is not None:
        found[0].revoked_at = ctx.now


def _person(ctx: VendorContext, staff_id: UUID | None) -> VendorUser:
    person = queries.staff_for_change(ctx, staff_id) if staff_id is not None else None
    if person is None:
        raise NotFound()
    return person
