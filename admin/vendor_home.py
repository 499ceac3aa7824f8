"""What the vendor sees first: municipalities by state, the health of their jobs, and growth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from admin import charts
from admin.formats import thousands
from tenant_app.core.clock import danish_date
from tenant_app.tenancy.models import TenantState
from tenant_app.tenancy.service import TenantOverview

MONTHS_SHOWN = 12
COUNTED = ("units", "employees", "users", "enrolments")


def shown(items: Sequence[TenantOverview], now: datetime) -> dict[str, Any]:
    """The figures of the vendor's front page, from what its list has read anyway."""
    due = [item.oldest_due for item in items if item.oldest_due is not None]
    measured = [item.measured_at for item in items if item.measured_at is not None]
    return {
        "by_state": {
            state: sum(1 for item in items if item.tenant.state is state) for state in TenantState
        },
        "totals": {name: sum(getattr(item, name) or 0 for item in items) for name in COUNTED},
        "measured": min(measured, default=None),
        "dead": sum(item.dead for item in items),
        "undone": sum(item.undone for item in items),
        "oldest_minutes": int((now - min(due)).total_seconds() // 60) if due else None,
        "troubled": sorted(
            (item for item in items if item.dead), key=lambda item: (-item.dead, item.tenant.name)
        )[:5],
        "growth_chart": charts.growth(
            "growth",
            _("Municipalities, month by month"),
            _("Municipalities"),
            points([danish_date(item.tenant.created_at) for item in items], danish_date(now)),
        ),
        "number": thousands,
    }


def points(founded: Sequence[date], today: date) -> list[charts.Point]:
    """How many there were at the end of each of the last twelve months, this one included."""
    this = today.year * 12 + today.month - 1
    found = []
    for month in range(this - MONTHS_SHOWN + 1, this + 1):
        count = sum(1 for day in founded if day.year * 12 + day.month - 1 <= month)
        found.append(charts.Point(f"{month % 12 + 1:02}-{month // 12}", count))
    return found
