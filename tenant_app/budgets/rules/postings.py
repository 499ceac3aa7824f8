"""What each kind of posting does to a pool: one table, and the refusals of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tenant_app.budgets.models import EntryKind, MoneyState
from tenant_app.core.errors import N_, Conflict
from tenant_app.core.money import Money, show

EFFECTS: Mapping[EntryKind, Mapping[str, int]] = {
    EntryKind.ALLOTTED: {"allotted": 1},
    EntryKind.ADJUSTED: {"allotted": 1},
    EntryKind.CARRIED: {"carried": 1},
    EntryKind.TRANSFERRED: {"transferred": 1},
    EntryKind.RESERVED: {"reserved": 1},
    EntryKind.COMMITTED: {"reserved": -1, "committed": 1},
    EntryKind.ACTUAL: {"committed": -1, "actual": 1},
}
"""Kind of entry → the sign of its amount in each column. A release is in `effect`."""


def effect(kind: EntryKind, amount: int, *, was: MoneyState | None = None) -> dict[str, Money]:
    """What an entry adds to each column it touches; a release empties the bucket it `was` in."""
    if kind is EntryKind.RELEASED:
        if was not in {MoneyState.RESERVED, MoneyState.COMMITTED}:
            raise ValueError(f"money that is {was} cannot be released")
        return {was.value: Money(-amount)}
    return {column: Money(sign * amount) for column, sign in EFFECTS[kind].items()}


def available(of: Any) -> Any:
    """Allotted + carried + transferred − reserved − committed − actual, of a balance or of the
    balance's columns: the WHERE of a guard and the screen never say two different things."""
    return of.allotted + of.carried + of.transferred - of.reserved - of.committed - of.actual


def unbound(of: Any) -> Any:
    """Allotted + carried + transferred − committed − actual: what approvals can still bind. What
    is only asked for (reserved) does not count: of too many requests the first approved go."""
    return of.allotted + of.carried + of.transferred - of.committed - of.actual


def usage_bp(of: Any) -> int | None:
    """(Actual + committed) ÷ (allotted + carried + transferred) in basis points, rounded half up;
    None in a pool that never had any money."""
    have = int(of.allotted + of.carried + of.transferred)
    if have <= 0:
        return None
    return int((of.actual + of.committed) * 20000 + have) // (2 * have)


@dataclass(frozen=True)
class AvailableShort:
    """A pool that does not hold what is asked of it."""

    pool_id: UUID
    pool_name: str
    available: Money
    amount: Money

    @property
    def shortage(self) -> Money:
        return Money(self.amount - self.available)

    @property
    def params(self) -> dict[str, str]:
        """For the message, already formatted."""
        return {
            "pool": self.pool_name,
            "amount": show(self.amount),
            "available": show(self.available),
            "shortage": show(self.shortage),
        }


@dataclass(frozen=True)
class Overdraft(AvailableShort):
    """A pool with policy *warn* that was drawn below zero: `message` % `params` tells."""

    message: str = N_(
        "The pool “%(pool)s” had %(available)s available and now lacks money: "
        "%(amount)s was set aside, %(shortage)s too much."
    )

    def __str__(self) -> str:
        return self.message % self.params


class BudgetExceeded(Conflict):
    """A pool with policy *stop* does not hold the amount. Names pool, available and shortage."""

    code = "budget_exceeded"
    said = N_(
        "The pool “%(pool)s” has %(available)s available and %(amount)s is needed: "
        "%(shortage)s short. Ask for more money in the pool, or choose something cheaper."
    )

    def __init__(self, short: AvailableShort) -> None:
        super().__init__(self.said, **short.params)
        self.short = short


class ApprovalExceeds(BudgetExceeded):
    """Said at the approval: the money was set aside, but the pool has been made to stop with more
    requests than it holds, and others were approved first. `available` is what is not bound."""

    said = N_(
        "The pool “%(pool)s” has %(available)s that is not bound or spent, and %(amount)s is "
        "needed: %(shortage)s short. Ask for more money in the pool, or return the request."
    )


REACHED: Mapping[EntryKind, frozenset[MoneyState]] = {
    EntryKind.COMMITTED: frozenset({MoneyState.COMMITTED, MoneyState.ACTUAL}),
    EntryKind.ACTUAL: frozenset({MoneyState.ACTUAL}),
    EntryKind.RELEASED: frozenset({MoneyState.RELEASED}),
}
"""Kind → the states in which it has already been done: doing it again changes nothing."""


def check_can_settle(states: Iterable[MoneyState]) -> None:
    """An invoice settles what is committed or spent. Raises Conflict for everything else."""
    found = set(states)
    if found and found <= {MoneyState.COMMITTED, MoneyState.ACTUAL}:
        return
    if MoneyState.RESERVED in found:
        raise Conflict(N_("The money is only reserved. It must be approved before it is spent."))
    raise Conflict(
        N_("The enrolment is cancelled or its money was released. The invoice pays nothing here.")
    )


def check_can_keep(state: MoneyState) -> None:
    """A provider keeps the fee of a place that was given up. Raises Conflict for every other."""
    if state is not MoneyState.RELEASED:
        raise Conflict(N_("The place was not given up, so its money is still set aside or spent."))


def check_nothing_spent(states: Iterable[MoneyState]) -> None:
    """Nothing of what is released was spent: no house gives up what it has paid. Raises
    Conflict."""
    if MoneyState.ACTUAL in set(states):
        raise Conflict(
            N_(
                "Some of the money has been spent already, so the place cannot be given up. Record "
                "whether the participant came instead."
            )
        )


def check_nothing_moved(kind: EntryKind, states: Iterable[MoneyState]) -> None:
    """No money moved: fine when it had been moved before or there is none. Raises Conflict.

    `states` are those of the source's latest submission.
    """
    if set(states) <= REACHED[kind]:
        return
    if kind is EntryKind.RELEASED:
        raise Conflict(
            N_("The money has been spent and cannot be released. Correct it in the pool instead.")
        )
    if kind is EntryKind.ACTUAL and MoneyState.RESERVED in set(states):
        raise Conflict(N_("The money is only reserved. It must be approved before it is spent."))
    raise Conflict(N_("The money is no longer set aside. Send the request again."))
