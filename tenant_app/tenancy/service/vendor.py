"""What vendor staff do to a municipality. Noted in the vendor's trail and in the tenant's own.

Each verb has two transactions, since the vendor's role reaches no row inside a fence. The tenant's
trail commits first and the change after it: a crash in between leaves a note of what was not
done, never a deed without a note.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tenant_app.audit import service as audit
from tenant_app.core.access import VendorActor, VendorPermission, system
from tenant_app.core.context import Context, VendorContext
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.uow import Database
from tenant_app.tenancy import queries, rules
from tenant_app.tenancy.models import Tenant, TenantState, VendorAuditEntry
from tenant_app.tenancy.service.jobs import retry_dead_jobs

COMMAND_LINE = VendorActor(
    name="command line", vendor_user_id=None, permissions=frozenset(VendorPermission)
)
"""Whoever can start the program can also read its keys."""


@dataclass(frozen=True)
class TenantOverview:
    """A municipality as the vendor sees it: counts and states, no persons."""

    tenant: Tenant
    units: int | None
    employees: int | None
    users: int | None
    enrolments: int | None
    budget_alarms: int | None
    """Figures of money that do not agree with the ledger: how many, and nothing more."""
    measured_at: datetime | None
    undone: int
    oldest_due: datetime | None
    dead: int


@dataclass(frozen=True)
class DeadJob:
    """A job that failed until it was given up."""

    job: str
    count: int
    latest: datetime


def found(ctx: VendorContext, tenant_id: int, *, lock: bool = False) -> Tenant:
    """The municipality, locked against other members of staff or not. Raises NotFound."""
    look = queries.tenant_for_change if lock else queries.tenant_by_id
    tenant = look(ctx, tenant_id)
    if tenant is None:
        raise NotFound()
    return tenant


def note(ctx: VendorContext, action: str, slug: str | None, text: str = "") -> None:
    """Write the vendor's own trail."""
    ctx.session.execute(
        insert(VendorAuditEntry).values(
            at=ctx.now, staff_name=ctx.actor.name, action=action, tenant_slug=slug, note=text
        )
    )


@contextmanager
def inside(ctx: VendorContext, database: Database, tenant: Tenant) -> Iterator[Context]:
    """A unit of work in the tenant, in the name of the staff member."""
    with database.unit_of_work(tenant.id, system(f"vendor: {ctx.actor.name}"), now=ctx.now) as own:
        yield own


def overview(ctx: VendorContext) -> list[TenantOverview]:
    """Every municipality with its figures and the health of its jobs."""
    ctx.require(VendorPermission.TENANT_VIEW)
    figures, health = queries.figures(ctx), queries.job_health(ctx)
    return [
        TenantOverview(
            tenant=tenant,
            **{
                name: getattr(figures.get(tenant.id), name, None)
                for name in (*queries.COUNTED, "budget_alarms", "measured_at")
            },
            undone=int(getattr(health.get(tenant.id), "undone", 0)),
            oldest_due=getattr(health.get(tenant.id), "oldest_due", None),
            dead=int(getattr(health.get(tenant.id), "dead", 0)),
        )
        for tenant in queries.tenants(ctx)
    ]


def tenant_of(ctx: VendorContext, tenant_id: int) -> Tenant:
    """One municipality. Raises NotFound."""
    tenant = found(ctx, tenant_id)
    ctx.require(VendorPermission.TENANT_VIEW)
    return tenant


def dead_jobs(ctx: VendorContext) -> dict[int, list[DeadJob]]:
    """What was given up in each municipality that has any; why is in its own panel."""
    ctx.require(VendorPermission.TENANT_VIEW)
    found: dict[int, list[DeadJob]] = {}
    for tenant_id, job, count, latest in queries.dead_names(ctx):
        found.setdefault(tenant_id, []).append(DeadJob(job=job, count=count, latest=latest))
    return found


def trail(ctx: VendorContext, *, limit: int = 500) -> Sequence[VendorAuditEntry]:
    """What vendor staff did, newest first."""
    ctx.require(VendorPermission.TENANT_VIEW)
    return ctx.session.scalars(
        select(VendorAuditEntry)
        .order_by(VendorAuditEntry.at.desc(), VendorAuditEntry.id.desc())
        .limit(limit)
    ).all()


