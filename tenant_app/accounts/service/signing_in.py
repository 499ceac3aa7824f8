"""Signing in and out. The answer is the same, and as slow, for every reason to refuse."""

from __future__ import annotations

from datetime import timedelta

from tenant_app.accounts import queries
from tenant_app.accounts.models import User, UserSession
from tenant_app.accounts.rules import SESSION_HOURS, SignInRefused, plain_email
from tenant_app.accounts.service.actors import actor_for
from tenant_app.accounts.service.common import check_open
from tenant_app.audit import service as audit
from tenant_app.core import secrets
from tenant_app.core.context import Context


def sign_in(ctx: Context, *, email: str, password: str) -> str:
    """The token of a new session, for the browser to keep. Raises SignInRefused.

    One lookup and one hash whatever is wrong: unknown, closed, without a password, or mistyped.
    Only who has the password can learn from the clock that the employment has ended.
    """
    user = queries.user_by_email(ctx, plain_email(email))
    right = secrets.verify_password(user.password_hash if user else None, password)
    if user is None or not right or not user.is_active:
        raise SignInRefused()
    check_open(ctx)
    if queries.user(ctx, user.id) is None:  # belongs to an employee who has left
        raise SignInRefused()
    if user.password_hash and secrets.is_outdated(user.password_hash):
        user.password_hash = secrets.hash_password(password)
    return open_session(ctx, user)


def open_session(ctx: Context, user: User) -> str:
    """A new session, and so a new token, at every sign-in. From here on the user acts."""
    token, hashed = secrets.new_token()
    made = UserSession(
        user_id=user.id,
        token_hash=hashed,
        created_at=ctx.now,
        expires_at=ctx.now + timedelta(hours=SESSION_HOURS),
    )
    ctx.session.add(made)
    ctx.memo["user"] = user
    ctx.actor = actor_for(ctx, user)
    audit.record(ctx, "session.opened", user.id)
    return token


def sign_out(ctx: Context, *, token: str) -> None:
    """The session opens nothing any more. Twice is once."""
    user_id = queries.end_session(ctx, secrets.token_hash(token))
    if user_id is not None:
        user = queries.user(ctx, user_id)
        if user is not None:
            ctx.actor = actor_for(ctx, user)
        audit.record(ctx, "session.closed", user_id)
