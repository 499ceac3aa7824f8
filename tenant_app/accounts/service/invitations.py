"""Letting people in: a link that works once, and the password they choose."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tenant_app.accounts import queries, rules
from tenant_app.accounts.models import Invitation, Role, User
from tenant_app.accounts.service.common import check_open, find_user, require_manager
from tenant_app.accounts.service.roles import grant_role
from tenant_app.audit import service as audit
from tenant_app.core import secrets
from tenant_app.core.access import Actor
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid, NotFound
from tenant_app.tenancy import service as tenancy

GONE = N_(
    "This invitation does not work any more. Ask your municipality's administrator for a new one."
)


def invite(
    ctx: Context,
    *,
    email: str,
    name: str,
    role: Role,
    unit_id: UUID,
    employee_id: UUID | None = None,
) -> str:
    """A new login with a role, and the invitation's token: shown once, good for 14 days.

    Raises Conflict where the e-mail or the employee already has a login.
    """
    require_manager(ctx)
    email, name = rules.check_email(email), rules.check_name(name)
    if employee_id is not None and not queries.employee_exists(ctx, employee_id):
        raise NotFound()
    row = {"id": uuid7(), "email": email, "name": name, "employee_id": employee_id}
    row |= {"locale": tenancy.settings(ctx).locale}
    made = ctx.session.scalar(insert_or_skip(User, row, skip=True))
    if made is None:
        _say_who_has_it(ctx, email)
    grant_role(ctx, made, role=role, unit_id=unit_id)
    audit.record(ctx, "user.invited", made, new={"email": email, "employee_id": employee_id})
    return _new_link(ctx, made)


def _say_who_has_it(ctx: Context, email: str) -> None:
    if queries.user_by_email(ctx, email) is not None:
        raise Conflict(
            N_("%(email)s already has a login. Send a new invitation from the list of users."),
            field="email",
            email=email,
        )
    raise Conflict(N_("This employee already has a login."), field="employee_id")


def employee_numbered(ctx: Context, number: str) -> UUID | None:
    """The employee with a payroll number; None for an empty number. Raises Invalid."""
    require_manager(ctx)
    cleaned = rules.check_text(number, field="employee_id", longest=50)
    if not cleaned:
        return None
    found = queries.employee_numbered(ctx, cleaned)
    if found is None:
        raise Invalid(
            N_("No employee has the number “%(number)s”. Check it, or leave the field empty."),
            field="employee_id",
            number=cleaned,
        )
    return found


def reinvite(ctx: Context, user_id: UUID) -> str:
    """A new link for a login, also for one whose password is forgotten; older links are void."""
    path = require_manager(ctx)
    user = find_user(ctx, user_id, lock=True)
    if ctx.actor.user_id == user_id:
        raise Forbidden(N_("Change your own password on your profile page."))
    roles = [held.role for held in queries.roles_of(ctx, [user_id])]
    rules.check_rank(ctx.actor, roles, path=path)
    if not user.is_active:
        raise Conflict(N_("The login is closed. Open it before you invite."))
    queries.end_invitations(ctx, user_id)
    audit.record(ctx, "user.invited", user_id)
    return _new_link(ctx, user_id)


def _new_link(ctx: Context, user_id: UUID) -> str:
    token, hashed = secrets.new_token()
    ctx.session.add(
        Invitation(
            user_id=user_id,
            token_hash=hashed,
            created_at=ctx.now,
            expires_at=ctx.now + timedelta(days=rules.INVITATION_DAYS),
        )
    )
    return token


def invited(ctx: Context, *, token: str) -> User:
    """Whom a link invites. Raises NotFound when it is unknown, used, replaced or too old."""
    return _invited(ctx, token, lock=False)[1]


def accept_invitation(ctx: Context, *, token: str, password: str) -> User:
    """The login has this password, the link is used up, and other browsers are signed out.

    Raises NotFound for a link that does not work, Invalid for a poor password.
    """
    invitation, user = _invited(ctx, token, lock=True)
    rules.check_password(password, email=user.email)
    user.password_hash = secrets.hash_password(password)
    invitation.used_at = ctx.now
    queries.end_sessions(ctx, user.id)
    ctx.actor = Actor(name=user.name, user_id=user.id)
    audit.record(ctx, "invitation.accepted", user.id)
    return user


def _invited(ctx: Context, token: str, *, lock: bool) -> tuple[Invitation, User]:
    invitation = queries.invitation(ctx, secrets.token_hash(token), lock=lock)
    user = queries.user(ctx, invitation.user_id) if invitation else None
    if invitation is None or user is None:
        raise NotFound(GONE)
    check_open(ctx)
    return invitation, user
