"""SELECTs of the municipality's own jobs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DateTime,
    Select,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.outbox import JobProgress, Outbox
from tenant_app.tenancy.rules import JobStanding

# Asked by every page of the panel, so built once and not at each asking.
_USER = bindparam("user", type_=Uuid())
_MOMENT = bindparam("moment", type_=DateTime(timezone=True))
_NEWS = (
    Outbox.job.in_(bindparam("names", expanding=True)),
    Outbox.done_at.is_not(None) | Outbox.dead_at.is_not(None),
    Outbox.created_at >= bindparam("since", type_=DateTime(timezone=True)),
)
_TOLD_FIRST = (
    update(Outbox)
    .where(Outbox.requested_by == _USER, Outbox.told_at.is_(None), *_NEWS)
    .values(told_at=_MOMENT)
    .returning(Outbox.id)
    .cte("own")
)
_TOLD_ALSO = (
    update(JobProgress)
    .where(
        JobProgress.asked_also != cast([], ARRAY(Uuid())),  # so that its index is used
        any_(JobProgress.asked_also) == _USER,
        JobProgress.outbox_id.in_(select(Outbox.id).where(*_NEWS)),
    )
    .values(asked_also=func.array_remove(JobProgress.asked_also, _USER))
    .returning(JobProgress.outbox_id)
    .cte("joined")
)
_TOLD = (
    select(Outbox)
    .where(Outbox.id.in_(union(select(_TOLD_FIRST.c.id), select(_TOLD_ALSO.c.outbox_id))))
    .order_by(Outbox.created_at, Outbox.id)
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
        select(Outbox).where(Outbox.id == job_id), execution_options={"populate_existing": True}
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
    return ctx.session.scalars(
        _TOLD,
        {"user": user_id, "names": tuple(names), "since": since, "moment": ctx.now},
        execution_options={"populate_existing": True},
    ).all()


def waiting_keys(ctx: Context) -> set[tuple[str, str]]:
    """(job, key) of jobs that wait and may wait only once."""
    return {
        (job, key)
        for job, key in ctx.session.execute(
            select(Outbox.job, Outbox.unique_key).where(
                Outbox.done_at.is_(None), Outbox.dead_at.is_(None), Outbox.unique_key.is_not(None)
            )
        )
        if key is not None
    }
