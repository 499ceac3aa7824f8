"""An invoice answers an order; what agrees needs nobody's answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.core.context import Context
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, NotFound, Refusal
from tenant_app.core.money import Money
from tenant_app.invoices import queries, rules
from tenant_app.invoices.models import (
    Invoice,
    InvoiceState,
    Order,
    OrderState,
    Posting,
    Why,
)
from tenant_app.invoices.rules import Part, Place
from tenant_app.invoices.service.shared import (
    NO_ORDER,
    closed_years,
    invoice_to_change,
    lock_order,
    lock_orders,
    may_manage,
    places_of,
)

MOST_LOOKED_AT = 200
LONGEST_POSTED = 120


@dataclass(frozen=True)
class Suggestion:
    """An order that an invoice may answer, and what is left to pay on it."""

    order: Order
    left: Money
    is_equal: bool


def match(ctx: Context, invoice_id: UUID, *, order_id: UUID, is_part: bool = False) -> Invoice:
    """The invoice answers the order. What agrees is settled; a difference waits for somebody else.
    What is a part of the order only leaves the rest set aside, for the invoices that are to come.

    Raises NotFound, Forbidden, and Conflict when it is matched already, the order is cancelled,
    another difference waits on it, its budget year is closed, or it is no part of what is left.
    """
    if queries.order(ctx, order_id) is None:
        # Told apart from an invoice that is not there: the form shows which.
        invoice_to_change(ctx, invoice_id)
        raise NotFound(NO_ORDER, field="order_id")
    order = lock_order(ctx, order_id)
    invoice = invoice_to_change(ctx, invoice_id)
    rules.check_state(invoice.state, (InvoiceState.WAITING, InvoiceState.DISMISSED))
    rules.check_order_state(order.state)
    closed = closed_years(ctx, order.id)
    if closed:
        raise Conflict(
            N_(
                "The order is paid from %(year)s, which is closed. Dismiss the invoice here, and "
                "post it in the finance system."
            ),
            field="order_id",
            year=", ".join(map(str, closed)),
        )
    bind(ctx, invoice, order, is_part=is_part)
    return invoice


def bind(ctx: Context, invoice: Invoice, order: Order, *, is_part: bool = False) -> None:
    """The same for an invoice and an order that are locked and fit each other."""
    places = places_of(ctx, order.id)
    parts = rules.parts_of_some(places, invoice.amount) if is_part else None
    difference = Money(0 if is_part else invoice.amount - rules.left_to_pay(places))
    if parts is None:
        rules.check_bearable(places, invoice.amount)
    invoice.order_id = order.id
    invoice.difference = difference
    invoice.is_part = is_part
    invoice.matched_by = ctx.actor.user_id
    invoice.matched_at = ctx.now
    invoice.answered_by = invoice.answered_at = invoice.why = None
    invoice.note = ""
    invoice.state = InvoiceState.DIFFERENCE if difference else InvoiceState.MATCHED
    order.is_open = False
    ctx.session.flush()  # postings point at the invoice
    if difference:
        order.state = OrderState.DIFFERENCE
    else:
        learn(ctx, invoice, order)
        post(ctx, invoice, order, parts or rules.parts_of(places, invoice.amount))
        stand(ctx, order)
    new = {"order": order.requisition, "amount": invoice.amount, "difference": difference}
    if is_part:
        new["is_part"] = True
    audit.record(ctx, "invoice.matched", invoice.id, new=new)


def post(ctx: Context, invoice: Invoice, order: Order, parts: Sequence[Part]) -> None:
    """The invoice is to be handed to the finance system, part by part."""
    title = order.session.course.title
    text = f"{invoice.number} {order.provider.name}: {title}"[:LONGEST_POSTED]
    ctx.insert_many(
        Posting,
        [
            {
                "id": uuid7(),
                "invoice_id": invoice.id,
                "line_id": part.line_id,
                "amount": part.amount,
                "difference": part.difference,
                "booked_on": ctx.today,
                "text": text,
            }
            for part in parts
        ],
    )


def stand(ctx: Context, order: Order) -> None:
    """The order has its state again; once the course was held the money of its places is spent.

    Lines that are spent already stay as they are: nobody pays twice.
    """
    invoices = queries.of_order(ctx, order.id)
    paid = [
        each for each in invoices if each.state in (InvoiceState.MATCHED, InvoiceState.APPROVED)
    ]
    places = places_of(ctx, order.id)
    # After an invoice for a part the rest is spent with the next, or when the places are completed.
    whole = rules.left_to_pay(places) <= 0
    if paid and whole and is_held(ctx, order):
        for place in places:
            if place.amount and not place.is_spent:
                spend(ctx, place, place.amount + place.approved, paid[-1])
        places = places_of(ctx, order.id)
    order.state = rules.standing(invoiced=bool(paid), places=places)


def spend(
    ctx: Context, place: Place, amount: int, invoice: Invoice, *, beforehand: bool = False
) -> None:
    """The place cost so much in all, as the invoice says; `beforehand` it is still to be spent.
    Raises BudgetExceeded."""
    budgets.settle(
        ctx,
        source_id=place.source_id,
        line_id=place.line_id,
        amount=amount,
        link_id=invoice.id,
        note=invoice.number,
        beforehand=beforehand,
    )


def keep_fee(ctx: Context, place: Place, amount: int, invoice: Invoice) -> None:
    """The provider keeps so much of a place that was given up, and its own pool pays it. Raises
    BudgetExceeded."""
    budgets.keep_fee(
        ctx,
        source_id=place.source_id,
        line_id=place.line_id,
        amount=amount,
        link_id=invoice.id,
        note=invoice.number,
    )


def is_held(ctx: Context, order: Order) -> bool:
    """Whether the course has been held, so that what was paid is spent."""
    return order.session.ends_on <= ctx.today


def suggestions(ctx: Context, invoice: Invoice) -> list[Suggestion]:
    """Orders the invoice may answer: first the same amount, then the nearest day. None once it is
    answered, and none for those who only read: orders are seen where their places are paid."""
    if invoice.state not in (InvoiceState.WAITING, InvoiceState.DISMISSED) or not may_manage(ctx):
        return []
    orders = queries.orders_of_supplier(ctx, invoice.supplier_cvr, limit=MOST_LOOKED_AT)
    left = {row[0]: int(row[3]) for row in queries.amounts(ctx, [each.id for each in orders])}
    found = [
        Suggestion(order, Money(left.get(order.id, 0)), left.get(order.id, 0) == invoice.amount)
        for order in orders
    ]
    return sorted(
        found,
        key=lambda each: (
            not each.is_equal,
            each.order.supplier_cvr != invoice.supplier_cvr,
            each.order.state is not OrderState.EXPECTED,
            abs((each.order.session.ends_on - invoice.issued_on).days),
            each.order.requisition,
        ),
    )


def settle_held(ctx: Context) -> int:
    """Orders that were paid beforehand are settled once their course has been held. How many."""
    settled = 0
    held = list(lock_orders(ctx, queries.held_orders(ctx)))
    for order_id in held:
        try:
            with ctx.session.begin_nested():
                # Again: a refusal makes the session forget what it had read.
                order = queries.lock_orders(ctx, [order_id])[order_id]
                if order.state is OrderState.MATCHED:
                    stand(ctx, order)
                    now: OrderState = order.state
                    if now == OrderState.SETTLED.value:
                        new = {"requisition": order.requisition}
                        audit.record(ctx, "order.settled", order.id, new=new)
                        settled += 1
        except Refusal:
            ctx.session.expire_all()  # it stays paid in advance, and is looked at again tomorrow
    return settled


def obstacle(ctx: Context, invoice: Invoice, order: Order) -> Why | None:
    """What keeps an invoice with this requisition from being matched by itself."""
    if order.state is OrderState.CANCELLED:
        return Why.CANCELLED
    if order.state is OrderState.DIFFERENCE:
        return Why.DIFFERENCE_WAITS
    if order.supplier_cvr and order.supplier_cvr != invoice.supplier_cvr:
        return Why.OTHER_SUPPLIER
    if closed_years(ctx, order.id):
        return Why.CLOSED_YEAR
    return None


def learn(ctx: Context, invoice: Invoice, order: Order) -> None:
    """Whose number the provider has, where nobody had written it down: not before the invoice is
    sure to be the order's."""
    if not order.supplier_cvr:
        order.supplier_cvr = invoice.supplier_cvr
        queries.fill_cvr(ctx, order.provider_id, invoice.supplier_cvr)
