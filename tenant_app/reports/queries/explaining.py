"""The entries behind a figure, with the request and the rule behind each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    BudgetYear,
    CostLine,
    FundingRuleSet,
    LedgerEntry,
    MoneyLine,
    Pool,
)
from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.core.context import Context
from tenant_app.enrolments.models import Enrolment
from tenant_app.organisation.models import Employee, Unit
from tenant_app.reports import rules
from tenant_app.reports.models import ReportKind, ReportRun
from tenant_app.reports.queries.reading import _places
from tenant_app.reports.queries.shared import whole


def run_of(ctx: Context, year: int, as_of: date) -> ReportRun | None:
    """The usage report of the year as of the day."""
    return ctx.session.scalars(
        select(ReportRun).where(
            ReportRun.kind == ReportKind.USAGE, ReportRun.year == year, ReportRun.as_of == as_of
        )
    ).one_or_none()


def one_pool(pool_id: UUID) -> ColumnElement[bool]:
    return Pool.id == pool_id


def pools_in_sight(ctx: Context, year: int) -> ColumnElement[bool]:
    return and_(
        budgets.pools_in_sight(ctx),
        Pool.year_id.in_(select(BudgetYear.id).where(BudgetYear.year == year)),
    )


def pools_of_unit(
    unit_id: UUID, year: int, *, day: date, own: bool, visible: Select[UUID]
) -> ColumnElement[bool]:
    """Those of a unit in sight on the day, with all below it unless only its own are meant."""
    places = _places(day)
    below = places.alias("below")
    units: Select[Any] = select(places.c.unit_id).where(places.c.unit_id == unit_id)
    if not own:
        units = (
            select(below.c.unit_id)
            .select_from(places)
            .join(below, below.c.path.op("^@")(places.c.path))
            .where(places.c.unit_id == unit_id)
        )
    return and_(
        Pool.unit_id.in_(units),
        Pool.year_id.in_(select(BudgetYear.id).where(BudgetYear.year == year)),
        select(Unit.id).where(Unit.id == unit_id, Unit.id.in_(visible)).exists(),
    )


def unit_name(ctx: Context, unit_id: UUID, visible: Select[UUID]) -> str | None:
    return ctx.session.scalar(select(Unit.name).where(Unit.id == unit_id, Unit.id.in_(visible)))


def of_pools(pools: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an entry is one of theirs."""
    return LedgerEntry.pool_id.in_(select(Pool.id).where(pools))


def _entries(
    column: str,
    which: ColumnElement[bool],
    *,
    cover: rules.Cover | None,
    until: date | None,
    known_at: datetime | None,
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [which, rules.part_of(column, LedgerEntry) != 0]
    if cover is not None:
        # What moves money between pools has no line, and pays no cover.
        own = aliased(MoneyLine)
        line = exists().where(own.id == LedgerEntry.line_id, own.cost_line == CostLine.COVER)
        found.append(line if cover is rules.Cover.ONLY else ~line)
    if until is not None:
        found.append(LedgerEntry.booked_on <= until)
    if known_at is not None:
        # A report was made while the day went on: what came later is not in it.
        found.append(LedgerEntry.booked_at <= known_at)
    return found


def sum_of(
    ctx: Context,
    column: str,
    which: ColumnElement[bool],
    *,
    cover: rules.Cover | None,
    until: date | None,
    known_at: datetime | None,
) -> tuple[int, int]:
    """(the figure, how many entries make it)."""
    total, count = ctx.session.execute(
        select(whole(rules.part_of(column, LedgerEntry)), func.count()).where(
            *_entries(column, which, cover=cover, until=until, known_at=known_at)
        )
    ).one()
    return int(total), int(count)


def entries(
    ctx: Context,
    column: str,
    which: ColumnElement[bool],
    *,
    cover: rules.Cover | None,
    until: date | None,
    known_at: datetime | None,
    seen: Select[UUID],
    page: int,
    page_size: int,
) -> Sequence[Row[Any]]:
    """Newest first, one row more than the page holds. The request is told where its unit is among
    `seen`."""
    return ctx.session.execute(
        select(
            LedgerEntry.id,
            LedgerEntry.booked_on,
            LedgerEntry.kind,
            case(
                (
                    or_(LedgerEntry.line_id.is_(None), Enrolment.id.is_not(None)),
                    LedgerEntry.actor_name,
                ),
                else_="",
            ).label("actor_name"),
            LedgerEntry.note,
            LedgerEntry.pool_id,
            Pool.name.label("pool"),
            rules.part_of(column, LedgerEntry).label("amount"),
            MoneyLine.cost_line,
            MoneyLine.share_bp,
            MoneyLine.rule_name,
            MoneyLine.rule_version,
            FundingRuleSet.id.label("rules_id"),
            Enrolment.id.label("enrolment_id"),
            Employee.name.label("person"),
            Course.title.label("course"),
        )
        .join(Pool, Pool.id == LedgerEntry.pool_id)
        .outerjoin(MoneyLine, MoneyLine.id == LedgerEntry.line_id)
        .outerjoin(FundingRuleSet, FundingRuleSet.version == MoneyLine.rule_version)
        .outerjoin(
            Enrolment, and_(Enrolment.id == MoneyLine.source_id, Enrolment.unit_id.in_(seen))
        )
        .outerjoin(Employee, Employee.id == Enrolment.employee_id)
        .outerjoin(CourseSession, CourseSession.id == Enrolment.session_id)
        .outerjoin(Course, Course.id == CourseSession.course_id)
        .where(*_entries(column, which, cover=cover, until=until, known_at=known_at))
        .order_by(LedgerEntry.booked_on.desc(), LedgerEntry.id.desc())
        .limit(page_size + 1)
        .offset((page - 1) * page_size)
    ).all()
