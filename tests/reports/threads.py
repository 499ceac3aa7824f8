"""Lays the links of a red thread in a town, written bare: it does not lean on the verbs of six
rooms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tenant_app.anchoring.models import AnchoringPlan
from tenant_app.budgets.models import CostLine, MoneyLine, MoneyState
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.money import Money
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.goals import service as goals
from tenant_app.initiatives.models import Initiative, InitiativeNeed, InitiativeState
from tenant_app.needs.models import Need, NeedState, Urgency
from tenant_app.reports import service as reports
from tenant_app.reports.rules import Break, LinkKind
from tests.reports.conftest import Ledger, Skills
from tests.town import Town


class Thread:
    """Lays links of the thread in a town."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.skills = Skills(town)
        self.ledger = Ledger(town)
        with town.as_system() as ctx:
            area = CompetenceArea(name="Sprog")
            ctx.session.add(area)
            ctx.session.flush()
            self.area_id = area.id

    def add(self, row: Any) -> UUID:
        with self.town.as_system() as ctx:
            ctx.session.add(row)
            ctx.session.flush()
            return row.id  # type: ignore[no-any-return]  # any row has one

    def goal(self, unit: str = "root", title: str = "Flere ord", **facts: Any) -> UUID:
        if unit != "root" and "parent_id" not in facts:
            facts["is_local"] = True
        with self.town.as_system() as ctx:
            made = goals.create(ctx, unit_id=self.town.units[unit], title=title, **facts)
            goals.adopt(ctx, made.id)
            return made.id

    def indicator(self, goal_id: UUID) -> UUID:
        with self.town.as_system() as ctx:
            return goals.set_indicator(
                ctx,
                goal_id,
                name="Ordforråd",
                measure="%",
                baseline=Decimal(20),
                baseline_on=date(2026, 1, 15),
                target=Decimal(60),
            ).id

    def reading(self, indicator_id: UUID, on: date, value: int = 40) -> UUID:
        with self.town.as_system() as ctx:
            found = goals.record_reading(ctx, indicator_id, read_on=on, value=Decimal(value))
            return found.id

    def need(
        self,
        unit: str = "n1",
        title: str = "Stille børn",
        *,
        goal_id: UUID | None = None,
        state: NeedState = NeedState.QUALIFIED,
    ) -> UUID:
        return self.add(
            Need(
                unit_id=self.town.units[unit],
                area_id=self.area_id,
                goal_id=goal_id,
                title=title,
                urgency=Urgency.NORMAL,
                staff=3,
                state=state,
                state_since=self.town.now,
                reported_on=date(2026, 2, 1),
            )
        )

    def initiative(
        self,
        unit: str = "n1",
        title: str = "Dialogisk læsning",
        *,
        goal_id: UUID | None = None,
        need_ids: tuple[UUID, ...] = (),
        state: InitiativeState = InitiativeState.RUNNING,
        people: int = 4,
        estimate: int = 10_000_00,
    ) -> UUID:
        made = self.add(
            Initiative(
                unit_id=self.town.units[unit],
                goal_id=goal_id,
                title=title,
                people=people,
                estimate=Money(estimate),
                state=state,
                state_since=self.town.now,
                reason="Væk" if state is InitiativeState.STOPPED else "",
                created_at=self.town.now,
            )
        )
        for need_id in need_ids:
            self.add(InitiativeNeed(initiative_id=made, need_id=need_id))
        return made

    def enrolment(
        self,
        employee: str = "ped_n1_1",
        *,
        initiative_id: UUID | None = None,
        state: EnrolmentState = EnrolmentState.CONFIRMED,
        money: tuple[MoneyState, int] | None = None,
    ) -> UUID:
        unit = employee.split("_")[1]
        made = self.add(
            Enrolment(
                employee_id=self.town.employees[employee],
                session_id=self.skills.session_id,
                unit_id=self.town.units[unit],
                year_id=self.ledger.year_id,
                initiative_id=initiative_id,
                state=state,
                requested_by=self.town.users["admin"],
                submitted_at=self.town.now,
            )
        )
        if money is not None:
            self.add(
                MoneyLine(
                    source_id=made,
                    submission=1,
                    pool_id=self.ledger.pools[unit],
                    cost_line=CostLine.FEE,
                    amount=Money(money[1]),
                    share_bp=10_000,
                    rule_name="r",
                    rule_version=1,
                    state=money[0],
                )
            )
        return made

    def plan(self, enrolment_id: UUID, employee: str = "ped_n1_1") -> UUID:
        return self.add(
            AnchoringPlan(
                enrolment_id=enrolment_id,
                employee_id=self.town.employees[employee],
                unit_id=self.town.units[employee.split("_")[1]],
                created_at=self.town.now,
            )
        )

    def breaks(self, user: str = "admin", **search: Any) -> set[tuple[Break, UUID]]:
        with self.town.as_user(user) as ctx:
            found = reports.broken_chains(ctx, **search)
            return {(each.why, each.id) for each in found.page.items}

    def around(self, kind: LinkKind, id_: UUID, user: str = "admin") -> tuple[list[UUID], ...]:
        with self.town.as_user(user) as ctx:
            found = reports.chain(ctx, kind, id_)
            assert found.link.id == id_
            return [each.id for each in found.before], [each.id for each in found.after]
