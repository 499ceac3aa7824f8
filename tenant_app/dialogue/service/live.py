"""What the screens of a meeting show: asked again and again by everybody there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, NotFound
from tenant_app.core.keeping import Kept
from tenant_app.dialogue import queries, rules
from tenant_app.dialogue.models import Phase, SessionCard, SessionState
from tenant_app.organisation import service as organisation


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
    answers: tuple[LiveAnswer, ...] = ()


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


@dataclass(frozen=True)
class _Told:
    """What the same version of a session is to everybody in it."""

    facts: Any
    cards: Sequence[LiveCard]
    """As yet without answers."""
    answers: Sequence[Any]
    people: Sequence[tuple[str, datetime, UUID]]


KEPT: Kept[_Told] = Kept(most=200, age=timedelta(seconds=2))
"""By (session, version). A vote makes forty telephones ask; one of them is answered by the
database. Names that change meanwhile are not a new version, hence the short time."""


def live_state(ctx: Context, session_id: UUID, *, since: int | None = None) -> LiveState | None:
    """The session as it is now; None when nothing happened since that version.

    For those who take part, and those who lead sessions there. A look that finds nothing new is
    one statement, and one that finds what somebody else has just been told is no more.
    """
    ctx.session.flush()  # what was just written is shown too, by statements past the ORM
    at = queries.standing(ctx, session_id, ctx.actor.user_id)
    if at is None:
        raise NotFound()
    takes_part = at.participant_id is not None and ctx.actor.may(Permission.DIALOGUE_JOIN)
    steers = ctx.actor.may(Permission.DIALOGUE_HOLD) and ctx.actor.may(
        Permission.DIALOGUE_HOLD, at=organisation.path_at(ctx, at.unit_id)
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
    if not takes_part and queries.get(ctx, session_id) is None:
        raise NotFound()

    def read() -> _Told:
        return _read(ctx, session_id, rules.PHASES.get(at.state))

    # A page that is opened, or asks for the whole, reads for itself. So does whoever has written:
    # it may be undone, and the next version of that number be another.
    may_share = since is not None and at.has_only_read
    told = KEPT.get(ctx, (session_id, at.version), read) if may_share else read()
    return _as_seen(ctx, session_id, at, told, takes_part=takes_part, steers=steers)


def _read(ctx: Context, session_id: UUID, phase: Phase | None) -> _Told:
    return _Told(
        facts=queries.shown(ctx, session_id),
        cards=[_card(each) for each in queries.session_cards(ctx, session_id, phase)]
        if phase
        else [],
        answers=queries.spoken(ctx, session_id, phase) if phase else [],
        people=queries.people(ctx, session_id),
    )


def _as_seen(
    ctx: Context, session_id: UUID, at: Any, told: _Told, *, takes_part: bool, steers: bool
) -> LiveState:
    """The same with what is the actor's own: whose votes the others are is told to nobody."""
    mine = at.participant_id if takes_part else None
    on_card: dict[UUID, list[LiveAnswer]] = defaultdict(list)
    used = 0
    for row in told.answers:
        voters = row.voters or ()
        is_voted = mine is not None and mine in voters
        used += is_voted
        on_card[row.card_id].append(
            LiveAnswer(
                id=row.id,
                text=row.text,
                author=row.author,
                is_mine=mine is not None and row.participant_id == mine,
                votes=len(voters),
                is_voted=is_voted,
                edited=row.edited_at is not None,
            )
        )
    facts = told.facts
    return LiveState(
        version=at.version,
        id=session_id,
        title=facts.title,
        unit_name=facts.unit_name,
        state=at.state,
        phase=rules.PHASES.get(at.state),
        join_code=facts.join_code,
        held_on=facts.held_on,
        votes_each=facts.votes_each,
        votes_left=max(0, facts.votes_each - used) if takes_part else 0,
        timer_ends_at=facts.timer_ends_at,
        now=ctx.now,
        may_steer=steers,
        takes_part=takes_part,
        cards=[replace(card, answers=tuple(on_card[card.id])) for card in told.cards],
        people=[
            LivePerson(name, last_seen >= ctx.now - rules.HERE_FOR)
            for name, last_seen, _user_id in told.people
        ],
    )


def _card(card: SessionCard) -> LiveCard:
    return LiveCard(
        id=card.id,
        position=card.position,
        title_da=card.title_da,
        title_en=card.title_en,
        question_da=card.question_da,
        question_en=card.question_en,
        hint_da=card.hint_da,
        hint_en=card.hint_en,
    )
