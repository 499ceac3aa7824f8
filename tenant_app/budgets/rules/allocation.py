"""How a sum divides over units: allocation keys and mixtures of them.

An allocation is a list such as `[{"key": "pedagogue_fte", "weight": 70}, {"key": "equal",
"weight": 30}]`; the weights are per cent and add up to 100. Two keys carry amounts in whole øre
per unit number, `{"key": …, "amounts": {"101": 500000}}`:

- *fixed* takes its amounts off the top and the weighted keys divide the rest, so it has no weight;
- *manual* hands out exactly what was typed, so its amounts must add up to its part.

The two keys that count children weigh the ages: `{"key": "children", "weight": 60, "ages":
{"0_2": 200, "3_5": 100}}` counts the youngest twice; without `ages` it does too. The
socio-economic key counts the same children times the index of their institution.

The same allocation serves areas and institutions: amounts of units at another level are passed by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from tenant_app.core.errors import N_, Conflict, Invalid, Word
from tenant_app.core.money import Money, check_amount, show, split

FULL = 100
MOST_KEYS = 10


class Key(StrEnum):
    """What a unit's part follows."""

    EQUAL = "equal"
    HEADCOUNT = "headcount"
    FTE = "fte"
    PEDAGOGUE_FTE = "pedagogue_fte"
    CHILDREN = "children"
    SOCIO_ECONOMIC = "socio_economic"
    FIXED = "fixed"
    MANUAL = "manual"


WITH_AMOUNTS = frozenset({Key.FIXED, Key.MANUAL})
OF_CHILDREN = frozenset({Key.CHILDREN, Key.SOCIO_ECONOMIC})
AGES: Mapping[str, int] = {"0_2": 200, "3_5": 100}
"""How much a child of each age counts, in per cent, unless the key says otherwise."""
MOST_PER_CHILD = 1_000
AVERAGE_INDEX = 100
Entry = Mapping[str, Any]
DEFAULT_ALLOCATION: list[dict[str, Any]] = [{"key": Key.PEDAGOGUE_FTE.value, "weight": FULL}]


@dataclass(frozen=True)
class Holder:
    """A unit that gets a part. FTE in whole ten-thousandths: a key must not be a float."""

    unit_id: UUID
    number: str
    name: str
    headcount: int = 0
    fte: int = 0
    pedagogue_fte: int = 0
    children_0_2: int = 0
    children_3_5: int = 0
    socio_0_2: int = 0
    """Children times the index of their institution in hundredths: adds up over an area."""
    socio_3_5: int = 0

    @property
    def socio_index(self) -> int:
        """The index in hundredths; of an area the average of its children."""
        children = self.children_0_2 + self.children_3_5
        weighed = self.socio_0_2 + self.socio_3_5
        return (2 * weighed + children) // (2 * children) if children else AVERAGE_INDEX


NAMES = {
    Key.PEDAGOGUE_FTE: Word(N_("By pedagogue FTE")),
    Key.FTE: Word(N_("By FTE")),
    Key.HEADCOUNT: Word(N_("By headcount")),
    Key.CHILDREN: Word(N_("By enrolled children")),
    Key.SOCIO_ECONOMIC: Word(N_("By children and socio-economic index")),
    Key.EQUAL: Word(N_("Equal parts")),
    Key.FIXED: Word(N_("Fixed amounts first")),
    Key.MANUAL: Word(N_("Amounts typed per unit")),
}
"""What the panel calls them."""


def check_allocation(allocation: Sequence[Entry]) -> None:
    """Known keys, each once, weights that add up to 100, amounts where they belong.

    Raises Invalid on the field `allocation`.
    """
    if not 1 <= len(allocation) <= MOST_KEYS:
        raise _wrong(N_("Choose at least one allocation key."))
    seen: set[Key] = set()
    weights = 0
    for entry in allocation:
        key = _key_of(entry)
        if key in seen:
            raise _wrong(N_("The allocation key “%(key)s” is there twice."), key=NAMES[key])
        seen.add(key)
        _check_amounts(key, entry)
        _check_ages(key, entry)
        if key is Key.FIXED:
            if entry.get("weight"):
                raise _wrong(N_("Fixed amounts are taken first and have no weight."))
            continue
        weight = entry.get("weight")
        if not _is_whole(weight) or not 0 < int(weight or 0) <= FULL:
            raise _wrong(
                N_("The weight of the key “%(key)s” must be a whole number from 1 to 100."),
                key=NAMES[key],
            )
        weights += int(weight or 0)
    if seen != {Key.FIXED} and weights != FULL:
        raise _wrong(
            N_("The weights of the allocation keys add up to %(sum)s and must add up to 100."),
            sum=weights,
        )


def _key_of(entry: Entry) -> Key:
    try:
        if not isinstance(entry, Mapping) or set(entry) - {"key", "weight", "amounts", "ages"}:
            raise ValueError(entry)
        return Key(entry["key"])
    except (KeyError, ValueError):
        raise _wrong(
            N_("An allocation key is one of: %(known)s."), known=", ".join(sorted(Key))
        ) from None


