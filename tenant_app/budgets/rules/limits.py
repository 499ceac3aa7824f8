"""Floor and ceiling of a unit's part: `{"floor": {"ore": 500000}, "ceiling": {"average_bp":
15000}}`, each as whole øre or in basis points of the average part, or left out.

They hold for institutions. What the ceiling takes, or the floor needs, is shared over the others in
proportion to their parts, again and again until nobody is outside; the sum stays to the øre.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tenant_app.budgets.rules.allocation import Key
from tenant_app.core.errors import N_, Conflict, Invalid
from tenant_app.core.money import Money, check_amount, show, split

WHOLE = 10_000
MOST_BP = 100 * WHOLE
"""A hundred times the average: above it somebody typed wrong."""
ENDS = ("floor", "ceiling")
Limits = Mapping[str, Mapping[str, int]]


def check_limits(limits: Limits, allocation: Sequence[Mapping[str, Any]]) -> None:
    """Known ends, one measure each, a floor that is not above the ceiling. Raises Invalid."""
    if set(limits) - set(ENDS):
        raise _wrong(N_("The limits are a floor and a ceiling."))
    for end, limit in limits.items():
        if not isinstance(limit, Mapping) or len(limit) != 1 or set(limit) - {"ore", "average_bp"}:
            raise _wrong(
                N_("Write the limit in kroner per unit or in per cent of the average."), end
            )
        [(measure, size)] = limit.items()
        if not isinstance(size, int) or isinstance(size, bool):
            raise _wrong(N_("A limit is a whole number of øre or of basis points."), end)
        if measure == "ore":
            check_amount(size, field=end)
        elif not 0 <= size <= MOST_BP:
            raise _wrong(N_("Write a percentage from 0 to 10,000."), end)
    floor, ceiling = (limits.get(end, {}) for end in ENDS)
    for measure in floor.keys() & ceiling.keys():
        if floor[measure] > ceiling[measure]:
            raise _wrong(N_("The floor is above the ceiling. Lower the floor."), "floor")
    if floor.get("average_bp", 0) > WHOLE:
        raise _wrong(N_("Not everybody can have more than the average. Lower the floor."), "floor")
    if ceiling.get("average_bp", WHOLE) < WHOLE:
        raise _wrong(
            N_("Not everybody can have less than the average. Raise the ceiling."), "ceiling"
        )
    if limits and any(entry.get("key") == Key.MANUAL for entry in allocation):
        raise _wrong(
            N_("Amounts typed per unit are handed out as typed: leave floor and ceiling empty."),
            "floor" if floor else "ceiling",
        )


def _wrong(message: str, field: str = "limits") -> Invalid:
    return Invalid(message, field=field)


def keep_within(parts: Sequence[Money], limits: Limits) -> list[Money]:
    """The parts within floor and ceiling, with the same sum.

    Raises Conflict when the floors take more than there is, or the ceilings leave money over.
    """
    total, count = sum(parts), len(parts)
    if not count or not limits:
        return list(parts)
    floor = _size(limits.get("floor"), total, count, up=False) or 0
    ceiling = _size(limits.get("ceiling"), total, count, up=True)
    if floor * count > total:
        raise Conflict(
            N_(
                "A floor of %(floor)s for %(count)s units takes %(sum)s and there is %(amount)s. "
                "Lower the floor."
            ),
            field="floor",
            **_told("floor", floor, count, total),
        )
    if ceiling is not None and ceiling * count < total:
        raise Conflict(
            N_(
                "A ceiling of %(ceiling)s for %(count)s units takes %(sum)s and there is "
                "%(amount)s to hand out. Raise the ceiling."
            ),
            field="ceiling",
            **_told("ceiling", ceiling, count, total),
        )
    if ceiling is not None and floor > ceiling:
        raise Conflict(N_("The floor is above the ceiling. Lower the floor."), field="floor")
    return _settled(list(parts), total, floor, ceiling)


def _told(name: str, limit: int, count: int, total: int) -> dict[str, Any]:
    return {
        name: show(limit),
        "count": count,
        "sum": show(limit * count),
        "amount": show(total),
    }


def _size(limit: Mapping[str, int] | None, total: int, count: int, *, up: bool) -> int | None:
    """The limit in øre; a ceiling in per cent is rounded up, so that the average always fits."""
    if limit is None:
        return None
    if "ore" in limit:
        return limit["ore"]
    share = total * limit["average_bp"]
    return -(-share // (WHOLE * count)) if up else share // (WHOLE * count)


def _settled(parts: list[Money], total: int, floor: int, ceiling: int | None) -> list[Money]:
    """Freeze those outside on the side that weighs most, share the rest, and look again.

    Only one side at a time: what the other would need may be met by the first. Each turn freezes at
    least one, so that it ends.
    """
    frozen: dict[int, int] = {}
    while True:
        free = [at for at in range(len(parts)) if at not in frozen]
        rest = total - sum(frozen.values())
        shares = dict(zip(free, _shared(rest, [parts[at] for at in free]), strict=True))
        low = {at: floor - part for at, part in shares.items() if part < floor}
        high = {at: part - ceiling for at, part in shares.items() if ceiling and part > ceiling}
        if ceiling == 0:
            high = {at: part for at, part in shares.items() if part > 0}
        if not low and not high:
            return [Money(frozen.get(at, shares.get(at, 0))) for at in range(len(parts))]
        if sum(low.values()) >= sum(high.values()):
            frozen |= dict.fromkeys(low, floor)
        else:
            frozen |= dict.fromkeys(high, ceiling or 0)


def _shared(rest: int, weights: Sequence[int]) -> list[Money]:
    if not weights:
        return []
    return split(rest, weights if any(weights) else [1] * len(weights))
