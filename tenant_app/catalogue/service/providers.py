"""Verbs of those who hold courses."""

from __future__ import annotations

from uuid import UUID

from psycopg.errors import UniqueViolation

from tenant_app.audit import service as audit
from tenant_app.catalogue import queries, rules
from tenant_app.catalogue.models import Provider, ProviderKind
from tenant_app.catalogue.service.refusing import refusing
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.paging import Page, scalars_page
from tenant_app.organisation import service as organisation


def providers(ctx: Context, *, q: str = "", page: int = 1, page_size: int = 50) -> Page[Provider]:
    """Providers by name."""
    ctx.require(Permission.CATALOGUE_VIEW)
    return scalars_page(ctx, queries.providers(q=rules.search(q)), page=page, page_size=page_size)


def create_provider(ctx: Context, *, name: str, kind: ProviderKind) -> Provider:
    """A new provider. Raises Conflict when the name is taken."""
    ctx.require(Permission.CATALOGUE_MANAGE, at=organisation.root_path(ctx))
    provider = Provider(name=rules.clean_text(name, field="name"), kind=kind)
    with refusing(ctx, UniqueViolation, _exists(provider.name)):
        ctx.session.add(provider)
    audit.record(ctx, "provider.created", provider.id, new={"name": provider.name, "kind": kind})
    return provider


def change_provider(
    ctx: Context, provider_id: UUID, *, name: str | None = None, kind: ProviderKind | None = None
) -> Provider:
    """The provider has this name and kind; what is left out stays. Raises Conflict on a double."""
    provider = queries.provider_to_change(ctx, provider_id)
    if provider is None:
        raise NotFound()
    ctx.require(Permission.CATALOGUE_MANAGE, at=organisation.root_path(ctx))
    old = {"name": provider.name, "kind": provider.kind}
    new_name = provider.name if name is None else rules.clean_text(name, field="name")
    with refusing(ctx, UniqueViolation, _exists(new_name)):
        provider.name, provider.kind = new_name, kind or provider.kind
    new = {"name": provider.name, "kind": provider.kind}
    audit.record(ctx, "provider.changed", provider.id, old=old, new=new)
    return provider


def _exists(name: str) -> Conflict:
    return Conflict(
        N_("There is already a provider “%(name)s”. Choose another name."),
        field="name",
        name=name,
    )
