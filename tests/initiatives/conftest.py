"""Needs, goals and a catalogue to make initiatives of, written bare where another room's verbs
would only stand in the way."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from tenant_app.audit.models import AuditEntry
from tenant_app.catalogue.models import CourseForm
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.money import kroner
from tenant_app.goals.models import Goal, GoalState, GoalVersion
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import (
    FormChoice,
    Initiative,
    InitiativeCourse,
    InitiativeNeed,
    InitiativeState,
    InitiativeUnit,
    LimitOverride,
    SurveyAnswer,
)
from tenant_app.needs.models import Need, NeedState, Urgency
from tenant_app.tenancy.models import TenantSettings
from tests.enrolments.conftest import School
from tests.town import Town

_COUNT = itertools.count(1)
S = InitiativeState
STEPS = (S.QUALIFIED, S.PRIORITISED, S.PLANNED, S.RUNNING, S.FOLLOW_UP, S.EVALUATED, S.ANCHORED)
TABLES: tuple[Any, ...] = (
    *(Initiative, InitiativeNeed, InitiativeUnit, InitiativeCourse),
    *(LimitOverride, FormChoice, SurveyAnswer, Need),
)


class Plans:
    """What a town has to plan with: `plans.make("n1")`, `plans.to(initiative, S.RUNNING)`."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.today = town.today
        with town.as_system() as ctx:
            area = CompetenceArea(name="Sprog")
            ctx.session.add(area)
            ctx.session.flush()
            self.area_id = area.id

    def need(self, where: str = "n1", *, state: NeedState = NeedState.QUALIFIED) -> UUID:
        """A need of the unit, in the state."""
        with self.town.as_system() as ctx:
            made = Need(
                unit_id=self.town.units[where],
                area_id=self.area_id,
                title=f"Behov {next(_COUNT)} i {where}",
                urgency=Urgency.NORMAL,
                staff=4,
                state=state,
                state_since=ctx.now,
                reported_on=ctx.today,
            )
            ctx.session.add(made)
            ctx.session.flush()
            return made.id

    def goal(self, where: str = "root", *, state: GoalState = GoalState.ADOPTED) -> UUID:
        """A goal of the unit, local and so without one above it."""
        with self.town.as_system() as ctx:
            made = Goal(
                unit_id=self.town.units[where],
                title=f"Mål {next(_COUNT)}",
                is_local=where != "root",
                state=state,
                version=1 if state is GoalState.ADOPTED else 0,
                created_at=ctx.now,
            )
            ctx.session.add(made)
            ctx.session.flush()
            if made.version:
                facts = {"title": made.title}
                ctx.session.add(
                    GoalVersion(goal_id=made.id, version=1, facts=facts, adopted_at=ctx.now)
                )
            return made.id

    def make(
        self,
        where: str = "n1",
        *,
        who: str = "admin",
        units: tuple[str, ...] = (),
        state: InitiativeState = S.IDEA,
        **facts: Any,
    ) -> UUID:
        """An initiative of the unit, taken to the state one step at a time."""
        facts = {
            "title": f"Indsats {next(_COUNT)}",
            "people": 4,
            "starts_on": self.today,
            "ends_on": self.today + timedelta(days=60),
            "estimate": kroner(40_000),
        } | facts
        if state is not S.IDEA and "need_ids" not in facts:
            facts["need_ids"] = [self.need(where)]
        with self.town.as_user(who) as ctx:
            made = initiatives.create(
                ctx,
                unit_id=self.town.units[where],
                unit_ids=[self.town.units[each] for each in units],
                **facts,
            ).id
        if state is not S.IDEA:
            self.to(made, state, who=who)
        return made

    def to(self, initiative_id: UUID, state: InitiativeState, *, who: str = "admin") -> None:
        """Step by step to the state."""
        here = (
            STEPS.index(self.state(initiative_id)) + 1 if self.state(initiative_id) in STEPS else 0
        )
        for step in STEPS[here : STEPS.index(state) + 1]:
            with self.town.as_user(who) as ctx:
                initiatives.move(ctx, initiative_id, step)

    def state(self, initiative_id: UUID) -> InitiativeState:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(Initiative, initiative_id).state

    def limits(self, **limits: Any) -> None:
        """The municipality's working rules."""
        with self.town.as_system() as ctx:
            ctx.session.execute(update(TenantSettings).values(limits=limits))

    def actions(self, initiative_id: UUID) -> list[str]:
        with self.town.as_system() as ctx:
            return list(
                ctx.session.scalars(
                    select(AuditEntry.action)
                    .where(AuditEntry.object_id == initiative_id)
                    .order_by(AuditEntry.id)
                )
            )

    def everything(self) -> list[Any]:
        """All that a refusal must leave alone."""
        with self.town.as_system() as ctx:
            found: list[Any] = [
                ctx.session.scalar(
                    select(func.md5(func.coalesce(func.string_agg(_text(table), "|"), "")))
                )
                for table in TABLES
            ]
            trail = select(func.count()).where(AuditEntry.action.startswith("initiative."))
            return [*found, ctx.session.scalar(trail)]


def _text(table: Any) -> Any:
    rows = table.__table__
    return func.concat_ws(",", *(rows.c[name] for name in sorted(rows.c.keys())))


@pytest.fixture
def plans(town: Town) -> Plans:
    """Needs, goals and initiatives of the town."""
    return Plans(town)


@pytest.fixture
def make_plans() -> Callable[[Town], Plans]:
    """The same for another town."""
    return Plans


@pytest.fixture
def school(town: Town) -> School:
    """The town's money and catalogue."""
    return School(town)


ANSWERS: dict[str, Any] = {
    "urgency": Urgency.NORMAL,
    "people": 3,
    "units": 1,
    "shared": False,
    "same_level": False,
    "resource_persons": False,
    "weeks": 40,
    "amount": kroner(200_000),
}
FORMS = tuple(CourseForm)
SPRING = date(2026, 3, 2)
