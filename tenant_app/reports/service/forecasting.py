"""Both tails of a year: who is likely to overspend, who to be left with money, and what to move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation
from tenant_app.reports import queries, rules
from tenant_app.reports.models import ReportKind
from tenant_app.reports.rules import Move, Outlook, PoolNow, UsageFigures
from tenant_app.reports.service.reading import _run, tails_of


@dataclass(frozen=True)
class Forecast:
    """The pools of a usage report that the reader sees, each with its forecast."""

    year: int
    as_of: date
    data_time: datetime
    season: rules.Season
    """What the forecast rests on."""
    tails: rules.Tails
    pools: Sequence[PoolNow]
    moves: Sequence[Move]
    """What could be moved, from where to where."""

    def off(self, outlook: Outlook) -> list[PoolNow]:
        """The pools with this outlook, the furthest off first."""
        found = [pool for pool in self.pools if pool.figures.outlook is outlook]
        return sorted(found, key=lambda pool: (-pool.off_by, pool.name, str(pool.id)))


def forecasts(ctx: Context, *, year: int, as_of: date | None = None) -> Forecast:
    """Where the year's pools are heading, by the latest usage report of the year or a day's.

    Raises NotFound when none was made.
    """
    run = _run(ctx, ReportKind.USAGE, year, as_of)
    tails = tails_of(ctx, run)
    said: dict[str, Any] = {"is_early": rules.is_early(run.year, run.as_of), "tails": tails}
    visible: Any = organisation.visible_units(ctx, Permission.REPORT_VIEW)
    pools = [
        PoolNow(
            row.id,
            row.name,
            row.kind,
            row.path if row.is_open else None,
            _figures(row, said),
        )
        for row in queries.usage_pools(ctx, run, visible)
    ]
    return Forecast(
        year=run.year,
        as_of=run.as_of,
        data_time=run.data_time,
        season=rules.season_of(run),
        tails=tails,
        pools=pools,
        moves=rules.moves(pools),
    )


def _figures(row: Any, said: dict[str, Any]) -> UsageFigures:
    amounts: dict[str, Any] = {name: int(getattr(row, name)) for name in rules.USAGE_COLUMNS}
    return UsageFigures(**amounts, **said)
