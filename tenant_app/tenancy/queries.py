"""SELECTs of municipalities and of the vendor's house. Used by this room only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Row,
    Select,
    Uuid,
    any_,
    case,
    cast,
    column,
    delete,
    func,
    literal,
    select,
    table,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tenant_app.core.context import Context, VendorContext
from tenant_app.core.db import danish, uuid7
from tenant_app.core.idempotency import IdempotencyKey
from tenant_app.core.outbox import JobProgress, Outbox
from tenant_app.tenancy.models import (
    SupportSession,
    Tenant,
    TenantFigures,
    TenantSettings,
    VendorSession,
    VendorUser,
)
from tenant_app.tenancy.rules import OPEN, JobStanding

COUNTED = ("units", "employees", "users", "enrolments")
"""Tables of rooms above, counted by name: the vendor gets numbers and this room no imports."""


def settings(ctx: Context) -> TenantSettings | None:
    return ctx.session.scalar(select(TenantSettings))


def settings_for_change(ctx: Context) -> TenantSettings | None:
    return ctx.session.scalar(select(TenantSettings).with_for_update(of=TenantSettings))


def tenant(ctx: Context) -> Tenant | None:
    return ctx.session.scalar(select(Tenant).where(Tenant.id == ctx.tenant_id))


def by_slug(session: Session, slug: str) -> Tenant | None:
    return session.scalar(select(Tenant).where(Tenant.slug == slug))


def taken(session: Session, *, slug: str, code: str) -> Tenant | None:
    """The tenant that has the slug or the code already."""
    return session.scalar(
        select(Tenant).where((Tenant.slug == slug) | (Tenant.code == code)).limit(1)
    )


def open_tenants(session: Session) -> Sequence[Tenant]:
    return session.scalars(
        select(Tenant).where(Tenant.state.in_(OPEN)).order_by(danish(Tenant.name), Tenant.id)
    ).all()


def counts(ctx: Context) -> dict[str, int]:
    """How many rows the tenant has in each counted table."""
    parts = []
    for name in COUNTED:
        rows = table(name, column("tenant_id"))
        own = select(func.count()).select_from(rows).where(rows.c.tenant_id == ctx.tenant_id)
        parts.append(own.scalar_subquery().label(name))
    found = ctx.session.execute(select(*parts)).mappings().one()
    return {name: int(found[name]) for name in COUNTED}


def root(ctx: Context) -> tuple[UUID, str] | None:
    """The municipality's own unit and its path: where a support session may look."""
    rows = table(
        "unit_placements",
        *(column(name) for name in ("tenant_id", "unit_id", "parent_id", "path", "from_date")),
    )
    found = ctx.session.execute(
        select(rows.c.unit_id, rows.c.path)
        .where(rows.c.tenant_id == ctx.tenant_id, rows.c.parent_id.is_(None))
        .order_by(rows.c.from_date.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else (UUID(str(found.unit_id)), found.path)


def support_by_hash(ctx: Context, token_hash: str) -> SupportSession | None:
    return ctx.session.scalar(
        select(SupportSession).where(
            SupportSession.token_hash == token_hash,
            SupportSession.closed_at.is_(None),
            SupportSession.expires_at > ctx.now,
        )
    )


def support_for_change(ctx: Context, support_id: UUID) -> SupportSession | None:
    return ctx.session.scalar(
        select(SupportSession)
        .where(SupportSession.id == support_id)
        .with_for_update(of=SupportSession)
    )


def support_sessions() -> Select[Any]:
    return select(SupportSession).order_by(
        SupportSession.opened_at.desc(), SupportSession.id.desc()
    )


def jobs(state: JobStanding | None) -> Select[Any]:
    """Newest first."""
    statement = select(Outbox).order_by(Outbox.created_at.desc(), Outbox.id.desc())
    if state is JobStanding.CANCELLED:
        return statement.where(Outbox.cancelled_at.is_not(None))
    if state is JobStanding.DONE:
        return statement.where(Outbox.done_at.is_not(None), Outbox.cancelled_at.is_(None))
    if state is not None:
        is_dead = Outbox.dead_at.is_not(None)
        wanted = is_dead if state is JobStanding.DEAD else ~is_dead
        return statement.where(Outbox.done_at.is_(None), wanted)
    return statement


def job_for_change(ctx: Context, job_id: UUID) -> Outbox | None:
    return ctx.session.scalar(
        select(Outbox).where(Outbox.id == job_id).with_for_update(of=Outbox),
        execution_options={"populate_existing": True},
    )


def dead_jobs(ctx: Context, ids: Sequence[UUID] | None) -> Sequence[Outbox]:
    """Dead letters, newest first, locked."""
    statement = select(Outbox).where(Outbox.dead_at.is_not(None), Outbox.done_at.is_(None))
    if ids is not None:
        statement = statement.where(Outbox.id.in_(ids))
    return ctx.session.scalars(
        statement.order_by(Outbox.created_at.desc()).with_for_update(of=Outbox, skip_locked=True)
    ).all()


def job(ctx: Context, job_id: UUID) -> Outbox | None:
    """As it stands now, also where it was read before."""
    return ctx.session.scalar(
        select(Outbox).where(Outbox.id == job_id),
        execution_options={"populate_existing": True},
    )


def is_free(ctx: Context, job_id: UUID) -> bool:
    """Whether no worker has the job in hand; it is then locked, so that none takes it."""
    return (
        ctx.session.scalar(
            select(Outbox.id)
            .where(Outbox.id == job_id)
            .with_for_update(of=Outbox, skip_locked=True)
        )
        is not None
    )


def ask_to_stop(ctx: Context, job_id: UUID) -> None:
    """The worker finds the wish at the job's next step."""
    asked = {"cancel_asked_at": ctx.now, "cancel_asked_by": ctx.actor.user_id}
    first = {"done": 0, "total": 1, "note": "", "updated_at": ctx.now}
    ctx.session.execute(
        insert(JobProgress)
        .values(id=uuid7(), outbox_id=job_id, **first, **asked)
        .on_conflict_do_update(index_elements=["tenant_id", "outbox_id"], set_=asked)
    )


def join(ctx: Context, job_id: UUID, user_id: UUID) -> None:
    """The user stands among those who asked for the job; twice is once."""
    first = {"done": 0, "total": 1, "note": "", "updated_at": ctx.now}
    others = func.array_remove(JobProgress.asked_also, user_id)
    ctx.session.execute(
        insert(JobProgress)
        .values(id=uuid7(), outbox_id=job_id, asked_also=[user_id], **first)
        .on_conflict_do_update(
            index_elements=["tenant_id", "outbox_id"],
            set_={"asked_also": func.array_append(others, user_id)},
        )
    )


def asked_also(ctx: Context, job_id: UUID) -> set[UUID]:
    """Who asked for the job after the first."""
    found = ctx.session.scalar(
        select(JobProgress.asked_also).where(JobProgress.outbox_id == job_id)
    )
    return set(found or ())


def is_stopping(ctx: Context, job_id: UUID) -> bool:
    """Whether somebody wished that the job stops."""
    asked = select(JobProgress.cancel_asked_at).where(JobProgress.outbox_id == job_id)
    return ctx.session.scalar(asked) is not None


def tell_finished(
    ctx: Context, user_id: UUID, names: Collection[str], *, since: datetime
) -> Sequence[Outbox]:
    """Jobs of these names that the user asked for, first or after others, and that are over or
    given up: each returned once for ever."""
    news = (
        Outbox.job.in_(names),
        Outbox.done_at.is_not(None) | Outbox.dead_at.is_not(None),
        Outbox.created_at >= since,
    )
    own = (
        update(Outbox)
        .where(Outbox.requested_by == user_id, Outbox.told_at.is_(None), *news)
        .values(told_at=ctx.now)
        .returning(Outbox.id)
        .cte("own")
    )
    joined = (
        update(JobProgress)
        .where(
            JobProgress.asked_also != cast([], ARRAY(Uuid())),  # so that its index is used
            literal(user_id, Uuid()) == any_(JobProgress.asked_also),
            JobProgress.outbox_id.in_(select(Outbox.id).where(*news)),
        )
        .values(asked_also=func.array_remove(JobProgress.asked_also, user_id))
        .returning(JobProgress.outbox_id)
        .cte("joined")
    )
    told = union(select(own.c.id), select(joined.c.outbox_id))
    return ctx.session.scalars(
        select(Outbox).where(Outbox.id.in_(told)).order_by(Outbox.created_at, Outbox.id),
        execution_options={"populate_existing": True},
    ).all()


def old_jobs(ctx: Context, *, before: datetime, limit: int) -> Sequence[UUID]:
    """Over since before the moment, oldest first."""
    return ctx.session.scalars(
        select(Outbox.id)
        # A job is over after it was asked for: so the index of `created_at` tells where to look.
        .where(Outbox.created_at < before, Outbox.done_at < before)
        .order_by(Outbox.created_at, Outbox.id)
        .limit(limit)
    ).all()


def delete_jobs(ctx: Context, ids: Sequence[UUID]) -> None:
    """The jobs are gone, and what they told of their progress."""
    if ids:
        ctx.session.execute(
            delete(JobProgress).where(JobProgress.outbox_id.in_(ids)),
            execution_options={"synchronize_session": False},
        )
        ctx.session.execute(
            delete(Outbox).where(Outbox.id.in_(ids)),
            execution_options={"synchronize_session": False},
        )


def delete_answers(ctx: Context, *, before: datetime, limit: int) -> int:
    """How many of the oldest answers from before the moment are gone now."""
    oldest = (
        select(IdempotencyKey.id)
        .where(IdempotencyKey.created_at < before)
        .order_by(IdempotencyKey.created_at)
        .limit(limit)
    )
    gone = ctx.session.execute(
        delete(IdempotencyKey).where(IdempotencyKey.id.in_(oldest)).returning(IdempotencyKey.id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())


def waiting_keys(ctx: Context) -> set[tuple[str, str]]:
    """(job, key) of jobs that wait and may wait only once."""
    return {
        (job, key)
        for job, key in ctx.session.execute(
            select(Outbox.job, Outbox.unique_key).where(
                Outbox.done_at.is_(None),
                Outbox.dead_at.is_(None),
                Outbox.unique_key.is_not(None),
            )
        )
    }


# As the vendor: no fence, and only the columns granted to the vendor's role.


def tenant_for_change(ctx: VendorContext, tenant_id: int) -> Tenant | None:
    # The weaker lock: the tenant's trail, written meanwhile, has a foreign key to this row.
    return ctx.session.scalar(
        select(Tenant).where(Tenant.id == tenant_id).with_for_update(of=Tenant, key_share=True)
    )


def tenant_by_id(ctx: VendorContext, tenant_id: int) -> Tenant | None:
    return ctx.session.scalar(select(Tenant).where(Tenant.id == tenant_id))


def tenants(ctx: VendorContext) -> Sequence[Tenant]:
    return ctx.session.scalars(select(Tenant).order_by(danish(Tenant.name), Tenant.id)).all()


def figures(ctx: VendorContext) -> dict[int, Row[tuple[int, int, int, int, int, object]]]:
    rows = ctx.session.execute(
        select(
            TenantFigures.tenant_id,
            TenantFigures.units,
            TenantFigures.employees,
            TenantFigures.users,
            TenantFigures.enrolments,
            TenantFigures.measured_at,
        )
    )
    return {row.tenant_id: row for row in rows}  # type: ignore[misc]  # rows are plain tuples


def job_health(ctx: VendorContext) -> dict[int, Row[tuple[int, int, object, int]]]:
    """Per tenant: undone, the oldest of them that is due, and dead."""
    dead = Outbox.dead_at.is_not(None)
    due = Outbox.dead_at.is_(None) & (Outbox.due_at <= ctx.now)
    rows = ctx.session.execute(
        select(
            Outbox.tenant_id,
            func.sum(case((dead, 0), else_=1)).label("undone"),
            func.min(case((due, Outbox.due_at))).label("oldest_due"),
            func.sum(case((dead, 1), else_=0)).label("dead"),
        )
        .where(Outbox.done_at.is_(None))
        .group_by(Outbox.tenant_id)
    )
    return {row.tenant_id: row for row in rows}  # type: ignore[misc]  # rows are plain tuples


def dead_names(ctx: VendorContext, tenant_id: int) -> list[tuple[str, int, datetime]]:
    """What died in one tenant: job, how many, and the latest time."""
    rows = ctx.session.execute(
        select(Outbox.job, func.count(Outbox.id), func.max(Outbox.dead_at))
        .where(Outbox.tenant_id == tenant_id, Outbox.dead_at.is_not(None), Outbox.done_at.is_(None))
        .group_by(Outbox.job)
        .order_by(Outbox.job)
    )
    return [(job, count, latest) for job, count, latest in rows if latest is not None]


def staff_by_email(ctx: VendorContext, email: str) -> VendorUser | None:
    return ctx.session.scalar(select(VendorUser).where(VendorUser.email == email))


def staff_for_change(ctx: VendorContext, staff_id: UUID) -> VendorUser | None:
    return ctx.session.scalar(
        select(VendorUser).where(VendorUser.id == staff_id).with_for_update(of=VendorUser)
    )


def active_admins(ctx: VendorContext) -> Sequence[VendorUser]:
    """Locked, so that two cannot close the last but one each."""
    return ctx.session.scalars(
        select(VendorUser)
        .where(VendorUser.is_active, VendorUser.role == "vendor_admin")
        .order_by(VendorUser.id)
        .with_for_update(of=VendorUser)
    ).all()


def session_by_hash(ctx: VendorContext, token_hash: str) -> tuple[VendorSession, VendorUser] | None:
    found = ctx.session.execute(
        select(VendorSession, VendorUser)
        .join(VendorUser, VendorUser.id == VendorSession.vendor_user_id)
        .where(
            VendorSession.token_hash == token_hash,
            VendorSession.revoked_at.is_(None),
            VendorSession.expires_at > ctx.now,
            VendorUser.is_active,
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])
