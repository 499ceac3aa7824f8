"""Dialogue sessions of the demo: one that was held and became something, one that is going on,
and one that leaders have ahead of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from tenant_app.cli.demo import plan
from tenant_app.cli.demo.circles import CIRCLES, Circle, Line
from tenant_app.cli.demo.founding import Town
from tenant_app.cli.demo.stage import Stage
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.context import Context
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import Phase, SessionCard, SessionState
from tenant_app.needs import service as needs
from tenant_app.needs.models import ActorRole, SourceType, Urgency

Scene = tuple[datetime, Callable[[datetime], None]]
S = SessionState
STAFF = 9
"""So many of the house's staff the needs concern."""


class Circles:
    """The sessions of the first house, and the leaders' own."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self.stage, self.town = stage, town
        self.circle: Circle = CIRCLES[town.place.slug]
        self.session_id: UUID | None = None
        self.answers: dict[Line, UUID] = {}
        self.first_need: UUID | None = None

    def scenes(self) -> Iterator[Scene]:
        """What happens, and when."""
        held = _moment(self.circle.day, 13)
        yield held, self._hold
        yield held + timedelta(hours=2), self._report
        yield held + timedelta(days=8), self._look
        yield held + timedelta(days=10), self._qualify
        yield held + timedelta(days=13), self._decide
        yield plan.STORY_ENDS - timedelta(days=6), self._invite
        yield plan.STORY_ENDS - timedelta(minutes=50), self._begin

    @property
    def _there(self) -> list[UUID]:
        """Two of the staff, the leader, the consultant."""
        own = [
            self.town.staff_logins[who]
            for who in self.town.pedagogues[0]
            if who in self.town.staff_logins
        ]
        assert self.town.consultant_id is not None
        return [own[0], own[1], self.town.leaders[0], self.town.consultant_id]

    def _hold(self, at: datetime) -> None:
        self.session_id = self._open(self.circle.title, at, self._there)
        for minutes, phase in ((5, Phase.NEEDS), (35, Phase.INITIATIVE), (60, Phase.PLANNING)):
            self._speak(phase, self.circle.lines, self.session_id, at + timedelta(minutes=minutes))
        self._move(self.session_id, S.CLOSED, at + timedelta(minutes=90))

    def _report(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.leaders[0])
        area_id = ctx.session.scalars(
            select(CompetenceArea.id).where(CompetenceArea.name == self.circle.area)
        ).one()
        drafts = [
            dialogue.NeedDraft(
                [self.answers[line] for line in self.circle.lines if line.need == number],
                title,
                area_id,
                Urgency.HIGH if number == 0 else Urgency.NORMAL,
                STAFF,
                ActorRole.PEDAGOGUE,
            )
            for number, title in enumerate(self.circle.needs)
        ]
        made = dialogue.make_needs(ctx, self._id, drafts)
        self.first_need = made[0].id

    def _look(self, at: datetime) -> None:
        """The consultant has seen it too: now two kinds of source stand behind the need."""
        assert self.first_need is not None
        assert self.town.consultant_id is not None
        needs.add_evidence(
            self.stage.enter(at, self.town.consultant_id),
            self.first_need,
            source=SourceType.EVALUATION,
            role=ActorRole.CONSULTANT,
            text=self.circle.seen,
        )

    def _qualify(self, at: datetime) -> None:
        assert self.first_need is not None
        ctx = self.stage.enter(at, self.town.leaders[0])
        needs.analyse(ctx, self.first_need)
        needs.qualify(ctx, self.first_need)

    def _decide(self, at: datetime) -> None:
        ctx = self.stage.enter(at, self.town.leaders[0])
        lines = self.circle.lines
        said = [line for line in lines if line.phase is Phase.INITIATIVE]
        made = dialogue.make_initiative(
            ctx,
            self._id,
            answer_ids=[self.answers[line] for line in said],
            title=self.circle.initiative,
            description="\n".join(f"– {line.text}" for line in said),
            target_group="Pædagoger og medhjælpere på alle stuer",
            people=8,
        )
        dialogue.make_plan(
            ctx,
            self._id,
            [
                dialogue.AgreementDraft(
                    self.answers[line], when, owner, line.text, date.fromisoformat(day)
                )
                for line in lines
                if line.agreement is not None
                for when, owner, day in [line.agreement]
            ],
            initiative_id=made.id,
        )

    def _invite(self, at: datetime) -> None:
        """Leaders meet next week: theirs is ready, and not open yet."""
        assert self.town.consultant_id is not None
        ctx = self.stage.enter(at, self.town.consultant_id)
        dialogue.create(
            ctx,
            unit_id=self.town.root_id,
            title="Ledermøde: hvad skal vi være fælles om i 2027?",
            held_on=plan.STORY_ENDS.date() + timedelta(days=8),
        )

    def _begin(self, at: datetime) -> None:
        """A staff meeting that is going on as the story ends; one of the staff is on the way."""
        there = self._there[1:3]
        session_id = self._open(self.circle.coming, at, there)
        self._speak(Phase.NEEDS, self.circle.begun, session_id, at + timedelta(minutes=10))
        ctx = self.stage.enter(at + timedelta(minutes=45), self.town.leaders[0])
        dialogue.set_timer(ctx, session_id, minutes=15)

    @property
    def _id(self) -> UUID:
        assert self.session_id is not None
        return self.session_id

    def _open(self, title: str, at: datetime, there: list[UUID]) -> UUID:
        ctx = self.stage.enter(at - timedelta(minutes=10), self.town.leaders[0])
        made = dialogue.create(
            ctx, unit_id=self.town.institution(0), title=title, held_on=at.date()
        )
        session_id, code = made.id, made.join_code
        self._move(session_id, S.OPEN, at)
        for user_id in there:
            dialogue.join(self.stage.enter(at + timedelta(minutes=1), user_id), code)
        return session_id

    def _move(self, session_id: UUID, to: SessionState, at: datetime) -> None:
        dialogue.move(self.stage.enter(at, self.town.leaders[0]), session_id, to)

    def _speak(self, phase: Phase, lines: tuple[Line, ...], session_id: UUID, at: datetime) -> None:
        """The phase begins; one writes after the other, and then they vote."""
        self._move(session_id, S(phase.value), at)
        cards = self._cards(self.stage.enter(at), session_id, phase)
        said = [line for line in lines if line.phase is phase]
        there = self._there
        for number, line in enumerate(said):
            ctx = self.stage.enter(at + timedelta(minutes=1 + number), there[line.by])
            self.answers[line] = dialogue.answer(
                ctx, session_id, card_id=cards[line.card].id, text=line.text
            ).id
        for voter, user_id in enumerate(there):
            ctx = self.stage.enter(at + timedelta(minutes=15), user_id)
            for line in [line for line in said if voter in line.votes][:3]:
                dialogue.vote(ctx, self.answers[line])

    def _cards(self, ctx: Context, session_id: UUID, phase: Phase) -> list[SessionCard]:
        return [card for card in dialogue.session_cards(ctx, session_id) if card.phase is phase]


def _moment(day: str, hour: int) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), tzinfo=UTC)
