"""What an invoice stands beside: its order while a difference waits, and what it was posted as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.core.context import Context
from tenant_app.core.errors import Conflict
from tenant_app.core.money import Money
from tenant_app.invoices import queries, rules
from tenant_app.invoices.models import Invoice, InvoiceState
from tenant_app.invoices.service.shared import may_manage, places_of


@dataclass(frozen=True)
class Beside:
    """What was ordered, what was invoiced of it before, and who would carry the difference."""

    ordered: Money
    before: Money
    carried: Sequence[tuple[str, Money]]
    """(pool, its part of the difference)."""
    is_asked: bool = False
    """A place was given up, so that whoever approves says which places the difference is about."""


@dataclass(frozen=True)
class Posted:
    """Some of an invoice's postings: those of a batch, or those that were not handed over."""

    batch_id: UUID | None
    number: int | None
    count: int
    amount: Money


def beside(ctx: Context, found: Invoice) -> Beside | None:
    """The order beside an invoice whose difference waits, for those who answer it."""
    if found.state is not InvoiceState.DIFFERENCE or found.order_id is None:
        return None
    if not may_manage(ctx):
        return None
    places, pools = places_of(ctx, found.order_id), queries.pools_of_lines(ctx, found.order_id)
    carried: dict[str, int] = {}
    is_asked = any(each.is_given_up and each.price and not each.is_closed for each in places)
    try:
        parts = [] if is_asked else rules.parts_of(places, found.amount)
    except Conflict:
        parts = []  # the page of the answer says why nobody carries it
    for part in parts:
        if part.difference:
            name = pools[part.line_id]
            carried[name] = carried.get(name, 0) + part.difference
    return Beside(
        Money(sum(place.amount + place.approved for place in places)),
        Money(sum(place.invoiced for place in places)),
        [(name, Money(amount)) for name, amount in sorted(carried.items())],
        is_asked,
    )


def posted(ctx: Context, found: Invoice) -> Sequence[Posted]:
    """What it was posted as, by batch; for those who see all postings."""
    if found.state not in (InvoiceState.MATCHED, InvoiceState.APPROVED):
        return []
    if not may_manage(ctx):
        return []
    return [
        Posted(batch_id, number, count, Money(int(amount)))
        for batch_id, number, count, amount in queries.posted(ctx, found.id)
    ]
