"""How long a request has waited for an answer, and from when it is called late. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

LATE_DAYS = 7
"""A request that has waited more whole days than this is late: eight days are more than a week."""
VERY_LATE_DAYS = 14
"""And one that has waited more than this is very late."""


class Patience(StrEnum):
    """How late an answer is."""

    IN_TIME = "in_time"
    LATE = "late"
    VERY_LATE = "very_late"


def days_waited(since: datetime, now: datetime) -> int:
    """Whole days of 24 hours; those are what is shown and what the limits are of."""
    return (now - since).days


def patience(days: int) -> Patience:
    """How late an answer is after so many whole days."""
    if days > VERY_LATE_DAYS:
        return Patience.VERY_LATE
    return Patience.LATE if days > LATE_DAYS else Patience.IN_TIME


def late_since(now: datetime) -> datetime:
    """What was sent then or before is late, by the same whole days as `patience`."""
    return now - timedelta(days=LATE_DAYS + 1)
