"""Invoices from a file: each is read once, and matched where its requisition says with what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from tenant_app.audit import service as audit
from tenant_app.core.access import Permission
from tenant_app.core.context import Context, insert_or_skip
from tenant_app.core.db import uuid7
from tenant_app.core.errors import N_, Conflict, Invalid, NotFound
from tenant_app.core.money import Money
from tenant_app.invoices import queries, rules
from tenant_app.invoices.models import Invoice, InvoiceState, Order, Why
from tenant_app.invoices.rules import InvoiceFact
from tenant_app.invoices.service.matching import bind, obstacle
from tenant_app.invoices.service.shared import lock_orders, require_manage

NOTHING = Money(0)
MOST_INVOICES = 500
"""In one file: a municipality has fewer of courses in a year."""


class Outcome(StrEnum):
    """What becomes of an invoice that is read."""

    MATCHED = "matched"
    DIFFERENCE = "difference"
    WAITING = "waiting"
    KNOWN = "known"
    """It was read before: nothing is changed."""


@dataclass(frozen=True)
class Reading:
    """An invoice of the file, and what became of it, or would."""

    fact: InvoiceFact
    outcome: Outcome
    invoice_id: UUID
    order_id: UUID | None = None
    requisition: str = ""
    why: Why | None = None
    difference: Money = NOTHING
    known_amount: Money | None = None
    """What it came to when it was read before, where that was something else."""
    known_number: str = ""
    """How its number was written then, where that was something else."""


def take(
    ctx: Context, facts: Sequence[InvoiceFact], *, file_name: str, write: bool
) -> list[Reading]:
    """The invoices are read and matched by requisition; those read before change nothing. Without
    `write` it is only said what would become of them.

    Raises NotFound, Forbidden, and Invalid for too many at once.
    """
    if not ctx.actor.may(Permission.INVOICES_VIEW):
        raise NotFound()
    require_manage(ctx)
    if len(facts) > MOST_INVOICES:
        raise Invalid(
            N_("The file has more than %(most)s invoices. Divide it into smaller files."),
            field="file",
            most=str(MOST_INVOICES),
        )
    # A browser sends any name; what cannot be kept or shown is left out.
    name = "".join(filter(str.isprintable, file_name))[-200:]
    if not write:
        # Done and undone: what is said beforehand is what happens.
        attempt = ctx.session.begin_nested()
        found = _take_all(ctx, facts, name)
        attempt.rollback()
        ctx.session.expire_all()
        return found
    found = _take_all(ctx, facts, name)
    counts = {each.value: sum(r.outcome is each for r in found) for each in Outcome}
    audit.record(ctx, "invoices.read", new=counts | {"file_name": name})
    return found


def _take_all(ctx: Context, facts: Sequence[InvoiceFact], file_name: str) -> list[Reading]:
    """All orders of the file are locked, then all its invoices are written, and then they are
    matched one by one: two files at once wait for each other at one place only."""
    wanted = [rules.requisition_in(f"{fact.requisition} {fact.reference}") for fact in facts]
    known = queries.with_requisitions(ctx, {each for each in wanted if each})
    orders = lock_orders(ctx, known.values())
    ids = [uuid7() for _ in facts]
    made = set()
    # By their number, the first of the same in the file first.
    by_number = sorted(range(len(facts)), key=lambda at: (*_key(facts[at]), at))
    for at in by_number:
        row = _row(ctx, facts[at], ids[at], file_name)
        if ctx.session.execute(insert_or_skip(Invoice, row, skip=True)).scalar_one_or_none():
            made.add(ids[at])
    return [
        _take(ctx, fact, invoice_id, orders, known.get(requisition) if requisition else None)
        if invoice_id in made
        else _known(ctx, fact)
        for fact, invoice_id, requisition in zip(facts, ids, wanted, strict=True)
    ]


def _key(fact: InvoiceFact) -> tuple[str, str]:
    """What an invoice is known by."""
    return fact.supplier_cvr, rules.number_key(fact.number)


def _row(ctx: Context, fact: InvoiceFact, invoice_id: UUID, file_name: str) -> dict[str, Any]:
    return {
        "id": invoice_id,
        "supplier_cvr": fact.supplier_cvr,
        "supplier_name": fact.supplier_name,
        "number": fact.number,
        "number_key": rules.number_key(fact.number),
        "issued_on": fact.issued_on,
        "amount": fact.amount,
        "requisition": fact.requisition,
        "reference": fact.reference,
        "gln": fact.gln,
        "form": fact.form,
        "file_name": file_name,
        "read_at": ctx.now,
        "read_by": ctx.actor.user_id,
        "state": InvoiceState.WAITING,
        "why": Why.UNKNOWN_REQUISITION if fact.requisition else Why.NO_REQUISITION,
    }


def _take(
    ctx: Context,
    fact: InvoiceFact,
    invoice_id: UUID,
    orders: dict[UUID, Order],
    order_id: UUID | None,
) -> Reading:
    invoice = _locked(ctx, invoice_id)
    order = orders.get(order_id) if order_id is not None else None
    if order is not None:
        invoice.why = obstacle(ctx, invoice, order)
        if invoice.why is None:
            try:
                with ctx.session.begin_nested():
                    bind(ctx, invoice, order)
            except Conflict as refusal:
                # Nothing of it stays, also not what the session remembers.
                order = orders[order.id] = queries.lock_orders(ctx, [order.id])[order.id]
                invoice = _locked(ctx, invoice_id)
                too_large = isinstance(refusal, rules.CreditTooLarge)
                invoice.why = Why.CREDIT_TOO_LARGE if too_large else Why.NOBODY_LEFT
    ctx.session.flush()  # the next one of the file is compared with what this one did
    return Reading(
        fact,
        Outcome(invoice.state.value),
        invoice.id,
        order_id,
        order.requisition if order is not None else "",
        invoice.why,
        invoice.difference,
    )


def _locked(ctx: Context, invoice_id: UUID) -> Invoice:
    invoice = queries.invoice_to_change(ctx, invoice_id)
    if invoice is None:  # pragma: no cover - just made, by somebody who sees all
        raise NotFound()
    return invoice


def _known(ctx: Context, fact: InvoiceFact) -> Reading:
    known = queries.same_invoice(ctx, *_key(fact))
    return Reading(
        fact,
        Outcome.KNOWN,
        known.id,
        known.order_id,
        known_amount=known.amount if known.amount != fact.amount else None,
        known_number=known.number if known.number != fact.number else "",
    )