def _check_amounts(key: Key, entry: Entry) -> None:
    amounts = entry.get("amounts")
    if key not in WITH_AMOUNTS:
        if amounts is not None:
            raise _wrong(N_("Only fixed and manual keys carry amounts per unit."))
        return
    if not isinstance(amounts, Mapping) or not amounts:
        raise _wrong(N_("The key “%(key)s” needs an amount per unit number."), key=NAMES[key])
    for amount in amounts.values():
        if not _is_whole(amount):
            raise _wrong(N_("Amounts per unit are whole øre."))
        check_amount(int(amount), field="allocation")


def _check_ages(key: Key, entry: Entry) -> None:
    ages = entry.get("ages")
    if ages is None:
        return
    if key not in OF_CHILDREN:
        raise _wrong(N_("Only keys that count children carry weights per age."))
    if not isinstance(ages, Mapping) or set(ages) != set(AGES):
        raise _wrong(N_("Write a weight for both ages: 0_2 and 3_5."))
    if any(not _is_whole(each) or not 0 <= each <= MOST_PER_CHILD for each in ages.values()):
        raise _wrong(N_("A child counts between 0 % and 1000 %."))
    if not any(ages.values()):
        raise _wrong(
            N_("Both weights of the key “%(key)s” are zero, so no child counts."), key=NAMES[key]
        )


def counts_children(allocation: Sequence[Entry]) -> bool:
    """Whether the key needs figures of children."""
    return any(entry["key"] in OF_CHILDREN for entry in allocation)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong(message: str, **params: Any) -> Invalid:
    return Invalid(message, field="allocation", **params)


def check_numbers(allocation: Sequence[Entry], known: set[str]) -> None:
    """Every unit number with an amount is a unit's. Raises Invalid naming those that are not."""
    named = {number for entry in allocation for number in entry.get("amounts", {})}
    if named - known:
        raise _wrong(
            N_("No area or institution has the number %(numbers)s. Correct the amounts."),
            numbers=", ".join(sorted(named - known)[:5]),
        )


def divide(amount: int, holders: Sequence[Holder], allocation: Sequence[Entry]) -> list[Money]:
    """Each holder's part, in their order; the parts add up to the amount to the øre.

    Raises Conflict when the key gives nobody a share, or typed amounts do not fit.
    """
    if not holders:
        if amount:
            raise Conflict(
                N_("There is no unit to divide %(amount)s over. Found the units first."),
                amount=show(amount),
            )
        return []
    parts = [0] * len(holders)
    rest = amount
    weighted: list[Entry] = []
    for entry in allocation:
        if entry["key"] == Key.FIXED:
            fixed = _typed(entry, holders)
            rest -= sum(fixed)
            parts = [part + own for part, own in zip(parts, fixed, strict=True)]
        else:
            weighted.append(entry)
    if rest < 0 or (rest and not weighted):
        raise Conflict(
            N_(
                "The fixed amounts add up to %(sum)s and there is %(amount)s to divide. "
                "Correct the amounts."
            ),
            field="allocation",
            sum=show(amount - rest),
            amount=show(amount),
        )
    if rest:
        for entry, part in zip(
            weighted, split(rest, [int(entry["weight"]) for entry in weighted]), strict=True
        ):
            own_parts = _by_key(entry, part, holders)
            parts = [sum_ + own for sum_, own in zip(parts, own_parts, strict=True)]
    return [Money(part) for part in parts]


def _typed(entry: Entry, holders: Sequence[Holder]) -> list[Money]:
    return [Money(entry["amounts"].get(holder.number, 0)) for holder in holders]


def _by_key(entry: Entry, part: Money, holders: Sequence[Holder]) -> list[Money]:
    key = Key(entry["key"])
    if key is Key.MANUAL:
        typed = _typed(entry, holders)
        if sum(typed) != part:
            raise Conflict(
                N_(
                    "The amounts typed add up to %(sum)s and there is %(amount)s to hand out: "
                    "the difference is %(difference)s. Correct the amounts."
                ),
                field="allocation",
                sum=show(sum(typed)),
                amount=show(part),
                difference=show(part - sum(typed)),
            )
        return typed
    weights = _weights(key, entry, holders)
    if not any(weights):
        raise Conflict(
            N_(
                "The key “%(key)s” gives no unit a share, since every unit counts zero. "
                "Choose another key, or register the staff or the children first."
            ),
            field="allocation",
            key=NAMES[key],
        )
    return split(part, weights)


def _weights(key: Key, entry: Entry, holders: Sequence[Holder]) -> list[int]:
    if key is Key.EQUAL:
        return [1] * len(holders)
    if key not in OF_CHILDREN:
        return [int(getattr(holder, key.value)) for holder in holders]
    ages = entry.get("ages") or AGES
    of = ("children_0_2", "children_3_5") if key is Key.CHILDREN else ("socio_0_2", "socio_3_5")
    return [
        sum(int(getattr(holder, name)) * int(ages[age]) for name, age in zip(of, AGES, strict=True))
        for holder in holders
    ]
