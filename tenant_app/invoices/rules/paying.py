"""What is left to pay on an order, and how an invoice divides over its money lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from tenant_app.core.errors import N_, Conflict, Forbidden, Invalid, Word
from tenant_app.core.money import Money, show, split
from tenant_app.invoices.models import InvoiceState, OrderState

NOTHING = Money(0)
LIVE = (OrderState.EXPECTED, OrderState.MATCHED, OrderState.SETTLED)
"""Orders that an invoice or a credit note can answer."""
_INVOICE_IS = {
    InvoiceState.WAITING: N_("The invoice waits to be matched."),
    InvoiceState.DIFFERENCE: N_("The invoice is matched, and its difference waits for an answer."),
    InvoiceState.MATCHED: N_("The invoice is matched already."),
    InvoiceState.APPROVED: N_("The invoice is matched already, and its difference approved."),
    InvoiceState.DISMISSED: N_("The invoice is dismissed."),
}


@dataclass(frozen=True)
class Place:
    """What one pool pays of one place, on the fee or the materials."""

    line_id: UUID
    source_id: UUID
    amount: Money
    """What is set aside or spent for it; 0 when the money was released."""
    approved: Money
    """Differences approved on it before."""
    invoiced: Money
    """What invoices came to on it before."""
    is_spent: bool = False
    is_closed: bool = False
    """Its budget year is closed: it keeps its amount."""
    price: Money = NOTHING
    """What was agreed for it, also once it is given up."""
    is_given_up: bool = False
    """Nobody takes part at it any more."""

    @property
    def left(self) -> Money:
        return Money(self.amount + self.approved - self.invoiced)


@dataclass(frozen=True)
class Part:
    """What this invoice comes to on one money line, and how much of that was not set aside."""

    line_id: UUID
    source_id: UUID
    amount: Money
    difference: Money


def left_to_pay(places: Sequence[Place]) -> Money:
    """What is still to be invoiced; below zero where a credit note is to come."""
    return Money(sum(place.left for place in places))


def parts_of(
    places: Sequence[Place], amount: Money, carriers: Collection[UUID] | None = None
) -> list[Part]:
    """The invoice over the lines: each its own, and the difference by largest remainder over those
    of years that are not closed: of the places it is about (`carriers`), else of all where somebody
    takes part.

    The parts sum to the amount. Raises Conflict when there is a difference and nobody is left to
    carry it.
    """
    difference = amount - left_to_pay(places)
    weights = [_weight(place, carriers) for place in places]
    if difference and not any(weights):
        raise _nobody()
    shares = split(difference, weights) if difference else [NOTHING] * len(places)
    if any(
        place.amount + place.approved + share < 0
        for place, share in zip(places, shares, strict=True)
    ):
        raise _too_large(places)
    return [
        Part(place.line_id, place.source_id, Money(place.left + share), share)
        for place, share in zip(places, shares, strict=True)
        if place.left + share or share
    ]


def parts_of_some(places: Sequence[Place], amount: Money) -> list[Part]:
    """An invoice for a part over what is left to pay of each line, by largest remainder; the rest
    stays set aside. Raises Conflict at `is_part` when it is not a part of what is left."""
    left = left_to_pay(places)
    if not 0 < amount < left:
        raise Conflict(
            N_(
                "A part invoice is above zero and below what is left to pay on the order, "
                "%(left)s. Match it without saying that it is a part."
            ),
            field="is_part",
            left=show(left),
        )
    shares = split(amount, [max(0, place.left) for place in places])
    return [
        Part(place.line_id, place.source_id, share, NOTHING)
        for place, share in zip(places, shares, strict=True)
        if share
    ]


def _weight(place: Place, carriers: Collection[UUID] | None) -> int:
    if place.is_closed:
        return 0
    if carriers is None:
        return 0 if place.is_given_up else int(place.amount)
    return int(place.price) if place.source_id in carriers else 0


def check_bearable(places: Sequence[Place], amount: Money) -> None:
    """Somebody can carry what the invoice differs, whoever that will be. Raises Conflict, of which
    CreditTooLarge says which."""
    difference = amount - left_to_pay(places)
    able = [place for place in places if place.price and not place.is_closed]
    if difference and not able:
        raise _nobody()
    if difference + sum(place.amount + place.approved for place in able) < 0:
        raise _too_large(places)


def check_carriers(places: Sequence[Place], carriers: Collection[UUID]) -> Collection[UUID] | None:
    """The places that a difference is about, or None for all of them. Where some were given up
    somebody has to say: what a provider keeps of those is not for the others to pay. Raises
    Invalid at `enrolment_ids`."""
    able = {place.source_id for place in places if place.price and not place.is_closed}
    unknown = set(carriers) - able
    if unknown:
        raise Invalid(
            N_("A place that is not on the order was chosen. Choose from the list."),
            field="enrolment_ids",
        )
    given_up = {place.source_id for place in places if place.is_given_up} & able
    if given_up and not carriers:
        raise Invalid(
            N_("A place on the order was given up. Choose which places the difference is about."),
            field="enrolment_ids",
        )
    return set(carriers) or None


class CreditTooLarge(Conflict):
    """A credit note for more than was paid."""


def _nobody() -> Conflict:
    return Conflict(
        N_(
            "All places on the order are given up, so nobody carries the difference. "
            "Dismiss the invoice, and ask the provider for a credit note."
        )
    )


def _too_large(places: Sequence[Place]) -> CreditTooLarge:
    if any(place.amount and place.is_closed for place in places):
        return CreditTooLarge(
            N_(
                "The credit note is larger than what the years that are not closed pay of the "
                "order. Dismiss it here, and post it in the finance system."
            ),
            field="order_id",
        )
    return CreditTooLarge(
        N_(
            "The credit note is larger than what was paid on the order. Choose another order, "
            "or dismiss it."
        ),
        field="order_id",
    )


def standing(*, invoiced: bool, places: Sequence[Place]) -> OrderState:
    """Where an order stands, no difference waiting: what is paid is settled once it is spent, and
    after an invoice for a part the next is expected."""
    if invoiced and left_to_pay(places) > 0:
        return OrderState.EXPECTED
    if not invoiced:
        live = any(place.amount for place in places)
        return OrderState.EXPECTED if live else OrderState.CANCELLED
    settled = all(place.is_spent for place in places if place.amount)
    return OrderState.SETTLED if settled else OrderState.MATCHED


def check_state(state: InvoiceState, fits: Collection[InvoiceState]) -> None:
    """Raises Conflict saying what the invoice is instead."""
    if state not in fits:
        raise Conflict(
            N_("%(state)s Look at it again before you go on."), state=Word(_INVOICE_IS[state])
        )


def check_order_state(state: OrderState) -> None:
    """An invoice can answer the order. Raises Conflict at `order_id`."""
    if state is OrderState.CANCELLED:
        raise Conflict(
            N_(
                "The order is cancelled: nobody takes part any more. Choose another order, or "
                "dismiss the invoice."
            ),
            field="order_id",
        )
    if state is OrderState.DIFFERENCE:
        raise Conflict(
            N_("Another invoice on the order waits for an answer to its difference. Answer first."),
            field="order_id",
        )


def check_four_eyes(*, actor: UUID | None, matched_by: UUID | None) -> None:
    """Whoever matched does not answer the difference. Raises Forbidden."""
    if actor is None or actor == matched_by:
        raise Forbidden(
            N_("Somebody else than the one who matched the invoice answers its difference.")
        )
