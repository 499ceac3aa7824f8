"""A difference is approved or turned down by somebody else; what is not ours is dismissed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Conflict, NotFound
from tenant_app.core.money import Money
from tenant_app.invoices import queries, rules
from tenant_app.invoices.models import Invoice, InvoiceState, Order, Why
from tenant_app.invoices.service.matching import is_held, keep_fee, learn, post, spend, stand
from tenant_app.invoices.service.shared import (
    closed_years,
    invoice_to_change,
    lock_order,
    may_manage,
    places_of,
)


def approve(
    ctx: Context, invoice_id: UUID, *, note: str = "", enrolment_ids: Collection[UUID] = ()
) -> Invoice:
    """The difference is paid: it is posted on the pools of the places it is about (all of them,
    unless some are given), by largest remainder. Before the course was held it is committed with
    the rest, and spent or released with it; what a provider keeps of a place that was given up is
    spent.

    Raises NotFound, Forbidden for whoever matched it, Invalid at `enrolment_ids` where a place was
    given up and none is chosen, Conflict when none waits or something changed since, and
    BudgetExceeded when a pool that stops does not hold it.
    """
    invoice, order = _for_answer(ctx, invoice_id)
    rules.check_four_eyes(actor=ctx.actor.user_id, matched_by=invoice.matched_by)
    note = rules.check_note(note, required=False)
    places = places_of(ctx, order.id)
    if invoice.amount - rules.left_to_pay(places) != invoice.difference:
        raise Conflict(
            N_(
                "What is left to pay on the order has changed since the invoice was matched. Turn "
                "the difference down, and match the invoice again."
            )
        )
    _check_open(ctx, order)
    carriers = rules.check_carriers(places, enrolment_ids)
    parts = rules.parts_of(places, invoice.amount, carriers)
    _answer(ctx, invoice, InvoiceState.APPROVED, note)
    more = {part.line_id: part.difference for part in parts}
    beforehand = not is_held(ctx, order)
    for place in places:
        if more.get(place.line_id) and not place.amount:
            keep_fee(ctx, place, more[place.line_id], invoice)
        elif more.get(place.line_id):
            total = place.amount + place.approved + more[place.line_id]
            spend(ctx, place, total, invoice, beforehand=beforehand)
    learn(ctx, invoice, order)
    ctx.session.flush()  # postings point at the invoice
    post(ctx, invoice, order, parts)
    stand(ctx, order)
    new = {"order": order.requisition, "difference": invoice.difference}
    audit.record(ctx, "invoice.approved", invoice.id, new=new, note=note)
    return invoice


@dataclass(frozen=True)
class Carrier:
    """A place that a difference may be about."""

    enrolment_id: UUID
    employee: str
    unit: str
    is_given_up: bool


def carriers(ctx: Context, found: Invoice) -> list[Carrier]:
    """The places that the difference of an invoice may be about, for those who answer it."""
    if found.order_id is None or not may_manage(ctx):
        return []
    able = {
        place.source_id: place.is_given_up
        for place in places_of(ctx, found.order_id)
        if place.price and not place.is_closed
    }
    return [
        Carrier(enrolment.id, employee.name, unit.name, able[enrolment.id])
        for enrolment, employee, unit in queries.posts(ctx, found.order_id)
        if enrolment.id in able
    ]


def approve_part(ctx: Context, invoice_id: UUID, *, note: str = "") -> Invoice:
    """What looked like a difference is a part of the order: it is paid, and the rest stays set
    aside for the invoices that are to come.

    Raises as `approve`, and Conflict when it is no part of what is left.
    """
    invoice, order = _for_answer(ctx, invoice_id)
    rules.check_four_eyes(actor=ctx.actor.user_id, matched_by=invoice.matched_by)
    note = rules.check_note(note, required=False)
    _check_open(ctx, order)
    parts = rules.parts_of_some(places_of(ctx, order.id), invoice.amount)
    _answer(ctx, invoice, InvoiceState.MATCHED, note)
    invoice.difference = Money(0)
    invoice.is_part = True
    learn(ctx, invoice, order)
    ctx.session.flush()  # postings point at the invoice
    post(ctx, invoice, order, parts)
    stand(ctx, order)
    new = {"order": order.requisition, "amount": invoice.amount, "is_part": True}
    audit.record(ctx, "invoice.matched", invoice.id, new=new, note=note)
    return invoice


def turn_down(ctx: Context, invoice_id: UUID, *, note: str) -> Invoice:
    """The difference is not paid: the invoice waits again, and its order expects one."""
    invoice, order = _for_answer(ctx, invoice_id)
    note = rules.check_note(note)
    old = {"order": order.requisition, "difference": invoice.difference}
    invoice.state = InvoiceState.WAITING
    invoice.why = Why.TURNED_DOWN
    invoice.order_id = invoice.matched_by = invoice.matched_at = None
    invoice.difference = Money(0)
    invoice.note = note
    ctx.session.flush()  # the order's state is asked of its invoices
    stand(ctx, order)
    audit.record(ctx, "invoice.turned_down", invoice.id, old=old, note=note)
    return invoice


def dismiss(ctx: Context, invoice_id: UUID, *, note: str) -> Invoice:
    """The invoice is not to be paid from here. It can be matched all the same later."""
    invoice = invoice_to_change(ctx, invoice_id)
    rules.check_state(invoice.state, (InvoiceState.WAITING,))
    note = rules.check_note(note)
    _answer(ctx, invoice, InvoiceState.DISMISSED, note)
    audit.record(ctx, "invoice.dismissed", invoice.id, note=note)
    return invoice


def _for_answer(ctx: Context, invoice_id: UUID) -> tuple[Invoice, Order]:
    """The invoice whose difference waits, and its order: pools, order and invoice are locked in
    that order, so the invoice is read twice."""
    seen = queries.invoice(ctx, invoice_id)
    if seen is None or seen.order_id is None:
        invoice = invoice_to_change(ctx, invoice_id)
        rules.check_state(invoice.state, (InvoiceState.DIFFERENCE,))
        raise NotFound()  # matched between the two looks: look again
    order = lock_order(ctx, seen.order_id)
    invoice = invoice_to_change(ctx, invoice_id)
    rules.check_state(invoice.state, (InvoiceState.DIFFERENCE,))
    return invoice, order


def _check_open(ctx: Context, order: Order) -> None:
    closed = closed_years(ctx, order.id)
    if closed:
        raise Conflict(
            N_(
                "The order is paid from %(year)s, which is closed. Turn the difference down, and "
                "post the invoice in the finance system."
            ),
            year=", ".join(map(str, closed)),
        )


def _answer(ctx: Context, invoice: Invoice, state: InvoiceState, note: str) -> None:
    invoice.state = state
    invoice.answered_by = ctx.actor.user_id
    invoice.answered_at = ctx.now
    invoice.note = note
