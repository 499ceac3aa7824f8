"""Roll-ups: facts per unit first, then the ancestors by path."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    Row,
    Select,
    Uuid,
    case,
    column,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import defer

from tenant_app.budgets.models import (
    BudgetYear,
    BudgetYearState,
    LedgerEntry,
    Pool,
    PoolBalance,
)
from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.organisation.models import Unit, UnitKind, UnitPlacement
from tenant_app.reports import rules
from tenant_app.reports.models import CoverageRow, ReportKind, ReportRun, UsageRow
from tenant_app.reports.queries.shared import on, whole

FIGURES = ("group_size", "covered", "planned", "needed")
SHOWN = (UnitKind.MUNICIPALITY, UnitKind.AREA, UnitKind.INSTITUTION)


_YEARS = only_own(
    select(BudgetYear.year, BudgetYear.state).order_by(BudgetYear.year.desc()), BudgetYear
)


def budget_years(ctx: Context) -> dict[int, BudgetYearState]:
    """Year → state, latest first."""
    return {row.year: row.state for row in ctx.execute(_YEARS, {})}


def unsettled_years(ctx: Context, *, before: int) -> list[int]:
    """Earlier years whose money still moves, latest first: a pool holds reserved or committed
    money, or something was booked since the latest report of usage. One index probe per pool."""
    holds = exists().where(
        PoolBalance.pool_id == Pool.id,
        or_(PoolBalance.reserved != 0, PoolBalance.committed != 0),
    )
    latest = (
        select(func.max(ReportRun.as_of))
        .where(ReportRun.kind == ReportKind.USAGE, ReportRun.year == BudgetYear.year)
        .correlate(BudgetYear)
        .scalar_subquery()
    )
    # On the day of the report itself too: it was made at night, and the day went on.
    moved = exists().where(LedgerEntry.pool_id == Pool.id, LedgerEntry.booked_on >= latest)
    return list(
        ctx.session.scalars(
            select(BudgetYear.year)
            .where(
                BudgetYear.year < before,
                exists().where(Pool.year_id == BudgetYear.id, or_(holds, moved)),
            )
            .order_by(BudgetYear.year.desc())
        )
    )


def latest_run(ctx: Context, kind: ReportKind, year: int, as_of: date | None) -> ReportRun | None:
    found = select(ReportRun).where(ReportRun.kind == kind, ReportRun.year == year)
    if as_of is not None:
        found = found.where(ReportRun.as_of == as_of)
    return ctx.session.scalar(found.order_by(ReportRun.as_of.desc()).limit(1))


def days(ctx: Context, kind: ReportKind, year: int) -> list[date]:
    return list(
        ctx.session.scalars(
            select(ReportRun.as_of)
            .where(ReportRun.kind == kind, ReportRun.year == year)
            .order_by(ReportRun.as_of.desc())
            .limit(400)
        )
    )


def _places(day: date) -> CTE:
    """Where each unit hangs on the day; a closed one where it hung last, one to come where it
    will begin, so that no money falls out of the total."""
    known = case((UnitPlacement.from_date <= day, UnitPlacement.from_date))
    return (
        select(UnitPlacement.unit_id, UnitPlacement.path, on(UnitPlacement, day).label("is_open"))
        .ext(distinct_on(UnitPlacement.unit_id))
        .order_by(UnitPlacement.unit_id, known.desc().nulls_last(), UnitPlacement.from_date)
        .cte("places")
    )


def usage_nodes(ctx: Context, run: ReportRun, visible: Select[tuple[UUID]]) -> Sequence[Row[Any]]:
    """Each visible unit with the sums of its own pools (`own_…`) and of all below it."""
    places = _places(rules.standing_day(run.year, run.as_of))
    columns = rules.USAGE_COLUMNS
    facts = (
        select(
            UsageRow.unit_id,
            places.c.path,
            *(func.sum(getattr(UsageRow, name)).label(name) for name in columns),
        )
        .join(places, places.c.unit_id == UsageRow.unit_id)
        .where(UsageRow.run_id == run.id)
        .group_by(UsageRow.unit_id, places.c.path)
        .cte("facts")
    )
    own = facts.c.unit_id == places.c.unit_id
    sums = [whole(facts.c[name]).label(name) for name in columns]
    sums += [whole(case((own, facts.c[name]))).label(f"own_{name}") for name in columns]
    return ctx.session.execute(
        _nodes(places, *sums)
        .outerjoin(facts, facts.c.path.op("^@")(places.c.path))
        .where(Unit.id.in_(visible))
        .having(or_(places.c.is_open, func.count(facts.c.unit_id) > 0))
    ).all()


def usage_pools(ctx: Context, run: ReportRun, visible: Select[tuple[UUID]]) -> Sequence[Row[Any]]:
    """Each pool of a visible unit, as the run counted it."""
    places = _places(rules.standing_day(run.year, run.as_of))
    return ctx.session.execute(
        select(
            Pool.id,
            Pool.name,
            Pool.kind,
            places.c.path,
            places.c.is_open,
            *(getattr(UsageRow, name) for name in rules.USAGE_COLUMNS),
        )
        .join(Pool, Pool.id == UsageRow.pool_id)
        .join(places, places.c.unit_id == UsageRow.unit_id)
        .where(UsageRow.run_id == run.id, UsageRow.unit_id.in_(visible))
        .order_by(Pool.kind, Pool.name, Pool.id)
    ).all()


def coverage_nodes(
    ctx: Context, run: ReportRun, visible: Select[tuple[UUID]]
) -> Sequence[Row[Any]]:
    """Each visible unit and target with the sums of the institutions below."""
    places = _places(rules.standing_day(run.year, run.as_of))
    each = (
        func.unnest(CoverageRow.unit_ids, *(getattr(CoverageRow, name) for name in FIGURES))
        .table_valued(column("unit_id", Uuid), *(column(name, BigInteger) for name in FIGURES))
        .render_derived(name="each")
    )
    facts = (
        select(CoverageRow.target_id, *each.c, places.c.path)
        .select_from(CoverageRow)
        .join(each, literal(True))
        .join(places, places.c.unit_id == each.c.unit_id)
        .where(CoverageRow.run_id == run.id)
        .cte("facts")
    )
    met = facts.c.covered >= facts.c.needed
    sums = [whole(facts.c[name]).label(name) for name in ("group_size", "covered", "planned")]
    return ctx.session.execute(
        _nodes(places, facts.c.target_id, *sums)
        .add_columns(
            whole(facts.c.needed).label("needed"),
            func.count(facts.c.unit_id).label("institutions"),
            func.count(facts.c.unit_id).filter(met).label("met"),
        )
        .outerjoin(facts, facts.c.path.op("^@")(places.c.path))
        .where(Unit.id.in_(visible), or_(places.c.is_open, facts.c.unit_id.is_not(None)))
        .group_by(facts.c.target_id)
    ).all()


def _nodes(places: CTE, *columns: Any) -> Select[Any]:
    head = (Unit.id, Unit.number, Unit.name, Unit.kind, places.c.path, places.c.is_open)
    return (
        select(*head, *columns)
        .select_from(places)
        .join(Unit, Unit.id == places.c.unit_id)
        .where(Unit.kind.in_(SHOWN))
        .group_by(*head)
        .order_by(places.c.path)
    )


def targets_of(ctx: Context, run_id: UUID) -> Sequence[CoverageRow]:
    """What the targets said when the run measured them."""
    return ctx.session.scalars(
        select(CoverageRow)
        .where(CoverageRow.run_id == run_id)
        .options(defer(CoverageRow.unit_ids), *(defer(getattr(CoverageRow, n)) for n in FIGURES))
        .order_by(CoverageRow.due_date, CoverageRow.target_id)
    ).all()
