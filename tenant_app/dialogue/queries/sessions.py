"""SELECTs of cards, sessions and who takes part."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from tenant_app.accounts.models import User
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.fence import only_own, own
from tenant_app.dialogue.models import (
    DialogueCard,
    DialogueParticipant,
    DialogueSession,
    Phase,
    SessionCard,
    SessionState,
)
from tenant_app.dialogue.rules import LIVE, SEEN_EVERY
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit
from tenant_app.tenancy.models import TenantSettings

WITH_NAMES: tuple[ORMOption, ...] = (
    joinedload(DialogueSession.unit),
    joinedload(DialogueSession.facilitator),
)
_OF_SET = case(*((DialogueCard.phase == phase, at) for at, phase in enumerate(Phase)))
_OF_SESSION = case(*((SessionCard.phase == phase, at) for at, phase in enumerate(Phase)))


def visible(ctx: Context) -> ColumnElement[bool]:
    """Sessions of the units the actor may look into, and those they took part in."""
    allowed: list[ColumnElement[bool]] = [false()]
    if ctx.actor.may(Permission.DIALOGUE_VIEW):
        units = organisation.visible_units(ctx, Permission.DIALOGUE_VIEW)
        allowed.append(DialogueSession.unit_id.in_(units))
    if ctx.actor.user_id is not None and ctx.actor.may(Permission.DIALOGUE_JOIN):
        allowed.append(takes_part(ctx.actor.user_id))
    return or_(*allowed)


def takes_part(user_id: UUID) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            DialogueParticipant.session_id == DialogueSession.id,
            DialogueParticipant.user_id == user_id,
        )
        .correlate(DialogueSession)
    )


def sessions(conditions: Iterable[ColumnElement[bool]]) -> Select[DialogueSession]:
    """The latest first."""
    return (
        select(DialogueSession)
        .where(*conditions)
        .order_by(DialogueSession.held_on.desc(), DialogueSession.id.desc())
        .options(*WITH_NAMES)
    )


def get(ctx: Context, session_id: UUID) -> DialogueSession | None:
    return ctx.session.scalar(
        select(DialogueSession)
        .where(DialogueSession.id == session_id, visible(ctx))
        .options(*WITH_NAMES)
    )


def get_locked(ctx: Context, session_id: UUID) -> DialogueSession | None:
    """The session as it is now, with its unit; nobody else changes it until the end."""
    return ctx.session.scalar(
        select(DialogueSession)
        .where(DialogueSession.id == session_id, visible(ctx))
        .options(*WITH_NAMES)
        .with_for_update(of=DialogueSession)
        .execution_options(populate_existing=True)
    )


def by_code(ctx: Context, code: str) -> DialogueSession | None:
    """Whoever has the code need not see the unit."""
    return ctx.session.scalar(
        select(DialogueSession)
        .where(DialogueSession.join_code == code)
        .options(*WITH_NAMES)
        .with_for_update(of=DialogueSession)
        .execution_options(populate_existing=True)
    )


def has_code(ctx: Context, code: str) -> bool:
    found = select(DialogueSession.id).where(DialogueSession.join_code == code)
    return ctx.session.scalar(found) is not None


def at_or_below(ctx: Context, unit_id: UUID) -> ColumnElement[bool]:
    """Sessions of the unit and of those below it today. Raises NotFound."""
    return DialogueSession.unit_id.in_(organisation.units_below(ctx, unit_id))


def joinable(ctx: Context) -> Sequence[tuple[DialogueSession, bool]]:
    """(session, whether the actor is in it): those one can come in to at one's own place, and
    those one came in to."""
    inside = false() if ctx.actor.user_id is None else takes_part(ctx.actor.user_id)
    units = organisation.visible_units(ctx, Permission.DIALOGUE_JOIN)
    rows = ctx.session.execute(
        select(DialogueSession, inside.label("inside"))
        .where(DialogueSession.state.in_(LIVE))
        .where(or_(inside, DialogueSession.unit_id.in_(units)))
        .order_by(DialogueSession.held_on.desc(), DialogueSession.id.desc())
        .limit(20)
        .options(*WITH_NAMES)
    )
    return [(row[0], row[1]) for row in rows]


def open_to_join(ctx: Context, user_id: UUID) -> Select[*tuple[Any, ...]]:
    """(key, count) of the open sessions of the actor's own place that they are not in."""
    units = organisation.visible_units(ctx, Permission.DIALOGUE_JOIN)
    return only_own(
        select(literal("dialogue_open", Text), func.count())
        .select_from(DialogueSession)
        .where(
            DialogueSession.state.in_(LIVE),
            DialogueSession.unit_id.in_(units),
            ~takes_part(user_id),
        ),
        DialogueSession,
    )


# Who takes part


def participant(ctx: Context, session_id: UUID, user_id: UUID) -> DialogueParticipant | None:
    return ctx.session.scalar(
        select(DialogueParticipant).where(
            DialogueParticipant.session_id == session_id, DialogueParticipant.user_id == user_id
        )
    )


