"""What waits for somebody, counted together with what waits elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, Text, and_, cast, func, literal, select

from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.forums.models import (
    Decision,
    ForumMember,
    Meeting,
    MeetingState,
    RankingBallot,
    RankingRound,
)
from tenant_app.forums.rules import AHEAD, OPEN


def _counted(key: str) -> Any:
    return select(literal(key, Text), func.count())


def to_read(ctx: Context, user_id: UUID) -> Select[Any]:
    """Meetings ahead whose pack is there, in the forums of the user."""
    found = _counted("forum_packs").select_from(Meeting)
    found = found.join(ForumMember, ForumMember.forum_id == Meeting.forum_id).where(
        Meeting.state == MeetingState.CALLED,
        Meeting.ends_at > ctx.now,
        ForumMember.user_id == user_id,
        ForumMember.left_on.is_(None),
    )
    return only_own(found, Meeting, ForumMember)


def to_rank(ctx: Context, user_id: UUID) -> Select[Any]:
    """Open rankings in which the user has not ranked yet."""
    ranked = select(RankingBallot.id).where(
        RankingBallot.round_id == RankingRound.id, RankingBallot.user_id == user_id
    )
    found = _counted("forum_rankings").select_from(RankingRound)
    found = (
        found.join(Meeting, Meeting.id == RankingRound.meeting_id)
        .join(ForumMember, ForumMember.forum_id == Meeting.forum_id)
        .where(
            RankingRound.closed_at.is_(None),
            Meeting.state.in_(OPEN),
            ForumMember.user_id == user_id,
            ForumMember.left_on.is_(None),
            ~only_own(ranked, RankingBallot).exists(),
        )
    )
    return only_own(found, RankingRound, Meeting, ForumMember)


def overdue(ctx: Context, user_id: UUID) -> Select[Any]:
    """Decisions that the user sees to, and should have by now."""
    found = _counted("forum_decisions").select_from(Decision)
    found = found.where(
        Decision.owner_id == user_id,
        Decision.due_on < ctx.today,
        Decision.done_on.is_(None),
        Decision.replaced_at.is_(None),
    )
    return only_own(found, Decision)


def owned(ctx: Context, user_id: UUID) -> Select[Any]:
    """Decisions that the user sees to, and still has time for."""
    found = _counted("forum_owned").select_from(Decision)
    found = found.where(
        Decision.owner_id == user_id,
        Decision.due_on >= ctx.today,
        Decision.done_on.is_(None),
        Decision.replaced_at.is_(None),
    )
    return only_own(found, Decision)


def next_meeting(ctx: Context, user_id: UUID) -> Select[Any]:
    """When the next meeting in the forums of the user begins, in seconds since 1970; NULL where
    none lies ahead."""
    begins = cast(func.extract("epoch", func.min(Meeting.starts_at)), BigInteger)
    found: Any = select(literal("forum_next", Text), begins).select_from(Meeting)
    found = found.join(ForumMember, ForumMember.forum_id == Meeting.forum_id).where(
        Meeting.state.in_(AHEAD),
        Meeting.starts_at >= ctx.now,
        ForumMember.user_id == user_id,
        ForumMember.left_on.is_(None),
    )
    fenced: Select[Any] = only_own(found, Meeting, ForumMember)
    return fenced


def waits_for_rank(ctx: Context) -> ColumnElement[bool]:
    """Meetings whose ranking is open and waits for the actor's own order."""
    ranked = select(RankingBallot.id).where(
        RankingBallot.round_id == RankingRound.id, RankingBallot.user_id == ctx.actor.user_id
    )
    is_in = select(ForumMember.forum_id).where(
        ForumMember.user_id == ctx.actor.user_id, ForumMember.left_on.is_(None)
    )
    return and_(
        Meeting.state.in_(OPEN),
        Meeting.forum_id.in_(is_in),
        Meeting.id.in_(
            select(RankingRound.meeting_id).where(
                RankingRound.closed_at.is_(None), ~ranked.exists()
            )
        ),
    )
