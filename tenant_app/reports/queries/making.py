"""Figures are made where the rows are: INSERT … SELECT. No row travels to Python."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    UniqueConstraint,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert

from tenant_app.budgets.models import LedgerEntry, Pool
from tenant_app.catalogue.models import CourseCompetence, CourseSession, SessionState
from tenant_app.competences.models import CoverageTarget, Holding
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.organisation.models import Employment, Unit, UnitKind, UnitPlacement
from tenant_app.reports import rules
from tenant_app.reports.models import CoverageRow, ReportKind, ReportRun, UsageRow
from tenant_app.reports.queries.shared import on, own, whole

MONEY = ("allotted", "carried", "transferred", "reserved", "committed", "actual")
# The conflict target by its columns: a room never names the tenant.
TABLE = ReportRun.metadata.tables[ReportRun.__tablename__]
ONE_PER_DAY = next(c for c in TABLE.constraints if isinstance(c, UniqueConstraint))


def begin(ctx: Context, kind: ReportKind, day: date, **values: Any) -> ReportRun:
    """The run's row, new or again, locked until the end of the transaction."""
    statement = (
        pg_insert(ReportRun)
        .values(id=uuid7(), kind=kind, as_of=day, **values)
        .on_conflict_do_update(constraint=ONE_PER_DAY, set_=values)
        .returning(ReportRun)
    )
    return ctx.session.scalars(statement, execution_options={"populate_existing": True}).one()


def clear_usage(ctx: Context, run_id: UUID) -> None:
    ctx.session.execute(
        delete(UsageRow).where(UsageRow.run_id == run_id),
        execution_options={"synchronize_session": False},
    )


def clear_coverage(ctx: Context, run_id: UUID) -> None:
    ctx.session.execute(
        delete(CoverageRow).where(CoverageRow.run_id == run_id),
        execution_options={"synchronize_session": False},
    )


def fill_usage(ctx: Context, run: ReportRun, year_id: UUID) -> None:
    """One row per pool of the year, summed from the ledger up to and including the run's day."""
    sums = [whole(getattr(LedgerEntry, name)).label(name) for name in MONEY]
    facts = own(
        ctx,
        select(LedgerEntry.pool_id, *sums)
        .join(Pool, Pool.id == LedgerEntry.pool_id)
        .where(Pool.year_id == year_id, LedgerEntry.booked_on <= run.as_of)
        .group_by(LedgerEntry.pool_id),
        LedgerEntry,
        Pool,
    ).subquery()
    amounts = {name: func.coalesce(facts.c[name], 0) for name in MONEY}
    spent = amounts["actual"] + amounts["committed"] + amounts["reserved"]
    passed, days_of_year = rules.elapsed(run.year, run.as_of)
    rows = own(
        ctx,
        select(
            func.gen_random_uuid(),
            literal(run.id),
            Pool.id,
            Pool.unit_id,
            *amounts.values(),
            rules.forecast(spent, passed=passed, days=days_of_year),
        )
        .outerjoin(facts, facts.c.pool_id == Pool.id)
        .where(Pool.year_id == year_id),
        Pool,
    )
    ctx.session.execute(
        insert(UsageRow).from_select(
            ["id", "run_id", "pool_id", "unit_id", *MONEY, "forecast"], rows
        )
    )


def fill_coverage(ctx: Context, run: ReportRun) -> None:
    """One row per target and institution, houses counted to theirs, as of the run's day."""
    day = rules.standing_day(run.year, run.as_of)
    institutions = own(
        ctx,
        select(UnitPlacement.unit_id, UnitPlacement.path)
        .join(Unit, Unit.id == UnitPlacement.unit_id)
        .where(Unit.kind == UnitKind.INSTITUTION, on(UnitPlacement, day)),
        UnitPlacement,
        Unit,
    ).cte("institutions")
    homes = own(
        ctx,
        select(UnitPlacement.unit_id, institutions.c.unit_id.label("home"))
        .join(institutions, UnitPlacement.path.op("^@")(institutions.c.path))
        .where(on(UnitPlacement, day)),
        UnitPlacement,
    ).cte("homes")
    held = own(
        ctx,
        select(Holding.employee_id, Holding.competence_id)
        .where(
            Holding.from_date <= day,
            or_(Holding.until_date.is_(None), Holding.until_date >= day),
        )
        .distinct(),
        Holding,
    ).cte("held")
    coming = own(
        ctx,
        select(Enrolment.employee_id, CourseCompetence.competence_id)
        .join(CourseSession, CourseSession.id == Enrolment.session_id)
        .join(CourseCompetence, CourseCompetence.course_id == CourseSession.course_id)
        .where(
            Enrolment.state == EnrolmentState.CONFIRMED,
            CourseSession.state == SessionState.OPEN,
        )
        .distinct(),
        Enrolment,
        CourseSession,
        CourseCompetence,
    ).cte("coming")
    person = Employment.employee_id
    counts = own(
        ctx,
        select(
            CoverageTarget.id.label("target_id"),
            homes.c.home,
            func.count(person.distinct()).label("group_size"),
            func.count(person.distinct()).filter(held.c.employee_id.is_not(None)).label("covered"),
            func.count(person.distinct())
            .filter(or_(held.c.employee_id.is_not(None), coming.c.employee_id.is_not(None)))
            .label("planned"),
        )
        .select_from(Employment)
        .join(homes, homes.c.unit_id == Employment.unit_id)
        .join(CoverageTarget, CoverageTarget.position == Employment.position)
        .outerjoin(held, _same(held, person))
        .outerjoin(coming, _same(coming, person))
        .where(on(Employment, day))
        .group_by(CoverageTarget.id, homes.c.home),
        Employment,
        CoverageTarget,
    ).cte("counts")
    size = func.coalesce(counts.c.group_size, 0)
    # Rounded up in whole numbers: half a person is one more.
    share = (size * CoverageTarget.min_percent + 99) // 100
    rows = own(
        ctx,
        select(
            func.gen_random_uuid(),
            literal(run.id),
            CoverageTarget.id,
            institutions.c.unit_id,
            size,
            func.coalesce(counts.c.covered, 0),
            func.coalesce(counts.c.planned, 0),
            func.coalesce(CoverageTarget.min_count, share),
        )
        .select_from(CoverageTarget)
        .join(institutions, literal(True))
        .outerjoin(
            counts,
            and_(
                counts.c.target_id == CoverageTarget.id,
                counts.c.home == institutions.c.unit_id,
            ),
        ),
        CoverageTarget,
    )
    columns = ["group_size", "covered", "planned", "needed"]
    ctx.session.execute(
        insert(CoverageRow).from_select(["id", "run_id", "target_id", "unit_id", *columns], rows)
    )


def _same(facts: CTE, person: Any) -> ColumnElement[bool]:
    return and_(
        facts.c.employee_id == person, facts.c.competence_id == CoverageTarget.competence_id
    )
