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
    rows = queries.acting(ctx, user_id)
    if not rows:
        raise SignInRequired()
    first = rows[0]
    return _actor(first.id, first.name, first.employee_id, rows)


def actor_for(ctx: Context, user: User) -> Actor:
    """The same for a user already read."""
    return _actor(user.id, user.name, user.employee_id, queries.grants(ctx, user.id))


def _actor(user_id: UUID, name: str, employee_id: UUID | None, rows: queries.Held) -> Actor:
    grants = tuple(
        Grant(
            role=row.role.value,
            unit_id=row.unit_id,
            path=row.path,
            permissions=ROLE_PERMISSIONS[row.role],
            deputy_for=None if row.holder == user_id else row.holder,
            unit_name=row.unit_name,
            holder_name="" if row.holder == user_id else row.holder_name,
        )
        for row in rows
        if row.holder == user_id or (row.holder and row.role not in NOT_DEPUTISED)
    )
    return Actor(name=name, user_id=user_id, employee_id=employee_id, grants=grants)


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
    rows = queries.user_of_session(ctx, secrets.token_hash(token))
    if not rows:
        raise SignInRequired()
    user, session_id, *_held = rows[0]
    ctx.memo["user"] = user
    ctx.memo["session"] = session_id
    return _actor(user.id, user.name, user.employee_id, rows)


def actor_of_token(ctx: Context, secret: str) -> Actor:
    """Whose API token this secret is; `ctx.memo` then has the `user` and the `token`.

    Raises SignInRequired when it is unknown, revoked, too old, of another municipality, or of
    somebody who has left.
    """
    rows = queries.user_of_token(ctx, secrets.token_hash(secret))
    if not rows:
        raise SignInRequired()
    user, token, *_held = rows[0]
    ctx.memo["user"] = user
    ctx.memo["token"] = token
    return _actor(user.id, user.name, user.employee_id, rows)
