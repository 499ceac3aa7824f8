"""SELECTs of the home pages: one each, however much there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Select,
    Uuid,
    and_,
    column,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from tenant_app.accounts.models import User
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, Pool, PoolBalance
from tenant_app.catalogue.models import Course, CourseSession, SessionState
from tenant_app.competences.models import Competence, Holding
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.outbox import Outbox
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.organisation.models import Employee, Unit, UnitPlacement
from tenant_app.reports.models import CoverageRow, ReportKind, ReportRun
from tenant_app.reports.queries.reading import FIGURES
from tenant_app.reports.queries.shared import on, whole
from tenant_app.tenancy.models import TenantSettings

GOING = (
    EnrolmentState.SUBMITTED,
    EnrolmentState.LEADER_APPROVED,
    EnrolmentState.AREA_APPROVED,
    EnrolmentState.CONFIRMED,
)
MONEY = ("allotted", "carried", "transferred", "reserved", "committed", "actual")

_LIMITS = select(TenantSettings.limits).scalar_subquery().label("limits")
"""The municipality's own thresholds, read on the way."""


def _latest(year: Any) -> Any:
    """What the forecast of the latest usage report rests on: the days since change it little."""
    return (
        select(ReportRun.passed_bp, ReportRun.approval_bp, ReportRun.as_of.label("season_on"))
        .where(ReportRun.kind == ReportKind.USAGE, ReportRun.year == year)
        .order_by(ReportRun.as_of.desc())
        .limit(1)
        .lateral("latest")
    )


def pools_now(ctx: Context, year: int) -> Sequence[Any]:
    """The year, with each of its pools in sight; once without a pool when there is none."""
    latest = _latest(BudgetYear.year)
    return ctx.session.execute(
        select(
            BudgetYear.state.label("year_state"),
            BudgetYear.frame,
            Pool.id,
            Pool.name,
            Pool.kind,
            UnitPlacement.path,
            latest.c.passed_bp,
            latest.c.approval_bp,
            _LIMITS,
            *(getattr(PoolBalance, name) for name in MONEY),
        )
        .select_from(BudgetYear)
        .outerjoin(latest, literal(True))
        .outerjoin(Pool, and_(Pool.year_id == BudgetYear.id, budgets.pools_in_sight(ctx)))
        .outerjoin(PoolBalance, PoolBalance.pool_id == Pool.id)
        .outerjoin(
            UnitPlacement, and_(UnitPlacement.unit_id == Pool.unit_id, on(UnitPlacement, ctx.today))
        )
        .where(BudgetYear.year == year)
        .order_by(Pool.kind, danish(Pool.name), Pool.id)
    ).all()


def pool_now(ctx: Context, pool_id: UUID) -> Any:
    """One pool in sight, as above: of all balances only its own is read."""
    latest = _latest(BudgetYear.year)
    return ctx.session.execute(
        select(
            BudgetYear.year,
            Pool.id,
            Pool.name,
            Pool.kind,
            UnitPlacement.path,
            latest.c.passed_bp,
            latest.c.approval_bp,
            _LIMITS,
            *(getattr(PoolBalance, name) for name in MONEY),
        )
        .select_from(Pool)
        .join(PoolBalance, PoolBalance.pool_id == Pool.id)
        .join(BudgetYear, BudgetYear.id == Pool.year_id)
        .outerjoin(latest, literal(True))
        .outerjoin(
            UnitPlacement, and_(UnitPlacement.unit_id == Pool.unit_id, on(UnitPlacement, ctx.today))
        )
        .where(Pool.id == pool_id, budgets.pools_in_sight(ctx))
    ).one_or_none()


def coverage_now(ctx: Context, year: int, visible: Select[UUID], *, gaps: int) -> Sequence[Any]:
    """Of the latest report: a line per target, then the institutions that lack most."""
    latest = (
        select(ReportRun.id, ReportRun.data_time)
        .where(ReportRun.kind == ReportKind.COVERAGE, ReportRun.year == year)
        .order_by(ReportRun.as_of.desc())
        .limit(1)
        .cte("latest")
    )
    each = (
        func.unnest(CoverageRow.unit_ids, *(getattr(CoverageRow, name) for name in FIGURES))
        .table_valued(column("unit_id", Uuid), *(column(name, BigInteger) for name in FIGURES))
        .render_derived(name="each")
    )
    rows = (
        select(
            CoverageRow.target_id,
            CoverageRow.competence.label("name"),
            CoverageRow.due_date,
            latest.c.data_time,
            *each.c,
        )
        .select_from(CoverageRow)
        .join(latest, latest.c.id == CoverageRow.run_id)
        .join(each, literal(True))
        .where(each.c.unit_id.in_(visible))
        .cte("facts")
    )
    met = rows.c.covered >= rows.c.needed
    head = (rows.c.target_id, rows.c.name, rows.c.due_date, rows.c.data_time)
    targets = select(
        *head,
        null().label("unit"),
        literal(0).label("place"),
        *(whole(rows.c[name]).label(name) for name in FIGURES),
        func.count().label("institutions"),
        func.count().filter(met).label("met"),
    ).group_by(*head)
    lacking = rows.c.needed - rows.c.covered
    worst_first = (lacking.desc(), rows.c.due_date, danish(Unit.name), rows.c.target_id)
    worst = (
        select(
            *head,
            Unit.name.label("unit"),
            func.row_number().over(order_by=worst_first).label("place"),
            *(rows.c[name] for name in FIGURES),
            literal(1).label("institutions"),
            literal(0).label("met"),
        )
        .join(Unit, Unit.id == rows.c.unit_id)
        .where(rows.c.covered < rows.c.needed)
        .order_by(*worst_first)
        .limit(gaps)
        .subquery()
    )
    found = union_all(targets, select(worst)).subquery()
    return ctx.session.execute(
        select(found).order_by(
            found.c.place, found.c.due_date, danish(found.c.name), found.c.target_id
        )
    ).all()


