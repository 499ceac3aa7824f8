"""What several stories of this room ask first."""

from __future__ import annotations

from uuid import UUID

from tenant_app.accounts import queries
from tenant_app.accounts.models import User
from tenant_app.accounts.rules import SignInRefused
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, NotFound
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import TenantState


def check_open(ctx: Context) -> None:
    """A suspended or archived municipality lets nobody in. Raises SignInRefused."""
    if tenancy.tenant(ctx).state not in (TenantState.TRIAL, TenantState.ACTIVE):
        raise SignInRefused()


def require_manager(ctx: Context) -> str:
    """Logins belong to the whole municipality: the actor manages users at its top.

    Returns the top's path. Asked before anything is looked up, so that others learn nothing.
    """
    ctx.require(Permission.USERS_MANAGE)
    path = organisation.root_path(ctx)
    ctx.require(Permission.USERS_MANAGE, at=path)
    return path


def find_user(ctx: Context, user_id: UUID, *, lock: bool = False) -> User:
    """A login of the municipality, open or closed. Raises NotFound."""
    user = queries.any_user(ctx, user_id, lock=lock)
    if user is None:
        raise NotFound()
    return user


def own_id(ctx: Context) -> UUID:
    """The acting user's id. Raises Forbidden for whoever is not a user, such as vendor staff."""
    if ctx.actor.user_id is None:
        raise Forbidden(N_("Only a user with a login of their own can do this."))
    return ctx.actor.user_id
