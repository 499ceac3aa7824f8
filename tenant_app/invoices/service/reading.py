"""What one can look at. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from tenant_app.budgets.models import MoneyLine
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.core.money import Money
from tenant_app.core.paging import Page, scalars_page
from tenant_app.enrolments.models import Enrolment
from tenant_app.invoices import queries
from tenant_app.invoices.models import Invoice, InvoiceState, Order, OrderState
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Unit

NOTHING = Money(0)


@dataclass(frozen=True)
class Paid:
    """How much there is on the places of an order that are in sight, and what is left to pay."""

    places: int = 0
    expected: Money = NOTHING
    left: Money = NOTHING


@dataclass(frozen=True)
class Post:
    """A place on an order, and its lines that a provider invoices."""

    enrolment: Enrolment
    employee: Employee
    unit: Unit
    lines: Sequence[tuple[MoneyLine, Money]]
    """(line, what was invoiced of it)."""

    @property
    def amount(self) -> Money:
        return Money(sum(line.amount + line.adjusted for line, _ in self.lines if _is_live(line)))


@dataclass(frozen=True)
class Details:
    """An order with its places in sight, and the invoices that answer it."""

    order: Order
    paid: Paid
    posts: Sequence[Post]
    invoices: Sequence[Invoice]


@dataclass(frozen=True)
class InvoiceDetails:
    """An invoice, and who matched and answered it."""

    invoice: Invoice
    names: dict[UUID, str]


def _is_live(line: MoneyLine) -> bool:
    """Whether the money is still set aside or spent."""
    return line.state in ("committed", "actual")


def orders(
    ctx: Context,
    *,
    state: OrderState | None = None,
    provider_id: UUID | None = None,
    overdue: bool | None = None,
    page: int = 1,
    page_size: int = 50,
) -> Page[Order]:
    """The orders in sight, what is expected last first."""
    ctx.require(Permission.INVOICES_VIEW)
    conditions = [queries.visible_orders(ctx)]
    if state is not None:
        conditions.append(Order.state == state)
    if provider_id is not None:
        conditions.append(Order.provider_id == provider_id)
    if overdue is not None:
        late = is_overdue(ctx)
        conditions.append(late if overdue else ~late)
    return scalars_page(ctx, queries.orders(conditions), page=page, page_size=page_size)


def order(ctx: Context, order_id: UUID) -> Order:
    """One order with its session and provider. Raises NotFound."""
    ctx.require(Permission.INVOICES_VIEW)
    found = queries.order(ctx, order_id)
    if found is None:
        raise NotFound()
    return found


def details(ctx: Context, order_id: UUID) -> Details:
    """One order with all that is on it. Raises NotFound."""
    return story(ctx, order(ctx, order_id))


def story(ctx: Context, found: Order) -> Details:
    """The same for an order that was asked for already."""
    lines: dict[UUID, list[tuple[MoneyLine, Money]]] = {}
    for _, line, _, invoiced in queries.places(ctx, found.id):
        lines.setdefault(line.source_id, []).append((line, Money(int(invoiced))))
    posts = [
        Post(enrolment, employee, unit, lines.get(enrolment.id, []))
        for enrolment, employee, unit in queries.posts(ctx, found.id)
    ]
    paid = paid_of(ctx, [found.id]).get(found.id, Paid())
    return Details(found, paid, posts, queries.of_order(ctx, found.id))


def paid_of(ctx: Context, order_ids: Collection[UUID]) -> dict[UUID, Paid]:
    """How the places in sight on each of the orders stand, in one statement."""
    rows = queries.amounts(ctx, order_ids) if order_ids else []
    return {row[0]: Paid(int(row[1]), Money(int(row[2])), Money(int(row[3]))) for row in rows}


def all_invoices(
    ctx: Context,
    *,
    state: InvoiceState | None = None,
    supplier_cvr: str = "",
    page: int = 1,
    page_size: int = 50,
) -> Page[Invoice]:
    """The invoices in sight, the newest first."""
    ctx.require(Permission.INVOICES_VIEW)
    conditions = [queries.visible_invoices(ctx)]
    if state is not None:
        conditions.append(Invoice.state == state)
    if supplier_cvr:
        conditions.append(Invoice.supplier_cvr == supplier_cvr)
    return scalars_page(ctx, queries.invoices(conditions), page=page, page_size=page_size)


def invoice(ctx: Context, invoice_id: UUID) -> Invoice:
    """One invoice. Raises NotFound."""
    ctx.require(Permission.INVOICES_VIEW)
    found = queries.invoice(ctx, invoice_id)
    if found is None:
        raise NotFound()
    return found


def invoice_details(ctx: Context, found: Invoice) -> InvoiceDetails:
    """An invoice that was asked for already, with the names of those who dealt with it."""
    ids = [each for each in (found.read_by, found.matched_by, found.answered_by) if each]
    return InvoiceDetails(found, queries.user_names(ctx, ids) if ids else {})


def reference_of(ctx: Context, found: Order) -> str:
    """Whom to ask about the order: for those who see all of it, and for whoever it is. The leader
    of another house is nobody's business."""
    is_own = found.reference == ctx.actor.name
    return found.reference if is_own or sees_whole(ctx) else ""


def sees_whole(ctx: Context) -> bool:
    """Whether the actor sees every place on every order."""
    return ctx.actor.may(Permission.INVOICES_VIEW, at=organisation.root_path(ctx))


def visible_orders(ctx: Context) -> ColumnElement[bool]:
    """Which orders the actor sees: for screens that build their own SELECT."""
    return queries.visible_orders(ctx)


def visible_invoices(ctx: Context) -> ColumnElement[bool]:
    """The same for invoices."""
    return queries.visible_invoices(ctx)


def is_overdue(ctx: Context) -> ColumnElement[Any]:
    """Orders whose invoice should have come: for screens that build their own SELECT."""
    return (Order.state == OrderState.EXPECTED) & (Order.expected_by < ctx.today)
