"""The unit of work: one per request, job or provisioning. The only commit in the house."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects.postgresql import insert

from tenant_app.core import clock
from tenant_app.core.access import Actor, VendorActor, system
from tenant_app.core.context import Context, VendorContext
from tenant_app.core.db import uuid7
from tenant_app.core.fence import TenantSession
from tenant_app.core.outbox import JobProgress

Doorbell = Callable[[int, Sequence[UUID]], None]
"""(tenant, outbox ids) → tell a worker that something waits. May fail; the clock rings again."""

NOBODY = Actor(name="nobody")
PREPARED_AFTER, PREPARED_AT_MOST = 5, 300
"""A statement is prepared when a connection has sent it so often, and so many are kept on each."""


def _engine(url: str, *, pool_size: int, timeout_ms: int, prepare: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_timeout=10,
        hide_parameters=True,  # constraint errors must not carry values into pages and logs
        isolation_level="READ COMMITTED",
        connect_args={
            "prepare_threshold": PREPARED_AFTER if prepare else None,
            "options": f"-c statement_timeout={timeout_ms} -c timezone=UTC",
        },
    )

    @event.listens_for(engine, "connect")
    def keep_more(connection: Any, _record: object) -> None:
        connection.prepared_max = PREPARED_AT_MOST
        if prepare and not _answers_itself(connection):
            connection.prepare_threshold = None

    return engine


def _answers_itself(connection: Any) -> bool:
    """Whether the process that was called is the one that answers. A pooler tells a number of its
    own; where nobody said that one stands between, it must not run another's statement."""
    [answers] = connection.execute("SELECT pg_backend_pid()").fetchone()
    connection.rollback()
    return bool(answers == connection.info.backend_pid)


class Database:
    """The two ways in: as the app behind the fence, and as the vendor beside it.

    With `prepare` PostgreSQL keeps the plans of what is asked again and again: for short statements
    planning, with the fence written into each, is most of the work. Without it each is planned for
    the very municipality it is asked for, as jobs over whole municipalities want; and poolers that
    hand out another connection for each transaction lose what was prepared.
    """

    def __init__(
        self,
        app_url: str,
        vendor_url: str,
        *,
        doorbell: Doorbell = lambda tenant_id, ids: None,
        pool_size: int = 8,
        timeout_ms: int = 15_000,
        prepare: bool = True,
    ) -> None:
        self.app = _engine(app_url, pool_size=pool_size, timeout_ms=timeout_ms, prepare=prepare)
        self.vendor = _engine(vendor_url, pool_size=2, timeout_ms=timeout_ms, prepare=prepare)
        self.doorbell = doorbell

    def dispose(self) -> None:
        """Close every connection."""
        self.app.dispose()
        self.vendor.dispose()

    @contextmanager
    def unit_of_work(
        self,
        tenant_id: int,
        actor: Actor | Callable[[Context], Actor] = NOBODY,
        *,
        now: datetime | None = None,
    ) -> Iterator[Context]:
        """Open, raise the fence, work, commit, then hand over the jobs. An exception undoes all.

        `actor` may be a function that finds the actor inside the fence.
        """
        with TenantSession(self.app, tenant_id=tenant_id, expire_on_commit=False) as session:
            ctx = Context(
                session=session,
                tenant_id=tenant_id,
                actor=NOBODY,
                now=now or clock.now(),
                report_progress=lambda done, total, note: None,
            )
            with session.begin():
                ctx.actor = actor(ctx) if callable(actor) else actor
                yield ctx
        if ctx.rings:
            self.doorbell(tenant_id, tuple(ctx.rings))

    @contextmanager
    def vendor_unit_of_work(
        self, actor: VendorActor, *, now: datetime | None = None
    ) -> Iterator[VendorContext]:
        """As vendor staff: tenants and aggregates, and no row inside any fence."""
        with (
            TenantSession(self.vendor, tenant_id=None, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield VendorContext(session=session, actor=actor, now=now or clock.now())

    def note_progress(
        self, tenant_id: int, outbox_id: UUID, done: int, total: int, note: str
    ) -> bool:
        """Write progress at once, in a transaction of its own: the job's is not visible yet.

        Whether somebody has asked the job to stop.
        """
        with self.unit_of_work(tenant_id, system("progress")) as ctx:
            values = {"done": done, "total": total, "note": note, "updated_at": ctx.now}
            asked = ctx.session.scalar(
                insert(JobProgress)
                .values(id=uuid7(), outbox_id=outbox_id, **values)
                .on_conflict_do_update(index_elements=["tenant_id", "outbox_id"], set_=values)
                .returning(JobProgress.cancel_asked_at)
            )
        return asked is not None
