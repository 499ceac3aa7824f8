"""Changes of what pools were allotted: the reason they need, and how little may be left."""

from __future__ import annotations

from typing import Any

from tenant_app.budgets.models import Policy
from tenant_app.budgets.rules.postings import available, unbound
from tenant_app.budgets.rules.years import percent
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.money import show

LONGEST_REASON = 1000


def can_lose(of: Any, change: Any) -> Any:
    """The WHERE of a reduction (`change` is below zero): what is bound and spent stays covered,
    and with *stop* what is set aside too. `of` is the table of balances."""
    fits = (available(of) + change >= 0) | (
        (of.policy != Policy.STOP) & (unbound(of) + change >= 0)
    )
    return (of.allotted + change >= 0) & fits


def strings_break(pool: str, name: str, *, most_bp: int, used: int, held: int) -> Conflict:
    """Why a pool cannot be made smaller: a constraint would allow less than is used of it."""
    return Conflict(
        N_(
            "The pool “%(pool)s” would hold %(held)s, of which “%(name)s” may take %(share)s, and "
            "%(used)s is used. Choose a smaller amount."
        ),
        field="amount",
        pool=pool,
        name=name,
        share=percent(most_bp),
        held=show(held),
        used=show(used),
    )


def check_reason(reason: str, *, missing: str = N_("Write why the allotment is adjusted.")) -> str:
    """What it is done for. Raises Invalid."""
    said = reason.strip()
    if not said:
        raise Invalid(missing, field="reason")
    if len(said) > LONGEST_REASON:
        raise Invalid(
            N_("The reason is longer than %(most)s letters."), field="reason", most=LONGEST_REASON
        )
    return said
