"""What a meeting pack says, and which rules its figures follow. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

VERSION = "pack-1"
"""Of the pack itself: what it holds and how its figures are computed."""
MOST_ROWS = 100
"""Of each table; the pack says how many there are beyond."""
STEPS = 6
"""Parts it is made of, for those who wait."""


def usage(*, spent: int, budget: int) -> str | None:
    """Spent and bound, of what there was, in per cent with one decimal; None of nothing."""
    if budget <= 0:
        return None
    share = (Decimal(spent * 100) / Decimal(budget)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return str(share)


def versions(
    limits: Mapping[str, Any], *, funding_rules: int | None, needed: tuple[int, int]
) -> dict[str, Any]:
    """The rules and limits that a pack was made by."""
    return {
        "pack": VERSION,
        "funding_rules": funding_rules,
        "sources_at_least": needed[0],
        "roles_at_least": needed[1],
        "running_initiatives": limits.get("running_initiatives"),
    }


def table(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows of the pack, and how many there are in all."""
    found = [dict(row) for row in rows]
    return {"rows": found[:MOST_ROWS], "total": len(found)}
