"""Goals, adopted and drafted, with an indicator and a reading."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from tenant_app.goals import service as goals
from tenant_app.tenancy import service as tenancy
from tests.town import Town


class GoalThings(Town):
    """Makes goals of an institution."""

    def make_draft_goal(self, where: str) -> UUID:
        with self.as_system() as ctx:
            limits = tenancy.settings(ctx).limits
            if "active_goals" not in limits:  # every test makes some in the same institution
                tenancy.change_settings(ctx, limits={**limits, "active_goals": 100})
            made = goals.create(
                ctx,
                unit_id=self.units[where],
                title=self.word("goals", "title"),
                description=self.word("goals", "description"),
                is_local=True,
            )
            indicator = goals.set_indicator(
                ctx,
                made.id,
                name=self.word("indicators", "name"),
                measure=self.word("indicators", "measure"),
                baseline=Decimal(1),
                baseline_on=self.day(-90),
                target=Decimal(5),
            )
            goals.record_reading(
                ctx,
                indicator.id,
                read_on=self.day(-30),
                value=Decimal(2),
                note=self.word("indicator_readings", "note"),
            )
            return made.id

    def make_goal(self, where: str) -> UUID:
        """An adopted one."""
        goal_id = self.make_draft_goal(where)
        with self.as_system() as ctx:
            goals.adopt(ctx, goal_id, note=self.word("goal_versions", "note"))
        return goal_id

    def make_indicator(self, where: str) -> UUID:
        return self.indicator_of(self.make_goal(where))

    def indicator_of(self, goal_id: UUID) -> UUID:
        """The goal's indicator."""
        with self.as_system() as ctx:
            return goals.indicators(ctx, goal_id)[0].id