def activate(ctx: VendorContext, tenant_id: int, *, database: Database, reason: str) -> Tenant:
    """The trial is over and the municipality works for real."""
    return _change_state(ctx, tenant_id, TenantState.ACTIVE, "tenant.activated", database, reason)


def suspend(ctx: VendorContext, tenant_id: int, *, database: Database, reason: str) -> Tenant:
    """Nobody signs in and no job runs; nothing is lost."""
    return _change_state(
        ctx, tenant_id, TenantState.SUSPENDED, "tenant.suspended", database, reason
    )


def reactivate(ctx: VendorContext, tenant_id: int, *, database: Database, reason: str) -> Tenant:
    """A suspended municipality works again."""
    tenant = found(ctx, tenant_id, lock=True)
    if tenant.state is not TenantState.SUSPENDED:
        raise Conflict(N_("Only a suspended municipality can be reactivated."))
    return _change_state(ctx, tenant_id, TenantState.ACTIVE, "tenant.reactivated", database, reason)


def archive(ctx: VendorContext, tenant_id: int, *, database: Database, reason: str) -> Tenant:
    """The municipality has left for good; its data are kept and nobody signs in again."""
    return _change_state(ctx, tenant_id, TenantState.ARCHIVED, "tenant.archived", database, reason)


def _change_state(
    ctx: VendorContext,
    tenant_id: int,
    to: TenantState,
    action: str,
    database: Database,
    reason: str,
) -> Tenant:
    tenant = found(ctx, tenant_id, lock=True)
    ctx.require(VendorPermission.TENANT_CHANGE_STATE)
    why = rules.check_reason(reason)
    rules.check_move(tenant.state, to)

    old, tenant.state = tenant.state, to
    note(ctx, action, tenant.slug, why)
    ctx.session.flush()  # before the tenant's trail says that it happened
    with inside(ctx, database, tenant) as own:
        audit.record(own, action, old={"state": old.value}, new={"state": to.value}, note=why)
    return tenant


def rename_tenant(
    ctx: VendorContext, tenant_id: int, *, database: Database, name: str, slug: str
) -> Tenant:
    """The municipality has this name and this short name in addresses. Raises Invalid, Conflict."""
    tenant = found(ctx, tenant_id, lock=True)
    ctx.require(VendorPermission.TENANT_CHANGE_STATE)
    old = {"name": tenant.name, "slug": tenant.slug}
    new = {"name": rules.check_name(name), "slug": rules.check_slug(slug)}
    if new == old:
        return tenant
    taken = Conflict(
        N_("The short name “%(slug)s” is taken. Choose another."), field="slug", slug=slug
    )
    other = queries.by_slug(ctx.session, slug)
    if other is not None and other.id != tenant_id:
        raise taken
    # The trail first: a new short name locks the row against the trail's foreign key.
    with inside(ctx, database, tenant) as own:
        audit.record(own, "tenant.renamed", old=old, new=new)
    tenant.name, tenant.slug = new["name"], new["slug"]
    note(ctx, "tenant.renamed", new["slug"], f"{old['slug']} → {new['slug']}")
    try:
        ctx.session.flush()  # the unique short name is the judge of a race
    except IntegrityError:
        raise taken from None
    return tenant


def tenant_to_configure(ctx: VendorContext, tenant_id: int) -> Tenant:
    """The municipality, held while it is set up. Raises NotFound, Forbidden, Conflict."""
    tenant = found(ctx, tenant_id, lock=True)
    ctx.require(VendorPermission.TENANT_CONFIGURE)
    if tenant.state is TenantState.ARCHIVED:
        raise Conflict(N_("The municipality is archived: nothing in it is set up any more."))
    return tenant


def retry_jobs(ctx: VendorContext, tenant_id: int, *, database: Database) -> int:
    """The municipality's dead jobs run again. Returns how many."""
    tenant = found(ctx, tenant_id)
    ctx.require(VendorPermission.JOBS_RETRY)
    with inside(ctx, database, tenant) as own:
        count = retry_dead_jobs(own)
    note(ctx, "jobs.retried", tenant.slug, str(count))
    return count
