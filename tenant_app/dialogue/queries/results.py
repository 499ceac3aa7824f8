"""SELECTs of what answers became, and of where a need or an initiative came from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, union_all

from tenant_app.accounts.models import User
from tenant_app.core.context import Context
from tenant_app.dialogue.models import (
    DialogueAgreement,
    DialogueAnswer,
    DialogueParticipant,
    DialogueResult,
    DialogueSession,
    DialogueVote,
    SessionCard,
)
from tenant_app.dialogue.queries.sessions import visible
from tenant_app.initiatives.models import Initiative, InitiativeNeed
from tenant_app.needs.models import Evidence, Need

_WITHDRAWN = (
    exists()
    .where(Evidence.id == DialogueResult.evidence_id, Evidence.withdrawn_at.is_not(None))
    .correlate(DialogueResult)
)
"""The answer counts for nothing as evidence any more, and can become something again."""


def said(
    ctx: Context,
    session_id: UUID,
    *,
    needs: ColumnElement[bool],
    initiatives: ColumnElement[bool],
) -> Sequence[Any]:
    """Every answer of the session with its votes and what it became, oldest first: (id, card_id,
    text, phase, author, author_id, votes, need_id, need, initiative_id, initiative, agreement).
    The titles are told of needs and initiatives that fulfil the conditions."""
    given = (
        select(DialogueVote.answer_id, func.count().label("votes"))
        .where(DialogueVote.session_id == session_id)
        .group_by(DialogueVote.answer_id)
        .subquery()
    )
    return ctx.session.execute(
        select(
            DialogueAnswer.id,
            DialogueAnswer.card_id,
            DialogueAnswer.text,
            SessionCard.phase,
            User.name.label("author"),
            User.id.label("author_id"),
            func.coalesce(given.c.votes, 0).label("votes"),
            DialogueResult.need_id,
            Need.title.label("need"),
            DialogueResult.initiative_id,
            Initiative.title.label("initiative"),
            DialogueAgreement,
        )
        .join(SessionCard, SessionCard.id == DialogueAnswer.card_id)
        .join(DialogueParticipant, DialogueParticipant.id == DialogueAnswer.participant_id)
        .join(User, User.id == DialogueParticipant.user_id)
        .outerjoin(given, given.c.answer_id == DialogueAnswer.id)
        .outerjoin(DialogueResult, and_(DialogueResult.answer_id == DialogueAnswer.id, ~_WITHDRAWN))
        .outerjoin(Need, and_(Need.id == DialogueResult.need_id, needs))
        .outerjoin(Initiative, and_(Initiative.id == DialogueResult.initiative_id, initiatives))
        .outerjoin(DialogueAgreement, DialogueAgreement.answer_id == DialogueAnswer.id)
        .where(DialogueAnswer.session_id == session_id, DialogueAnswer.removed_at.is_(None))
        .order_by(DialogueAnswer.written_at, DialogueAnswer.id)
    ).all()


def initiative_ids(ctx: Context, session_id: UUID) -> set[UUID]:
    """The initiatives that came of the session."""
    found = select(DialogueResult.initiative_id).where(
        DialogueResult.session_id == session_id, DialogueResult.initiative_id.is_not(None)
    )
    return {each for each in ctx.session.scalars(found) if each is not None}


def agreements() -> Select[DialogueAgreement]:
    """In the order of time; those without a day come last."""
    return select(DialogueAgreement).order_by(
        DialogueAgreement.due_on.nulls_last(), DialogueAgreement.made_at, DialogueAgreement.id
    )


def became(ctx: Context, answer_ids: Collection[UUID]) -> set[UUID]:
    """Those of the answers that became something."""
    made = union_all(
        select(DialogueResult.answer_id).where(
            DialogueResult.answer_id.in_(answer_ids), ~_WITHDRAWN
        ),
        select(DialogueAgreement.answer_id).where(DialogueAgreement.answer_id.in_(answer_ids)),
    )
    return set(ctx.session.scalars(made))


def drop_withdrawn(ctx: Context, answer_ids: Collection[UUID]) -> None:
    """What the answers became before, where it was withdrawn, makes room for something new."""
    ctx.session.execute(
        delete(DialogueResult)
        .where(DialogueResult.answer_id.in_(answer_ids), _WITHDRAWN)
        .execution_options(synchronize_session=False)
    )


def count_results(ctx: Context, session_ids: Collection[UUID]) -> dict[UUID, tuple[int, int, int]]:
    """(needs, initiatives, agreements) of each session that has any."""
    made = union_all(
        select(
            DialogueResult.session_id.label("session_id"),
            func.count(DialogueResult.need_id.distinct()).label("needs"),
            func.count(DialogueResult.initiative_id.distinct()).label("initiatives"),
            func.count().filter(DialogueResult.id.is_(None)).label("agreements"),
        )
        .where(DialogueResult.session_id.in_(session_ids), ~_WITHDRAWN)
        .group_by(DialogueResult.session_id),
        select(
            DialogueAgreement.session_id,
            func.count().filter(DialogueAgreement.id.is_(None)),
            func.count().filter(DialogueAgreement.id.is_(None)),
            func.count(),
        )
        .where(DialogueAgreement.session_id.in_(session_ids))
        .group_by(DialogueAgreement.session_id),
    )
    found: dict[UUID, tuple[int, int, int]] = {}
    for row in ctx.session.execute(made):
        was = found.get(row[0], (0, 0, 0))
        found[row[0]] = (was[0] + row[1], was[1] + row[2], was[2] + row[3])
    return found


def hold_initiative(ctx: Context, initiative_id: UUID) -> None:
    """Nobody else ties it to anything until the end: before what it is tied to is read."""
    ctx.session.execute(
        select(Initiative.id).where(Initiative.id == initiative_id).with_for_update()
    ).all()


def tied_needs(ctx: Context, initiative_id: UUID) -> list[UUID]:
    found = select(InitiativeNeed.need_id).where(InitiativeNeed.initiative_id == initiative_id)
    return list(ctx.session.scalars(found))


def with_untied(ctx: Context, session_id: UUID, condition: ColumnElement[bool]) -> set[UUID]:
    """The initiatives of the session that do not answer all of its needs that fulfil it."""
    own = (
        select(func.coalesce(Need.merged_into_id, Need.id))
        .join(DialogueResult, DialogueResult.need_id == Need.id)
        .where(DialogueResult.session_id == session_id)
    )
    tied = exists().where(
        InitiativeNeed.need_id == Need.id,
        InitiativeNeed.initiative_id == DialogueResult.initiative_id,
    )
    found = (
        select(DialogueResult.initiative_id)
        .join(Need, and_(Need.id.in_(own), condition))
        .where(
            DialogueResult.session_id == session_id,
            DialogueResult.initiative_id.is_not(None),
            ~tied.correlate(Need, DialogueResult),
        )
    )
    return {each for each in ctx.session.scalars(found.distinct()) if each is not None}


def needs_of(ctx: Context, session_id: UUID, condition: ColumnElement[bool]) -> list[UUID]:
    """The needs that came of the session, or that they were merged into, that fulfil it."""
    own = (
        select(func.coalesce(Need.merged_into_id, Need.id))
        .join(DialogueResult, DialogueResult.need_id == Need.id)
        .where(DialogueResult.session_id == session_id)
    )
    return list(
        ctx.session.scalars(select(Need.id).where(Need.id.in_(own), condition).order_by(Need.id))
    )


def origins(
    ctx: Context, *, need_id: UUID | None = None, initiative_id: UUID | None = None
) -> Sequence[Any]:
    """(session, title, day, card, answer) behind a need, with what was merged into it, or behind
    an initiative, where one sees it."""
    if need_id is not None:
        whole = or_(Need.id == need_id, Need.merged_into_id == need_id)
        whose: ColumnElement[bool] = DialogueResult.need_id.in_(select(Need.id).where(whole))
    else:
        whose = DialogueResult.initiative_id == initiative_id
    return ctx.session.execute(
        select(
            DialogueSession.id.label("session_id"),
            DialogueSession.title,
            DialogueSession.held_on,
            SessionCard.id.label("card_id"),
            SessionCard.title_da,
            SessionCard.title_en,
            DialogueAnswer.text,
        )
        .join(DialogueResult, DialogueResult.session_id == DialogueSession.id)
        .join(SessionCard, SessionCard.id == DialogueResult.card_id)
        .join(DialogueAnswer, DialogueAnswer.id == DialogueResult.answer_id)
        .where(whose, ~_WITHDRAWN, visible(ctx))
        .order_by(DialogueSession.held_on, DialogueResult.made_at, DialogueResult.id)
    ).all()


def plan_of(ctx: Context, initiative_id: UUID) -> Sequence[DialogueAgreement]:
    """The plan draft of an initiative, where one sees its session."""
    return ctx.session.scalars(
        agreements()
        .join(DialogueSession, DialogueSession.id == DialogueAgreement.session_id)
        .where(DialogueAgreement.initiative_id == initiative_id, visible(ctx))
    ).all()
