"""The bare row of a municipality, and how it is found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tenant_app.audit import service as audit
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict
from tenant_app.tenancy import profiles, queries, rules
from tenant_app.tenancy.models import Tenant, TenantSettings, TenantState


def find_by_slug(session: Session, slug: str) -> Tenant | None:
    """The municipality with this short name, in whatever state."""
    return queries.by_slug(session, slug)


def find(session: Session, tenant_id: int) -> Tenant | None:
    """The municipality with this number, in whatever state."""
    return queries.by_id(session, tenant_id)


def open_tenants(session: Session) -> Sequence[Tenant]:
    """Municipalities whose users can sign in, by name."""
    return queries.open_tenants(session)


def found_tenant(
    ctx: Context, *, slug: str, code: str, name: str, profile: profiles.Profile
) -> Tenant:
    """The municipality stands in this fence, with the settings of its profile, on trial.

    Raises Invalid naming slug, code or name, and Conflict when one of the first two is taken.
    """
    rules.check_slug(slug)
    rules.check_code(code, profiles.municipalities())
    row = {
        "id": ctx.tenant_id,
        "slug": slug,
        "code": code,
        "name": rules.check_name(name),
        "profile": profile.name,
        "state": TenantState.TRIAL,
        "created_at": ctx.now,
    }
    # Two at once: the second gets no row back instead of a crash.
    made: Tenant | None = ctx.session.scalar(
        insert(Tenant).values(**row).on_conflict_do_nothing().returning(Tenant)
    )
    if made is None:
        raise _taken(ctx, slug=slug, code=code)
    ctx.session.add(
        TenantSettings(
            approval_rules=profile.approval_rules,
            cover_rules=profile.cover_rules,
            limits=profile.limits,
            locale="da",
            changed_at=ctx.now,
        )
    )
    ctx.session.flush()  # every later row of the founding points at this one
    audit.record(ctx, "tenant.founded", new={"slug": slug, "code": code, "profile": profile.name})
    return made


def _taken(ctx: Context, *, slug: str, code: str) -> Conflict:
    other = queries.taken(ctx.session, slug=slug, code=code)
    if other is not None and other.slug != slug:
        return Conflict(
            N_("The code %(code)s belongs to %(name)s already."),
            field="code",
            code=code,
            name=other.name,
        )
    return Conflict(
        N_("The short name “%(slug)s” is taken. Choose another."), field="slug", slug=slug
    )
