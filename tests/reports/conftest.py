"""Money, holdings and targets for the reports' tests, written bare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tenant_app.budgets.models import (
    BudgetYear,
    BudgetYearState,
    EntryKind,
    FundingRuleSet,
    LedgerEntry,
    Policy,
    Pool,
    PoolBalance,
    PoolKind,
)
from tenant_app.catalogue.models import (
    Course,
    CourseCompetence,
    CourseForm,
    CourseSession,
    PriceKind,
    Provider,
    ProviderKind,
    SessionState,
)
from tenant_app.competences.models import (
    Competence,
    CompetenceArea,
    CoverageTarget,
    Holding,
    HoldingSource,
)
from tenant_app.core.clock import danish_date
from tenant_app.core.money import Money
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.organisation.models import Position, UnitPlacement
from tests.town import Town

NOVEMBER = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


class Ledger:
    """A budget year with a pool per name of the town: root, north, n1 …"""

    def __init__(
        self, town: Town, year: int = 2026, state: BudgetYearState = BudgetYearState.OPEN
    ) -> None:
        self.town = town
        self.pools: dict[str, UUID] = {}
        with town.as_system() as ctx:
            has_rules = ctx.session.query(FundingRuleSet).count() > 0
            budget_year = BudgetYear(
                year=year,
                state=state,
                frame=Money(0),
                central_bp=4000,
                area_bp=1000,
                allocation=[],
                policy=Policy.WARN,
            )
            ctx.session.add(budget_year)
            if not has_rules:
                since = date(2026, 1, 1)
                ctx.session.add(
                    FundingRuleSet(version=3, valid_from=since, rules=[], created_at=ctx.now)
                )
            ctx.session.flush()
            self.year_id = budget_year.id
            for name, unit_id in town.units.items():
                kind = {"root": PoolKind.CENTRAL, "north": PoolKind.AREA, "south": PoolKind.AREA}
                pool = Pool(
                    year_id=self.year_id,
                    kind=kind.get(name, PoolKind.INSTITUTION),
                    unit_id=unit_id,
                    name=f"pool of {name}",
                )
                ctx.session.add(pool)
                ctx.session.flush()
                ctx.session.add(PoolBalance(pool_id=pool.id, policy=Policy.WARN))
                self.pools[name] = pool.id

    def book(self, name: str, on: date, kind: str = "actual", **amounts: int) -> None:
        """One entry in the pool of that unit, whose balance follows."""
        with self.town.as_system() as ctx:
            ctx.session.add(
                LedgerEntry(
                    pool_id=self.pools[name],
                    kind=EntryKind(kind),
                    booked_on=on,
                    booked_at=ctx.now,
                    actor_name="test",
                    line_id=None,
                    **amounts,
                )
            )
            balance = ctx.session.query(PoolBalance).filter_by(pool_id=self.pools[name]).one()
            for column, ore in amounts.items():
                setattr(balance, column, getattr(balance, column) + ore)


@pytest.fixture
def ledger_of() -> Callable[[Town], Ledger]:
    return Ledger


@pytest.fixture
def ledger(town: Town) -> Ledger:
    return Ledger(town)


class Skills:
    """One competence, a target for pedagogues, and a course that gives it."""

    def __init__(self, town: Town, *, percent: int | None = 50, count: int | None = None) -> None:
        self.town = town
        with town.as_system() as ctx:
            area = CompetenceArea(name="Language")
            ctx.session.add(area)
            ctx.session.flush()
            competence = Competence(area_id=area.id, name="Dialogic reading", validity_months=None)
            provider = Provider(name="KP", kind=ProviderKind.UNIVERSITY_COLLEGE)
            ctx.session.add_all([competence, provider])
            ctx.session.flush()
            target = CoverageTarget(
                competence_id=competence.id,
                position=Position.PEDAGOGUE,
                min_count=count,
                min_percent=percent,
                due_date=date(2026, 12, 31),
            )
            course = Course(
                code="C1",
                title="Reading",
                provider_id=provider.id,
                form=CourseForm.COURSE,
                ects=0,
                hours=7,
                cover_hours=None,
                price_kind=PriceKind.PER_PERSON,
                price=Money(100),
            )
            ctx.session.add_all([target, course])
            ctx.session.flush()
            session = CourseSession(
                course_id=course.id,
                starts_on=date(2026, 12, 1),
                ends_on=date(2026, 12, 1),
                deadline=date(2026, 11, 1),
                seats=20,
                place="Town hall",
                state=SessionState.OPEN,
            )
            ctx.session.add_all(
                [session, CourseCompetence(course_id=course.id, competence_id=competence.id)]
            )
            ctx.session.flush()
            self.competence_id, self.target_id = competence.id, target.id
            self.session_id = session.id

    def hold(self, employee: str, since: date, until: date | None = None) -> None:
        with self.town.as_system() as ctx:
            ctx.session.add(
                Holding(
                    employee_id=self.town.employees[employee],
                    competence_id=self.competence_id,
                    from_date=since,
                    until_date=until,
                    source=HoldingSource.EARLIER,
                )
            )

    def enrol(self, employee: str, unit: str, year_id: UUID, state: EnrolmentState) -> None:
        with self.town.as_system() as ctx:
            ctx.session.add(
                Enrolment(
                    employee_id=self.town.employees[employee],
                    session_id=self.session_id,
                    unit_id=self.town.units[unit],
                    year_id=year_id,
                    state=state,
                    requested_by=self.town.users["admin"],
                )
            )


@pytest.fixture
def skills(town: Town) -> Skills:
    return Skills(town)


@pytest.fixture
def move() -> Callable[..., None]:
    """An institution hangs under another area from a day on."""

    def do(town: Town, name: str, *, to: str, on: date) -> None:
        with town.as_system() as ctx:
            placement = (
                ctx.session.query(UnitPlacement)
                .filter(UnitPlacement.unit_id == town.units[name], UnitPlacement.to_date.is_(None))
                .one()
            )
            placement.to_date = on
            ctx.session.flush()
            step = placement.path.rstrip(".").split(".")[-1]
            ctx.session.add(
                UnitPlacement(
                    unit_id=placement.unit_id,
                    parent_id=town.units[to],
                    path=f"{town._paths[to]}{step}.",
                    from_date=on,
                    to_date=None,
                )
            )

    return do


@pytest.fixture
def today() -> date:
    return danish_date(NOVEMBER)
