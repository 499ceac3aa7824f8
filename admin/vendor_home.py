"""What the vendor sees first: municipalities by state, the health of their jobs, and growth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from admin import chart_growth, charts
from admin.formats import thousands
from tenant_app.tenancy.models import TenantState
from tenant_app.tenancy.service import Month, TenantOverview

COUNTED = ("units", "employees", "users", "enrolments")


def shown(
    items: Sequence[TenantOverview], months: Sequence[Month], now: datetime
) -> dict[str, Any]:
    """The figures of the vendor's front page, from what its list has read anyway and the history
    of what was measured."""
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
        "growth_chart": growth(months),
        "alarms": sum(item.budget_alarms or 0 for item in items),
        "number": thousands,
    }


def growth(months: Sequence[Month]) -> charts.Chart | None:
    """Month by month, from the first that was measured to the last; None before the first.

    A month between them that nobody measured is left open: what is not known is not drawn.
    """
    if not months:
        return None
    known = {_number(each): each for each in months}
    numbers = range(min(known), max(known) + 1)
    columns = {
        _("Employed"): "employees",
        _("Users"): "users",
        _("Enrolments this year"): "enrolments",
        _("Municipalities"): "municipalities",
    }
    return chart_growth.growth(
        "growth",
        _("Growth, month by month"),
        [f"{number % 12 + 1:02}-{number // 12}" for number in numbers],
        {
            label: [getattr(known[each], name) if each in known else None for each in numbers]
            for label, name in columns.items()
        },
    )


def _number(each: Month) -> int:
    return each.month.year * 12 + each.month.month - 1
