"""SELECTs of one enrolment, or of some that are about to change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Uuid,
    and_,
    bindparam,
    false,
    or_,
    select,
)
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from tenant_app.accounts.models import RoleAssignment, User
from tenant_app.budgets.models import (
    LedgerEntry,
    MoneyLine,
    MoneyState,
    Pool,
    PoolBalance,
)
from tenant_app.catalogue.models import Course, CourseSession, Provider
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.fence import only_own, own
from tenant_app.enrolments.models import (
    ApprovalStep,
    Enrolment,
    EnrolmentState,
    StepState,
)
from tenant_app.enrolments.rules import WAITING
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Employment, Unit, UnitPlacement

WITH_NAMES: tuple[ORMOption, ...] = (
    joinedload(Enrolment.employee),
    joinedload(Enrolment.unit),
    joinedload(Enrolment.session).joinedload(CourseSession.course).joinedload(Course.provider),
)
"""What every list and every verb shows of an enrolment, in the same SELECT."""


_WAITING_STEPS = (
    select(ApprovalStep)
    .where(
        ApprovalStep.enrolment_id == bindparam("enrolment", type_=Uuid()),
        ApprovalStep.submission == bindparam("submission", type_=BigInteger()),
        ApprovalStep.state == StepState.WAITING,
        own(ApprovalStep),
    )
    .order_by(ApprovalStep.position)
    .execution_options(populate_existing=True)
)


def visible(ctx: Context) -> ColumnElement[bool]:
    """Enrolments of the units the actor may look into, and those in which they take part.

    A unit that hangs nowhere today is nobody's: what it paid follows its people to where they
    work. Whoever looks into everything sees closed units anyway.
    """
    allowed: list[ColumnElement[bool]] = [false()]
    if ctx.actor.may(Permission.ENROLMENT_VIEW):
        units = organisation.visible_units(ctx, Permission.ENROLMENT_VIEW)
        allowed.append(Enrolment.unit_id.in_(units))
        if not ctx.actor.may(Permission.ENROLMENT_VIEW, at=organisation.root_path(ctx)):
            staff = select(Employment.employee_id).where(
                Employment.unit_id.in_(units), *holds(Employment, ctx.today)
            )
            allowed.append(and_(hangs_nowhere(ctx.today), Enrolment.employee_id.in_(staff)))
    if ctx.actor.employee_id is not None:
        allowed.append(Enrolment.employee_id == ctx.actor.employee_id)
    return or_(*allowed)


def holds(
    model: type[UnitPlacement] | type[Employment] | type[RoleAssignment],
    day: date | ColumnElement[date],
) -> tuple[ColumnElement[bool], ...]:
    """The row is true of the day."""
    return (model.from_date <= day, or_(model.to_date.is_(None), model.to_date > day))


def hangs_nowhere(day: date) -> ColumnElement[bool]:
    """The paying unit is closed on the day."""
    there = select(UnitPlacement.unit_id).where(*holds(UnitPlacement, day))
    return Enrolment.unit_id.not_in(there)


def _locked() -> Select[Enrolment]:
    """`visible` for a statement built once: every answer asks it."""
    today = bindparam("today", type_=Date())
    there = only_own(
        select(UnitPlacement.unit_id).where(*holds(UnitPlacement, today)), UnitPlacement
    )
    staff = only_own(
        select(Employment.employee_id).where(
            organisation.scoped(Employment.unit_id), *holds(Employment, today)
        ),
        Employment,
    )
    seen = or_(
        organisation.scoped(Enrolment.unit_id),
        and_(Enrolment.unit_id.not_in(there), Enrolment.employee_id.in_(staff)),
        Enrolment.employee_id == bindparam("myself", type_=Uuid()),
    )
    return only_own(
        select(Enrolment)
        .join(Enrolment.employee)
        .join(Enrolment.unit)
        .join(Enrolment.session)
        .join(CourseSession.course)
        .join(Course.provider)
        .options(
            contains_eager(Enrolment.employee),
            contains_eager(Enrolment.unit),
            contains_eager(Enrolment.session)
            .contains_eager(CourseSession.course)
            .contains_eager(Course.provider),
        )
        .where(Enrolment.id == bindparam("enrolment", type_=Uuid()), seen)
        .with_for_update(of=Enrolment)
        .execution_options(populate_existing=True),
        Enrolment,
        Employee,
        Unit,
        CourseSession,
        Course,
        Provider,
    )


_LOCKED = _locked()


def get(ctx: Context, enrolment_id: UUID) -> Enrolment | None:
    return ctx.session.scalars(
        select(Enrolment).where(Enrolment.id == enrolment_id, visible(ctx)).options(*WITH_NAMES)
    ).one_or_none()


def get_locked(ctx: Context, enrolment_id: UUID) -> Enrolment | None:
    """Read again even if this unit of work saw it before: the lock may have waited."""
    asked = {
        "enrolment": enrolment_id,
        "myself": ctx.actor.employee_id,
        "today": ctx.today,
        **organisation.scope_of(ctx, Permission.ENROLMENT_VIEW),
    }
    return ctx.load(_LOCKED, asked).scalar_one_or_none()


def named(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Enrolment]:
    """Those of the ids that the actor may see, as the database has them now."""
    found = ctx.session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(ids), visible(ctx))
        .options(*WITH_NAMES)
        .execution_options(populate_existing=True)
    )
    return {enrolment.id: enrolment for enrolment in found}


def lock(ctx: Context, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Lock visible enrolments in id order, so that two bulk answers never wait for each other.
    Enrolment → its session."""
    rows = ctx.session.execute(
        select(Enrolment.id, Enrolment.session_id)
        .where(Enrolment.id.in_(ids), visible(ctx))
        .order_by(Enrolment.id)
        .with_for_update()
    )
    return {row.id: row.session_id for row in rows}


