"""People come in, write on cards and vote.

The trail says that somebody came in and what those who lead removed, and no more: an entry for
each answer and vote would name, to whoever reads the trail, those whom the page of the session
leaves unnamed.
"""

from __future__ import annotations

from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Forbidden, NotFound
from tenant_app.dialogue import queries, rules
from tenant_app.dialogue.models import (
    DialogueAnswer,
    DialogueParticipant,
    DialogueSession,
    DialogueVote,
    Phase,
)
from tenant_app.dialogue.service.shared import changed, locked, may_steer, seat


def join(ctx: Context, code: str) -> DialogueSession:
    """The actor takes part. Whoever came in before is the same one, with what they wrote.

    Anybody of the municipality who has the code and may join: leaders meet across units. Raises
    NotFound for a code of no session, Conflict for one that is not open.
    """
    ctx.require(Permission.DIALOGUE_JOIN)
    if ctx.actor.user_id is None:
        raise Forbidden(N_("Only people take part in a session."))
    found = queries.by_code(ctx, rules.clean_code(code))
    if found is None:
        raise NotFound(
            N_("No session has this code. Look at the shared screen and type it again."),
            field="code",
        )
    known = queries.participant(ctx, found.id, ctx.actor.user_id)
    if known is not None:
        known.last_seen_at = ctx.now
        return found
    rules.check_joinable(found.state)
    rules.check_people(queries.count_people(ctx, [found.id]).get(found.id, 0))
    ctx.session.add(
        DialogueParticipant(
            id=uuid7(),
            session_id=found.id,
            user_id=ctx.actor.user_id,
            joined_at=ctx.now,
            last_seen_at=ctx.now,
        )
    )
    changed(found)
    audit.record(ctx, "dialogue.joined", found.id)
    return found


def answer(ctx: Context, session_id: UUID, *, card_id: UUID, text: str) -> DialogueAnswer:
    """An answer stands on the card, for all to see.

    Raises Conflict unless the phase of the card is on, Invalid for a text too long.
    """
    found = locked(ctx, session_id)
    writer = seat(ctx, found)
    card = queries.session_card(ctx, found.id, card_id)
    if card is None:
        raise NotFound(N_("There is no such card in the session."), field="card_id")
    rules.check_on(found.state, card.phase)
    rules.check_room(*queries.written(ctx, found.id, card.id, writer.id))
    made = DialogueAnswer(
        id=uuid7(),
        session_id=found.id,
        card_id=card.id,
        participant_id=writer.id,
        text=rules.clean_text(text, field="text"),
        written_at=ctx.now,
    )
    ctx.session.add(made)
    writer.last_seen_at = ctx.now
    changed(found)
    return made


def edit_answer(ctx: Context, answer_id: UUID, *, text: str) -> DialogueAnswer:
    """One's own answer says this, while its phase is on."""
    session, found, phase = _to_change(ctx, answer_id)
    writer = seat(ctx, session)
    if found.participant_id != writer.id:
        raise Forbidden(N_("Only whoever wrote the answer can change it."))
    rules.check_on(session.state, phase)
    _check_unused(ctx, found)
    cleaned = rules.clean_text(text, field="text")
    if cleaned == found.text:
        return found
    found.text, found.edited_at = cleaned, ctx.now
    changed(session)
    return found


def remove_answer(ctx: Context, answer_id: UUID) -> None:
    """The answer is gone, and its votes are free again: one's own while its phase is on; those
    who lead the session remove any until it is closed."""
    session, found, phase = _to_change(ctx, answer_id)
    steers = may_steer(ctx, session)
    if steers:
        rules.check_changeable(session.state)
    else:
        writer = seat(ctx, session)
        if found.participant_id != writer.id:
            raise Forbidden(N_("Only whoever wrote the answer can remove it."))
        rules.check_on(session.state, phase)
    _check_unused(ctx, found)
    found.removed_at = ctx.now
    queries.take_votes(ctx, found.id)
    changed(session)
    if steers:
        audit.record(ctx, "dialogue.answer_removed", session.id)


def vote(ctx: Context, answer_id: UUID) -> int:
    """The answer has the actor's vote; once, however often it is asked. Returns how many votes
    they have left in the phase. Raises Conflict when none is left, or the phase is not on."""
    session, found, phase = _to_change(ctx, answer_id)
    voter = seat(ctx, session)
    rules.check_on(session.state, phase)
    used = queries.votes_used(ctx, voter.id, phase)
    if queries.vote(ctx, found.id, voter.id) is not None:
        return max(0, session.votes_each - used)
    rules.check_votes_left(used, session.votes_each)
    ctx.session.add(
        DialogueVote(id=uuid7(), session_id=session.id, answer_id=found.id, participant_id=voter.id)
    )
    changed(session)
    return session.votes_each - used - 1


def unvote(ctx: Context, answer_id: UUID) -> int:
    """The actor's vote is free again. Returns how many they have left in the phase."""
    session, found, phase = _to_change(ctx, answer_id)
    voter = seat(ctx, session)
    rules.check_on(session.state, phase)
    used = queries.votes_used(ctx, voter.id, phase)
    given = queries.vote(ctx, found.id, voter.id)
    if given is None:
        return max(0, session.votes_each - used)
    ctx.session.delete(given)
    changed(session)
    return max(0, session.votes_each - used + 1)


def _check_unused(ctx: Context, answer: DialogueAnswer) -> None:
    """Raises Conflict for an answer that something rests on as it reads."""
    if queries.became(ctx, [answer.id]):
        raise Conflict(N_("The answer became something already, and stays to tell where from."))


def _to_change(ctx: Context, answer_id: UUID) -> tuple[DialogueSession, DialogueAnswer, Phase]:
    """The session first, as everywhere; then the answer as it is now."""
    session_id = queries.session_of(ctx, answer_id)
    if session_id is None:
        raise NotFound()
    session = locked(ctx, session_id)
    found = queries.answer(ctx, answer_id)
    if found is None:  # removed meanwhile
        raise NotFound()
    return session, *found
