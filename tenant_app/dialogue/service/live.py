"""What the screens of a meeting show: asked again and again by everybody there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, NotFound
from tenant_app.dialogue import queries, rules
from tenant_app.dialogue.models import Phase, SessionCard, SessionState
from tenant_app.dialogue.service.shared import path_at


@dataclass(frozen=True)
class LiveAnswer:
    """What somebody wrote, and how many votes it has."""

    id: UUID
    text: str
    author: str
    is_mine: bool
    votes: int
    is_voted: bool
    """Whether one of the votes is the actor's own."""
    edited: bool


@dataclass(frozen=True)
class LiveCard:
    """A card of the phase that is on."""

    id: UUID
    position: int
    title_da: str
    title_en: str
    question_da: str
    question_en: str
    hint_da: str
    hint_en: str
    answers: Sequence[LiveAnswer]


@dataclass(frozen=True)
class LivePerson:
    """Somebody who takes part."""

    name: str
    is_here: bool


@dataclass(frozen=True)
class LiveState:
    """A session as its screens show it."""

    version: int
    id: UUID
    title: str
    unit_name: str
    state: SessionState
    phase: Phase | None
    join_code: str
    held_on: date
    votes_each: int
    votes_left: int
    timer_ends_at: datetime | None
    now: datetime
    may_steer: bool
    takes_part: bool
    cards: Sequence[LiveCard]
    people: Sequence[LivePerson]


def live_state(ctx: Context, session_id: UUID, *, since: int | None = None) -> LiveState | None:
    """The session as it is now; None when nothing happened since that version.

    For those who take part, and those who lead sessions there. A look that finds nothing new is
    one statement.
    """
    at = queries.standing(ctx, session_id, ctx.actor.user_id)
    if at is None:
        raise NotFound()
    takes_part = at.participant_id is not None and ctx.actor.may(Permission.DIALOGUE_JOIN)
    steers = ctx.actor.may(Permission.DIALOGUE_HOLD) and ctx.actor.may(
        Permission.DIALOGUE_HOLD, at=path_at(ctx, at.unit_id)
    )
    if not takes_part and not steers:
        if queries.get(ctx, session_id) is None:
            raise NotFound()
        raise Forbidden(N_("Join the session with its code first."))
    if takes_part and at.last_seen_at < ctx.now - rules.SEEN_EVERY:
        queries.seen(ctx, at.participant_id)
    # The version was read first: what is read after it may be newer, and is then told twice.
    if since == at.version:
        return None
    return _read(ctx, session_id, at, takes_part=takes_part, steers=steers)


def _read(ctx: Context, session_id: UUID, at: Any, *, takes_part: bool, steers: bool) -> LiveState:
    found = queries.get(ctx, session_id)
    if found is None:
        raise NotFound()
    phase = rules.PHASES.get(at.state)
    mine = at.participant_id if takes_part else None
    cards: list[LiveCard] = []
    used = 0
    if phase is not None:
        on_card: dict[UUID, list[LiveAnswer]] = defaultdict(list)
        for row in queries.answers(ctx, session_id, participant_id=mine, phase=phase):
            used += bool(row.mine)
            on_card[row.card_id].append(
                LiveAnswer(
                    id=row.id,
                    text=row.text,
                    author=row.author,
                    is_mine=mine is not None and row.participant_id == mine,
                    votes=row.votes,
                    is_voted=bool(row.mine),
                    edited=row.edited_at is not None,
                )
            )
        cards = [
            _card(card, on_card[card.id]) for card in queries.session_cards(ctx, session_id, phase)
        ]
    return LiveState(
        version=at.version,
        id=session_id,
        title=found.title,
        unit_name=found.unit.name,
        state=at.state,
        phase=phase,
        join_code=found.join_code,
        held_on=found.held_on,
        votes_each=found.votes_each,
        votes_left=max(0, found.votes_each - used) if takes_part else 0,
        timer_ends_at=found.timer_ends_at,
        now=ctx.now,
        may_steer=steers,
        takes_part=takes_part,
        cards=cards,
        people=[
            LivePerson(name, last_seen >= ctx.now - rules.HERE_FOR)
            for name, last_seen, _user_id in queries.people(ctx, session_id)
        ],
    )


def _card(card: SessionCard, answers: Sequence[LiveAnswer]) -> LiveCard:
    return LiveCard(
        id=card.id,
        position=card.position,
        title_da=card.title_da,
        title_en=card.title_en,
        question_da=card.question_da,
        question_en=card.question_en,
        hint_da=card.hint_da,
        hint_en=card.hint_en,
        answers=answers,
    )
