"""Talks in the states that the verbs need, and plans: between a pedagogue and the leader."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from tenant_app.accounts.models import Role
from tenant_app.talks import service as talks
from tenant_app.talks.models import DevelopmentItem, DevelopmentPlan, TalkKind, TalkMember
from tests.town import Town


class TalkThings(Town):
    """Every talk has a round of its own, with everything in it marked."""

    def make_talk_round(self, where: str) -> UUID:
        with self.as_user(f"leader_{where}") as ctx:
            return talks.open_round(
                ctx,
                unit_id=self.units[where],
                kind=TalkKind.MUS,
                from_date=self.day(-30),
                to_date=self.day(60),
                due_on=self.day(30),
                invitation=self.word("talk_rounds", "invitation"),
                employee_ids=[self.employees[f"ped_{where}_1"]],
            ).id

    def make_talk(self, where: str) -> UUID:
        """Both sides have prepared and shared; others like it were declined and cancelled."""
        self.the("declined_talk", where)
        self.the("cancelled_talk", where)
        talk_id = self._invited(where)
        for who in (f"ped_{where}", f"leader_{where}"):
            with self.as_user(who) as ctx:
                answers = {
                    name: self.word("talk_preparations", name)
                    for name in ("good", "hard", "learn", "support")
                }
                talks.prepare(ctx, talk_id, share=True, **answers)
        return talk_id

    def make_declined_talk(self, where: str) -> UUID:
        talk_id = self._invited(where)
        with self.as_user(f"ped_{where}") as ctx:
            talks.call_off(ctx, talk_id, reason=self.word("talk_members", "left_why"))
        return talk_id

    def make_cancelled_talk(self, where: str) -> UUID:
        talk_id = self._invited(where)
        with self.as_user(f"leader_{where}") as ctx:
            talks.call_off(ctx, talk_id, reason=self.word("development_talks", "reason"))
        return talk_id

    def make_held_talk(self, where: str) -> UUID:
        talk_id = self.make_talk(where)
        with self.as_user(f"leader_{where}") as ctx:
            talks.hold(ctx, talk_id, held_on=self.day(-1))
        return talk_id

    def make_written_talk(self, where: str) -> UUID:
        """The agreement is written, and nobody has signed it."""
        talk_id = self.make_held_talk(where)
        with self.as_user(f"leader_{where}") as ctx:
            agreement = self.word("development_talks", "agreement")
            talks.write_agreement(ctx, talk_id, agreement=agreement)
        return talk_id

    def make_half_signed_talk(self, where: str) -> UUID:
        talk_id = self.make_written_talk(where)
        with self.as_user(f"leader_{where}") as ctx:
            talks.sign(ctx, talk_id, revision=1)
        return talk_id

    def make_talker(self, where: str) -> UUID:
        """Who is in the talks."""
        return self.employees[f"ped_{where}_1"]

    def make_talk_holder(self, where: str) -> UUID:
        """A second leader of the house."""
        name = f"second_{where}"
        if name not in self.users:
            with self.as_system() as ctx:
                self._user(ctx, name, Role.INSTITUTION_LEADER, where)
        return self.users[name]

    def make_development_plan(self, where: str) -> UUID:
        """The pedagogue's one plan, taken up in a talk."""
        with self.as_system() as ctx:
            found = ctx.session.scalar(
                select(DevelopmentPlan.id).where(
                    DevelopmentPlan.employee_id == self.employees[f"ped_{where}_1"]
                )
            )
        if found is not None:
            return found
        talk_id = self.the("talk", where)
        with self.as_user(f"ped_{where}") as ctx:
            plan_id = talks.take_up(ctx, talk_id, valid_until=self.day(300)).id
            notes = self.word("development_plans", "notes")
            talks.write_plan(ctx, plan_id, valid_until=self.day(300), notes=notes)
        self._learn(where, plan_id)
        return plan_id

    def make_learning(self, where: str) -> UUID:
        """Something in that plan."""
        return self._learn(where, self.make_development_plan(where))

    def _learn(self, where: str, plan_id: UUID) -> UUID:
        with self.as_user(f"ped_{where}") as ctx:
            made: DevelopmentItem = talks.add_item(
                ctx,
                plan_id,
                area_id=self.the("field"),
                aim=self.word("development_items", "aim"),
                due_on=self.day(90),
            )
            return made.id

    def _invited(self, where: str) -> UUID:
        round_id = self.make_talk_round(where)
        with self.as_system() as ctx:
            return ctx.session.scalars(
                select(TalkMember.talk_id).where(TalkMember.round_id == round_id)
            ).one()