_SESSION, _USER = bindparam("session", type_=Uuid()), bindparam("user", type_=Uuid())
_PEOPLE = only_own(
    select(User.name, DialogueParticipant.last_seen_at, User.id)
    .join(User, User.id == DialogueParticipant.user_id)
    .where(DialogueParticipant.session_id == _SESSION)
    .order_by(DialogueParticipant.joined_at, DialogueParticipant.id),
    DialogueParticipant,
    User,
)


def people(ctx: Context, session_id: UUID) -> Sequence[tuple[str, datetime, UUID]]:
    """(name, last seen, whose login) in the order in which they came in."""
    rows = ctx.execute(_PEOPLE, {"session": session_id})
    return [(row[0], row[1], row[2]) for row in rows]


def count_people(ctx: Context, session_ids: Collection[UUID]) -> dict[UUID, int]:
    rows = ctx.session.execute(
        select(DialogueParticipant.session_id, func.count())
        .where(DialogueParticipant.session_id.in_(session_ids))
        .group_by(DialogueParticipant.session_id)
    )
    return {row[0]: row[1] for row in rows}


def seen(ctx: Context, participant_id: UUID) -> None:
    """Heard of just now; written down now and then, since every screen asks every second."""
    ctx.session.execute(
        update(DialogueParticipant)
        .where(
            DialogueParticipant.id == participant_id,
            DialogueParticipant.last_seen_at < ctx.now - SEEN_EVERY,
        )
        .values(last_seen_at=ctx.now)
        .execution_options(synchronize_session=False)
    )


# Asked by every screen of a meeting all the time, so built once and past the ORM.
_STANDING = only_own(
    select(
        DialogueSession.version,
        DialogueSession.state,
        DialogueSession.unit_id,
        DialogueParticipant.id.label("participant_id"),
        DialogueParticipant.last_seen_at,
        func.pg_current_xact_id_if_assigned().is_(None).label("has_only_read"),
    )
    .outerjoin(
        DialogueParticipant,
        (DialogueParticipant.session_id == DialogueSession.id)
        & own(DialogueParticipant)
        & (DialogueParticipant.user_id == _USER),
    )
    .where(DialogueSession.id == _SESSION),
    DialogueSession,
)


def standing(ctx: Context, session_id: UUID, user_id: UUID | None) -> Any:
    """What a live screen asks each second, in one row: (version, state, unit, participant, last
    seen, whether this unit of work has written nothing yet); None when there is no such session."""
    return ctx.execute(_STANDING, {"session": session_id, "user": user_id}).one_or_none()


_SHOWN = only_own(
    select(
        DialogueSession.title,
        Unit.name.label("unit_name"),
        DialogueSession.join_code,
        DialogueSession.held_on,
        DialogueSession.votes_each,
        DialogueSession.timer_ends_at,
    )
    .join(Unit, Unit.id == DialogueSession.unit_id)
    .where(DialogueSession.id == _SESSION),
    DialogueSession,
    Unit,
)


def shown(ctx: Context, session_id: UUID) -> Any:
    """What all screens of the session show of it, for whoever may look: (title, unit_name,
    join_code, held_on, votes_each, timer_ends_at)."""
    return ctx.execute(_SHOWN, {"session": session_id}).one()


# Cards


def cards(*, retired: bool) -> Select[DialogueCard]:
    """The set, phase by phase."""
    found = select(DialogueCard).order_by(_OF_SET, DialogueCard.position, DialogueCard.id)
    return found if retired else found.where(DialogueCard.retired_at.is_(None))


def card(ctx: Context, card_id: UUID) -> DialogueCard | None:
    return ctx.session.scalar(
        select(DialogueCard)
        .where(DialogueCard.id == card_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def last_position(ctx: Context, phase: Phase) -> int:
    found = select(func.max(DialogueCard.position)).where(DialogueCard.phase == phase)
    return ctx.session.scalar(found) or 0


def count_cards(ctx: Context) -> int:
    found = select(func.count()).where(DialogueCard.retired_at.is_(None))
    return ctx.session.scalar(found.select_from(DialogueCard)) or 0


def lock_set(ctx: Context) -> None:
    """Two who change the set at once come one after the other."""
    ctx.session.execute(select(TenantSettings.id).with_for_update()).all()


def session_cards(ctx: Context, session_id: UUID, phase: Phase | None = None) -> list[SessionCard]:
    found = select(SessionCard).where(SessionCard.session_id == session_id)
    if phase is not None:
        found = found.where(SessionCard.phase == phase)
    ordered = found.order_by(_OF_SESSION, SessionCard.position, SessionCard.id)
    return list(ctx.session.scalars(ordered))


def session_card(ctx: Context, session_id: UUID, card_id: UUID) -> SessionCard | None:
    return ctx.session.scalar(
        select(SessionCard).where(SessionCard.id == card_id, SessionCard.session_id == session_id)
    )


def in_state(states: Collection[SessionState]) -> ColumnElement[bool]:
    return DialogueSession.state.in_(states)
