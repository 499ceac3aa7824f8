"""Dialogue sessions: the cards they are held with, what was said, and what it became."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tenant_app.accounts.models import User
from tenant_app.anchoring.models import Owner
from tenant_app.anchoring.models import Phase as PlanPhase
from tenant_app.core.db import StrEnumText, TenantOwned, check, index, unique
from tenant_app.initiatives.models import Initiative
from tenant_app.needs.models import Need
from tenant_app.organisation.models import Unit


class Phase(StrEnum):
    """What a card is for."""

    NEEDS = "needs"
    INITIATIVE = "initiative"
    PLANNING = "planning"


class SessionState(StrEnum):
    """Where a session is; the three in the middle are named as the phase that is going on."""

    DRAFT = "draft"
    OPEN = "open"
    """People come in; nothing is written yet."""
    NEEDS = "needs"
    INITIATIVE = "initiative"
    PLANNING = "planning"
    CLOSED = "closed"


class DialogueCard(TenantOwned):
    """A card of the municipality's set. Retired, it is in no session to come."""

    __tablename__ = "dialogue_cards"
    belongs_to = {}
    extras = (index("phase", "position"),)

    phase: Mapped[Phase] = mapped_column(StrEnumText(Phase))
    position: Mapped[int]
    title_da: Mapped[str]
    title_en: Mapped[str]
    question_da: Mapped[str]
    question_en: Mapped[str]
    hint_da: Mapped[str] = mapped_column(default="", server_default="")
    hint_en: Mapped[str] = mapped_column(default="", server_default="")
    retired_at: Mapped[datetime | None]


class DialogueSession(TenantOwned):
    """A run of the dialogue tool in a unit."""

    __tablename__ = "dialogue_sessions"
    belongs_to = {"unit_id": "units", "facilitator_id": "users", "created_by": "users"}
    extras = (
        unique("join_code"),
        index("unit_id", "state"),
        index("held_on", "id"),
        check("closed_says_when", "(state = 'closed') = (closed_at IS NOT NULL)"),
        check("votes_are_few", "votes_each BETWEEN 0 AND 20"),
    )

    unit_id: Mapped[UUID]
    title: Mapped[str]
    held_on: Mapped[date]
    facilitator_id: Mapped[UUID | None]
    state: Mapped[SessionState] = mapped_column(
        StrEnumText(SessionState), default=SessionState.DRAFT, server_default="draft"
    )
    join_code: Mapped[str]
    votes_each: Mapped[int] = mapped_column(default=3, server_default="3")
    """How many votes each participant has in each phase."""
    timer_ends_at: Mapped[datetime | None]
    """When the time set for the phase is up. Nothing happens by itself then."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """One more with each change that the screens of a meeting must show."""
    closed_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship(
        primaryjoin=lambda: foreign(DialogueSession.unit_id) == Unit.id,
        viewonly=True,
        lazy="raise",
    )
    facilitator: Mapped[User | None] = relationship(
        primaryjoin=lambda: foreign(DialogueSession.facilitator_id) == User.id,
        viewonly=True,
        lazy="raise",
    )


class SessionCard(TenantOwned):
    """A card as it read when the session was made, whatever becomes of the set."""

    __tablename__ = "dialogue_session_cards"
    belongs_to = {"session_id": "dialogue_sessions", "card_id": "dialogue_cards"}
    extras = (unique("session_id", "card_id"),)

    session_id: Mapped[UUID]
    card_id: Mapped[UUID]
    phase: Mapped[Phase] = mapped_column(StrEnumText(Phase))
    position: Mapped[int]
    title_da: Mapped[str]
    title_en: Mapped[str]
    question_da: Mapped[str]
    question_en: Mapped[str]
    hint_da: Mapped[str] = mapped_column(default="", server_default="")
    hint_en: Mapped[str] = mapped_column(default="", server_default="")


class DialogueParticipant(TenantOwned):
    """Somebody who came in. Whoever comes back is the same one."""

    __tablename__ = "dialogue_participants"
    belongs_to = {"session_id": "dialogue_sessions", "user_id": "users"}
    extras = (unique("session_id", "user_id"), index("user_id"))

    session_id: Mapped[UUID]
    user_id: Mapped[UUID]
    joined_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class DialogueAnswer(TenantOwned):
    """What a participant wrote on a card. Removed, it stays for the trail."""

    __tablename__ = "dialogue_answers"
    belongs_to = {
        "session_id": "dialogue_sessions",
        "card_id": "dialogue_session_cards",
        "participant_id": "dialogue_participants",
    }
    extras = (index("session_id", "card_id"), index("participant_id"))

    session_id: Mapped[UUID]
    card_id: Mapped[UUID]
    """The card of the session."""
    participant_id: Mapped[UUID]
    text: Mapped[str]
    written_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class DialogueVote(TenantOwned):
    """A participant's vote for an answer. Whose it is is told to nobody else."""

    __tablename__ = "dialogue_votes"
    belongs_to = {
        "session_id": "dialogue_sessions",
        "answer_id": "dialogue_answers",
        "participant_id": "dialogue_participants",
    }
    extras = (unique("answer_id", "participant_id"), index("session_id"), index("participant_id"))

    session_id: Mapped[UUID]
    answer_id: Mapped[UUID]
    participant_id: Mapped[UUID]


