"""SELECTs of funds. Used by this room only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased, joinedload

from tenant_app.budgets.models import PoolBalance
from tenant_app.catalogue.models import Course, CourseSession, SessionState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.funds.models import (
    FundApplicant,
    FundApplication,
    FundScheme,
    FundState,
)
from tenant_app.funds.rules import AHEAD, DEAD
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Employment, Unit

WITH_NAMES = (
    joinedload(FundApplication.scheme),
    joinedload(FundApplication.unit),
    joinedload(FundApplication.session).joinedload(CourseSession.course),
)


# -- schemes


def schemes(ctx: Context, *, only_active: bool = False) -> Sequence[FundScheme]:
    """By name."""
    statement = select(FundScheme).order_by(danish(FundScheme.name), FundScheme.id)
    if only_active:
        statement = statement.where(FundScheme.is_active)
    return ctx.session.scalars(statement).all()


def scheme(ctx: Context, scheme_id: UUID) -> FundScheme | None:
    return ctx.session.scalars(select(FundScheme).where(FundScheme.id == scheme_id)).one_or_none()


def scheme_coded(ctx: Context, code: str) -> FundScheme | None:
    return ctx.session.scalars(
        select(FundScheme).where(FundScheme.code == code).with_for_update(of=FundScheme)
    ).one_or_none()


# -- applications


def seen(ctx: Context) -> ColumnElement[bool]:
    """Those of the units in sight."""
    return FundApplication.unit_id.in_(organisation.visible_units(ctx, Permission.FUNDS_VIEW))


def applications(filters: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The latest first."""
    return (
        select(FundApplication)
        .where(*filters)
        .order_by(FundApplication.created_at.desc(), FundApplication.id.desc())
        .options(*WITH_NAMES)
    )


def application(ctx: Context, application_id: UUID, *, lock: bool = False) -> Any:
    statement = (
        select(FundApplication)
        .where(FundApplication.id == application_id, seen(ctx))
        .options(*WITH_NAMES)
    )
    if lock:
        statement = statement.with_for_update(of=FundApplication)
    return ctx.session.scalars(
        statement, execution_options={"populate_existing": lock}
    ).one_or_none()


def applicants(ctx: Context, application_ids: Collection[UUID]) -> Sequence[FundApplicant]:
    """By name within each application."""
    return ctx.session.scalars(
        select(FundApplicant)
        .join(Employee, Employee.id == FundApplicant.employee_id)
        .where(FundApplicant.application_id.in_(application_ids))
        .order_by(FundApplicant.application_id, danish(Employee.name), FundApplicant.id)
        .options(joinedload(FundApplicant.employee)),
        execution_options={"populate_existing": True},
    ).all()


def applicant_ids(ctx: Context, application_id: UUID) -> set[UUID]:
    """Employees."""
    return set(
        ctx.session.scalars(
            select(FundApplicant.employee_id).where(FundApplicant.application_id == application_id)
        )
    )


def sums(
    ctx: Context, application_ids: Collection[UUID]
) -> dict[UUID, tuple[int, int, int | None, int]]:
    """Application → (people, asked, awarded, to pay back)."""
    owed = case(
        (
            FundApplicant.lost_on.is_not(None) & FundApplicant.refunded_on.is_(None),
            func.coalesce(FundApplicant.awarded, 0),
        ),
        else_=0,
    )
    rows = ctx.session.execute(
        select(
            FundApplicant.application_id,
            func.count(),
            func.sum(FundApplicant.asked),
            func.sum(FundApplicant.awarded),
            func.sum(owed),
        )
        .where(FundApplicant.application_id.in_(application_ids))
        .group_by(FundApplicant.application_id)
    )
    return {
        key: (count, int(asked), None if awarded is None else int(awarded), int(back))
        for key, count, asked, awarded, back in rows
    }


def owes() -> ColumnElement[bool]:
    """Paid, and somebody's place was given up since."""
    return and_(
        FundApplication.state == FundState.PAID,
        FundApplication.id.in_(
            select(FundApplicant.application_id).where(
                FundApplicant.lost_on.is_not(None),
                FundApplicant.refunded_on.is_(None),
                FundApplicant.awarded > 0,
            )
        ),
    )


def to_sign(ctx: Context) -> ColumnElement[bool]:
    """Waits for the actor's signature, as a leader or as the union's representative."""
    leads = organisation.visible_units(ctx, Permission.FUNDS_APPLY)
    represents = organisation.visible_units(ctx, Permission.FUNDS_SIGN)
    mine: ColumnElement[bool] = false()
    if ctx.actor.employee_id is not None:
        mine = FundApplication.id.in_(
            select(FundApplicant.application_id).where(
                FundApplicant.employee_id == ctx.actor.employee_id
            )
        )
    ways = or_(
        and_(FundApplication.state == FundState.DRAFT, FundApplication.unit_id.in_(leads)),
        and_(
            FundApplication.state == FundState.LEADER_SIGNED,
            FundApplication.unit_id.in_(represents),
            FundApplication.leader_signed_by.is_distinct_from(ctx.actor.user_id),
            FundApplication.leader_employee_id.is_distinct_from(ctx.actor.employee_id)
            if ctx.actor.employee_id is not None
            else true(),
        ),
    )
    return and_(ways, ~mine)


