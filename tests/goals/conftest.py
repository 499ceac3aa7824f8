"""Goals of the town, and ways to look at what was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tenant_app.audit.models import AuditEntry
from tenant_app.goals import service as goals
from tenant_app.goals.models import Goal, GoalVersion, Indicator, Reading
from tests.town import Town


@pytest.fixture
def make_goal(town: Town) -> Callable[..., UUID]:
    """Draft a goal: `make_goal("n1", "Flere ord", adopted=True)`."""

    def make(
        unit: str = "root",
        title: str = "Flere ord",
        *,
        adopted: bool = True,
        at: Town = town,
        **facts: object,
    ) -> UUID:
        if unit != "root" and "parent_id" not in facts:
            facts.setdefault("is_local", True)
        with at.as_system() as ctx:
            made = goals.create(ctx, unit_id=at.units[unit], title=title, **facts)  # type: ignore[arg-type]  # per test
            if adopted:
                goals.adopt(ctx, made.id)
            return made.id

    return make


@pytest.fixture
def make_indicator(town: Town) -> Callable[..., UUID]:
    """Follow a goal by a number: from 20 to 60 per cent since 1 February 2026."""

    def make(goal_id: UUID, name: str = "Børn med aldersvarende sprog", **facts: object) -> UUID:
        scale = {
            "measure": "%",
            "baseline": Decimal(20),
            "baseline_on": date(2026, 2, 1),
            "target": Decimal(60),
        }
        with town.as_system() as ctx:
            made = goals.set_indicator(ctx, goal_id, name=name, **{**scale, **facts})  # type: ignore[arg-type]  # per test
            return made.id

    return make


class Look:
    """What the database holds now."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def goal(self, goal_id: UUID) -> Goal:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(Goal, goal_id)

    def versions(self, goal_id: UUID) -> list[GoalVersion]:
        with self.town.as_system() as ctx:
            found = select(GoalVersion).where(GoalVersion.goal_id == goal_id)
            return list(ctx.session.scalars(found.order_by(GoalVersion.version)))

    def readings(self) -> list[tuple[date, Decimal]]:
        with self.town.as_system() as ctx:
            found = ctx.session.execute(
                select(Reading.read_on, Reading.value).order_by(Reading.read_on)
            )
            return [(row[0], row[1]) for row in found]

    def counts(self) -> tuple[int, ...]:
        """Rows of goals, versions, indicators, readings and the trail."""
        with self.town.as_system() as ctx:
            return tuple(
                ctx.session.scalar(select(func.count()).select_from(model)) or 0
                for model in (Goal, GoalVersion, Indicator, Reading, AuditEntry)
            )

    def trail(self) -> list[str]:
        with self.town.as_system() as ctx:
            return list(ctx.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture
def look(town: Town) -> Look:
    return Look(town)
