"""Figures are made where the rows are: INSERT … SELECT. No row travels to Python.

The statements are built once: building them anew cost more than running them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    Table,
    UniqueConstraint,
    Uuid,
    bindparam,
    case,
    delete,
    false,
    func,
    insert,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert

from tenant_app.budgets.models import (
    BudgetYear,
    CostLine,
    FundingRuleSet,
    LedgerEntry,
    MoneyLine,
    MoneyState,
    Pool,
    PoolBalance,
)
from tenant_app.catalogue.models import CourseCompetence, CourseSession, SessionState
from tenant_app.competences.models import Competence, CoverageTarget, Holding
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.fence import only_own
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.organisation.models import Employment, Unit, UnitKind, UnitPlacement
from tenant_app.reports import rules
from tenant_app.reports.models import CoverageRow, ReportKind, ReportRun, UsageRow
from tenant_app.reports.queries.shared import on, whole

COVER = ("cover_reserved", "cover_committed", "cover_actual")
MONEY = ("allotted", "carried", "transferred", "reserved", "committed", "actual")
RUN, DAY = bindparam("run", type_=Uuid()), bindparam("day", type_=Date())
YEAR = bindparam("year", type_=BigInteger())
PASSED = bindparam("passed", type_=BigInteger())
WHOLE_YEAR = bindparam("whole_year", type_=BigInteger())
APPROVAL = bindparam("approval_bp", type_=BigInteger())


FRESH = ("data_time", "rule_version", "passed_bp", "season_from", "season_until", "approval_bp")


def _begin() -> Any:
    # The conflict target by its constraint: a room never names the tenant.
    table = cast(Table, ReportRun.__table__)
    one_per_day = next(c for c in table.constraints if isinstance(c, UniqueConstraint))
    version = only_own(
        select(func.coalesce(func.max(FundingRuleSet.version), 0)).where(
            FundingRuleSet.valid_from <= DAY
        ),
        FundingRuleSet,
    ).scalar_subquery()
    statement = pg_insert(table).values(rule_version=version)
    fresh = {name: statement.excluded[name] for name in FRESH}
    return statement.on_conflict_do_update(constraint=one_per_day, set_=fresh).returning(table.c.id)


def _usage() -> Any:
    # What stands now less what was booked after the day: of today nothing, of a day long gone most.
    since = only_own(
        select(LedgerEntry.pool_id, *(whole(getattr(LedgerEntry, n)).label(n) for n in MONEY))
        .join(Pool, Pool.id == LedgerEntry.pool_id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(BudgetYear.year == YEAR, LedgerEntry.booked_on > DAY)
        .group_by(LedgerEntry.pool_id),
        LedgerEntry,
        Pool,
        BudgetYear,
    ).subquery()
    cover = _cover()
    amounts = {n: getattr(PoolBalance, n) - func.coalesce(since.c[n], 0) for n in MONEY}
    expected = rules.Season(approval_bp=cast(int, APPROVAL)).expected(amounts)
    rows = only_own(
        select(
            func.gen_random_uuid(),
            RUN,
            Pool.id,
            Pool.unit_id,
            *amounts.values(),
            rules.forecast(expected, passed=PASSED, days=WHOLE_YEAR),
            *(func.coalesce(cover.c[name], 0) for name in COVER),
        )
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .outerjoin(since, since.c.pool_id == Pool.id)
        .outerjoin(cover, cover.c.pool_id == Pool.id)
        .where(BudgetYear.year == YEAR),
        Pool,
        BudgetYear,
        PoolBalance,
    )
    return insert(cast(Table, UsageRow.__table__)).from_select(
        ["id", "run_id", "pool_id", "unit_id", *MONEY, "forecast", *COVER], rows
    )


def _cover() -> Any:
    """What pays cover as of the day: the lines as they stand, less what was booked on them after
    it, as with the balances."""
    of_cover = MoneyLine.cost_line == CostLine.COVER
    states = (MoneyState.RESERVED, MoneyState.COMMITTED, MoneyState.ACTUAL)
    now = (
        select(
            MoneyLine.pool_id,
            *(
                whole(
                    case((MoneyLine.state == state, MoneyLine.amount + MoneyLine.adjusted))
                ).label(name)
                for name, state in zip(COVER, states, strict=True)
            ),
        )
        .join(Pool, Pool.id == MoneyLine.pool_id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(BudgetYear.year == YEAR, of_cover, MoneyLine.state.in_(states))
        .group_by(MoneyLine.pool_id)
    )
    later = (
        select(
            LedgerEntry.pool_id,
            *(
                (-whole(getattr(LedgerEntry, name.removeprefix("cover_")))).label(name)
                for name in COVER
            ),
        )
        .join(MoneyLine, MoneyLine.id == LedgerEntry.line_id)
        .join(Pool, Pool.id == LedgerEntry.pool_id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .where(BudgetYear.year == YEAR, LedgerEntry.booked_on > DAY, of_cover)
        .group_by(LedgerEntry.pool_id)
    )
    fenced = (LedgerEntry, MoneyLine, Pool, BudgetYear)
    both = union_all(only_own(now, *fenced[1:]), only_own(later, *fenced)).subquery()
    sums = (whole(both.c[name]).label(name) for name in COVER)
    return select(both.c.pool_id, *sums).group_by(both.c.pool_id).subquery()


def _coverage() -> Any:
    # A house always hangs right under its institution.
    is_house, is_institution = Unit.kind == UnitKind.HOUSE, Unit.kind == UnitKind.INSTITUTION
    homes = only_own(
        select(
            UnitPlacement.unit_id,
            case((is_house, UnitPlacement.parent_id), else_=UnitPlacement.unit_id).label("home"),
            is_institution.label("is_institution"),
        )
        .join(Unit, Unit.id == UnitPlacement.unit_id)
        .where(or_(is_house, is_institution), on(UnitPlacement, DAY)),
        UnitPlacement,
        Unit,
    ).cte("homes")
    held = only_own(
        select(Holding.employee_id, Holding.competence_id).where(
            Holding.from_date <= DAY,
            or_(Holding.until_date.is_(None), Holding.until_date >= DAY),
        ),
        Holding,
    )
    coming = only_own(
        select(Enrolment.employee_id, CourseCompetence.competence_id)
        .join(CourseSession, CourseSession.id == Enrolment.session_id)
        .join(CourseCompetence, CourseCompetence.course_id == CourseSession.course_id)
        .where(
            Enrolment.state == EnrolmentState.CONFIRMED,
            CourseSession.state == SessionState.OPEN,
        ),
        Enrolment,
        CourseSession,
        CourseCompetence,
    )
    # As a set looked into and not as a join: the planner guesses joins of so many tables badly.
    what = tuple_(Employment.employee_id, CoverageTarget.competence_id)
    members = only_own(
        select(
            CoverageTarget.id.label("target_id"),
            homes.c.home,
            Employment.employee_id,
            what.in_(held).label("holds"),
            what.in_(coming).label("will_hold"),
        )
        .select_from(Employment)
        .join(homes, homes.c.unit_id == Employment.unit_id)
        .join(CoverageTarget, CoverageTarget.position == Employment.position)
        .where(on(Employment, DAY)),
        Employment,
        CoverageTarget,
    )
    # One row more for each target and institution, so that those with nobody are there too.
    grid = only_own(
        select(CoverageTarget.id, homes.c.unit_id, null(), false(), false())
        .select_from(CoverageTarget)
        .join(homes, homes.c.is_institution),
        CoverageTarget,
    )
    each = members.union_all(grid).subquery()
    people = func.count(each.c.employee_id.distinct())
    counts = (
        select(
            each.c.target_id,
            each.c.home,
            people.label("group_size"),
            people.filter(each.c.holds).label("covered"),
            people.filter(or_(each.c.holds, each.c.will_hold)).label("planned"),
        )
        .group_by(each.c.target_id, each.c.home)
        .having(func.bool_or(each.c.employee_id.is_(None)))
        .subquery()
    )
    # Rounded up in whole numbers: half a person is one more.
    share = (counts.c.group_size * CoverageTarget.min_percent + 99) // 100
    figures = {
        "unit_ids": counts.c.home,
        "group_size": counts.c.group_size,
        "covered": counts.c.covered,
        "planned": counts.c.planned,
        "needed": func.coalesce(CoverageTarget.min_count, share),
    }
    target = (
        CoverageTarget.id,
        Competence.name,
        CoverageTarget.position,
        CoverageTarget.min_count,
        CoverageTarget.min_percent,
        CoverageTarget.due_date,
    )
    rows = only_own(
        select(
            func.gen_random_uuid(),
            RUN,
            *target,
            *(func.array_agg(figure) for figure in figures.values()),
        )
        .select_from(counts)
        .join(CoverageTarget, CoverageTarget.id == counts.c.target_id)
        .join(Competence, Competence.id == CoverageTarget.competence_id)
        .group_by(*target),
        CoverageTarget,
        Competence,
    )
    said = ("target_id", "competence", "position", "min_count", "min_percent", "due_date")
    return insert(cast(Table, CoverageRow.__table__)).from_select(
        ["id", "run_id", *said, *figures], rows
    )


BEGIN = _begin()
CLEAR = {
    kind: only_own(delete(model).where(model.run_id == RUN), model)
    for kind, model in ((ReportKind.USAGE, UsageRow), (ReportKind.COVERAGE, CoverageRow))
}
FILL = {ReportKind.USAGE: _usage(), ReportKind.COVERAGE: _coverage()}


def begin(ctx: Context, kind: ReportKind, *, year: int, as_of: date, season: rules.Season) -> UUID:
    """The run's row, new or again, locked until the end of the transaction."""
    row = {"id": uuid7(), "kind": kind, "year": year, "as_of": as_of, "data_time": ctx.now}
    row |= {"passed_bp": season.passed_bp, "approval_bp": season.approval_bp}
    row |= {"season_from": season.first, "season_until": season.last}
    row["day"] = rules.standing_day(year, as_of)
    made: UUID = ctx.execute(BEGIN, row).scalar_one()
    return made


def fill(
    ctx: Context,
    kind: ReportKind,
    run_id: UUID,
    *,
    year: int,
    as_of: date,
    season: rules.Season,
) -> None:
    """The run's rows are replaced whole.

    Usage: one row per pool of the year, of the ledger up to and including the day.
    Coverage: one row per target with every institution, houses counted to theirs, as of the day.
    """
    ctx.execute(CLEAR[kind], {"run": run_id})
    asked: dict[str, Any] = {"run": run_id}
    if kind is ReportKind.USAGE:
        passed, whole_year = season.elapsed(year, as_of)
        asked |= {"year": year, "day": as_of, "passed": passed, "whole_year": whole_year}
        asked |= {"approval_bp": season.approval_bp}
    else:
        asked |= {"day": rules.standing_day(year, as_of)}
    ctx.execute(FILL[kind], asked)
