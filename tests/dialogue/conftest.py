"""A session in the institution n1, held as staff meetings are: `circle.open()`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.competences.models import CompetenceArea
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import (
    DialogueAgreement,
    DialogueAnswer,
    DialogueCard,
    DialogueParticipant,
    DialogueResult,
    DialogueSession,
    DialogueVote,
    Phase,
    SessionCard,
    SessionState,
)
from tenant_app.initiatives.models import Initiative, InitiativeNeed
from tenant_app.needs.models import ActorRole, Evidence, Need, Urgency
from tests.town import Town

S = SessionState
LINE = (S.OPEN, S.NEEDS, S.INITIATIVE, S.PLANNING, S.CLOSED)
TABLES = (
    *(DialogueCard, DialogueSession, SessionCard, DialogueParticipant, DialogueAnswer),
    *(DialogueVote, DialogueResult, DialogueAgreement, Need, Evidence, Initiative, InitiativeNeed),
)


class Circle:
    """The leader of n1 holds sessions; the pedagogues take part."""

    def __init__(self, town: Town) -> None:
        self.town = town
        with town.as_system() as ctx:
            dialogue.restore_standard(ctx)
            area = CompetenceArea(name="Sprog og kommunikation")
            ctx.session.add(area)
            ctx.session.flush()
            self.area_id = area.id

    def draft(self, unit: str = "n1", who: str = "leader_n1", **facts: Any) -> DialogueSession:
        facts.setdefault("title", "Sprog i garderoben")
        facts.setdefault("held_on", self.town.today)
        with self.town.as_user(who) as ctx:
            return dialogue.create(ctx, unit_id=self.town.units[unit], **facts)

    def open(self, to: SessionState = S.OPEN, **facts: Any) -> DialogueSession:
        made = self.draft(**facts)
        self.go(made.id, to, who=facts.get("who", "leader_n1"))
        return made

    def go(self, session_id: UUID, to: SessionState, who: str = "leader_n1") -> None:
        """On from where it is, step by step."""
        with self.town.as_user(who) as ctx:
            state = dialogue.one(ctx, session_id).state
            begun = LINE.index(state) + 1 if state in LINE else 0
            for step in LINE[begun : LINE.index(to) + 1]:
                dialogue.move(ctx, session_id, step)

    def back(self, session_id: UUID, to: SessionState, who: str = "leader_n1") -> None:
        """Back to a phase, step by step."""
        with self.town.as_user(who) as ctx:
            at = LINE.index(dialogue.one(ctx, session_id).state)
            for step in reversed(LINE[LINE.index(to) : at]):
                dialogue.move(ctx, session_id, step)

    def join(self, session: DialogueSession, *who: str) -> None:
        for name in who or ("ped_n1",):
            with self.town.as_user(name) as ctx:
                dialogue.join(ctx, session.join_code)

    def card(self, session_id: UUID, phase: Phase = Phase.NEEDS) -> UUID:
        with self.town.as_system() as ctx:
            return next(
                card.id for card in dialogue.session_cards(ctx, session_id) if card.phase is phase
            )

    def answer(
        self,
        session_id: UUID,
        text: str = "Vi når ikke samtalerne",
        *,
        who: str = "ped_n1",
        phase: Phase = Phase.NEEDS,
    ) -> UUID:
        card_id = self.card(session_id, phase)
        with self.town.as_user(who) as ctx:
            return dialogue.answer(ctx, session_id, card_id=card_id, text=text).id

    def held(self, *, to: SessionState = S.CLOSED) -> tuple[DialogueSession, dict[Phase, UUID]]:
        """A session with one answer in each phase up to that state, the leader being there too."""
        session = self.open()
        self.join(session, "ped_n1", "leader_n1")
        said = {}
        for phase in Phase:
            if LINE.index(S(phase.value)) > LINE.index(to):
                break
            self.go(session.id, S(phase.value))
            said[phase] = self.answer(session.id, f"Svar om {phase.value}", phase=phase)
        self.go(session.id, to)
        return session, said

    def need_draft(self, *answer_ids: UUID, title: str = "Vi mangler tid til sprog", **facts: Any):
        facts.setdefault("staff", 6)
        facts.setdefault("urgency", Urgency.HIGH)
        facts.setdefault("role", ActorRole.PEDAGOGUE)
        return dialogue.NeedDraft(answer_ids, title, self.area_id, **facts)

    def read(self, session_id: UUID) -> DialogueSession:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(DialogueSession, session_id)

    def everything(self) -> tuple[Any, ...]:
        """All that a refusal must leave alone."""
        noted = select(AuditEntry.id).where(AuditEntry.action.startswith("dialogue."))
        with self.town.as_system() as ctx:
            rows = [
                [
                    tuple(str(value) for value in row)
                    for row in ctx.session.execute(
                        select(*table.__table__.columns).order_by(table.id)
                    )
                ]
                for table in TABLES
            ]
            return (*rows, len(ctx.session.scalars(noted).all()))

    @property
    def later(self) -> Any:
        return self.town.now + timedelta(hours=1)


@pytest.fixture
def circle(town: Town) -> Circle:
    return Circle(town)


@pytest.fixture
def make_circle(make_town):
    """Another municipality's."""
    return lambda: Circle(make_town())
