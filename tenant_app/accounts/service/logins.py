"""Logins: the list, open and closed, and what everybody sets for themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from tenant_app.accounts import queries, rules
from tenant_app.accounts.models import RoleAssignment, User
from tenant_app.accounts.service.common import find_user, own_id, require_manager
from tenant_app.audit import service as audit
from tenant_app.core import secrets
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.paging import Page, scalars_page


@dataclass(frozen=True)
class Login:
    """A user with the roles held today or later."""

    user: User
    roles: tuple[RoleAssignment, ...]


def users(ctx: Context, *, search: str = "", page: int = 1, page_size: int = 50) -> Page[Login]:
    """The municipality's logins by name, with roles."""
    require_manager(ctx)
    found: Page[User] = scalars_page(
        ctx, queries.users(search=search), page=page, page_size=page_size
    )
    held = roles_of(ctx, [user.id for user in found.items])
    items = [Login(user=user, roles=tuple(held[user.id])) for user in found.items]
    return Page(items=items, page=found.page, page_size=found.page_size, has_more=found.has_more)


def roles_of(ctx: Context, user_ids: Collection[UUID]) -> dict[UUID, list[RoleAssignment]]:
    """Roles held today or later, with units, by user: for lists of users, in one SELECT."""
    require_manager(ctx)
    held: dict[UUID, list[RoleAssignment]] = defaultdict(list)
    for assignment in queries.roles_of(ctx, user_ids):
        held[assignment.user_id].append(assignment)
    return held


def close_user(ctx: Context, user_id: UUID) -> User:
    """Nobody signs in with the login any more; its sessions, tokens and links are void at once.

    Raises Forbidden for oneself or above one's rank, LastAdmin for the last administrator.
    """
    path = require_manager(ctx)
    admins = queries.lock_admins(ctx)  # before the login, so that two cannot lock crosswise
    user = find_user(ctx, user_id, lock=True)
    _check_may_steer(ctx, user_id, path)
    if not user.is_active:
        raise Conflict(N_("The login is already closed."))
    rules.check_admin_remains(admins, leaving=user_id)
    user.is_active = False
    queries.end_sessions(ctx, user_id)
    queries.end_tokens(ctx, user_id)
    queries.end_invitations(ctx, user_id)
    audit.record(ctx, "user.closed", user_id)
    return user


def open_user(ctx: Context, user_id: UUID) -> User:
    """A closed login works again, with its password and its roles."""
    path = require_manager(ctx)
    user = find_user(ctx, user_id, lock=True)
    _check_may_steer(ctx, user_id, path)
    if user.is_active:
        raise Conflict(N_("The login is already open."))
    user.is_active = True
    audit.record(ctx, "user.opened", user_id)
    return user


def _check_may_steer(ctx: Context, user_id: UUID, path: str) -> None:
    rules.check_other(ctx.actor, user_id)
    roles = [held.role for held in queries.roles_of(ctx, [user_id])]
    rules.check_rank(ctx.actor, roles, path=path)


def me(ctx: Context) -> User:
    """The acting user's own login."""
    return find_user(ctx, own_id(ctx))


def change_password(ctx: Context, *, old: str, new: str) -> None:
    """The acting user has a new password, and other browsers are signed out.

    Raises Invalid naming `old` or `new`.
    """
    user = find_user(ctx, own_id(ctx), lock=True)
    if not secrets.verify_password(user.password_hash, old):
        raise Invalid(N_("This is not your present password."), field="old")
    rules.check_password(new, email=user.email, field="new")
    if secrets.verify_password(user.password_hash, new):
        raise Invalid(N_("The new password is the old one. Choose another."), field="new")
    user.password_hash = secrets.hash_password(new)
    queries.end_sessions(ctx, user.id, but=ctx.memo.get("session"))
    queries.end_invitations(ctx, user.id)
    audit.record(ctx, "password.changed", user.id)


def set_locale(ctx: Context, *, locale: str) -> User:
    """The acting user reads Danish or English."""
    user = find_user(ctx, own_id(ctx), lock=True)
    old, user.locale = user.locale, rules.check_locale(locale)
    audit.record(ctx, "user.locale_set", user.id, old={"locale": old}, new={"locale": user.locale})
    return user