def unanswered(ctx: Context, ids: Collection[UUID]) -> Sequence[Enrolment]:
    """Those of the ids that are enrolments and wait for an answer, locked in id order."""
    return ctx.session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(ids), Enrolment.waiting_level.is_not(None))
        .order_by(Enrolment.id)
        .with_for_update(of=Enrolment),
        execution_options={"populate_existing": True},
    ).all()


def lock_pools(ctx: Context, pool_ids: Collection[UUID]) -> None:
    """Lock the balances in id order before several enrolments move money in them."""
    ctx.session.execute(
        select(PoolBalance.pool_id)
        .where(PoolBalance.pool_id.in_(pool_ids))
        .order_by(PoolBalance.pool_id)
        .with_for_update()
    ).all()


def pools_of(ctx: Context, ids: Collection[UUID]) -> Sequence[UUID]:
    """The pools in which these enrolments have money set aside."""
    return ctx.session.scalars(
        select(MoneyLine.pool_id)
        .where(MoneyLine.source_id.in_(ids), MoneyLine.state == MoneyState.RESERVED)
        .distinct()
    ).all()


def pools_holding(ctx: Context, ids: Collection[UUID]) -> Sequence[UUID]:
    """The pools in which these enrolments have money set aside or committed."""
    held = (MoneyState.RESERVED, MoneyState.COMMITTED)
    return ctx.session.scalars(
        select(MoneyLine.pool_id)
        .where(MoneyLine.source_id.in_(ids), MoneyLine.state.in_(held))
        .distinct()
    ).all()


def live_on_session(ctx: Context, session_id: UUID) -> Sequence[Enrolment]:
    """Everyone who waits for or has a place, locked in id order. The municipality's affair, so
    without the actor's scope: whoever may cancel the session may for all of them."""
    live = (*WAITING, EnrolmentState.CONFIRMED)
    return ctx.session.scalars(
        select(Enrolment)
        .where(Enrolment.session_id == session_id, Enrolment.state.in_(live))
        .order_by(Enrolment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def steps(ctx: Context, enrolment_id: UUID) -> Sequence[ApprovalStep]:
    return ctx.session.scalars(
        select(ApprovalStep)
        .where(ApprovalStep.enrolment_id == enrolment_id)
        .order_by(ApprovalStep.submission, ApprovalStep.position)
    ).all()


def waiting_steps(ctx: Context, enrolment: Enrolment) -> Sequence[ApprovalStep]:
    """The steps of this submission that nobody has answered, in order."""
    asked = {"enrolment": enrolment.id, "submission": enrolment.submission}
    return ctx.load(_WAITING_STEPS, asked).scalars().all()


def user_names(ctx: Context, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = ctx.session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return dict(rows.all())


def unit_names(ctx: Context, unit_ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = ctx.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(set(unit_ids))))
    return dict(rows.all())


def entries(ctx: Context, enrolment_id: UUID) -> Sequence[tuple[LedgerEntry, str]]:
    """(movement, name of the pool) of one enrolment, oldest first."""
    rows = ctx.session.execute(
        select(LedgerEntry, Pool.name)
        .join(MoneyLine, MoneyLine.id == LedgerEntry.line_id)
        .join(Pool, Pool.id == LedgerEntry.pool_id)
        .where(MoneyLine.source_id == enrolment_id)
        .order_by(LedgerEntry.booked_at, LedgerEntry.id)
    )
    return [(entry, name) for entry, name in rows]
