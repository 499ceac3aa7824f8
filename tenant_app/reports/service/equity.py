"""Money per FTE of the institutions flagged weak, beside the middle of the municipality."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import Money
from tenant_app.organisation import service as organisation
from tenant_app.reports import rules
from tenant_app.reports.queries import equity as queries


def equity(ctx: Context, *, year: int) -> rules.Equity | None:
    """As things stand now, for those who follow the whole municipality; else None. Nothing is
    shown of a municipality without weak institutions."""
    ctx.require(Permission.REPORT_VIEW)
    if not ctx.actor.may(Permission.REPORT_VIEW, at=organisation.root_path(ctx)):
        return None
    day = min(max(ctx.today, date(year, 1, 1)), date(year, 12, 31))
    rows = queries.used_per_institution(ctx, year, day)
    if not any(row.weak_economy for row in rows):
        return None
    fte = {each.unit_id: each.fte for each in organisation.staff_figures(ctx, on=day)}
    return rules.equity(
        [
            rules.PerFte(
                unit_id=row.id,
                name=row.name,
                is_weak=row.weak_economy,
                fte=fte.get(row.id, Decimal(0)),
                used=Money(int(row.used)),
                relieved=Money(int(row.relieved)),
            )
            for row in rows
        ]
    )
