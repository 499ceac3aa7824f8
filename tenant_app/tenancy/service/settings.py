"""How a municipality works: read by every room, changed by its own admin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.tenancy import queries, rules
from tenant_app.tenancy.models import Tenant, TenantSettings


def tenant(ctx: Context) -> Tenant:
    """The municipality whose fence this is. Raises NotFound before it is founded."""
    if "tenant" not in ctx.memo:
        ctx.memo["tenant"] = queries.tenant(ctx)
    found: Tenant | None = ctx.memo["tenant"]
    if found is None:
        raise NotFound()
    return found


def settings(ctx: Context) -> TenantSettings:
    """How the municipality works today. Raises NotFound before it is founded."""
    if "settings" not in ctx.memo:
        ctx.memo["settings"] = queries.settings(ctx)
    found: TenantSettings | None = ctx.memo["settings"]
    if found is None:
        raise NotFound()
    return found


def settings_to_change(ctx: Context) -> TenantSettings:
    """How the municipality works, for those who may change it. Raises Forbidden."""
    ctx.require(Permission.TENANT_CONFIGURE)
    return settings(ctx)


def change_settings(
    ctx: Context,
    *,
    approval_rules: Sequence[Mapping[str, Any]] | None = None,
    cover_rules: Mapping[str, Any] | None = None,
    limits: Mapping[str, Any] | None = None,
    locale: str | None = None,
    accessibility: Mapping[str, str] | None = None,
) -> TenantSettings:
    """From now on the municipality works like this; what is under way keeps its steps and prices.

    Raises Invalid naming the field.
    """
    found = queries.settings_for_change(ctx)
    if found is None:
        raise NotFound()
    ctx.require(Permission.TENANT_CONFIGURE)
    wanted: dict[str, Any] = {}
    if approval_rules is not None:
        wanted["approval_rules"] = rules.check_approval_rules(approval_rules)
    if cover_rules is not None:
        wanted["cover_rules"] = rules.check_cover_rules(cover_rules)
    if limits is not None:
        wanted["limits"] = rules.check_limits(limits)
    if locale is not None:
        wanted["locale"] = rules.check_locale(locale)
    if accessibility is not None:
        wanted |= rules.check_accessibility(accessibility)

    changed = {name: value for name, value in wanted.items() if getattr(found, name) != value}
    if not changed:
        return found
    old = {name: getattr(found, name) for name in changed}
    for name, value in changed.items():
        setattr(found, name, value)
    found.changed_at = ctx.now
    audit.record(ctx, "settings.changed", found.id, old=old, new=changed)
    return found
