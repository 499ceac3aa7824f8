"""A house with a round of talks: opened, prepared, held and agreed on by its own people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tenant_app.accounts.models import RoleAssignment
from tenant_app.audit.models import AuditEntry
from tenant_app.competences import service as competences
from tenant_app.talks import service as talks
from tenant_app.talks.models import (
    DevelopmentItem,
    DevelopmentPlan,
    DevelopmentTalk,
    Preparation,
    TalkKind,
    TalkMember,
    TalkRound,
)
from tests.town import Town

TODAY = date(2026, 3, 2)
TABLES = (
    *(TalkRound, DevelopmentTalk, TalkMember, Preparation),
    *(DevelopmentPlan, DevelopmentItem),
)
SAID = "Jeg vil gerne blive bedre til at tale med forældrene."
AGREED = "Vi aftaler et forløb om forældresamarbejde."


class House:
    """`house.talk("ped_n1_1")` is that pedagogue's talk with the leader of n1."""

    def __init__(self, town: Town) -> None:
        self.town = town
        with town.as_user("admin") as ctx:
            self.area_id = competences.create_area(ctx, name="Sprog").id
            self.other_area_id = competences.create_area(ctx, name="Natur").id

    def round(self, at: str = "n1", *, kind: TalkKind = TalkKind.MUS, **facts: Any) -> UUID:
        """Opened today by the leader of the house, due in a month."""
        facts = {
            "from_date": TODAY,
            "to_date": TODAY + timedelta(days=60),
            "due_on": TODAY + timedelta(days=30),
        } | facts
        with self.town.as_user(f"leader_{at}") as ctx:
            return talks.open_round(ctx, unit_id=self.town.units[at], kind=kind, **facts).id

    def talk_of(self, round_id: UUID, who: str = "ped_n1_1") -> UUID:
        with self.town.as_system() as ctx:
            return ctx.session.scalars(
                select(TalkMember.talk_id).where(
                    TalkMember.round_id == round_id,
                    TalkMember.employee_id == self.town.employees[who],
                )
            ).one()

    def talk(self, who: str = "ped_n1_1", **facts: Any) -> UUID:
        """Invited to."""
        return self.talk_of(self.round(who.split("_")[1], **facts), who)

    def group(self, *who: str) -> UUID:
        """A group talk of n1 with these."""
        ids = [self.town.employees[each] for each in who]
        return self.talk_of(self.round(kind=TalkKind.GRUS, employee_ids=ids), who[0])

    def held(self, talk_id: UUID | None = None, *, leader: str = "leader_n1") -> UUID:
        """Held today."""
        talk_id = talk_id or self.talk()
        with self.town.as_user(leader) as ctx:
            talks.hold(ctx, talk_id, held_on=ctx.today)
        return talk_id

    def agreed(self, *, by: tuple[str, ...] = ("leader_n1", "ped_n1")) -> UUID:
        """Held, written down, and signed by these."""
        talk_id = self.held()
        with self.town.as_user("leader_n1") as ctx:
            talks.write_agreement(ctx, talk_id, agreement=AGREED)
        for who in by:
            with self.town.as_user(who) as ctx:
                talks.sign(ctx, talk_id, revision=1)
        return talk_id

    def plan(self, who: str = "ped_n1", *, talk_id: UUID | None = None) -> UUID:
        """Of a pedagogue with a login, with one item."""
        until = TODAY + timedelta(days=300)
        with self.town.as_user(who) as ctx:
            made = (
                talks.begin_plan(ctx, valid_until=until, notes=SAID)
                if talk_id is None
                else talks.take_up(ctx, talk_id, valid_until=until)
            )
            talks.add_item(
                ctx, made.id, area_id=self.area_id, aim=SAID, due_on=TODAY + timedelta(days=90)
            )
            return made.id

    def leave(self, who: str) -> None:
        """The user leads nowhere from today on."""
        with self.town.as_system() as ctx:
            role = ctx.session.scalars(
                select(RoleAssignment).where(RoleAssignment.user_id == self.town.users[who])
            ).one()
            role.to_date = TODAY

    def seen(self, talk_id: UUID, who: str, **facts: Any) -> talks.Details:
        """The talk as the user may see it."""
        with self.town.as_user(who, **facts) as ctx:
            return talks.details(ctx, talks.talk(ctx, talk_id))

    def row(self, talk_id: UUID) -> DevelopmentTalk:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(DevelopmentTalk, talk_id)

    def everything(self) -> tuple[Any, ...]:
        """All that a refusal must leave alone."""
        noted = select(AuditEntry.id).where(AuditEntry.action.startswith("talk."))
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


@pytest.fixture
def house(town: Town) -> House:
    """Two competence areas, and no talks yet."""
    return House(town)
