"""What a pool does with a request: its policy for the form, its thresholds, its constraints, and
the caps per person. Pure; the guards of the ledger say the same in SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from tenant_app.budgets.models import OverLevel, Policy, PoolKind
from tenant_app.budgets.rules.funding import FACTS
from tenant_app.budgets.rules.funding import _fits as fits
from tenant_app.budgets.rules.ordering import possible
from tenant_app.budgets.rules.postings import AvailableShort, BudgetExceeded, available
from tenant_app.budgets.rules.words import can_be
from tenant_app.budgets.rules.years import WHOLE, percent
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.matching import check_conditions, fact_of, matches
from tenant_app.core.money import Money, check_amount, show

MOST_CONSTRAINTS = 20
MOST_CAPS = 20
MOST_FORMS = 50
LONGEST_NAME = 200
HIGHEST = 2 * WHOLE
"""A block above 200 % of what a pool holds is no block."""
_FORM = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Verdict(StrEnum):
    """What a pool says to a request."""

    FITS = "fits"
    NEAR = "near"
    """It fits, and the first threshold is passed: those who answer for the pool are told."""
    OVERDRAWN = "overdrawn"
    """It goes below zero, and nobody stops it."""
    OVER = "over"
    """It needs one more yes."""
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Stance:
    """The pool's policy for one form, with its thresholds."""

    policy: Policy
    level: OverLevel
    notify_bp: int
    approve_bp: int
    block_bp: int


def stance(of: Any, form: str) -> Stance:
    """The pool's own policy, or the form's where it has one. `of` is a balance."""
    own = of.forms.get(form) or {}
    return Stance(
        Policy(own.get("policy", of.policy)),
        OverLevel(own.get("over_level", of.over_level)),
        of.notify_bp,
        of.approve_bp,
        of.block_bp,
    )


def held(of: Any) -> Any:
    """Allotted + carried + transferred: what the thresholds are per cent of."""
    return of.allotted + of.carried + of.transferred


def verdict(stance: Stance, *, held: int, used: int, amount: int) -> Verdict:
    """What the pool says to `amount` when `used` of the `held` is asked for, bound or spent."""
    after = (used + amount) * WHOLE
    if stance.policy is Policy.IGNORE:
        return Verdict.FITS
    if stance.policy is Policy.STOP and after > held * WHOLE:
        return Verdict.BLOCKED
    if stance.policy is Policy.APPROVE_OVER and after > held * stance.block_bp:
        return Verdict.BLOCKED
    if stance.policy is Policy.APPROVE_OVER and after > held * stance.approve_bp:
        return Verdict.OVER
    if after > held * WHOLE:
        return Verdict.OVERDRAWN
    return Verdict.NEAR if after >= held * stance.notify_bp else Verdict.FITS


def room(stance: Stance, *, held: int, used: int) -> Money:
    """What the pool can still take before it says no: 1 øre more is refused."""
    most = held if stance.policy is Policy.STOP else held * stance.block_bp // WHOLE
    return Money(most - used)


