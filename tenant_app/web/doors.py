"""Who knocks, and which unit of work opens for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from flask import g, request, session
from sqlalchemy import BigInteger, bindparam, select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role
from tenant_app.accounts.rules import ROLE_PERMISSIONS
from tenant_app.core.access import Actor
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, SignInRequired
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import Tenant, TenantState
from tenant_app.web import working_as
from tenant_app.web.current import house, settings

Opener = Callable[[], AbstractContextManager[object]]
SEND_A_TOKEN = N_("Send a token: Authorization: Bearer rt_…")
TOKEN_DEAD = N_("The token does not work. Make a new one under My profile.")
_TENANT = select(Tenant).where(Tenant.id == bindparam("id", type_=BigInteger()))
"""Asked by every request, so built once and not at each asking."""
OPEN_STATES = (TenantState.TRIAL, TenantState.ACTIVE)


@dataclass(frozen=True)
class Reader:
    """Who reads, and in which municipality: what the top of an error page says without asking the
    database, whose transaction is over by then."""

    municipality: str
    actor: Actor


def host_slug() -> str | None:
    """The municipality that the host names, or None on a bare host."""
    base = settings().base_host
    host = request.host.partition(":")[0].lower()
    if base and host.endswith("." + base):
        return host.removesuffix("." + base)
    return None


def _check_tenant(ctx: Context) -> None:
    """A suspended tenant signs in nowhere, and a session holds on its own host only."""
    tenant = ctx.session.scalar(_TENANT, {"id": ctx.tenant_id})
    if tenant is None or tenant.state not in OPEN_STATES:
        raise SignInRequired()
    slug = host_slug()
    if (slug is not None and slug != tenant.slug) or (slug is None and settings().base_host):
        raise SignInRequired()
    ctx.memo["tenant"] = tenant


@contextmanager
def _open(
    tenant_id: int, find: Callable[[Context], Actor], *, refusal: str | None = None
) -> Iterator[Context]:
    def actor(ctx: Context) -> Actor:
        try:
            _check_tenant(ctx)
            return find(ctx)
        except SignInRequired:
            if refusal is None:
                raise
            raise SignInRequired(refusal) from None

    with house().unit_of_work(tenant_id, actor) as ctx:
        g.ctx = ctx
        g.reader = Reader(ctx.memo["tenant"].name, ctx.actor)
        try:
            yield ctx
        finally:
            g.ctx = None


@contextmanager
def panel() -> Iterator[Context]:
    """A signed-in browser, or vendor staff in a support session."""
    tenant_id = session.get("tenant")
    token, support = session.get("token"), session.get("support_token")
    if tenant_id is None or not (token or support):
        raise SignInRequired()

    def find(ctx: Context) -> Actor:
        if support:
            return tenancy.actor_of_support(
                ctx, support, permissions=ROLE_PERMISSIONS[Role.AUDITOR]
            )
        return working_as.narrowed(ctx, accounts.actor_of_session(ctx, str(token)))

    with _open(int(tenant_id), find) as ctx:
        if support:
            tenancy.note_support_visit(ctx, request.full_path.rstrip("?"))
        yield ctx


@contextmanager
def api() -> Iterator[Context]:
    """A bearer token `rt_<tenant>_<secret>`. Cookies are not looked at, so there is no CSRF."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    parts = value.strip().split("_", 2)
    if scheme.lower() != "bearer" or len(parts) != 3 or parts[0] != "rt":
        raise SignInRequired(SEND_A_TOKEN)
    if not (parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 18):
        raise SignInRequired(SEND_A_TOKEN)

    def find(ctx: Context) -> Actor:
        return accounts.actor_of_token(ctx, parts[2])

    with _open(int(parts[1]), find, refusal=TOKEN_DEAD) as ctx:
        yield ctx
