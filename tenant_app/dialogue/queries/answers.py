"""SELECTs of what was said and voted for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, delete, func, select

from tenant_app.accounts.models import User
from tenant_app.core.context import Context
from tenant_app.core.db import StrEnumText
from tenant_app.core.fence import only_own
from tenant_app.dialogue.models import (
    DialogueAnswer,
    DialogueParticipant,
    DialogueSession,
    DialogueVote,
    Phase,
    SessionCard,
)
from tenant_app.dialogue.queries.sessions import visible


def session_of(ctx: Context, answer_id: UUID) -> UUID | None:
    """The session of an answer, where the actor sees it."""
    return ctx.session.scalar(
        select(DialogueAnswer.session_id)
        .join(DialogueSession, DialogueSession.id == DialogueAnswer.session_id)
        .where(DialogueAnswer.id == answer_id, DialogueAnswer.removed_at.is_(None), visible(ctx))
    )


def answer(ctx: Context, answer_id: UUID) -> tuple[DialogueAnswer, Phase] | None:
    """The answer as it is now, and the phase of its card. The session is locked before."""
    row = ctx.session.execute(
        select(DialogueAnswer, SessionCard.phase)
        .join(SessionCard, SessionCard.id == DialogueAnswer.card_id)
        .where(DialogueAnswer.id == answer_id, DialogueAnswer.removed_at.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def written(ctx: Context, session_id: UUID, card_id: UUID, participant_id: UUID) -> tuple[int, int]:
    """(answers of the participant on the card, answers in the session)."""
    mine = (DialogueAnswer.card_id == card_id) & (DialogueAnswer.participant_id == participant_id)
    row = ctx.session.execute(
        select(func.count().filter(mine), func.count())
        .select_from(DialogueAnswer)
        .where(DialogueAnswer.session_id == session_id, DialogueAnswer.removed_at.is_(None))
    ).one()
    return row[0], row[1]


def votes_used(ctx: Context, participant_id: UUID, phase: Phase) -> int:
    """How many votes the participant has given in the phase."""
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(DialogueVote)
            .join(DialogueAnswer, DialogueAnswer.id == DialogueVote.answer_id)
            .join(SessionCard, SessionCard.id == DialogueAnswer.card_id)
            .where(DialogueVote.participant_id == participant_id, SessionCard.phase == phase)
        )
        or 0
    )


def vote(ctx: Context, answer_id: UUID, participant_id: UUID) -> DialogueVote | None:
    return ctx.session.scalar(
        select(DialogueVote).where(
            DialogueVote.answer_id == answer_id, DialogueVote.participant_id == participant_id
        )
    )


def take_votes(ctx: Context, answer_id: UUID) -> None:
    """The votes for an answer that is gone are free again."""
    ctx.session.execute(delete(DialogueVote).where(DialogueVote.answer_id == answer_id))


def answers(
    ctx: Context, session_id: UUID, *, phase: Phase, answer_ids: Collection[UUID]
) -> Sequence[Any]:
    """(id, card_id, text) of these, on cards of the phase."""
    return ctx.session.execute(
        select(DialogueAnswer.id, DialogueAnswer.card_id, DialogueAnswer.text)
        .join(SessionCard, SessionCard.id == DialogueAnswer.card_id)
        .where(
            DialogueAnswer.session_id == session_id,
            DialogueAnswer.id.in_(answer_ids),
            DialogueAnswer.removed_at.is_(None),
            SessionCard.phase == phase,
        )
    ).all()


# Asked after each vote, so built once and past the ORM, as `sessions.standing` is.
_SESSION = bindparam("session", type_=Uuid())
_GIVEN = only_own(
    select(
        DialogueVote.answer_id,
        func.array_agg(DialogueVote.participant_id, type_=ARRAY(Uuid())).label("voters"),
    )
    .where(DialogueVote.session_id == _SESSION)
    .group_by(DialogueVote.answer_id),
    DialogueVote,
).subquery()
_SPOKEN = only_own(
    select(
        DialogueAnswer.id,
        DialogueAnswer.card_id,
        DialogueAnswer.text,
        User.name.label("author"),
        DialogueAnswer.participant_id,
        DialogueAnswer.edited_at,
        _GIVEN.c.voters,
    )
    .join(SessionCard, SessionCard.id == DialogueAnswer.card_id)
    .join(DialogueParticipant, DialogueParticipant.id == DialogueAnswer.participant_id)
    .join(User, User.id == DialogueParticipant.user_id)
    .outerjoin(_GIVEN, _GIVEN.c.answer_id == DialogueAnswer.id)
    .where(
        DialogueAnswer.session_id == _SESSION,
        DialogueAnswer.removed_at.is_(None),
        SessionCard.phase == bindparam("phase", type_=StrEnumText(Phase)),
    )
    .order_by(DialogueAnswer.written_at, DialogueAnswer.id),
    DialogueAnswer,
    SessionCard,
    DialogueParticipant,
    User,
)


def spoken(ctx: Context, session_id: UUID, phase: Phase) -> Sequence[Any]:
    """(id, card_id, text, author, participant_id, edited_at, voters) of the phase, oldest first.
    Voters are participants, and None where nobody voted."""
    return ctx.execute(_SPOKEN, {"session": session_id, "phase": phase}).all()
