"""Cards, and sessions of an institution in the states that the verbs need."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tenant_app.anchoring.models import Owner
from tenant_app.anchoring.models import Phase as PlanPhase
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import DialogueSession, Phase, SessionState
from tenant_app.dialogue.service import AgreementDraft, NeedDraft
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, SourceType, Urgency
from tests.town import Town

S = SessionState
TEXTS = ("title_da", "title_en", "question_da", "question_en", "hint_da", "hint_en")


class DialogueThings(Town):
    """Led by the leader; a pedagogue and the leader take part."""

    def make_dialogue_card(self, where: str, phase: Phase = Phase.NEEDS) -> UUID:
        texts = {name: self.word("dialogue_cards", name) for name in TEXTS}
        with self.as_system() as ctx:
            return dialogue.add_card(ctx, phase=phase, **texts).id

    def make_dialogue_retired(self, where: str) -> UUID:
        card_id = self.make_dialogue_card(where)
        self.the("dialogue_card")  # so that it is not the last one
        with self.as_system() as ctx:
            dialogue.retire_card(ctx, card_id)
        return card_id

    def make_dialogue_draft(self, where: str) -> UUID:
        """One that is not open yet, with a card of each phase."""
        with self.as_system() as ctx:
            there = dialogue.cards(ctx)
        if {card.phase for card in there} != set(Phase):
            chosen = [self.make_dialogue_card(where, phase) for phase in Phase]
        else:
            chosen = [next(card.id for card in there if card.phase is phase) for phase in Phase]
        with self.as_user(f"leader_{where}") as ctx:
            made = dialogue.create(
                ctx,
                unit_id=self.units[where],
                title=self.word("dialogue_sessions", "title"),
                held_on=self.today,
                card_ids=chosen,
            )
            return made.id

    def make_dialogue_meeting(self, where: str) -> UUID:
        """In its first phase, with an answer of the pedagogue and a vote of the leader for it."""
        session_id = self.make_dialogue_draft(where)
        self.dialogue_go(where, session_id, S.OPEN)
        # Heard of until evening: whoever only looks then changes nothing.
        later = self.now + timedelta(hours=12)
        for name in (f"leader_{where}", f"ped_{where}"):
            with self.as_user(name, now=later) as ctx:
                dialogue.join(ctx, self.dialogue_code(session_id))
        self.dialogue_go(where, session_id, S.NEEDS)
        answer_id = self._dialogue_say(where, session_id, Phase.NEEDS)
        with self.as_user(f"leader_{where}", now=later) as ctx:
            dialogue.vote(ctx, answer_id)
        return session_id

    def make_dialogue_answer(self, where: str) -> UUID:
        """The pedagogue's own, in a phase that is on."""
        return self.dialogue_answers(self.make_dialogue_meeting(where), Phase.NEEDS)[0]

    def make_dialogue_voted(self, where: str) -> UUID:
        """The same with the pedagogue's vote."""
        answer_id = self.make_dialogue_answer(where)
        with self.as_user(f"ped_{where}") as ctx:
            dialogue.vote(ctx, answer_id)
        return answer_id

    def make_dialogue_session_card(self, where: str) -> UUID:
        """Of the meeting that stays as it is."""
        return self.dialogue_card_of(self.the("dialogue_meeting", where), Phase.NEEDS)

    def make_dialogue_said(self, where: str) -> UUID:
        """An answer of a session that is over."""
        return self.dialogue_answers(self.the("dialogue_held", where), Phase.NEEDS)[0]

    def make_dialogue_held(self, where: str) -> UUID:
        """Closed, with an answer of each phase that became nothing yet."""
        session_id = self.make_dialogue_meeting(where)
        for phase in (Phase.INITIATIVE, Phase.PLANNING):
            self.dialogue_go(where, session_id, S(phase.value))
            self._dialogue_say(where, session_id, phase)
        self.dialogue_go(where, session_id, S.CLOSED)
        return session_id

    def make_dialogue_fruitful(self, where: str) -> UUID:
        """Closed; a need that is qualified by now, an initiative without it, and a plan draft."""
        session_id = self.make_dialogue_held(where)
        [said], [choice], [agreed] = (self.dialogue_answers(session_id, each) for each in Phase)
        with self.as_user(f"leader_{where}") as ctx:
            [need] = dialogue.make_needs(
                ctx,
                session_id,
                [
                    NeedDraft(
                        [said], self.word("needs", "title"), self.the("field"), Urgency.HIGH, 3
                    )
                ],
            )
            made = dialogue.make_initiative(
                ctx,
                session_id,
                answer_ids=[choice],
                title=self.word("initiatives", "title"),
                people=4,
            )
            dialogue.make_plan(
                ctx,
                session_id,
                [
                    AgreementDraft(
                        agreed,
                        PlanPhase.AFTER,
                        Owner.LEADER,
                        self.word("dialogue_agreements", "text"),
                    )
                ],
                initiative_id=made.id,
            )
            needs.add_evidence(
                ctx,
                need.id,
                source=SourceType.SCREENING,
                role=ActorRole.CONSULTANT,
                text=self.word("evidence", "text"),
            )
            needs.analyse(ctx, need.id)
            needs.qualify(ctx, need.id)
        return session_id

    def make_dialogue_initiative(self, where: str) -> UUID:
        """Of the fruitful session that stays as it is."""
        return self.dialogue_initiative_of(self.the("dialogue_fruitful", where))

    # What rows ask of a session

    def dialogue_code(self, session_id: UUID) -> str:
        with self.as_system() as ctx:
            code: str = ctx.session.get_one(DialogueSession, session_id).join_code
            return code

    def dialogue_card_of(self, session_id: UUID, phase: Phase) -> UUID:
        with self.as_system() as ctx:
            found = dialogue.session_cards(ctx, session_id)
            return next(card.id for card in found if card.phase is phase)

    def dialogue_answers(self, session_id: UUID, phase: Phase) -> list[UUID]:
        with self.as_system() as ctx:
            told = dialogue.details(ctx, session_id).of(phase)
            return [each.id for _card, said in told for each in said]

    def dialogue_initiative_of(self, session_id: UUID) -> UUID:
        with self.as_system() as ctx:
            return dialogue.details(ctx, session_id).initiatives[0].id

    def dialogue_go(self, where: str, session_id: UUID, to: SessionState) -> None:
        with self.as_user(f"leader_{where}") as ctx:
            dialogue.move(ctx, session_id, to)

    def _dialogue_say(self, where: str, session_id: UUID, phase: Phase) -> UUID:
        card_id = self.dialogue_card_of(session_id, phase)
        with self.as_user(f"ped_{where}", now=self.now + timedelta(hours=12)) as ctx:
            text = self.word("dialogue_answers", "text")
            return dialogue.answer(ctx, session_id, card_id=card_id, text=text).id