class DialogueResult(TenantOwned):
    """An answer became a need, or part of an initiative."""

    __tablename__ = "dialogue_results"
    belongs_to = {
        "session_id": "dialogue_sessions",
        "card_id": "dialogue_session_cards",
        "answer_id": "dialogue_answers",
        "need_id": "needs",
        "evidence_id": "evidence",
        "initiative_id": "initiatives",
        "made_by": "users",
    }
    extras = (
        unique("answer_id"),
        index("session_id"),
        index("card_id"),
        index("need_id", where="need_id IS NOT NULL"),
        index("initiative_id", where="initiative_id IS NOT NULL"),
        check("evidence_is_of_a_need", "(need_id IS NULL) = (evidence_id IS NULL)"),
        check("is_one_thing", "(need_id IS NULL) <> (initiative_id IS NULL)"),
    )

    session_id: Mapped[UUID]
    card_id: Mapped[UUID]
    answer_id: Mapped[UUID]
    need_id: Mapped[UUID | None]
    evidence_id: Mapped[UUID | None]
    """The answer as evidence of the need. Withdrawn, the answer is free again."""
    initiative_id: Mapped[UUID | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]

    need: Mapped[Need | None] = relationship(
        primaryjoin=lambda: foreign(DialogueResult.need_id) == Need.id,
        viewonly=True,
        lazy="raise",
    )
    initiative: Mapped[Initiative | None] = relationship(
        primaryjoin=lambda: foreign(DialogueResult.initiative_id) == Initiative.id,
        viewonly=True,
        lazy="raise",
    )


class DialogueAgreement(TenantOwned):
    """An agreement of the plan draft: an answer on who does what, and when. It is a draft: the
    anchoring plans themselves are made for each enrolment."""

    __tablename__ = "dialogue_agreements"
    belongs_to = {
        "session_id": "dialogue_sessions",
        "card_id": "dialogue_session_cards",
        "answer_id": "dialogue_answers",
        "initiative_id": "initiatives",
        "made_by": "users",
    }
    extras = (
        unique("answer_id"),
        index("session_id"),
        index("card_id"),
        index("initiative_id", where="initiative_id IS NOT NULL"),
    )

    session_id: Mapped[UUID]
    card_id: Mapped[UUID]
    answer_id: Mapped[UUID]
    initiative_id: Mapped[UUID | None]
    """The initiative of the same session that it is a plan for."""
    phase: Mapped[PlanPhase] = mapped_column(StrEnumText(PlanPhase))
    owner: Mapped[Owner] = mapped_column(StrEnumText(Owner))
    text: Mapped[str]
    due_on: Mapped[date | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
