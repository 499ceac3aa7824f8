"""What a pool takes along from its year: within caps, per direction."""

from __future__ import annotations

from dataclasses import dataclass

from tenant_app.budgets.models import BudgetYearState as State
from tenant_app.budgets.year_models import CarryApprover
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.money import Money, check_amount

WHOLE = 10_000


@dataclass(frozen=True)
class Caps:
    """How much follows. None is no cap. The shares are of the year's own money."""

    overspend_cap_bp: int | None = None
    underspend_cap_bp: int | None = None
    abs_cap: Money | None = None
    requires_purpose: bool = False
    approver: CarryApprover = CarryApprover.CENTRAL


FREE = Caps()
"""Where nothing is said, everything follows: what most municipalities let decentral units do."""


def check_caps(caps: Caps) -> None:
    """Shares of at most 100 % and an amount that is not negative. Raises Invalid."""
    for field in ("overspend_cap_bp", "underspend_cap_bp"):
        share = getattr(caps, field)
        if share is not None and not 0 <= share <= WHOLE:
            raise Invalid(N_("A share must be between 0 % and 100 %."), field=field)
    if caps.abs_cap is not None:
        check_amount(caps.abs_cap, field="abs_cap")


def carried_of(
    result: int, own_money: int, caps: Caps, *, has_purpose: bool = False
) -> tuple[Money, Money, Money]:
    """(carried, lost, over cap) of a result; result = carried + lost - over cap. A deficit is
    carried as a negative amount. The statement of the closing says the same of all pools at once.
    """
    share = caps.underspend_cap_bp if result > 0 else caps.overspend_cap_bp
    most = abs(result)
    if share is not None:
        most = min(most, max(0, own_money) * share // WHOLE)
    if caps.abs_cap is not None:
        most = min(most, caps.abs_cap)
    if result > 0:
        carried = 0 if caps.requires_purpose and not has_purpose else most
        return Money(carried), Money(result - carried), Money(0)
    return Money(-most), Money(0), Money(-most - result)


def check_is_closing(year: int, state: State) -> None:
    """The end of the year is being made up, or made up already. Raises Conflict."""
    if state not in {State.CLOSING, State.CLOSED}:
        raise Conflict(
            N_("The closing of %(year)s has not begun. Begin it first."),
            year=year,
        )


def check_can_take_back(year: int, state: State, *, approved: int) -> None:
    """The end of the year is being made up, and nobody has said yes to it. Raises Conflict."""
    check_is_closing(year, state)
    if state is State.CLOSED:
        raise Conflict(
            N_(
                "%(year)s is closed, and what follows is entered in the next year. Correct it in "
                "the pools of the next year."
            ),
            year=year,
        )
    if approved:
        raise Conflict(
            N_(
                "What follows of %(year)s is approved for %(count)s pools, so the closing cannot "
                "be taken back. Close the year."
            ),
            year=year,
            count=approved,
        )