def going_together(ctx: Context, visible: Select[UUID], *, most: int) -> Sequence[Any]:
    """Coming sessions with people from two institutions or more, each with its people."""
    who = func.json_build_array(Unit.name, Employee.name, Enrolment.state)
    return ctx.session.execute(
        select(
            CourseSession.id,
            Course.title,
            CourseSession.starts_on,
            CourseSession.place,
            func.count(Enrolment.unit_id.distinct()).label("institutions"),
            func.json_agg(aggregate_order_by(who, danish(Unit.name), danish(Employee.name))).label(
                "people"
            ),
        )
        .join(Course, Course.id == CourseSession.course_id)
        .join(Enrolment, Enrolment.session_id == CourseSession.id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .join(Employee, Employee.id == Enrolment.employee_id)
        .where(
            CourseSession.starts_on >= ctx.today,
            CourseSession.state == SessionState.OPEN,
            Enrolment.state.in_(GOING),
            Enrolment.unit_id.in_(visible),
        )
        .group_by(CourseSession.id, Course.title, CourseSession.starts_on, CourseSession.place)
        .having(func.count(Enrolment.unit_id.distinct()) > 1)
        .order_by(CourseSession.starts_on, danish(Course.title), CourseSession.id)
        .limit(most)
    ).all()


def holdings(ctx: Context, staff: Select[UUID] | None, *, until: date, most: int) -> Sequence[Any]:
    """The actor's own competences, and those of the staff that run out up to a day: soonest first.

    One that was renewed does not run out.
    """
    newer = aliased(Holding)
    renewed = (
        select(newer.id)
        .where(
            newer.employee_id == Holding.employee_id,
            newer.competence_id == Holding.competence_id,
            or_(newer.until_date.is_(None), newer.until_date > Holding.until_date),
        )
        .exists()
    )
    held = (Holding.from_date <= ctx.today, Holding.employee_id.is_not(None))
    parts = []
    if ctx.actor.employee_id is not None:
        parts.append(
            select(Holding.id, literal("own").label("why"))
            .where(
                *held,
                Holding.employee_id == ctx.actor.employee_id,
                or_(Holding.until_date.is_(None), Holding.until_date >= ctx.today),
            )
            .order_by(Holding.until_date.nulls_last(), Holding.id)
            .limit(most)
        )
    if staff is not None:
        parts.append(
            select(Holding.id, literal("expires").label("why"))
            .where(
                *held,
                Holding.employee_id.in_(staff),
                Holding.until_date.between(ctx.today - timedelta(days=30), until),
                ~renewed,
            )
            .order_by(Holding.until_date, Holding.id)
            .limit(most)
        )
    if not parts:
        return ()
    found = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return ctx.session.execute(
        select(
            found.c.why,
            Employee.id.label("employee_id"),
            Employee.name.label("employee"),
            Competence.name.label("competence"),
            Holding.from_date,
            Holding.until_date,
        )
        .join(found, found.c.id == Holding.id)
        .join(Employee, Employee.id == Holding.employee_id)
        .join(Competence, Competence.id == Holding.competence_id)
        .order_by(Holding.until_date.nulls_last(), danish(Employee.name), danish(Competence.name))
    ).all()


def job_health(ctx: Context) -> Any:
    """How many jobs wait, since when the oldest is due, how many were given up, when one ended."""
    undone = and_(Outbox.done_at.is_(None), Outbox.dead_at.is_(None))
    parts: list[Any] = [
        select(func.count()).select_from(Outbox).where(undone),
        select(func.min(Outbox.due_at)).where(undone, Outbox.due_at <= ctx.now),
        select(func.count())
        .select_from(Outbox)
        .where(Outbox.done_at.is_(None), Outbox.dead_at.is_not(None)),
        select(func.max(Outbox.done_at)).where(
            Outbox.created_at >= ctx.now - timedelta(days=7), Outbox.cancelled_at.is_(None)
        ),
    ]
    names = ("undone", "oldest_due", "dead", "last_done")
    return ctx.session.execute(
        select(
            *(part.scalar_subquery().label(name) for part, name in zip(parts, names, strict=True))
        )
    ).one()


def beginnings(ctx: Context) -> Any:
    """Whether there are employees, courses, and users beyond the first."""
    parts: dict[str, Select[Any]] = {
        "has_staff": select(Employee.id),
        "has_courses": select(Course.id),
        "has_users": select(User.id).offset(1),
    }
    return ctx.session.execute(
        select(*(part.limit(1).exists().label(name) for name, part in parts.items()))
    ).one()
