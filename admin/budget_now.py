"""How a year or a pool stands now, drawn: what its page shows above the figures."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from admin import charts
from admin.explaining import year_url
from admin.home.money import levels_chart
from tenant_app.budgets.models import BudgetYear, BudgetYearState, PoolBalance
from tenant_app.core.context import Context
from tenant_app.reports import rules as figures
from tenant_app.reports import service as reports


def year_now(ctx: Context, year: BudgetYear) -> dict[str, Any]:
    """The year's pools in sight together, and per level; empty before it is adopted."""
    if year.state is BudgetYearState.DRAFT:
        return {}
    now = reports.money_now(ctx, year=year.year)
    if now is None or not now.pools:
        return {}
    return {
        "total": figures.together(now.pools),
        "chart": levels_chart(now.pools),
        "url": year_url(year.year, "available"),
    }


def pool_chart(position: PoolBalance) -> charts.Chart | None:
    """What of the pool is spent, bound, reserved and left; None of an empty one."""
    bar = charts.UsageBar(
        _("The pool"),
        int(position.actual),
        int(position.committed),
        int(position.reserved),
        int(position.available),
    )
    return charts.usage("pool", _("What of the pool is used"), [bar])
