"""`roedtraad report usage|coverage`: made afresh and printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from tenant_app.cli import common
from tenant_app.core.clock import DENMARK
from tenant_app.core.errors import N_
from tenant_app.core.money import show
from tenant_app.core.uow import Database
from tenant_app.reports import exporting, rules, schemas
from tenant_app.reports import service as reports
from tenant_app.tenancy.models import Tenant

_ = common.DANISH
COVERAGE_HEADS = (
    N_("In the group"),
    N_("Covered"),
    N_("Coverage %"),
    N_("Planned %"),
    N_("Needed"),
    N_("Institutions that reach the target"),
)


@click.group()
def report() -> None:
    """Make a report afresh and print it."""


def options(command: Callable[..., None]) -> Callable[..., None]:
    """What both reports ask for."""
    for option in (
        click.option("--format", "form", type=click.Choice(["table", "json"]), default="table"),
        click.option(
            "--as-of", type=click.DateTime(["%Y-%m-%d", "%d-%m-%Y"]), help="Today when left out."
        ),
        click.option("--year", type=int, required=True),
        click.option("--tenant", "slug", required=True, help="The municipality's short name."),
    ):
        command = option(command)
    return click.pass_obj(command)


@report.command()
@options
def usage(database: Database, slug: str, year: int, as_of: datetime | None, form: str) -> None:
    """Where the money of a budget year went."""
    tenant = common.tenant_by_slug(database, slug)
    day = as_of.date() if as_of else None
    with common.inside(database, tenant, "report command") as ctx:
        reports.compute_usage(ctx, year=year, as_of=day)
        made = reports.usage(ctx, year=year, as_of=day)
    if form == "json":
        click.echo(as_json(tenant, schemas.UsageOut().dump(made)))
    else:
        click.echo(usage_text(tenant, made))


@report.command()
@options
def coverage(database: Database, slug: str, year: int, as_of: datetime | None, form: str) -> None:
    """Who can do what should be possible."""
    tenant = common.tenant_by_slug(database, slug)
    day = as_of.date() if as_of else None
    with common.inside(database, tenant, "report command") as ctx:
        reports.compute_coverage(ctx, year=year, as_of=day)
        made = reports.coverage(ctx, year=year, as_of=day)
    if form == "json":
        click.echo(as_json(tenant, schemas.CoverageOut().dump(made)))
    else:
        click.echo(coverage_text(tenant, made))


def as_json(tenant: Tenant, report_: Any) -> str:
    """The report as the API gives it, with the municipality's short name."""
    return json.dumps({"tenant": tenant.slug, **report_}, ensure_ascii=False, indent=2)


def heading(tenant: Tenant, title: str, made: Any) -> str:
    """Whose report, of which day, from data of which time and by which rules."""
    at = made.data_time.astimezone(DENMARK)
    return "\n".join(
        [
            f"{tenant.name} · {title} {made.year}",
            _(N_("As of %(day)s · data of %(time)s · funding rules version %(version)s"))
            % {
                "day": made.as_of.strftime("%d-%m-%Y"),
                "time": at.strftime("%d-%m-%Y %H:%M"),
                "version": made.rule_version,
            },
        ]
    )


def usage_text(
    tenant: Tenant, made: reports.UsageReport, *, institutions: bool = True, whole: bool = False
) -> str:
    """A line per unit, amounts in kroner; with `whole` only that of the municipality."""
    heads = [N_("Unit"), N_("Budget"), N_("Reserved"), N_("Committed"), N_("Actual")]
    heads += [N_("Available"), N_("Usage %"), N_("Forecast")]
    rows = []
    for line in rules.lines(made.units):
        if line.node.kind == "institution" and not institutions:
            continue
        if whole and line.depth:
            continue
        money = line.figures
        name = line.node.name
        if line.is_own:
            name = _(N_("%(name)s: own pools")) % {"name": name}
        amounts = (money.budget, money.reserved, money.committed, money.actual, money.available)
        rows.append(
            [
                "  " * line.depth + name,
                *(show(amount, unit="") for amount in amounts),
                common.percent(money.usage_percent),
                show(money.forecast, unit=""),
            ]
        )
    return "\n".join(
        [
            heading(tenant, _(N_("Usage in kroner,")), made),
            "",
            common.table([_(head) for head in heads], rows),
        ]
    )


def coverage_text(tenant: Tenant, made: reports.CoverageReport) -> str:
    """A table per target, a line per unit."""
    blocks = [heading(tenant, _(N_("Coverage")), made)]
    if not made.targets:
        blocks.append(_(N_("No coverage targets have been set.")))
    heads = [N_("Unit"), *COVERAGE_HEADS]
    for target in made.targets:
        rows = [
            ["  " * line.depth + line.node.name, *_cells(line.figures.get(target.id))]
            for line in rules.lines(made.units)
        ]
        blocks += [aim(target), common.table([_(head) for head in heads], rows)]
    return "\n\n".join(blocks)


def coverage_summary(tenant: Tenant, made: reports.CoverageReport) -> str:
    """A line per target for the whole municipality."""
    if not made.targets or not made.units:
        return coverage_text(tenant, made)
    heads = [N_("Target"), *COVERAGE_HEADS]
    whole = made.units[0].total
    rows = [
        [f"{target.competence} ({share(target)})", *_cells(whole.get(target.id))]
        for target in made.targets
    ]
    table = common.table([_(head) for head in heads], rows)
    return f"{heading(tenant, _(N_('Coverage')), made)}\n\n{table}"


def _cells(figures: rules.CoverageFigures | None) -> list[str]:
    found = figures or rules.CoverageFigures()
    return [
        str(found.group_size),
        str(found.covered),
        common.percent(found.coverage_percent),
        common.percent(found.planned_percent),
        str(found.needed),
        f"{found.met}/{found.institutions}",
    ]


def share(target: reports.Target) -> str:
    """60 % or a number of people."""
    return f"{target.min_percent} %" if target.min_percent else str(target.min_count)


def aim(target: reports.Target) -> str:
    """The target in a sentence."""
    text = N_("%(competence)s: at least %(share)s of %(group)s in each institution by %(day)s")
    return _(text) % {
        "competence": target.competence,
        "share": share(target),
        "group": _(exporting.POSITIONS[target.position.value]).lower(),
        "day": target.due_date.strftime("%d-%m-%Y"),
    }
