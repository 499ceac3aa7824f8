"""SELECTs of forums, meetings, agendas, packs and the wheel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import joinedload

from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.outbox import JobProgress, Outbox
from tenant_app.forums.models import (
    AgendaItem,
    Forum,
    Meeting,
    MeetingPack,
    RankingBallot,
    RankingRound,
    WheelEntry,
)
from tenant_app.forums.queries.scope import of_visible, packs_in_sight, visible

PACK_JOB = "jobs.forums.make_pack"
WITH_FORUM = joinedload(Meeting.forum).joinedload(Forum.unit)


def forums(conditions: Iterable[ColumnElement[bool]]) -> Select[Forum]:
    """By name, with their units."""
    return (
        select(Forum)
        .where(*conditions)
        .order_by(danish(Forum.name), Forum.id)
        .options(joinedload(Forum.unit))
    )


def forum(ctx: Context, forum_id: UUID, *, lock: bool = False) -> Forum | None:
    found = select(Forum).where(Forum.id == forum_id, visible(ctx)).options(joinedload(Forum.unit))
    if lock:
        found = found.with_for_update(of=Forum).execution_options(populate_existing=True)
    return ctx.session.scalar(found)


def meetings(conditions: Iterable[ColumnElement[bool]]) -> Select[Meeting]:
    """The latest first, with forum and unit."""
    return (
        select(Meeting)
        .where(*conditions)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .options(WITH_FORUM)
    )


def between(ctx: Context, first: datetime, last: datetime) -> Sequence[Meeting]:
    """The meetings in sight that begin between the moments, in the order of time."""
    found = (
        select(Meeting)
        .where(of_visible(ctx), Meeting.starts_at >= first, Meeting.starts_at < last)
        .order_by(Meeting.starts_at, Meeting.id)
        .options(WITH_FORUM)
    )
    return ctx.session.scalars(found).all()


def meeting(ctx: Context, meeting_id: UUID, *, lock: bool = False) -> Meeting | None:
    """With forum and unit; locked, it is read again: the lock may have waited."""
    found = select(Meeting).where(Meeting.id == meeting_id, of_visible(ctx)).options(WITH_FORUM)
    if lock:
        found = found.with_for_update(of=Meeting).execution_options(populate_existing=True)
    return ctx.session.scalar(found)


def agenda(ctx: Context, meeting_id: UUID) -> Sequence[AgendaItem]:
    """The items that stand on the agenda, in order."""
    return ctx.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()


def packs(ctx: Context, meeting_id: UUID) -> Sequence[Any]:
    """(id, version, data_at) of the packs of a meeting, the newest first: not what is in them."""
    return ctx.session.execute(
        select(MeetingPack.id, MeetingPack.version, MeetingPack.data_at)
        .where(MeetingPack.meeting_id == meeting_id)
        .order_by(MeetingPack.version.desc())
    ).all()


def pack(ctx: Context, pack_id: UUID) -> MeetingPack | None:
    return ctx.session.scalar(
        select(MeetingPack).where(MeetingPack.id == pack_id, packs_in_sight(ctx))
    )


def pack_of(ctx: Context, meeting_id: UUID, version: int) -> UUID | None:
    """The id of a version of a meeting's pack, in sight."""
    return ctx.session.scalar(
        select(MeetingPack.id).where(
            MeetingPack.meeting_id == meeting_id,
            MeetingPack.version == version,
            packs_in_sight(ctx),
        )
    )


def newest_pack(ctx: Context, meeting_id: UUID) -> int:
    """The number of the newest pack; 0 where there is none."""
    return int(
        ctx.session.scalar(
            select(func.max(MeetingPack.version)).where(MeetingPack.meeting_id == meeting_id)
        )
        or 0
    )


def making(ctx: Context, meeting_id: UUID) -> Any:
    """(outbox row, done, total) of a pack that is being made; else None."""
    found = ctx.session.execute(
        select(Outbox, JobProgress.done, JobProgress.total)
        .outerjoin(JobProgress, JobProgress.outbox_id == Outbox.id)
        .where(
            Outbox.job == PACK_JOB,
            Outbox.unique_key == str(meeting_id),
            Outbox.done_at.is_(None),
            Outbox.dead_at.is_(None),
        )
    )
    return found.one_or_none()


def round_of(ctx: Context, meeting_id: UUID) -> RankingRound | None:
    return ctx.session.scalar(select(RankingRound).where(RankingRound.meeting_id == meeting_id))


def round_with_ballots(
    ctx: Context, meeting_id: UUID
) -> tuple[RankingRound | None, list[RankingBallot]]:
    """The round of a meeting and what was cast in it, in one statement."""
    rows = ctx.session.execute(
        select(RankingRound, RankingBallot)
        .outerjoin(RankingBallot, RankingBallot.round_id == RankingRound.id)
        .where(RankingRound.meeting_id == meeting_id)
        .order_by(RankingBallot.id)
    ).all()
    if not rows:
        return None, []
    return rows[0][0], [ballot for _round, ballot in rows if ballot is not None]


def round_held(ctx: Context, meeting_id: UUID, *, alone: bool) -> RankingRound | None:
    """The round, locked: shared by those who vote, alone for who closes it.

    So whoever closes waits for the votes that are on their way, and a vote that comes after reads
    that it is closed.
    """
    return ctx.session.scalar(
        select(RankingRound)
        .where(RankingRound.meeting_id == meeting_id)
        .with_for_update(of=RankingRound, read=not alone)
        .execution_options(populate_existing=True)
    )


def ballots(ctx: Context, round_id: UUID) -> Sequence[RankingBallot]:
    return ctx.session.scalars(
        select(RankingBallot).where(RankingBallot.round_id == round_id).order_by(RankingBallot.id)
    ).all()


def vote_anew(ctx: Context, round_id: UUID, ordered: list[str]) -> None:
    """The actor's order is this instead of the one they gave before."""
    ctx.session.execute(
        update(RankingBallot)
        .where(RankingBallot.round_id == round_id, RankingBallot.user_id == ctx.actor.user_id)
        .values(ordered=ordered, cast_at=ctx.now)
        .execution_options(synchronize_session=False)
    )


def wheel(ctx: Context) -> Sequence[WheelEntry]:
    """The fixed points, in the order of the year."""
    return ctx.session.scalars(
        select(WheelEntry).order_by(
            WheelEntry.month, WheelEntry.week.nulls_first(), danish(WheelEntry.text), WheelEntry.id
        )
    ).all()


def wheel_entry(ctx: Context, entry_id: UUID) -> WheelEntry | None:
    return ctx.session.scalar(select(WheelEntry).where(WheelEntry.id == entry_id))
