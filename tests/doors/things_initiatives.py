"""Initiatives in the states that the verbs need, with all that people write about them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from tenant_app.catalogue.models import CourseForm
from tenant_app.core.money import kroner
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import InitiativeState, PersonOverride
from tenant_app.initiatives.rules import Answers
from tenant_app.needs.models import Urgency
from tenant_app.tenancy.models import TenantSettings
from tests.town import Town

S = InitiativeState
LINE = (S.QUALIFIED, S.PRIORITISED, S.PLANNED, S.RUNNING, S.FOLLOW_UP, S.EVALUATED)
ASKED = Answers(
    urgency=Urgency.NORMAL,
    people=3,
    units=1,
    shared=False,
    same_level=False,
    resource_persons=False,
    weeks=30,
    amount=kroner(50_000),
)


class InitiativeThings(Town):
    """Each is an institution's own, made by its leader, and has no courses: everybody who works
    there can be asked before it."""

    def make_initiative(self, where: str) -> UUID:
        """An idea that answers a need."""
        return self._idea(where, [self.the("qualified", where)])

    def _idea(self, where: str, need_ids: list[UUID]) -> UUID:
        goal_id = self.the("served", where)
        with self.as_user(f"leader_{where}") as ctx:
            return initiatives.create(
                ctx,
                unit_id=self.units[where],
                title=self.word("initiatives", "title"),
                people=3,
                description=self.word("initiatives", "description"),
                target_group=self.word("initiatives", "target_group"),
                need_ids=need_ids,
                goal_id=goal_id,
                starts_on=self.today,
                ends_on=self.today + timedelta(days=50),
                estimate=kroner(1000),
            ).id

    def make_qualified_initiative(self, where: str) -> UUID:
        return self._to(self.make_initiative(where), where, S.QUALIFIED)

    def make_prioritised_initiative(self, where: str) -> UUID:
        """Whose form was chosen against the advice."""
        made = self._to(self.make_initiative(where), where, S.PRIORITISED)
        with self.as_user(f"leader_{where}") as ctx:
            initiatives.choose_form(
                ctx,
                made,
                answers=ASKED,
                chosen=CourseForm.PEDAGOGICAL_DAY,
                reason=self.word("form_choices", "reason"),
            )
        return made

    def make_planned_initiative(self, where: str) -> UUID:
        return self._to(self.make_initiative(where), where, S.PLANNED)

    def make_running_initiative(self, where: str) -> UUID:
        """Let in above a limit that was there for a moment; beside it one that was stopped."""
        self._to(self.make_initiative(where), where, S.RUNNING)
        made, stopped = self.make_planned_initiative(where), self.make_initiative(where)
        self._limit({"running_initiatives": 1})
        with self.as_user(f"area_{self.area(where)}") as ctx:
            why = self.word("limit_overrides", "reason")
            initiatives.move(ctx, made, S.RUNNING, override_reason=why)
        self._limit({})
        with self.as_system() as ctx:
            ctx.session.add(
                PersonOverride(
                    initiative_id=made,
                    employee_id=self.the("employee", where),
                    running=1,
                    most=1,
                    reason=self.word("person_overrides", "reason"),
                    overridden_at=ctx.now,
                )
            )
        with self.as_user(f"leader_{where}") as ctx:
            reason = self.word("initiatives", "reason")
            initiatives.move(ctx, stopped, S.STOPPED, reason=reason)
        return made

    def make_followed_initiative(self, where: str) -> UUID:
        return self._to(self.make_initiative(where), where, S.FOLLOW_UP)

    def make_evaluated_initiative(self, where: str) -> UUID:
        """It answers a goal alone: anchored, it would cover what others still answer."""
        return self._to(self._idea(where, []), where, S.EVALUATED)

    def make_surveyed_initiative(self, where: str) -> UUID:
        """A pedagogue has answered already, and may again."""
        made = self.make_planned_initiative(where)
        with self.as_user(f"leader_{where}") as ctx:
            initiatives.open_survey(ctx, made)
        with self.as_user(f"ped_{where}") as ctx:
            initiatives.answer_survey(
                ctx,
                made,
                confidence=2,
                expects=self.word("survey_answers", "expects"),
                will_use=self.word("survey_answers", "will_use"),
            )
        return made

    def _to(self, made: UUID, where: str, state: InitiativeState) -> UUID:
        for step in LINE[: LINE.index(state) + 1]:
            with self.as_user(f"leader_{where}") as ctx:
                initiatives.move(ctx, made, step)
        return made

    def _limit(self, limits: dict[str, int]) -> None:
        with self.as_system() as ctx:
            ctx.session.execute(update(TenantSettings).values(limits=limits))
