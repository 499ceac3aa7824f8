"""Who acts: found once per request."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from tenant_app.accounts import queries, rules
from tenant_app.accounts.models import User
from tenant_app.accounts.rules import NOT_DEPUTISED, ROLE_PERMISSIONS
from tenant_app.core import secrets
from tenant_app.core.access import Actor, Grant
from tenant_app.core.context import Context
from tenant_app.core.errors import SignInRequired


def actor_of(ctx: Context, user_id: UUID) -> Actor:
    """The actor a user is today: own roles, and those of the leaders they are deputy for.

    Raises SignInRequired when the login is gone or closed, or its employee not employed today.
    """
    user = queries.user(ctx, user_id)
    if user is None:
        raise SignInRequired()
    return actor_for(ctx, user)


def actor_for(ctx: Context, user: User) -> Actor:
    """The same for a user already read."""
    grants = tuple(
        Grant(
            role=role.value,
            unit_id=unit_id,
            path=path,
            permissions=ROLE_PERMISSIONS[role],
            deputy_for=None if holder == user.id else holder,
            unit_name=unit_name,
            holder_name="" if holder == user.id else holder_name,
        )
        for holder, role, unit_id, path, unit_name, holder_name in queries.grants(ctx, user.id)
        if holder == user.id or role not in NOT_DEPUTISED
    )
    return Actor(name=user.name, user_id=user.id, employee_id=user.employee_id, grants=grants)


def working_as(ctx: Context, actor: Actor, *, key: str | None) -> Actor:
    """The actor with the one grant chosen and no other; with all of them where none is chosen.

    `ctx.memo` then has all the `grants` held today. Raises GrantGone when the chosen one is not
    among them.
    """
    ctx.memo["grants"] = actor.grants
    if key is None:
        return actor
    return replace(actor, grants=rules.narrow(actor.grants, key))


def actor_of_session(ctx: Context, token: str) -> Actor:
    """Who sits at a signed-in browser; `ctx.memo` then has the `user` and the `session` id.

    Raises SignInRequired when the session is over, signed out, of another municipality, or of
    somebody who has left. The door has asked whether the municipality is open.
    """
    found = queries.user_of_session(ctx, secrets.token_hash(token))
    if found is None:
        raise SignInRequired()
    user, session_id = found
    ctx.memo["user"] = user
    ctx.memo["session"] = session_id
    return actor_for(ctx, user)


def actor_of_token(ctx: Context, secret: str) -> Actor:
    """Whose API token this secret is; `ctx.memo` then has the `user` and the `token`.

    Raises SignInRequired when it is unknown, revoked, too old, of another municipality, or of
    somebody who has left.
    """
    found = queries.user_of_token(ctx, secrets.token_hash(secret))
    if found is None:
        raise SignInRequired()
    user, token = found
    ctx.memo["user"] = user
    ctx.memo["token"] = token
    return actor_for(ctx, user)
