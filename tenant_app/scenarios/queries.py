"""SELECTs of the what-if. It reads budgets, enrolments, the catalogue and the organisation, and
writes nothing but its own rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    delete,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from tenant_app.budgets.models import (
    BudgetYear,
    BudgetYearState,
    CostLine,
    FundingRuleSet,
    MoneyLine,
    MoneyState,
    Pool,
    PoolBalance,
)
from tenant_app.catalogue.models import Course, CourseSession, Provider
from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.enrolments.models import Enrolment
from tenant_app.organisation.models import Employment, Position, Unit, UnitPlacement
from tenant_app.scenarios.models import Scenario, ScenarioRow

_OTHER = aliased(Enrolment)
CHUNK = 1_000
"""So many requests are in memory at a time."""
LINES = (CostLine.FEE, CostLine.COVER, CostLine.MATERIALS, CostLine.TRAVEL)


def _sent_on() -> ColumnElement[date]:
    return cast(func.timezone("Europe/Copenhagen", Enrolment.submitted_at), Date)


def _on(model: Any, day: Any) -> ColumnElement[bool]:
    return and_(model.from_date <= day, or_(model.to_date.is_(None), model.to_date > day))


def _whole(line: CostLine) -> ColumnElement[int]:
    amount = func.sum(MoneyLine.amount + MoneyLine.adjusted).filter(MoneyLine.cost_line == line)
    return cast(func.coalesce(amount, 0), BigInteger)


def _drawn() -> Any:
    """Each enrolment that drew on the year, in the order of sending: its unit and the area above
    it on that day, the facts its rules were asked about, and what the year pays, by cost line."""
    drawn = only_own(
        select(
            MoneyLine.source_id,
            cast(func.array_agg(MoneyLine.facts, type_=ARRAY(JSONB))[1], Text).label("facts"),
            *(_whole(line).label(line.value) for line in LINES),
        )
        .join(Pool, Pool.id == MoneyLine.pool_id)
        .where(
            Pool.year_id == bindparam("year_id", type_=Uuid()),
            MoneyLine.state != MoneyState.RELEASED,
        )
        .group_by(MoneyLine.source_id),
        MoneyLine,
        Pool,
    ).subquery()
    return only_own(
        select(
            Enrolment.id,
            Enrolment.unit_id,
            UnitPlacement.parent_id,
            drawn.c.facts,
            func.count().over().label("total"),
            *(drawn.c[line.value] for line in LINES),
        )
        .join(drawn, drawn.c.source_id == Enrolment.id)
        .join(
            UnitPlacement,
            and_(UnitPlacement.unit_id == Enrolment.unit_id, _on(UnitPlacement, _sent_on())),
        )
        .order_by(Enrolment.submitted_at, Enrolment.id),
        Enrolment,
        UnitPlacement,
    ).execution_options(yield_per=CHUNK)


DRAWN = _drawn()


def drawn(ctx: Context, year_id: UUID) -> Iterator[Sequence[Any]]:
    """The year's requests, a chunk at a time: the answer never lies in memory whole."""
    # Of a cursor the planner thinks that only the first rows are wanted, and would go looking for
    # them one by one.
    ctx.session.execute(text("SET LOCAL cursor_tuple_fraction = 1"))
    with ctx.execute(DRAWN, {"year_id": year_id}) as found:
        yield from found.partitions(CHUNK)


def facts_of(ctx: Context, enrolment_ids: Sequence[UUID]) -> Sequence[Any]:
    """What rules would be asked about enrolments from before facts were kept with their money: from
    the course, the unit, the position of the day, and how many institutions had asked by then."""
    there = (
        select(func.count(_OTHER.unit_id.distinct()))
        .where(
            _OTHER.session_id == Enrolment.session_id,
            _OTHER.submitted_at <= Enrolment.submitted_at,
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )
    return ctx.session.execute(
        select(
            Enrolment.id,
            Course.ects,
            Course.form,
            Provider.kind.label("provider_kind"),
            Course.serves_municipal_goal.label("municipal_goal"),
            Course.is_mandatory.label("mandatory"),
            Unit.weak_economy,
            there.label("institutions"),
            Enrolment.total.label("amount"),
            func.coalesce(Employment.position, Position.OTHER).label("position"),
        )
        .join(CourseSession, CourseSession.id == Enrolment.session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .join(Provider, Provider.id == Course.provider_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(
            Employment,
            and_(Employment.employee_id == Enrolment.employee_id, _on(Employment, _sent_on())),
        )
        .where(Enrolment.id.in_(enrolment_ids))
        .order_by(Enrolment.id, Employment.from_date)
    ).all()


def pools_of(ctx: Context, year_id: UUID) -> Sequence[Any]:
    """(pool, its position, whether its unit is open on the day) of every pool of the year."""
    return ctx.session.execute(
        select(Pool, PoolBalance)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .where(Pool.year_id == year_id)
        .order_by(Pool.id)
    ).all()


def open_units(ctx: Context, day: date) -> set[UUID]:
    return set(ctx.session.scalars(select(UnitPlacement.unit_id).where(_on(UnitPlacement, day))))


def years_with_pools(ctx: Context) -> list[int]:
    return list(
        ctx.session.scalars(
            select(BudgetYear.year)
            .where(BudgetYear.state != BudgetYearState.DRAFT)
            .order_by(BudgetYear.year.desc())
        )
    )


def rules_version(ctx: Context, version: int) -> FundingRuleSet | None:
    return ctx.session.scalars(
        select(FundingRuleSet).where(FundingRuleSet.version == version)
    ).one_or_none()


def year(ctx: Context, calendar_year: int) -> BudgetYear | None:
    return ctx.session.scalars(
        select(BudgetYear).where(BudgetYear.year == calendar_year)
    ).one_or_none()


# -- its own


def scenario(ctx: Context, scenario_id: UUID, *, lock: bool = False) -> Scenario | None:
    found = select(Scenario).where(Scenario.id == scenario_id, Scenario.removed_at.is_(None))
    if lock:
        found = found.with_for_update()
    return ctx.session.scalars(found, execution_options={"populate_existing": lock}).one_or_none()


def scenarios() -> Select[Any]:
    return (
        select(Scenario)
        .where(Scenario.removed_at.is_(None))
        .order_by(Scenario.made_at.desc(), Scenario.id.desc())
    )


def rows(ctx: Context, scenario_id: UUID) -> Sequence[ScenarioRow]:
    return ctx.session.scalars(
        select(ScenarioRow)
        .where(ScenarioRow.scenario_id == scenario_id)
        .order_by(ScenarioRow.place)
    ).all()


def clear(ctx: Context, scenario_id: UUID) -> None:
    ctx.session.execute(
        delete(ScenarioRow).where(ScenarioRow.scenario_id == scenario_id),
        execution_options={"synchronize_session": False},
    )
