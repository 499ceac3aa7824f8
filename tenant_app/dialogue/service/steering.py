"""A session is made, opened, led from phase to phase and closed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.dialogue import queries, rules
from tenant_app.dialogue.models import DialogueCard, DialogueSession, SessionCard, SessionState
from tenant_app.dialogue.service.shared import changed, to_steer
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit


def create(
    ctx: Context,
    *,
    unit_id: UUID,
    title: str,
    held_on: date,
    votes_each: int = 3,
    card_ids: Sequence[UUID] | None = None,
) -> DialogueSession:
    """A session to come, with the chosen cards (the whole set when none are named) as they read
    today. Whoever makes it leads it. Raises NotFound and Forbidden of the unit, Invalid naming
    the field."""
    ctx.require(Permission.DIALOGUE_HOLD)
    unit = _unit(ctx, unit_id)
    there = list(ctx.session.scalars(queries.cards(retired=False)))
    chosen = there if card_ids is None else _chosen(there, card_ids)
    made = DialogueSession(
        id=uuid7(),
        unit_id=unit.id,
        title=rules.clean_line(title, field="title"),
        held_on=rules.check_held_on(held_on),
        votes_each=rules.check_votes_each(votes_each),
        facilitator_id=ctx.actor.user_id,
        state=SessionState.DRAFT,
        join_code=_new_code(ctx),
        version=1,
        created_by=ctx.actor.user_id,
        created_at=ctx.now,
    )
    ctx.session.add(made)
    ctx.session.flush()  # the cards point at it
    ctx.insert_many(SessionCard, [_copy(made.id, card) for card in chosen])
    audit.record(ctx, "dialogue.created", made.id, new={"title": made.title, "cards": len(chosen)})
    return made


def change(
    ctx: Context, session_id: UUID, *, title: str, held_on: date, votes_each: int
) -> DialogueSession:
    """The session is called so, held then, with so many votes; until it is closed."""
    found = to_steer(ctx, session_id)
    rules.check_changeable(found.state)
    facts: dict[str, Any] = {
        "title": rules.clean_line(title, field="title"),
        "held_on": rules.check_held_on(held_on),
        "votes_each": rules.check_votes_each(votes_each),
    }
    new = {name: value for name, value in facts.items() if getattr(found, name) != value}
    if not new:
        return found
    old = {name: getattr(found, name) for name in new}
    for name, value in new.items():
        setattr(found, name, value)
    changed(found)
    audit.record(ctx, "dialogue.changed", found.id, old=old, new=new)
    return found


def move(ctx: Context, session_id: UUID, to: SessionState) -> DialogueSession:
    """The session is in that state from now on, and the time that was set is over.

    Where it is already nothing happens, so that a second click does not skip a phase. Raises
    Conflict when the one does not follow the other.
    """
    found = to_steer(ctx, session_id)
    if found.state is to:
        return found
    rules.check_move(found.state, to)
    before, found.state = found.state, to
    found.timer_ends_at = None
    if to is SessionState.CLOSED:
        found.closed_at = ctx.now
    changed(found)
    audit.record(
        ctx,
        "dialogue.closed" if to is SessionState.CLOSED else "dialogue.moved",
        found.id,
        old={"state": before.value},
        new={"state": to.value},
    )
    return found


def close(ctx: Context, session_id: UUID) -> DialogueSession:
    """Nothing more is written or voted for."""
    return move(ctx, session_id, SessionState.CLOSED)


def set_timer(ctx: Context, session_id: UUID, *, minutes: int | None) -> DialogueSession:
    """So many minutes from now; None stops the clock."""
    found = to_steer(ctx, session_id)
    rules.check_changeable(found.state)
    ends_at = None
    if minutes is not None:
        ends_at = ctx.now + timedelta(minutes=rules.check_minutes(minutes))
    return _timed(ctx, found, ends_at)


def add_time(ctx: Context, session_id: UUID, *, minutes: int) -> DialogueSession:
    """So many minutes more; from now where the time ran out."""
    found = to_steer(ctx, session_id)
    rules.check_changeable(found.state)
    rules.check_minutes(minutes)
    return _timed(ctx, found, rules.longer(found.timer_ends_at, minutes, now=ctx.now))


def _timed(ctx: Context, found: DialogueSession, ends_at: Any) -> DialogueSession:
    found.timer_ends_at = ends_at
    changed(found)
    audit.record(ctx, "dialogue.timed", found.id, new={"timer_ends_at": ends_at})
    return found


def _unit(ctx: Context, unit_id: UUID) -> Unit:
    """A unit that is open, where the actor holds sessions."""
    try:
        unit = organisation.unit(ctx, unit_id)
    except NotFound:
        raise NotFound(
            N_("There is no such unit. Choose from the list."), field="unit_id"
        ) from None
    try:
        path = organisation.path_of(ctx, unit.id)
    except NotFound:
        raise Invalid(
            N_("“%(name)s” is closed. Choose a unit that is open."), field="unit_id", name=unit.name
        ) from None
    ctx.require(Permission.DIALOGUE_HOLD, at=path)
    return unit


def _chosen(there: list[DialogueCard], card_ids: Sequence[UUID]) -> list[DialogueCard]:
    wanted = rules.check_chosen(
        card_ids, {card.id for card in there}, field="card_ids", most=rules.MOST_CARDS
    )
    return [card for card in there if card.id in wanted]


def _copy(session_id: UUID, card: DialogueCard) -> dict[str, Any]:
    texts = ("title_da", "title_en", "question_da", "question_en", "hint_da", "hint_en")
    facts = {name: getattr(card, name) for name in ("phase", "position", *texts)}
    return {"id": uuid7(), "session_id": session_id, "card_id": card.id, **facts}


def _new_code(ctx: Context) -> str:
    """Six letters that no session of the municipality has. By chance, so that it is no clue to
    that of another meeting."""
    while True:
        code = "".join(secrets.choice(rules.LETTERS) for _ in range(rules.CODE_LENGTH))
        if not queries.has_code(ctx, code):
            return code
