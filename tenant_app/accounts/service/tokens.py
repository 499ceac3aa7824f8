"""API tokens: shown once, may what their user may."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tenant_app.accounts import queries, rules
from tenant_app.accounts.models import ApiToken
from tenant_app.accounts.service.common import own_id
from tenant_app.audit import service as audit
from tenant_app.core import secrets
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.tenancy import service as tenancy


def make_token(ctx: Context, *, name: str, days: int) -> str:
    """A new token `rt_<tenant>_<secret>`, shown this once, good for 1 to 365 days.

    A token made with a token never outlives it, or a stolen one could renew itself.
    """
    user_id = own_id(ctx)
    name = rules.check_name(name, longest=100)
    rules.check_days(days)
    expires_at = ctx.now + timedelta(days=days)
    parent: ApiToken | None = ctx.memo.get("token")
    if parent is not None and expires_at > parent.expires_at:
        raise Invalid(
            N_("Made with a token, a new one cannot last longer than it does: until %(until)s."),
            field="days",
            until=parent.expires_at.strftime("%d-%m-%Y"),
        )
    secret, hashed = secrets.new_token()
    made = ApiToken(
        user_id=user_id,
        name=name,
        token_hash=hashed,
        created_at=ctx.now,
        expires_at=expires_at,
        revoked_at=None,
    )
    ctx.session.add(made)
    audit.record(ctx, "token.made", user_id, new={"name": name, "expires_at": expires_at})
    return f"rt_{tenancy.tenant(ctx).id}_{secret}"


def own_token(ctx: Context, token_id: UUID) -> ApiToken:
    """One of one's own tokens. Raises NotFound for everybody else's."""
    token = queries.token(ctx, token_id, user_id=own_id(ctx))
    if token is None:
        raise NotFound()
    return token


def revoke_token(ctx: Context, token_id: UUID) -> ApiToken:
    """One's own token opens nothing any more."""
    token = own_token(ctx, token_id)
    if token.revoked_at is not None:
        raise Conflict(N_("The token is already revoked."))
    token.revoked_at = ctx.now
    audit.record(ctx, "token.revoked", token.user_id, old={"name": token.name})
    return token


def tokens(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[ApiToken]:
    """One's own tokens, newest first."""
    return scalars_page(ctx, queries.tokens(own_id(ctx)), page=page, page_size=page_size)
