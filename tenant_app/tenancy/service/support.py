"""Vendor staff looking inside a tenant: with a reason, for a time, read-only, in the trail."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core import secrets
from tenant_app.core.access import Actor, Grant, Permission, VendorPermission
from tenant_app.core.context import Context, VendorContext
from tenant_app.core.errors import N_, Conflict, NotFound, SignInRequired
from tenant_app.core.paging import Page, scalars_page
from tenant_app.core.uow import Database
from tenant_app.tenancy import queries, rules
from tenant_app.tenancy.models import SupportSession
from tenant_app.tenancy.service.vendor import found, inside, note


def open_support(
    ctx: VendorContext, tenant_id: int, *, database: Database, reason: str, minutes: int
) -> str:
    """The staff member may look inside until the time is up. Returns the token, shown to nobody.

    Raises NotFound, Invalid naming reason or minutes, Conflict when the tenant is not open.
    """
    tenant = found(ctx, tenant_id)
    ctx.require(VendorPermission.SUPPORT_OPEN)
    why = rules.check_reason(reason)
    lasts = timedelta(minutes=rules.check_minutes(minutes))
    if tenant.state not in rules.OPEN or ctx.actor.vendor_user_id is None:
        raise Conflict(N_("Support can look only inside a municipality that is open."))

    token, token_hash = secrets.new_token()
    note(ctx, "support.opened", tenant.slug, why)
    with inside(ctx, database, tenant) as own:
        row = SupportSession(
            vendor_user_id=ctx.actor.vendor_user_id,
            staff_name=ctx.actor.name,
            reason=why,
            token_hash=token_hash,
            opened_at=own.now,
            expires_at=own.now + lasts,
        )
        own.session.add(row)
        own.session.flush()  # the trail names the session's id
        audit.record(own, "support.opened", row.id, new={"minutes": minutes}, note=why)
    return token


def actor_of_support(ctx: Context, token: str, *, permissions: frozenset[Permission]) -> Actor:
    """A reader of the whole municipality. Raises SignInRequired when the time is up or closed.

    The permissions come from the door: the role table lies in a room above this one.
    """
    row = queries.support_by_hash(ctx, secrets.token_hash(token))
    root = queries.root(ctx)
    if row is None or root is None:
        raise SignInRequired()
    unit_id, path = root
    grant = Grant(role="auditor", unit_id=unit_id, path=path, permissions=permissions)
    return Actor(name=f"support: {row.staff_name}", grants=(grant,), support_id=row.id)


def note_support_visit(ctx: Context, page: str) -> None:
    """The trail shows which page vendor staff opened. Does nothing for the tenant's own users."""
    if ctx.actor.support_id is not None:
        audit.record(ctx, "support.looked", ctx.actor.support_id, note=page[:300])


def end_support(ctx: Context, token: str) -> None:
    """The staff member has left; the token is worth nothing. Twice is once."""
    row = queries.support_by_hash(ctx, secrets.token_hash(token))
    if row is not None:
        row.closed_at = ctx.now
        audit.record(ctx, "support.closed", row.id)


def close_support(ctx: Context, support_id: UUID) -> SupportSession:
    """The municipality ends a support session before its time. Raises NotFound, Conflict."""
    row = queries.support_for_change(ctx, support_id)
    if row is None:
        raise NotFound()
    ctx.require(Permission.TENANT_CONFIGURE)
    if row.closed_at is not None or row.expires_at <= ctx.now:
        raise Conflict(N_("This support session has ended already."))
    row.closed_at = ctx.now
    audit.record(ctx, "support.closed", row.id)
    return row


def support_sessions(ctx: Context, *, page: int = 1, page_size: int = 50) -> Page[SupportSession]:
    """Who looked inside, newest first. For those who oversee the whole municipality."""
    audit.require_overseer(ctx)
    return scalars_page(ctx, queries.support_sessions(), page=page, page_size=page_size)
