"""A forum of the north with its members, meetings and candidates."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tenant_app.core.access import system
from tenant_app.forums import service as forums
from tenant_app.forums.models import Decision, ForumKind, Meeting, MeetingState, Outcome
from tenant_app.initiatives.models import InitiativeState
from tenant_app.needs.models import Need, NeedState
from tests.initiatives.conftest import Plans
from tests.town import Town

_COUNT = itertools.count(1)
MEMBERS = ("area_north", "leader_n1", "leader_n2", "ped_n1")
BIG = "x" * 102_400
TABLES = (
    *("forums", "forum_members", "forum_meetings", "agenda_items", "meeting_packs"),
    *("ranking_rounds", "ranking_ballots", "forum_decisions", "wheel_entries", "audit_entries"),
    *("needs", "initiatives", "initiative_needs", "outbox"),
)


class Council:
    """A town whose northern leaders meet: `council.meeting()`, `council.decide(meeting)`."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.plans = Plans(town)
        self.forum_id = self.forum()

    def forum(self, where: str = "north", *, who: str = "area_north", **facts: Any) -> UUID:
        facts = {
            "kind": ForumKind.AREA_MEETING,
            "name": f"Områdemøde {next(_COUNT)}",
            "member_ids": [self.town.users[each] for each in MEMBERS],
        } | facts
        with self.town.as_user(who) as ctx:
            return forums.create(ctx, unit_id=self.town.units[where], **facts).id

    def meeting(self, *, days: int = -1, who: str = "area_north", forum_id: UUID | None = None):
        """One that began so many days from now, at nine."""
        day = self.town.today + timedelta(days=days)
        with self.town.as_user(who) as ctx:
            return forums.plan(
                ctx,
                forum_id or self.forum_id,
                day=day,
                begins=time(9),
                ends=time(11),
                place="Rådhuset",
            ).id

    def item(self, meeting_id: UUID, *, who: str = "area_north", **facts: Any) -> UUID:
        with self.town.as_user(who) as ctx:
            return forums.add_item(ctx, meeting_id, **facts).id

    def need(self, where: str = "n1", **facts: Any) -> UUID:
        return self.plans.need(where, **facts)

    def ranked(self, count: int = 3) -> tuple[UUID, list[UUID]]:
        """A meeting with so many needs on its agenda, whose ranking is open."""
        meeting_id = self.meeting()
        items = [
            self.item(meeting_id, need_id=self.need(("n1", "n2")[at % 2])) for at in range(count)
        ]
        with self.town.as_user("area_north") as ctx:
            forums.open_ranking(ctx, meeting_id)
        return meeting_id, items

    def vote(self, who: str, meeting_id: UUID, ordered: list[UUID]) -> None:
        with self.town.as_user(who) as ctx:
            forums.rank(ctx, meeting_id, ordered)

    def decide(self, meeting_id: UUID, *, who: str = "area_north", **facts: Any) -> UUID:
        given = {
            "text": "Vi begynder efter sommer.",
            "outcome": Outcome.START,
            "owner_id": self.town.users["leader_n1"],
            "due_on": self.town.today + timedelta(days=30),
        } | facts
        with self.town.as_user(who) as ctx:
            return forums.decide(ctx, meeting_id, **given).id

    def pack(self, meeting_id: UUID, version: int = 1) -> UUID | None:
        """As the job does it."""
        with self.town.db.unit_of_work(
            self.town.tenant_id, system("meeting pack"), now=self.town.now
        ) as ctx:
            made = forums.make_pack(ctx, meeting_id, version)
            return made.id if made is not None else None

    def state(self, meeting_id: UUID) -> MeetingState:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(Meeting, meeting_id).state

    def need_state(self, need_id: UUID) -> NeedState:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(Need, need_id).state

    def initiative_state(self, initiative_id: UUID) -> InitiativeState:
        return self.plans.state(initiative_id)

    def decision(self, decision_id: UUID) -> Decision:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(Decision, decision_id)

    @property
    def today(self) -> date:
        return self.town.today

    def sums(self) -> dict[str, tuple[int, int]]:
        """All that a refusal must leave alone."""
        parts = [
            f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) "
            f"FROM {name} t"
            for name in TABLES
        ]
        with self.town.as_system() as ctx:
            rows = ctx.session.execute(text(" UNION ALL ".join(parts)))
            return {row[0]: (int(row[1]), int(row[2])) for row in rows}


@pytest.fixture
def council(town: Town) -> Council:
    """The area meeting of the north."""
    return Council(town)


@pytest.fixture
def refused(council: Council) -> Callable[..., Any]:
    """`refused(Conflict, call)`: it is raised, nothing changed, and it is returned."""

    def check(kind: type[Exception], call: Callable[[], Any]) -> Any:
        before = council.sums()
        with pytest.raises(kind) as caught:
            call()
        assert council.sums() == before
        return caught.value

    return check
