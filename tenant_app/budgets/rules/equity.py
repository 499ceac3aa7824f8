"""The equity guard: an institution flagged weak never pays more than the municipality lets it."""

from __future__ import annotations

from collections.abc import Mapping

from tenant_app.budgets.models import PoolKind
from tenant_app.budgets.rules.years import WHOLE

LOCAL = frozenset({PoolKind.AREA.value, PoolKind.INSTITUTION.value})


def at_least_central(shares: Mapping[str, int], central_bp: int) -> dict[str, int]:
    """The equity guard: at least so much is paid by others than institution and area, the missing
    part by the central pool; the two give way in proportion to what they pay. What a state pool or
    a fund pays relieves the institution as well. `shares` are basis points that make 100 %."""
    local = {payer: bp for payer, bp in shares.items() if payer in LOCAL and bp}
    paid, left = sum(local.values()), WHOLE - central_bp
    if paid <= left:
        return dict(shares)
    parts = {payer: left * bp // paid for payer, bp in local.items()}
    for payer in sorted(local, key=lambda each: (-(left * local[each] % paid), each)):
        if sum(parts.values()) < left:
            parts[payer] += 1
    central = PoolKind.CENTRAL.value
    others = {payer: bp for payer, bp in shares.items() if payer not in LOCAL}
    others[central] = others.get(central, 0) + paid - left
    return others | {payer: bp for payer, bp in parts.items() if bp}
