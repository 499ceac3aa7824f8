"""What was tried."""

from __future__ import annotations

from uuid import UUID

from tenant_app.scenarios import service as scenarios
from tests.town import Town

RULES = [{"name": "Alt", "when": {}, "shares": {"default": {"institution": 10000}}}]


class ScenarioThings(Town):
    """Computed scenarios of this year's requests, with rules alone: next year is adopted."""

    def make_scenario(self, where: str) -> UUID:
        with self.as_user("admin") as ctx:
            made = scenarios.make(
                ctx,
                name=f"{self.word('scenarios', 'name')} {self.new_year()}",
                year=self.today.year,
                own_rules=RULES,
            ).id
        with self.as_system() as ctx:
            scenarios.compute(ctx, made)
        return made
