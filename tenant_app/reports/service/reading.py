"""A report is read as it was made: nothing is computed, and a leader sees their own subtree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from tenant_app.budgets.models import BudgetYearState
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, NotFound
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Position
from tenant_app.reports import queries, rules
from tenant_app.reports.models import ReportKind, ReportRun
from tenant_app.reports.rules import CoverageFigures, Node, UsageFigures
from tenant_app.tenancy import service as tenancy


@dataclass(frozen=True)
class UsageReport:
    """Where the money of a year went, by municipality → area → institution."""

    year: int
    as_of: date
    data_time: datetime
    rule_version: int
    units: tuple[Node[UsageFigures], ...]
    season: rules.Season = field(default_factory=rules.Season)
    """What the forecast rests on."""
    tails: rules.Tails = field(default_factory=rules.Tails)

    @property
    def total(self) -> UsageFigures:
        """All that the reader sees, together."""
        names = rules.USAGE_COLUMNS
        sums = {n: sum(getattr(u.total, n) for u in self.units) for n in names}
        return UsageFigures(
            **sums, is_early=rules.is_early(self.year, self.as_of), tails=self.tails
        )


@dataclass(frozen=True)
class Target:
    """What was measured against."""

    id: UUID
    competence: str
    position: Position
    min_count: int | None
    min_percent: int | None
    due_date: date


@dataclass(frozen=True)
class CoverageReport:
    """Who can do what should be possible; figures per target."""

    year: int
    as_of: date
    data_time: datetime
    rule_version: int
    targets: tuple[Target, ...]
    units: tuple[Node[dict[UUID, CoverageFigures]], ...]


def years(ctx: Context) -> list[int]:
    """The years a report can be about, latest first."""
    ctx.require(Permission.REPORT_VIEW)
    return sorted({*queries.budget_years(ctx), ctx.today.year}, reverse=True)


def open_years(ctx: Context) -> list[int]:
    """The years whose budget is open for requests and decisions, latest first."""
    ctx.require(Permission.REPORT_VIEW)
    return [
        year for year, state in queries.budget_years(ctx).items() if state is BudgetYearState.OPEN
    ]


def days_of(ctx: Context, kind: ReportKind, year: int) -> list[date]:
    """The days for which the report was made, latest first."""
    ctx.require(Permission.REPORT_VIEW)
    return queries.days(ctx, kind, year)


def usage(ctx: Context, *, year: int, as_of: date | None = None) -> UsageReport:
    """The latest usage report of the year, or that of a day. Raises NotFound when none was made."""
    run = _run(ctx, ReportKind.USAGE, year, as_of)
    rows = queries.usage_nodes(ctx, run, _visible(ctx))
    said: dict[str, Any] = {
        "is_early": rules.is_early(run.year, run.as_of),
        "tails": tails_of(ctx, run),
    }
    nodes = [
        (
            row.path,
            _node(row, _usage_figures(row, "", said), _usage_figures(row, "own_", said)),
        )
        for row in rows
    ]
    return UsageReport(
        year=run.year,
        as_of=run.as_of,
        data_time=run.data_time,
        rule_version=run.rule_version,
        units=rules.tree(nodes),
        season=rules.season_of(run),
        tails=said["tails"],
    )


def tails_of(ctx: Context, run: ReportRun) -> rules.Tails:
    """From where on the municipality is warned, of a report."""
    limits = tenancy.settings(ctx).limits
    return rules.tails_of(limits, year=run.year, as_of=run.as_of)


def coverage(ctx: Context, *, year: int, as_of: date | None = None) -> CoverageReport:
    """The latest coverage report of the year, or that of a day. Raises NotFound when none was."""
    run = _run(ctx, ReportKind.COVERAGE, year, as_of)
    figures: dict[UUID, dict[UUID, CoverageFigures]] = {}
    heads: dict[UUID, Row[Any]] = {}
    for row in queries.coverage_nodes(ctx, run, _visible(ctx)):
        heads.setdefault(row.id, row)
        of_unit = figures.setdefault(row.id, {})
        if row.target_id is not None:
            of_unit[row.target_id] = CoverageFigures(
                **{name: int(getattr(row, name)) for name in rules.COVERAGE_COLUMNS}
            )
    nodes = [(row.path, _node(row, figures[key], {})) for key, row in heads.items()]
    return CoverageReport(
        year=run.year,
        as_of=run.as_of,
        data_time=run.data_time,
        rule_version=run.rule_version,
        targets=tuple(
            Target(
                id=target.target_id,
                competence=target.competence,
                position=target.position,
                min_count=target.min_count,
                min_percent=target.min_percent,
                due_date=target.due_date,
            )
            for target in queries.targets_of(ctx, run.id)
        ),
        units=rules.tree(nodes),
    )


def _visible(ctx: Context) -> Any:
    return organisation.visible_units(ctx, Permission.REPORT_VIEW)


def _run(ctx: Context, kind: ReportKind, year: int, as_of: date | None) -> ReportRun:
    ctx.require(Permission.REPORT_VIEW)
    found = queries.latest_run(ctx, kind, year, as_of)
    if found is None:
        raise NotFound(N_("This report has not been made yet. Run it first."))
    return found


def _node(row: Row[Any], total: Any, own: Any) -> Node[Any]:
    return Node(
        unit_id=row.id,
        number=row.number,
        name=row.name,
        kind=row.kind.value,
        is_open=row.is_open,
        total=total,
        own=own,
    )


def _usage_figures(row: Row[Any], prefix: str, said: Mapping[str, Any]) -> UsageFigures:
    amounts: dict[str, Any] = {n: int(getattr(row, prefix + n)) for n in rules.USAGE_COLUMNS}
    return UsageFigures(**amounts, **said)
