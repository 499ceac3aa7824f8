"""A confirmed place with its plan, made as the municipality makes it: by approving a request."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import (
    AnchoringPlan,
    Observation,
    PlanItem,
    PracticeTrial,
    Sharing,
    TemplateItem,
)
from tenant_app.audit.models import AuditEntry
from tenant_app.catalogue.models import CourseForm
from tenant_app.enrolments import service as enrolments
from tenant_app.tenancy.models import TenantSettings
from tests.enrolments.conftest import School
from tests.town import Town

STARTS, ENDS = date(2026, 5, 4), date(2026, 5, 20)
DEADLINE = date(2026, 4, 1)
AFTERWARDS = 100
"""Days after the town's today: the course is over."""
ONE_STEP = [{"when": {}, "levels": ["institution"]}]


class Practice:
    """A school whose municipality has the standard set: `practice.confirmed("ped_n1_1")`."""

    def __init__(self, town: Town, *, limits: dict[str, Any] | None = None) -> None:
        self.town = town
        self.school = School(town, approval_rules=ONE_STEP, year=town.now.year)
        with town.as_system() as ctx:
            ctx.session.execute(update(TenantSettings).values(limits=limits or {}))
            anchoring.restore_standard(ctx)

    @property
    def later(self) -> Any:
        """A moment after the course."""
        return self.town.now + timedelta(days=AFTERWARDS)

    def session(self, **facts: Any) -> UUID:
        """Of 4 to 20 May by default."""
        facts.setdefault("starts_on", STARTS)
        facts.setdefault("ends_on", ENDS)
        facts.setdefault("deadline", DEADLINE)
        return self.school.session(fee=100, cover_hours="0", ects="0", **facts)

    def asked(self, who: str = "ped_n1_1", session_id: UUID | None = None, **facts: Any) -> UUID:
        """A request of one pedagogue, who has a login, that nobody has answered."""
        with self.town.as_user(who.rsplit("_", 1)[0]) as ctx:
            [made] = enrolments.request(
                ctx,
                session_id=session_id or self.session(**facts),
                employee_ids=[self.town.employees[who]],
            )
        return made.id

    def confirmed(self, who: str = "ped_n1_1", **facts: Any) -> UUID:
        """The same with a confirmed place."""
        enrolment_id = self.asked(who, **facts)
        with self.town.as_user(f"leader_{who.split('_')[1]}") as ctx:
            enrolments.approve(ctx, enrolment_id)
        return enrolment_id

    def plan(self, who: str = "ped_n1_1", **facts: Any) -> UUID:
        """The plan of a confirmed place."""
        return self.plan_of(self.confirmed(who, **facts))

    def plan_of(self, enrolment_id: UUID) -> UUID:
        with self.town.as_system() as ctx:
            return ctx.session.scalars(
                select(AnchoringPlan.id).where(AnchoringPlan.enrolment_id == enrolment_id)
            ).one()

    def enrolment_of(self, plan_id: UUID) -> UUID:
        with self.town.as_system() as ctx:
            return ctx.session.get_one(AnchoringPlan, plan_id).enrolment_id

    def complete(self, plan_id: UUID, *, leader: str = "leader_n1") -> None:
        with self.town.as_user(leader, now=self.later) as ctx:
            enrolments.complete(ctx, self.enrolment_of(plan_id))

    def items(self, plan_id: UUID) -> list[PlanItem]:
        with self.town.as_system() as ctx:
            return list(
                ctx.session.scalars(
                    select(PlanItem)
                    .where(PlanItem.plan_id == plan_id)
                    .order_by(PlanItem.due_on, PlanItem.id)
                )
            )

    def item(self, plan_id: UUID, kind: str, *, owner: str | None = None) -> PlanItem:
        """The plan's item of the kind."""
        return next(
            item
            for item in self.items(plan_id)
            if item.kind == kind and owner in (None, item.owner.value)
        )

    def everything(self) -> tuple[Any, ...]:
        """All that a refusal must leave alone."""
        noted = select(AuditEntry.id).where(AuditEntry.action.startswith("anchoring."))
        tables = (PlanItem, Sharing, PracticeTrial, Observation, TemplateItem, AnchoringPlan)
        with self.town.as_system() as ctx:
            rows = [
                [
                    tuple(str(value) for value in row)
                    for row in ctx.session.execute(
                        select(*table.__table__.columns).order_by(table.id)
                    )
                ]
                for table in tables
            ]
            return (*rows, len(ctx.session.scalars(noted).all()))

    def form(self, form: CourseForm) -> UUID:
        """The plan of a confirmed place on a course of the form."""
        return self.plan(form=form)


@pytest.fixture
def practice(town: Town) -> Practice:
    """A school with the standard set."""
    return Practice(town)


@pytest.fixture
def make_practice(make_town):
    """Another municipality's, with working rules of its own."""
    return lambda **limits: Practice(make_town(), limits=limits)
