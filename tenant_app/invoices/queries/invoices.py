"""SELECTs of invoices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, func, literal, literal_column, select, true
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from tenant_app.accounts.models import User
from tenant_app.catalogue.models import CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import StrEnumText
from tenant_app.core.fence import only_own
from tenant_app.invoices.models import Invoice, InvoiceState, Order, OrderState
from tenant_app.invoices.queries.orders import visible_orders
from tenant_app.organisation import service as organisation

WITH_ORDER: tuple[ORMOption, ...] = (
    joinedload(Invoice.order).joinedload(Order.session).joinedload(CourseSession.course),
    joinedload(Invoice.order).joinedload(Order.provider),
)


def visible_invoices(ctx: Context) -> ColumnElement[bool]:
    """Those of orders in sight; from the top also those that nobody has matched."""
    if ctx.actor.may(Permission.INVOICES_VIEW, at=organisation.root_path(ctx)):
        return true()
    return Invoice.order_id.in_(select(Order.id).where(visible_orders(ctx)))


def invoices(conditions: Collection[ColumnElement[bool]]) -> Select[Any]:
    return (
        select(Invoice)
        .where(*conditions)
        .options(*WITH_ORDER)
        .order_by(Invoice.issued_on.desc(), Invoice.id.desc())
    )


def invoice(ctx: Context, invoice_id: UUID) -> Invoice | None:
    return ctx.session.scalars(
        select(Invoice).where(Invoice.id == invoice_id, visible_invoices(ctx)).options(*WITH_ORDER),
        execution_options={"populate_existing": True},
    ).one_or_none()


def invoice_to_change(ctx: Context, invoice_id: UUID) -> Invoice | None:
    """The same, locked and as it is now: the second of two sees what the first did."""
    return ctx.session.scalars(
        select(Invoice)
        .where(Invoice.id == invoice_id, visible_invoices(ctx))
        .with_for_update(of=Invoice),
        execution_options={"populate_existing": True},
    ).one_or_none()


def of_order(ctx: Context, order_id: UUID) -> Sequence[Invoice]:
    return ctx.session.scalars(
        select(Invoice).where(Invoice.order_id == order_id).order_by(Invoice.issued_on, Invoice.id)
    ).all()


def same_invoice(ctx: Context, cvr: str, number_key: str) -> Invoice:
    return ctx.session.scalars(
        select(Invoice).where(Invoice.supplier_cvr == cvr, Invoice.number_key == number_key)
    ).one()


def user_names(ctx: Context, user_ids: Collection[UUID]) -> dict[UUID, str]:
    found = ctx.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in found}


def asked(ctx: Context) -> list[Any]:
    """(what waits, how many) of invoices and orders: keys and days as literals."""
    states = {
        "invoice-waiting": InvoiceState.WAITING,
        "invoice-difference": InvoiceState.DIFFERENCE,
    }
    found: list[Any] = [
        only_own(
            select(literal_column(f"'{key}'", Text), func.count(Invoice.id)).where(
                Invoice.state == literal(state, StrEnumText(InvoiceState))
            ),
            Invoice,
        )
        for key, state in states.items()
    ]
    late = (Order.state == literal(OrderState.EXPECTED, StrEnumText(OrderState))) & (
        Order.expected_by < literal(ctx.today)
    )
    return [
        *found,
        only_own(
            select(literal_column("'invoice-overdue'", Text), func.count(Order.id)).where(late),
            Order,
        ),
    ]
