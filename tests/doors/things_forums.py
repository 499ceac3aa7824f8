"""Forums of institutions, with meetings in the states that the verbs need."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from sqlalchemy import select

from tenant_app.forums import service as forums
from tenant_app.forums.models import (
    AgendaItem,
    Decision,
    ForumKind,
    Meeting,
    MeetingState,
    Outcome,
    WheelKind,
)
from tests.town import Town


class ForumThings(Town):
    """Each forum is an institution's, kept by the leader of its area; the institution's leader and
    a pedagogue are in it."""

    def make_forum(self, where: str) -> UUID:
        people = [self.users[f"leader_{where}"], self.users[f"ped_{where}"]]
        with self.as_user(self._forum_keeper(where)) as ctx:
            return forums.create(
                ctx,
                unit_id=self.units[where],
                kind=ForumKind.LEADER_GROUP,
                name=self.word("forums", "name"),
                purpose=self.word("forums", "purpose"),
                member_ids=people,
            ).id

    def make_forum_leader(self, where: str) -> UUID:
        """Somebody whom the list of members offers: employees are named by e-mail."""
        return self.users[f"leader_{where}"]

    def make_meeting(self, where: str) -> UUID:
        """One that has begun, with two needs on its agenda and something said about them."""
        meeting_id = self._forum_meeting(where, days=-2)
        items = [
            self._forum_item(meeting_id, where, need_id=self.make("qualified", where))
            for _ in range(2)
        ]
        with self.as_user(self._forum_keeper(where)) as ctx:
            forums.write_minutes(
                ctx,
                meeting_id,
                minutes=self.word("forum_meetings", "minutes"),
                items={each: self.word("agenda_items", "minutes") for each in items},
            )
        return meeting_id

    def make_coming_meeting(self, where: str) -> UUID:
        """One that lies ahead, with its pack."""
        meeting_id = self._forum_meeting(where, days=20)
        self._forum_item(meeting_id, where, title=self.word("agenda_items", "title"))
        self._forum_pack(meeting_id)
        return meeting_id

    def make_held_meeting(self, where: str) -> UUID:
        meeting_id = self.make_meeting(where)
        with self.as_user(self._forum_keeper(where)) as ctx:
            forums.move(ctx, meeting_id, MeetingState.HELD)
        return meeting_id

    def make_ranked_meeting(self, where: str) -> UUID:
        """One whose ranking is open, and whose members have ranked."""
        meeting_id = self.make_meeting(where)
        with self.as_user(self._forum_keeper(where)) as ctx:
            forums.open_ranking(ctx, meeting_id)
        for name in ("leader", "ped"):
            with self.as_user(f"{name}_{where}") as ctx:
                forums.rank(ctx, meeting_id, self.forum_items_of(meeting_id))
        return meeting_id

    def make_agenda_item(self, where: str) -> UUID:
        """A matter without a candidate, that nothing is decided on."""
        meeting_id = self._forum_meeting(where, days=-2)
        return self._forum_item(meeting_id, where, title=self.word("agenda_items", "title"))

    def make_other_matter(self, where: str) -> UUID:
        """The meeting of such an item."""
        item_id = self.make_agenda_item(where)
        with self.as_system() as ctx:
            return ctx.session.get_one(AgendaItem, item_id).meeting_id

    def make_pack(self, where: str) -> UUID:
        meeting_id = self._forum_meeting(where, days=25)
        self.the("qualified", where)
        return self._forum_pack(meeting_id)

    def make_decision(self, where: str) -> UUID:
        """One that stands; another of its meeting is carried out."""
        meeting_id = self.make_meeting(where)
        first, second = self.forum_items_of(meeting_id)
        done = self._forum_decide(meeting_id, first, where)
        with self.as_user(f"leader_{where}") as ctx:
            forums.finish(ctx, done, note=self.word("forum_decisions", "done_note"))
        return self._forum_decide(meeting_id, second, where)

    def make_decided_meeting(self, where: str) -> UUID:
        """The meeting of a decision that stands, on an item of its own agenda."""
        with self.as_system() as ctx:
            decision_id = self.make_decision(where)
            return ctx.session.get_one(Decision, decision_id).meeting_id

    def make_point(self, where: str) -> UUID:
        """A fixed point of the year, of the whole municipality."""
        with self.as_system() as ctx:
            return forums.add_point(
                ctx, month=3, kind=WheelKind.OTHER, text=self.word("wheel_entries", "text")
            ).id

    def forum_items_of(self, meeting_id: UUID) -> list[UUID]:
        """What stands on its agenda."""
        with self.as_system() as ctx:
            return [each.id for each in forums.agenda(ctx, meeting_id)]

    def forum_standing_of(self, meeting_id: UUID) -> tuple[UUID, UUID | None]:
        """(the decision of a meeting that is left to do, its item)."""
        with self.as_system() as ctx:
            found = ctx.session.scalars(
                select(Decision).where(
                    Decision.meeting_id == meeting_id, Decision.done_on.is_(None)
                )
            ).one()
            return found.id, found.item_id

    def _forum_keeper(self, where: str) -> str:
        return f"area_{self.area(where)}"

    def _forum_meeting(self, where: str, *, days: int) -> UUID:
        forum_id = self.the("forum", where)
        with self.as_user(self._forum_keeper(where)) as ctx:
            made: Meeting = forums.plan(
                ctx,
                forum_id,
                day=self.day(days),
                begins=time(9),
                ends=time(11),
                place=self.word("forum_meetings", "place"),
            )
            return made.id

    def _forum_item(self, meeting_id: UUID, where: str, **facts: object) -> UUID:
        facts.setdefault("title", self.word("agenda_items", "title"))
        with self.as_user(self._forum_keeper(where)) as ctx:
            return forums.add_item(ctx, meeting_id, **facts).id

    def _forum_decide(self, meeting_id: UUID, item_id: UUID, where: str) -> UUID:
        with self.as_user(self._forum_keeper(where)) as ctx:
            return forums.decide(
                ctx,
                meeting_id,
                item_id=item_id,
                text=self.word("forum_decisions", "text"),
                outcome=Outcome.START,
                owner_id=self.users[f"leader_{where}"],
                due_on=self.day(30),
            ).id

    def _forum_pack(self, meeting_id: UUID) -> UUID:
        with self.as_system() as ctx:
            made = forums.make_pack(ctx, meeting_id, 1)
            assert made is not None
            return made.id
