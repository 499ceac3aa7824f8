"""Which columns of an entry make a figure of a report, and with which sign. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from tenant_app.core.errors import N_, Invalid

COLUMNS: Mapping[str, Mapping[str, int]] = {
    "allotted": {"allotted": 1},
    "carried": {"carried": 1},
    "transferred": {"transferred": 1},
    "budget": {"allotted": 1, "carried": 1, "transferred": 1},
    "reserved": {"reserved": 1},
    "committed": {"committed": 1},
    "actual": {"actual": 1},
    "used": {"committed": 1, "actual": 1},
    "taken": {"reserved": 1, "committed": 1, "actual": 1},
    "available": {
        **{"allotted": 1, "carried": 1, "transferred": 1},
        **{"reserved": -1, "committed": -1, "actual": -1},
    },
    "result": {
        **{"allotted": 1, "carried": 1, "transferred": 1},
        **{"committed": -1, "actual": -1},
    },
}
"""Figure → what an entry adds to it. `used` is what usage per cent is of, `result` what the closing
of a year is made up from."""


class Cover(StrEnum):
    """Which entries count where cover is looked at apart."""

    WITHOUT = "without"
    ONLY = "only"


class ClosingPart(StrEnum):
    """A figure of the closing of a year."""

    RESULT = "result"
    NET = "net"
    """All that follows, deficits taken from what is left."""
    CARRIED = "carried"
    """What is left and follows into the next year."""
    LOST = "lost"
    DEBT = "debt"
    """Deficits that follow, as a positive amount."""
    OVER_CAP = "over_cap"
    POSTED = "posted"
    """What the next year's pools were given: entries of their own."""


def check_column(column: str) -> Mapping[str, int]:
    """What makes the figure. Raises Invalid naming those there are."""
    if column not in COLUMNS:
        raise Invalid(
            N_("There is no such figure. Choose one of: %(known)s."),
            field="column",
            known=", ".join(COLUMNS),
        )
    return COLUMNS[column]


def column_of(part: ClosingPart) -> str:
    """What the entries behind a figure of the closing are counted by."""
    return "carried" if part is ClosingPart.POSTED else "result"


def part_of(column: str, entry: Any) -> Any:
    """What an entry, or the columns of a table, adds to the figure."""
    total: Any = None
    for name, sign in COLUMNS[column].items():
        value = getattr(entry, name) if sign > 0 else -getattr(entry, name)
        total = value if total is None else total + value
    return total
