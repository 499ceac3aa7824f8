"""URLs of logins, roles, deputies and tokens."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint

from tenant_app.accounts import schemas
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import ApiToken, Delegation, Role, RoleAssignment, User
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.tenancy import service as tenancy

blueprint = Blueprint(
    "accounts",
    __name__,
    url_prefix="/api/v1",
    description="Logins, roles at a unit, deputies, and one's own API tokens",
)


def _shown_once() -> None:
    """An answer with a secret is not kept for replays."""
    if request.headers.get("Idempotency-Key") is not None:
        raise Invalid(
            N_("This answer holds a secret and is shown once. Send no Idempotency-Key."),
            field="Idempotency-Key",
        )


def _link(ctx: Context, token: str) -> dict[str, str]:
    return {"path": f"/invitation/{tenancy.tenant(ctx).slug}/{token}"}


@blueprint.get("/me")
@endpoint(blueprint, returns=schemas.MeOut)
def me(ctx: Context) -> dict[str, Any]:
    """Who the token belongs to, and what it may do today."""
    permissions = {p.value for grant in ctx.actor.grants for p in grant.permissions}
    return {
        "user": accounts.me(ctx),
        "municipality": tenancy.tenant(ctx).slug,
        "grants": ctx.actor.grants,
        "permissions": sorted(permissions),
    }


@blueprint.put("/me/locale")
@endpoint(blueprint, takes=schemas.LocaleIn, returns=schemas.UserOut)
def set_locale(ctx: Context, locale: str) -> User:
    """Read Danish or English."""
    return accounts.set_locale(ctx, locale=locale)


@blueprint.get("/users")
@endpoint(blueprint, query=schemas.UserQuery, page_of=schemas.LoginOut)
def users(ctx: Context, search: str, page: int, page_size: int) -> Page[accounts.Login]:
    """The municipality's logins by name. Municipal admins only."""
    return accounts.users(ctx, search=search, page=page, page_size=page_size)


@blueprint.post("/users")
@endpoint(blueprint, takes=schemas.InvitationIn, returns=schemas.InvitationOut, status=201)
def invite(ctx: Context, **invited: Any) -> dict[str, str]:
    """Invite somebody: a new login with its first role."""
    _shown_once()
    return _link(ctx, accounts.invite(ctx, **invited))


@blueprint.post("/users/<uuid:user_id>/invitation")
@endpoint(blueprint, returns=schemas.InvitationOut, status=201)
def reinvite(ctx: Context, user_id: UUID) -> dict[str, str]:
    """A new link; older ones are void."""
    _shown_once()
    return _link(ctx, accounts.reinvite(ctx, user_id))


@blueprint.post("/users/<uuid:user_id>/closing")
@endpoint(blueprint, returns=schemas.UserOut)
def close_user(ctx: Context, user_id: UUID) -> User:
    """Close a login: sessions, tokens and links are void at once."""
    return accounts.close_user(ctx, user_id)


@blueprint.post("/users/<uuid:user_id>/opening")
@endpoint(blueprint, returns=schemas.UserOut)
def open_user(ctx: Context, user_id: UUID) -> User:
    """Open a closed login."""
    return accounts.open_user(ctx, user_id)


@blueprint.get("/roles")
@endpoint(blueprint, query=schemas.RoleQuery, page_of=schemas.RoleOut)
def roles(ctx: Context, user_id: UUID | None, page: int, page_size: int) -> Page[RoleAssignment]:
    """Roles held today or later. Municipal admins only."""
    return accounts.roles(ctx, user_id=user_id, page=page, page_size=page_size)


@blueprint.post("/roles")
@endpoint(blueprint, takes=schemas.RoleIn, returns=schemas.RoleOut, status=201)
def grant_role(
    ctx: Context, user_id: UUID, role: Role, unit_id: UUID, from_date: date | None
) -> RoleAssignment:
    """Give another user a role at a unit and below."""
    return accounts.grant_role(ctx, user_id, role=role, unit_id=unit_id, from_date=from_date)


@blueprint.post("/roles/<uuid:role_id>/ending")
@endpoint(blueprint, takes=schemas.RoleEndIn, returns=schemas.RoleOut)
def end_role(ctx: Context, role_id: UUID, on: date | None) -> RoleAssignment:
    """End another user's role. The last administrator's cannot end."""
    return accounts.end_role(ctx, role_id, on=on)


@blueprint.get("/delegations")
@endpoint(blueprint, page_of=schemas.DelegationOut)
def delegations(ctx: Context, page: int, page_size: int) -> Page[Delegation]:
    """Deputies, newest first: all for a municipal admin, else one's own."""
    return accounts.delegations(ctx, page=page, page_size=page_size)


@blueprint.post("/delegations")
@endpoint(blueprint, takes=schemas.DelegationIn, returns=schemas.DelegationOut, status=201)
def delegate(
    ctx: Context, deputy: str, leader: str | None, from_date: date, to_date: date, reason: str
) -> Delegation:
    """Let a deputy act with a leader's own roles for a period."""
    lender = accounts.user_named(ctx, email=leader, field="leader").id if leader else None
    return accounts.delegate(
        ctx,
        deputy_id=accounts.user_named(ctx, email=deputy).id,
        from_date=from_date,
        to_date=to_date,
        reason=reason,
        leader_id=lender,
    )


@blueprint.post("/delegations/<uuid:delegation_id>/revocation")
@endpoint(blueprint, returns=schemas.DelegationOut)
def revoke_delegation(ctx: Context, delegation_id: UUID) -> Delegation:
    """The deputy acts no more, at once."""
    return accounts.revoke_delegation(ctx, delegation_id)


@blueprint.get("/tokens")
@endpoint(blueprint, page_of=schemas.TokenOut)
def tokens(ctx: Context, page: int, page_size: int) -> Page[ApiToken]:
    """One's own tokens, newest first."""
    return accounts.tokens(ctx, page=page, page_size=page_size)


@blueprint.post("/tokens")
@endpoint(blueprint, takes=schemas.TokenIn, returns=schemas.NewTokenOut, status=201)
def make_token(ctx: Context, name: str, days: int) -> dict[str, str]:
    """A new token, shown this once."""
    _shown_once()
    return {"token": accounts.make_token(ctx, name=name, days=days)}


@blueprint.post("/tokens/<uuid:token_id>/revocation")
@endpoint(blueprint, returns=schemas.TokenOut)
def revoke_token(ctx: Context, token_id: UUID) -> ApiToken:
    """One's own token opens nothing any more."""
    return accounts.revoke_token(ctx, token_id)