def shortage_under(
    balance: Any,
    *,
    policy: Policy,
    forms: Mapping[str, Mapping[str, str]],
    block_bp: int,
    **_others: Any,
) -> Money:
    """What is bound and spent above the wall that the loosest of the policies builds; nothing when
    it fits or there is no wall. The database's own check says the same."""
    found = {policy, *(Policy(own["policy"]) for own in forms.values())}
    if found & {Policy.WARN, Policy.IGNORE}:
        return Money(0)
    have = int(held(balance))
    bp = block_bp if Policy.APPROVE_OVER in found else WHOLE
    above = int(balance.committed + balance.actual) * WHOLE - have * bp
    return Money(max(0, -(-above // bp)))


@dataclass(frozen=True)
class Said:
    """What a pool says to an amount, whom it asks, and how full it is with it."""

    verdict: Verdict
    level: OverLevel | None
    used_bp: int | None


def said(balance: Any, amount: int, form: str, *, is_held: bool) -> Said:
    """The pool's word on the amount, which it holds already, or not yet."""
    own = stance(balance, form)
    have = int(held(balance))
    used = have - int(available(balance)) - (amount if is_held else 0)
    found = verdict(own, held=have, used=used, amount=amount)
    return Said(
        found,
        own.level if found is Verdict.OVER else None,
        (used + amount) * WHOLE // have if have > 0 else None,
    )


@dataclass(frozen=True)
class Over:
    """A pool that a request takes over its threshold: `level` has to say yes."""

    pool_id: UUID
    pool_name: str
    level: OverLevel


@dataclass(frozen=True)
class Nearing:
    """A pool that a request takes past its first threshold: `message` % `params` tells."""

    pool_id: UUID
    pool_name: str
    used_bp: int
    notify_bp: int
    message: str = N_(
        "The pool “%(pool)s” is used up to %(used)s with this request; from %(notify)s on those "
        "who answer for it are told."
    )

    @property
    def params(self) -> dict[str, str]:
        """For the message, already formatted."""
        return {
            "pool": self.pool_name,
            "used": percent(self.used_bp),
            "notify": percent(self.notify_bp),
        }


class OverBlocked(BudgetExceeded):
    """A pool that lets requests go over with a yes, but not above its block."""

    said = N_(
        "The pool “%(pool)s” is blocked at %(block)s of what it holds: up to there it has "
        "%(available)s left and %(amount)s is needed, %(shortage)s too much. Ask for more money "
        "in the pool, or choose something cheaper."
    )

    def __init__(self, short: AvailableShort, *, block_bp: int) -> None:
        Conflict.__init__(self, self.said, **short.params, block=percent(block_bp))
        self.short = short


class InvoiceExceeds(BudgetExceeded):
    """An invoice is dearer than what was set aside, and the pool does not hold the difference."""

    said = N_(
        "The pool “%(pool)s” has %(available)s available and the invoice is %(amount)s dearer "
        "than agreed: %(shortage)s short. Move money to the pool first, or ask for a credit note."
    )


class EarmarkExceeded(Conflict):
    """A constraint of the pool does not let more of such requests through."""

    code = "earmark_exceeded"

    def __init__(
        self, *, pool: str, name: str, most_bp: int, cap: int, used: int, amount: int
    ) -> None:
        super().__init__(
            N_(
                "“%(name)s” of the pool “%(pool)s” allows at most %(percent)s of its money, which "
                "is %(cap)s. %(used)s is used and %(amount)s is needed: %(shortage)s too much. "
                "Choose something the money may be used for, or another way to pay."
            ),
            name=name,
            pool=pool,
            percent=percent(most_bp),
            cap=show(cap),
            used=show(used),
            amount=show(amount),
            shortage=show(used + amount - cap),
        )


class PersonCapExceeded(Conflict):
    """A person has had what one person can have in a year."""

    code = "person_cap_exceeded"

    def __init__(
        self, *, person: str, cap: str, year: int, most: int, used: int, amount: int
    ) -> None:
        super().__init__(
            N_(
                "“%(cap)s” is at most %(most)s per person in %(year)s. %(person)s has been granted "
                "%(used)s and %(amount)s is needed: %(shortage)s too much. Choose something "
                "cheaper, or wait for next year."
            ),
            cap=cap,
            most=show(most),
            year=year,
            person=person,
            used=show(used),
            amount=show(amount),
            shortage=show(used + amount - most),
        )


def check_ladder(*, notify_bp: int, approve_bp: int, block_bp: int) -> None:
    """Thresholds rise, and the block is from 100 % to 200 %. Raises Invalid naming the field."""
    for name, value in (("notify_bp", notify_bp), ("approve_bp", approve_bp)):
        if not 0 < value <= HIGHEST:
            raise Invalid(N_("Write a percentage above 0 and up to 200."), field=name)
    if not WHOLE <= block_bp <= HIGHEST:
        raise Invalid(N_("Nothing is blocked below 100 % or above 200 %."), field="block_bp")
    if notify_bp > approve_bp:
        raise Invalid(
            N_("Tell before you ask for approval: the first threshold is above the second."),
            field="notify_bp",
        )
    if approve_bp > block_bp:
        raise Invalid(
            N_("Nothing can be approved above the block. Lower the second threshold."),
            field="approve_bp",
        )


def check_forms(forms: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Form → policy and level, as kept. Raises Invalid on `forms`."""
    if len(forms) > MOST_FORMS:
        raise Invalid(
            N_("Write at most %(most)s policies for forms."), field="forms", most=MOST_FORMS
        )
    kept = {}
    for form, own in forms.items():
        whole = isinstance(own, Mapping) and set(own) <= {"policy", "over_level"}
        if not whole or "policy" not in own or not _FORM.fullmatch(form):
            raise Invalid(
                N_("The policy of “%(form)s” is one of stop, approve_over, warn and ignore."),
                field="forms",
                form=form[:40],
            )
        if not can_be("form", form):
            raise Invalid(
                N_("“%(form)s” is not a form of course. Choose from the list."),
                field="forms",
                form=form,
            )
        try:
            policy = Policy(own["policy"])
            level = OverLevel(own.get("over_level") or OverLevel.CENTRAL)
        except ValueError:
            raise Invalid(
                N_("The policy of “%(form)s” is one of stop, approve_over, warn and ignore."),
                field="forms",
                form=form,
            ) from None
        kept[form] = {"policy": policy.value, "over_level": level.value}
    return kept


def check_level(level: str) -> OverLevel:
    """The level with this name. Raises Invalid."""
    try:
        return OverLevel(level)
    except ValueError:
        raise Invalid(N_("Choose who approves what goes over."), field="over_level") from None


def check_constraints(constraints: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each has a name of its own, conditions and a share. Raises Invalid on `constraints`."""
    if len(constraints) > MOST_CONSTRAINTS:
        raise _wrong(N_("Write at most %(most)s constraints."), most=MOST_CONSTRAINTS)
    kept: dict[str, dict[str, Any]] = {}
    for constraint in constraints:
        if not isinstance(constraint, Mapping) or set(constraint) != {"name", "when", "most_bp"}:
            raise _wrong(N_("A constraint has a name, conditions and a share."))
        name = " ".join(str(constraint["name"]).split())
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            raise _wrong(N_("A constraint needs a name of 1 to 200 letters."))
        if name in kept:
            raise _wrong(
                N_("Two constraints are called “%(name)s”. Give each its own name."), name=name
            )
        when, most = constraint["when"], constraint["most_bp"]
        if not isinstance(when, Mapping) or not when:
            raise _wrong(N_("“%(name)s” does not say what it limits. Add a condition."), name=name)
        check_conditions(when, FACTS, field="constraints")
        for key, value in when.items():
            if not fits(key, fact_of(key), value):
                raise _wrong(
                    N_("The condition “%(key)s” of “%(name)s” has a value of the wrong kind."),
                    key=key,
                    name=name,
                )
            if not can_be(key, value):
                raise _wrong(
                    N_(
                        "The condition “%(key)s” of “%(name)s” asks for what no request can be. "
                        "Choose from the list, or write a number that can occur."
                    ),
                    key=key,
                    name=name,
                )
        if not possible(when):
            raise _wrong(N_("The conditions of “%(name)s” exclude each other."), name=name)
        if not isinstance(most, int) or isinstance(most, bool) or not 0 <= most <= WHOLE:
            raise _wrong(N_("“%(name)s”: the share is from 0 %% to 100 %%."), name=name)
        kept[name] = {"name": name, "when": dict(when), "most_bp": most}
    return list(kept.values())


def _wrong(message: str, **params: Any) -> Invalid:
    return Invalid(message, field="constraints", **params)


def check_cap(
    *, name: str, payer: str | None, rule_name: str | None, most: int
) -> tuple[str, str | None, str | None, Money]:
    """A cap as kept. Raises Invalid naming the field."""
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= LONGEST_NAME or not cleaned.isprintable():
        raise Invalid(N_("Write a name of 1 to 200 letters."), field="name")
    payer, rule_name = (payer or "").strip() or None, (rule_name or "").strip() or None
    if payer is None and rule_name is None:
        raise Invalid(N_("Choose the pool or the funding rule that the cap is for."), field="payer")
    kinds = {kind.value for kind in PoolKind}
    if payer is not None and payer not in kinds and not payer.startswith("pool:"):
        raise Invalid(
            N_("“%(payer)s” is not a pool that can pay."), field="payer", payer=payer[:60]
        )
    if rule_name is not None and len(rule_name) > LONGEST_NAME:
        raise Invalid(N_("Write a name of 1 to 200 letters."), field="rule_name")
    check_amount(most, field="most")
    if most == 0:
        raise Invalid(N_("The amount must be above zero."), field="most")
    return cleaned, payer, rule_name, Money(most)


def matching(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether a constraint counts a line with these facts. Lines from before facts were kept know
    few of them: what is not known does not match."""
    try:
        return matches(when, facts)
    except KeyError:
        return False


def kept_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as JSON keeps them: numbers without decimals stay whole."""

    def kept(value: Any) -> Any:
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else json.loads(str(value))
        return value

    return {name: kept(value) for name, value in facts.items()}


def cap_of(most_bp: int, held: int) -> Money:
    """What a constraint allows of what the pool holds, whole øre, rounded down."""
    return Money(max(0, held) * most_bp // WHOLE)
