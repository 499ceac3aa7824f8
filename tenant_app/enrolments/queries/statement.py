"""SELECTs behind the statement of a pool: its entries, what they were for, what they count to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, func, or_, select

from tenant_app.budgets.models import (
    ConstraintUse,
    LedgerEntry,
    MoneyLine,
    MoneyState,
    PoolConstraint,
)
from tenant_app.catalogue.models import Course, CourseSession
from tenant_app.core.context import Context
from tenant_app.enrolments.models import Enrolment
from tenant_app.enrolments.queries.one import visible
from tenant_app.organisation.models import Employee, Unit

AT_ONCE = 500


def statement(ctx: Context, pool_id: UUID) -> Select[Any]:
    """Every entry of the pool, oldest first. A leader sees what each house draws on the area's
    pool, and of other houses' requests neither course nor person nor who asked."""
    sight = visible(ctx)
    told = or_(LedgerEntry.line_id.is_(None), sight)
    return (
        select(
            LedgerEntry,
            MoneyLine.cost_line,
            MoneyLine.rule_name,
            MoneyLine.rule_version,
            case((sight, Enrolment.id)).label("enrolment_id"),
            Unit.number.label("unit_number"),
            Unit.name.label("unit_name"),
            case((sight, Course.title)).label("title"),
            Course.form,
            case((sight, Employee.name)).label("person"),
            case((told, LedgerEntry.actor_name)).label("by"),
        )
        .outerjoin(MoneyLine, MoneyLine.id == LedgerEntry.line_id)
        .outerjoin(Enrolment, Enrolment.id == MoneyLine.source_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(CourseSession, CourseSession.id == Enrolment.session_id)
        .outerjoin(Course, Course.id == CourseSession.course_id)
        .outerjoin(Employee, Employee.id == Enrolment.employee_id)
        .where(LedgerEntry.pool_id == pool_id)
        .order_by(LedgerEntry.booked_on, LedgerEntry.id)
    )


def newest_first(ctx: Context, pool_id: UUID) -> Select[Any]:
    """The same the other way round: what was booked last stands first."""
    turned = (LedgerEntry.booked_on.desc(), LedgerEntry.id.desc())
    return statement(ctx, pool_id).order_by(None).order_by(*turned)


def seen_lines(ctx: Context) -> Select[UUID]:
    """The money lines of the requests in sight."""
    return (
        select(MoneyLine.id)
        .join(Enrolment, Enrolment.id == MoneyLine.source_id)
        .where(visible(ctx))
    )


def what_for(ctx: Context, line_ids: Collection[UUID]) -> Sequence[Row[*tuple[Any, ...]]]:
    """What money lines pay: of requests out of sight the cost line alone."""
    sight = visible(ctx)
    return ctx.session.execute(
        select(
            MoneyLine.id,
            MoneyLine.cost_line,
            case((sight, Enrolment.id)).label("enrolment_id"),
            case((sight, Course.title)).label("title"),
            case((sight, Employee.name)).label("person"),
        )
        .outerjoin(Enrolment, Enrolment.id == MoneyLine.source_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(CourseSession, CourseSession.id == Enrolment.session_id)
        .outerjoin(Course, Course.id == CourseSession.course_id)
        .outerjoin(Employee, Employee.id == Enrolment.employee_id)
        .where(MoneyLine.id.in_(line_ids))
    ).all()


def streamed(ctx: Context, pool_id: UUID) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    """The same in portions, each read where the last one ended."""
    last: LedgerEntry | None = None
    while True:
        asked = statement(ctx, pool_id).limit(AT_ONCE)
        if last is not None:
            after = (LedgerEntry.booked_on > last.booked_on) | (
                (LedgerEntry.booked_on == last.booked_on) & (LedgerEntry.id > last.id)
            )
            asked = asked.where(after)
        rows = ctx.session.execute(asked).all()
        if not rows:
            return
        last = rows[-1][0]
        yield rows


def counted_to(ctx: Context, line_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Line → the constraints it counts against."""
    found: dict[UUID, list[str]] = {}
    rows = ctx.session.execute(
        select(ConstraintUse.line_id, PoolConstraint.name)
        .join(PoolConstraint, PoolConstraint.id == ConstraintUse.constraint_id)
        .where(ConstraintUse.line_id.in_(line_ids), PoolConstraint.is_active)
        .order_by(PoolConstraint.name)
    )
    for row in rows:
        found.setdefault(row.line_id, []).append(row.name)
    return found


def spent_of(ctx: Context, pool_id: UUID) -> dict[UUID, tuple[int, int]]:
    """Constraint → (lines that count, what of it is paid)."""
    paid = func.sum(
        case((MoneyLine.state == MoneyState.ACTUAL, MoneyLine.amount + MoneyLine.adjusted), else_=0)
    )
    rows = ctx.session.execute(
        select(PoolConstraint.id, func.count(MoneyLine.id), paid)
        .join(ConstraintUse, ConstraintUse.constraint_id == PoolConstraint.id)
        .join(MoneyLine, MoneyLine.id == ConstraintUse.line_id)
        .where(
            PoolConstraint.pool_id == pool_id,
            PoolConstraint.is_active,
            MoneyLine.state != MoneyState.RELEASED,
        )
        .group_by(PoolConstraint.id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}
