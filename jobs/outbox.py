"""SELECTs of the outbox: the vendor's across municipalities, and those inside one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, text

from tenant_app.core.access import VendorActor
from tenant_app.core.context import Context
from tenant_app.core.outbox import JobProgress, Outbox, take_turn
from tenant_app.core.uow import Database
from tenant_app.tenancy.rules import OPEN

CLOCK = VendorActor(name="clock", vendor_user_id=None, permissions=frozenset())

# One index probe per municipality, so that a long queue of one neither costs nor delays the rest.
_UNDONE = text(
    """
    SELECT waiting.tenant_id, waiting.id
    FROM tenants
    CROSS JOIN LATERAL (
        SELECT outbox.tenant_id, outbox.id, outbox.due_at,
               row_number() OVER (ORDER BY outbox.due_at) AS place
        FROM outbox
        WHERE outbox.tenant_id = tenants.id
          AND outbox.done_at IS NULL AND outbox.dead_at IS NULL
          AND outbox.due_at <= :now
          AND (outbox.created_at <= :unheard OR outbox.due_at > outbox.created_at)
        ORDER BY outbox.due_at
        LIMIT :per_tenant
    ) AS waiting
    WHERE tenants.state = ANY(:open)
    ORDER BY waiting.place, waiting.due_at
    LIMIT :at_most
    """
)


def undone(
    database: Database, *, now: datetime, unheard: datetime, per_tenant: int, at_most: int
) -> list[tuple[int, UUID]]:
    """(tenant, row) that is due and either made before `unheard` or put off to a later time, in
    municipalities that are in use.

    Every municipality's oldest first, then every one's second oldest: fair to the small.
    """
    values = {
        "now": now,
        "unheard": unheard,
        "per_tenant": per_tenant,
        "at_most": at_most,
        "open": [state.value for state in OPEN],
    }
    with database.vendor_unit_of_work(CLOCK, now=now) as ctx:
        return [(row.tenant_id, row.id) for row in ctx.session.execute(_UNDONE, values)]


def was_asked(ctx: Context, job: str, key: str, *, since: datetime) -> bool:
    """Whether the job was left under this key, done or not."""
    return bool(
        ctx.session.scalar(
            select(
                exists().where(
                    Outbox.job == job, Outbox.unique_key == key, Outbox.created_at >= since
                )
            )
        )
    )


def locked(ctx: Context, outbox_id: UUID, *, wait: bool = False) -> Outbox | None:
    """The undone row, ours alone until the end of the transaction; None when it is done, dead,
    not here, or (unless we wait) in another worker's hands."""
    return ctx.session.scalar(
        select(Outbox)
        .where(Outbox.id == outbox_id, Outbox.done_at.is_(None), Outbox.dead_at.is_(None))
        .with_for_update(skip_locked=not wait)
    )


def cancelled(ctx: Context, row: Outbox) -> bool:
    """Whether somebody has asked the job to stop; then the row, locked by us, says that it is over.

    After the answer nobody can ask any more, until the transaction ends.
    """
    take_turn(ctx.session, row.id)
    asked = ctx.session.execute(
        select(JobProgress.cancel_asked_by).where(
            JobProgress.outbox_id == row.id, JobProgress.cancel_asked_at.is_not(None)
        )
    ).one_or_none()
    if asked is None:
        return False
    row.done_at = row.cancelled_at = ctx.now
    row.cancelled_by = asked.cancel_asked_by
    return True


def is_here(ctx: Context, outbox_id: UUID) -> bool:
    """Whether this municipality has the row at all."""
    return bool(ctx.session.scalar(select(exists().where(Outbox.id == outbox_id))))
