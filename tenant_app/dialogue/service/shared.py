"""What every verb of this room does: find, and ask who acts."""

from __future__ import annotations

from uuid import UUID

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Forbidden, NotFound
from tenant_app.dialogue import queries
from tenant_app.dialogue.models import DialogueParticipant, DialogueSession
from tenant_app.organisation import service as organisation


def may_steer(ctx: Context, session: DialogueSession) -> bool:
    """Whether the actor opens, leads and closes sessions where this one is."""
    if not ctx.actor.may(Permission.DIALOGUE_HOLD):
        return False  # without asking where
    return ctx.actor.may(Permission.DIALOGUE_HOLD, at=organisation.path_at(ctx, session.unit_id))


def locked(ctx: Context, session_id: UUID) -> DialogueSession:
    """The session as it is now, kept from others until the end: what they do comes after. So a
    vote and a closing never pass each other. Raises NotFound outside the actor's sight."""
    found = queries.get_locked(ctx, session_id)
    if found is None:
        raise NotFound()
    return found


def to_steer(ctx: Context, session_id: UUID) -> DialogueSession:
    """The same for those who lead sessions there."""
    found = locked(ctx, session_id)
    ctx.require(Permission.DIALOGUE_HOLD, at=organisation.path_at(ctx, found.unit_id))
    return found


def seat(ctx: Context, session: DialogueSession) -> DialogueParticipant:
    """The actor as one who takes part. Raises Forbidden for those who only look on."""
    user_id = ctx.actor.user_id
    found = queries.participant(ctx, session.id, user_id) if user_id is not None else None
    if found is None:
        raise Forbidden(N_("Join the session with its code first."))
    ctx.require(Permission.DIALOGUE_JOIN)
    return found


def changed(session: DialogueSession) -> None:
    """The screens of the meeting show it at their next look. Only with the session locked."""
    session.version += 1
