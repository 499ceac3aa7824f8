"""The one place that asks what time it is; rooms get `ctx.now`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def danish_date(moment: datetime) -> date:
    """The calendar date in Denmark: a budget year starts at Danish midnight, not at UTC's."""
    return moment.astimezone(DENMARK).date()