def is_ahead(until: date) -> ColumnElement[bool]:
    """Not sent, and the session begins by the day."""
    return and_(FundApplication.state.in_(AHEAD), FundApplication.starts_on <= until)


# -- pools


def lock_pool(ctx: Context, pool_id: UUID) -> None:
    """The balance that is paid into or from."""
    ctx.session.execute(
        select(PoolBalance.pool_id).where(PoolBalance.pool_id == pool_id).with_for_update()
    ).all()


# -- people


def lock_people(ctx: Context, employee_ids: Collection[UUID]) -> dict[UUID, Employee]:
    """In id order: two applications at once for one person wait for each other here."""
    found = ctx.session.scalars(
        select(Employee)
        .where(Employee.id.in_(employee_ids))
        .order_by(Employee.id)
        .with_for_update(of=Employee, key_share=True)
    ).all()
    return {each.id: each for each in found}


def employed_on(
    ctx: Context, employee_ids: Collection[UUID], day: date
) -> dict[UUID, tuple[Employment, Unit]]:
    """Employee → the employment of the day, and its unit."""
    rows = ctx.session.execute(
        select(Employment, Unit)
        .join(Unit, Unit.id == Employment.unit_id)
        .where(
            Employment.employee_id.in_(employee_ids),
            Employment.from_date <= day,
            or_(Employment.to_date.is_(None), Employment.to_date > day),
        )
        .options(joinedload(Employment.employee))
    )
    return {employment.employee_id: (employment, unit) for employment, unit in rows}


def names(ctx: Context, employee_ids: Collection[UUID]) -> dict[UUID, str]:
    rows = ctx.session.execute(
        select(Employee.id, Employee.name).where(Employee.id.in_(employee_ids))
    )
    return {row.id: row.name for row in rows}


def people(ctx: Context, *, limit: int) -> Sequence[tuple[UUID, str, str]]:
    """(employee, name, unit) of those employed today where the actor applies, by unit and name."""
    rows = ctx.session.execute(
        select(Employee.id, Employee.name, Unit.name)
        .join(Employment, Employment.employee_id == Employee.id)
        .join(Unit, Unit.id == Employment.unit_id)
        .where(
            Employment.unit_id.in_(organisation.visible_units(ctx, Permission.FUNDS_APPLY)),
            Employment.from_date <= ctx.today,
            or_(Employment.to_date.is_(None), Employment.to_date > ctx.today),
        )
        .order_by(danish(Unit.name), danish(Employee.name), Employee.id)
        .limit(limit)
    )
    return [(key, name, unit) for key, name, unit in rows]


def used_within(
    ctx: Context,
    employee_ids: Collection[UUID],
    *,
    scheme_id: UUID,
    starts_on: date,
    months: int,
    but: UUID | None = None,
) -> dict[UUID, tuple[int, int]]:
    """Employee → (ordinary, all) of what counts in the fullest span of so many months that has
    `starts_on` in it. Spans begin at an application's first day or at this one: one between them
    holds no more. One SELECT for all of them."""
    span = func.make_interval(0, months)
    each, begin = aliased(FundApplication), aliased(FundApplication)
    person, other = aliased(FundApplicant), aliased(FundApplicant)
    # A place that is lost before anything was paid never will be.
    counts = case(
        (person.refunded_on.is_not(None), 0),
        (and_(person.lost_on.is_not(None), each.state != FundState.PAID), 0),
        else_=func.coalesce(person.awarded, person.asked),
    )
    live = each.state.not_in(DEAD)
    begins = (
        select(other.employee_id.label("employee_id"), begin.starts_on.label("day"))
        .join(begin, begin.id == other.application_id)
        .where(
            other.employee_id.in_(employee_ids),
            begin.scheme_id == scheme_id,
            begin.state.not_in(DEAD),
            begin.starts_on <= starts_on,
            begin.starts_on + span > starts_on,
        )
        .union(select(Employee.id, literal(starts_on, Date)).where(Employee.id.in_(employee_ids)))
        .subquery()
    )
    inside = [
        each.id == person.application_id,
        each.scheme_id == scheme_id,
        live,
        each.id != but if but is not None else true(),
        each.starts_on >= begins.c.day,
        each.starts_on < begins.c.day + span,
    ]
    per_span = (
        select(
            begins.c.employee_id,
            begins.c.day,
            func.sum(case((each.is_master, 0), else_=counts)).label("ordinary"),
            func.sum(counts).label("all"),
        )
        .select_from(begins)
        .join(person, person.employee_id == begins.c.employee_id)
        .join(each, and_(*inside))
        .group_by(begins.c.employee_id, begins.c.day)
        .subquery()
    )
    rows = ctx.session.execute(
        select(
            per_span.c.employee_id, func.max(per_span.c.ordinary), func.max(per_span.c.all)
        ).group_by(per_span.c.employee_id)
    )
    return {key: (int(ordinary), int(whole)) for key, ordinary, whole in rows}


def sessions_ahead(ctx: Context, *, first: date, last: date, limit: int) -> Sequence[CourseSession]:
    """Open sessions that begin within the days, the first first."""
    return ctx.session.scalars(
        select(CourseSession)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            CourseSession.starts_on.between(first, last),
            CourseSession.state == SessionState.OPEN,
        )
        .order_by(CourseSession.starts_on, danish(Course.title), CourseSession.id)
        .limit(limit)
        .options(joinedload(CourseSession.course))
    ).all()
