"""What the home page shows of money: levels, pools, and those that head off to either side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from admin import charts
from admin.budget_fields import STATES as YEAR_STATES
from admin.explaining import entries_url, year_url
from admin.home.reader import Reader
from tenant_app.budgets.models import PoolKind
from tenant_app.reports import rules
from tenant_app.reports.rules import Outlook, PoolNow, UsageFigures
from tenant_app.reports.service import MoneyNow

WORST_SHOWN = 5
BARS_SHOWN = 8
POOLS_SHOWN = 12


def shown(who: Reader, now: MoneyNow | None, following: MoneyNow | None) -> dict[str, Any]:
    """The money of the sections that the reader has; empty where no pool is in sight."""
    pools = now.pools if now else ()
    area = rules.below(pools, who.area_paths) if who.leads_area else []
    return {
        "money": now,
        "money_total": rules.together(pools),
        "year_states": YEAR_STATES,
        "levels_chart": levels_chart(pools) if who.oversees else None,
        "tails": _tails(pools) if who.oversees else (),
        "area_total": rules.together(area),
        "area_chart": _pools_chart(area),
        "area_tails": _tails(area) if not who.oversees else (),
        "area_pools": len(area),
        "institution_pools": _of_institution(who, pools)[:POOLS_SHOWN],
        "following": _following(who, following),
        "taken": taken,
        "entries_url": entries_url,
        "year_url": year_url,
    }


def _following(who: Reader, following: MoneyNow | None) -> UsageFigures | None:
    """What the units one leads have in next year's budget, which requests may draw on already."""
    if following is None:
        return None
    found = rules.together(rules.below(following.pools, who.institution_paths))
    return found if found.budget else None


def bar_of(name: str, figures: UsageFigures) -> charts.UsageBar:
    """The figures as a bar of a chart."""
    return charts.UsageBar(
        name, figures.actual, figures.committed, figures.reserved, figures.available
    )


def taken(figures: UsageFigures) -> int | None:
    """What is no longer available, as a share of the budget in whole per cent."""
    if figures.budget <= 0:
        return None
    return round(100 * (figures.budget - figures.available) / figures.budget)


def levels_chart(pools: Sequence[PoolNow]) -> charts.Chart | None:
    """Central, areas, institutions and the rest, each with what is used of it."""
    names = {
        PoolKind.CENTRAL: _("Centrally"),
        PoolKind.AREA: _("Areas"),
        PoolKind.INSTITUTION: _("Institutions"),
        PoolKind.EARMARKED: _("Earmarked"),
        PoolKind.FUND: _("Fund"),
    }
    bars = [bar_of(names[each.kind], each.figures) for each in rules.levels(pools)]
    return charts.usage("levels", _("Usage per level"), bars, of=_("Level"))


def _pools_chart(pools: Sequence[PoolNow]) -> charts.Chart | None:
    """The area's own pool, then the institutions that have least left of theirs."""
    own = [pool for pool in pools if pool.kind is PoolKind.AREA]
    rest = [pool for pool in pools if pool.kind is not PoolKind.AREA]
    rest.sort(key=lambda pool: (-(taken(pool.figures) or 0), pool.name))
    chosen = [*own, *rest][:BARS_SHOWN]
    return charts.usage(
        "area", _("Usage in the area"), [bar_of(pool.name, pool.figures) for pool in chosen]
    )


def _tails(pools: Sequence[PoolNow]) -> tuple[rules.Tail, ...]:
    both = (Outlook.OVERSPEND, Outlook.UNDERSPEND)
    return tuple(rules.tail(pools, outlook, most=WORST_SHOWN) for outlook in both)


def _of_institution(who: Reader, pools: Sequence[PoolNow]) -> list[PoolNow]:
    """Those of the units one leads, and the area's above them, which may pay too."""
    if not who.leads_institution:
        return []
    own = rules.below(pools, who.institution_paths)
    above = [
        pool
        for pool in pools
        if pool.kind is PoolKind.AREA
        and pool.path is not None
        and any(path.startswith(pool.path) for path in who.institution_paths)
    ]
    return [*own, *above]
