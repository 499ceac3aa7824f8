"""SELECTs of orders, their places and what is paid of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, func, or_, select, true, update
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from tenant_app.budgets.models import (
    BudgetYear,
    CostLine,
    MoneyLine,
    MoneyState,
    Pool,
    PoolBalance,
)
from tenant_app.catalogue.models import Course, CourseSession, Provider
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.fence import only_own
from tenant_app.enrolments.models import Enrolment, EnrolmentState
from tenant_app.invoices.models import Order, OrderLine, OrderState, Posting
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Unit

WITH_NAMES: tuple[ORMOption, ...] = (
    joinedload(Order.session).joinedload(CourseSession.course),
    joinedload(Order.provider),
)
BOUGHT = (CostLine.FEE, CostLine.MATERIALS)
"""What a provider invoices; cover and travel are paid elsewhere."""
_SET_ASIDE = MoneyLine.state.in_([MoneyState.COMMITTED, MoneyState.ACTUAL])
_TAKES_PART = (EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED, EnrolmentState.NO_SHOW)


def visible_orders(ctx: Context) -> ColumnElement[bool]:
    """Orders with a place that a unit in sight pays; all of them from the top."""
    if ctx.actor.may(Permission.INVOICES_VIEW, at=organisation.root_path(ctx)):
        return true()
    units = organisation.visible_units(ctx, Permission.INVOICES_VIEW)
    return Order.id.in_(
        select(OrderLine.order_id)
        .join(Enrolment, Enrolment.id == OrderLine.enrolment_id)
        .where(Enrolment.unit_id.in_(units))
    )


def orders(conditions: Collection[ColumnElement[bool]]) -> Select[Any]:
    return (
        select(Order)
        .where(*conditions)
        .options(*WITH_NAMES)
        .order_by(Order.expected_by.desc(), Order.id)
    )


def order(ctx: Context, order_id: UUID) -> Order | None:
    return ctx.session.scalars(
        select(Order).where(Order.id == order_id, visible_orders(ctx)).options(*WITH_NAMES),
        execution_options={"populate_existing": True},
    ).one_or_none()


def lock_orders(ctx: Context, order_ids: Collection[UUID]) -> dict[UUID, Order]:
    """As the database has them now, in the order in which answers to many reach them: by session.
    Locked after the pools: approvals lock those first."""
    found = ctx.session.scalars(
        select(Order)
        .where(Order.id.in_(order_ids))
        .options(*WITH_NAMES)
        .order_by(Order.session_id, Order.id)
        .with_for_update(of=Order),
        execution_options={"populate_existing": True},
    )
    return {each.id: each for each in found}


def bought(ctx: Context, session_id: UUID) -> tuple[CourseSession, Course, Provider]:
    """Mostly known already to whoever confirms the place."""
    session = ctx.session.get_one(CourseSession, session_id)
    course = ctx.session.get_one(Course, session.course_id)
    return session, course, ctx.session.get_one(Provider, course.provider_id)


# Every last approval asks these two, so built once.
_IS_BOUGHT = only_own(
    select(MoneyLine.id)
    .where(
        MoneyLine.source_id == bindparam("enrolment", type_=Uuid()),
        MoneyLine.cost_line.in_(BOUGHT),
        MoneyLine.amount > 0,
        _SET_ASIDE,
    )
    .limit(1),
    MoneyLine,
)
_OPEN_ORDER = only_own(
    select(Order.id)
    .where(Order.session_id == bindparam("session", type_=Uuid()), Order.is_open)
    .with_for_update(read=True),
    Order,
)


def is_bought(ctx: Context, enrolment_id: UUID) -> bool:
    """Whether anything was set aside for the place that a provider will invoice."""
    return ctx.read(_IS_BOUGHT, {"enrolment": enrolment_id}).scalar() is not None


def open_order(ctx: Context, session_id: UUID) -> UUID | None:
    """The order of the session that still takes places; it stays so until we are done."""
    return ctx.read(_OPEN_ORDER, {"session": session_id}).scalar()


def order_of(ctx: Context, enrolment_id: UUID) -> UUID | None:
    return ctx.session.scalar(
        select(OrderLine.order_id).where(OrderLine.enrolment_id == enrolment_id)
    )


def _is_unordered() -> ColumnElement[bool]:
    """Places that are to be paid and are on no order."""
    return and_(
        Enrolment.state.in_(_TAKES_PART),
        ~select(OrderLine.id).where(OrderLine.enrolment_id == Enrolment.id).exists(),
        select(MoneyLine.id)
        .where(
            MoneyLine.source_id == Enrolment.id,
            MoneyLine.cost_line.in_(BOUGHT),
            MoneyLine.amount > 0,
            _SET_ASIDE,
        )
        .exists(),
    )


def unordered(ctx: Context, session_id: UUID) -> Sequence[UUID]:
    """Locked: they are not given up before they are on an order."""
    return ctx.session.scalars(
        select(Enrolment.id)
        .where(Enrolment.session_id == session_id, _is_unordered())
        .order_by(Enrolment.id)
        .with_for_update(of=Enrolment, key_share=True)
    ).all()


def unordered_sessions(ctx: Context, *, limit: int) -> Sequence[CourseSession]:
    """The latest first."""
    return ctx.session.scalars(
        select(CourseSession)
        .where(CourseSession.id.in_(select(Enrolment.session_id).where(_is_unordered())))
        .options(joinedload(CourseSession.course))
        .order_by(CourseSession.starts_on.desc(), CourseSession.id)
        .limit(limit)
    ).all()


def cvr_of_provider(ctx: Context, provider_id: UUID) -> str:
    """As the latest order has it."""
    found = ctx.session.scalar(
        select(Order.supplier_cvr)
        .where(Order.provider_id == provider_id, Order.supplier_cvr != "")
        .order_by(Order.created_at.desc(), Order.id.desc())
        .limit(1)
    )
    return found or ""


def fill_cvr(ctx: Context, provider_id: UUID, cvr: str) -> None:
    """The provider's other orders that lack the number have it too. Those that somebody holds do
    not: whoever matches one learns it by itself, and two who did would wait for each other."""
    lacking = (
        select(Order.id)
        .where(
            Order.provider_id == provider_id,
            Order.supplier_cvr == "",
            Order.state == OrderState.EXPECTED,
        )
        .with_for_update(of=Order, skip_locked=True)
    )
    ctx.session.execute(
        update(Order)
        .where(Order.id.in_(ctx.session.scalars(lacking).all()))
        .values(supplier_cvr=cvr),
        execution_options={"synchronize_session": "fetch"},
    )


_LATER = aliased(MoneyLine)
_WAS_AGREED = and_(
    MoneyLine.state == MoneyState.RELEASED,
    ~select(_LATER.id)
    .where(_LATER.source_id == MoneyLine.source_id, _LATER.submission > MoneyLine.submission)
    .exists(),
)


def _lines_of_orders(order_ids: Collection[UUID], *what: Any) -> Select[Any]:
    """(…) of each fee and materials line of the orders: what is live, what was agreed last before
    the place was given up, and what was invoiced."""
    paid = select(func.sum(Posting.amount)).where(Posting.line_id == MoneyLine.id).scalar_subquery()
    return (
        select(OrderLine.order_id, *what, func.coalesce(paid, 0).label("invoiced"))
        .join(MoneyLine, MoneyLine.source_id == OrderLine.enrolment_id)
        .where(
            OrderLine.order_id.in_(order_ids),
            MoneyLine.cost_line.in_(BOUGHT),
            or_(
                and_(_SET_ASIDE, MoneyLine.amount > 0),
                and_(_WAS_AGREED, MoneyLine.amount > 0),
                select(Posting.id).where(Posting.line_id == MoneyLine.id).exists(),
            ),
        )
    )


def places(ctx: Context, order_id: UUID) -> Sequence[Any]:
    """(order, line, whether somebody takes part, invoiced) with the line's pool and year, as the
    database has them now."""
    return ctx.session.execute(
        _lines_of_orders([order_id], MoneyLine, Enrolment.state.in_(_TAKES_PART))
        .join(Enrolment, Enrolment.id == OrderLine.enrolment_id)
        .options(joinedload(MoneyLine.pool).joinedload(Pool.year))
        .order_by(OrderLine.id, MoneyLine.cost_line, MoneyLine.id),
        execution_options={"populate_existing": True},
    ).all()


def pools_of_lines(ctx: Context, order_id: UUID) -> dict[UUID, str]:
    """Money line of the order → the pool that pays it."""
    rows = ctx.session.execute(
        select(MoneyLine.id, Pool.name)
        .join(OrderLine, OrderLine.enrolment_id == MoneyLine.source_id)
        .join(Pool, Pool.id == MoneyLine.pool_id)
        .where(OrderLine.order_id == order_id)
    )
    return {row.id: row.name for row in rows}


def amounts(ctx: Context, order_ids: Collection[UUID]) -> Sequence[Any]:
    """(order, places, set aside and approved, left to pay) of each of the orders, of the places
    that the actor may see."""
    lines = _lines_of_orders(
        order_ids,
        MoneyLine.source_id,
        MoneyLine.state,
        (MoneyLine.amount + MoneyLine.adjusted).label("worth"),
        _SET_ASIDE.label("live"),
    )
    line = lines.where(_is_seen(ctx)).subquery()
    live = func.coalesce(func.sum(line.c.worth).filter(line.c.live), 0)
    return ctx.session.execute(
        select(
            line.c.order_id,
            func.count(func.distinct(line.c.source_id)).filter(line.c.live),
            live,
            live - func.sum(line.c.invoiced),
        ).group_by(line.c.order_id)
    ).all()


def posts(ctx: Context, order_id: UUID) -> Sequence[Any]:
    """(enrolment, employee, unit) of each place on the order that the actor may see."""
    statement = (
        select(Enrolment, Employee, Unit)
        .join(OrderLine, OrderLine.enrolment_id == Enrolment.id)
        .join(Employee, Employee.id == Enrolment.employee_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .where(OrderLine.order_id == order_id)
        .order_by(Unit.name, Employee.name, Enrolment.id)
    )
    return ctx.session.execute(statement.where(_is_seen(ctx))).all()


def _is_seen(ctx: Context) -> ColumnElement[bool]:
    """Places on orders that the actor may see; all of them from the top."""
    if ctx.actor.may(Permission.INVOICES_VIEW, at=organisation.root_path(ctx)):
        return true()
    units = organisation.visible_units(ctx, Permission.INVOICES_VIEW)
    return OrderLine.enrolment_id.in_(select(Enrolment.id).where(Enrolment.unit_id.in_(units)))


def pools_of(ctx: Context, order_ids: Collection[UUID]) -> Sequence[UUID]:
    """The pools that pay the places of the orders."""
    return ctx.session.scalars(
        select(MoneyLine.pool_id)
        .join(OrderLine, OrderLine.enrolment_id == MoneyLine.source_id)
        .where(OrderLine.order_id.in_(order_ids))
        .distinct()
    ).all()


def hold_years(ctx: Context, pool_ids: Collection[UUID]) -> None:
    """The years of the pools are not closed, nor taken back, meanwhile; what else happens in them
    does not wait."""
    years = ctx.session.scalars(
        select(Pool.year_id).where(Pool.id.in_(pool_ids)).distinct(),
    ).all()
    ctx.session.execute(
        select(BudgetYear.id)
        .where(BudgetYear.id.in_(years))
        .order_by(BudgetYear.id)
        .with_for_update(of=BudgetYear, read=True, key_share=True)
    ).all()


def lock_places(ctx: Context, order_ids: Collection[UUID]) -> list[UUID]:
    """The enrolments on the orders, in id order: whoever gives up a place holds its enrolment
    before its money."""
    places = enrolments_on(ctx, order_ids)
    ctx.session.execute(
        select(Enrolment.id)
        .where(Enrolment.id.in_(places))
        .order_by(Enrolment.id)
        .with_for_update(of=Enrolment, key_share=True)
    ).all()
    return places


def enrolments_on(ctx: Context, order_ids: Collection[UUID]) -> list[UUID]:
    return list(
        ctx.session.scalars(
            select(OrderLine.enrolment_id)
            .where(OrderLine.order_id.in_(order_ids))
            .order_by(OrderLine.enrolment_id)
        )
    )


def lock_pools(ctx: Context, pool_ids: Collection[UUID]) -> None:
    """The balances of the pools, in id order, as everyone locks them."""
    # By name, not by a nested SELECT: before the tables were analysed that one reads them whole.
    ctx.session.execute(
        select(PoolBalance.pool_id)
        .where(PoolBalance.pool_id.in_(pool_ids))
        .order_by(PoolBalance.pool_id)
        .with_for_update()
    ).all()


def with_requisitions(ctx: Context, numbers: Collection[str]) -> dict[str, UUID]:
    found = ctx.session.execute(
        select(Order.requisition, Order.id).where(Order.requisition.in_(numbers))
    )
    return {row.requisition: row.id for row in found}


def orders_of_supplier(ctx: Context, cvr: str, *, limit: int) -> Sequence[Order]:
    """Orders that an invoice from this supplier could answer, also of providers whose number
    nobody has written down; what is expected first comes first."""
    live = (OrderState.EXPECTED, OrderState.MATCHED, OrderState.SETTLED)
    return ctx.session.scalars(
        select(Order)
        .where(Order.supplier_cvr.in_([cvr, ""]), Order.state.in_(live))
        .options(*WITH_NAMES)
        .order_by(
            Order.state != OrderState.EXPECTED,
            Order.supplier_cvr != cvr,
            Order.expected_by.desc(),
            Order.id,
        )
        .limit(limit)
    ).all()


def held_orders(ctx: Context) -> Sequence[UUID]:
    """Orders that are paid, and whose course has been held by now."""
    return ctx.session.scalars(
        select(Order.id)
        .join(CourseSession, CourseSession.id == Order.session_id)
        .where(Order.state == OrderState.MATCHED, CourseSession.ends_on <= ctx.today)
        .order_by(Order.id)
    ).all()
