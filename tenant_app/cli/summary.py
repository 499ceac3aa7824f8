"""`roedtraad summary`: usage and coverage of every municipality in use, and the demo's sign-ins."""

from __future__ import annotations

import click

from tenant_app.cli import common
from tenant_app.cli.demo import plan
from tenant_app.cli.report import coverage_summary, usage_text
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, NotFound, Refusal
from tenant_app.core.uow import Database
from tenant_app.reports import service as reports

_ = common.DANISH


@click.command()
@click.pass_obj
def summary(database: Database) -> None:
    """Usage and coverage of each municipality, from the latest reports."""
    tenants = common.open_tenants(database)
    if not tenants:
        click.echo(_(N_("There are no municipalities yet.")))
    for tenant in tenants:
        click.echo("\n" + "═" * 78)
        with common.inside(database, tenant, "summary command") as ctx:
            usage, coverage = _usage(ctx, ctx.today.year), _coverage(ctx)
            others = [_usage(ctx, year) for year in _other_years(ctx)]
        click.echo(usage_text(tenant, usage, institutions=False) if usage else tenant.name)
        click.echo()
        for other in others:
            if other:
                click.echo(usage_text(tenant, other, whole=True))
                click.echo()
        click.echo(coverage_summary(tenant, coverage))
    if {tenant.slug for tenant in tenants} & {place.slug for place in plan.MUNICIPALITIES}:
        click.echo("\n" + "═" * 78)
        click.echo(_sign_ins())


def _sign_ins() -> str:
    heads = [_(N_("Municipality")), _(N_("Role")), _(N_("E-mail")), _(N_("Password"))]
    table = common.table(heads, plan.sign_ins(), left=4)
    return f"{_(N_('Sign-ins of the demo'))}\n\n{table}"


def _other_years(ctx: Context) -> list[int]:
    """The other years that are open: money reserved in them is money too."""
    return sorted(year for year in reports.open_years(ctx) if year != ctx.today.year)


def _usage(ctx: Context, year: int) -> reports.UsageReport | None:
    """The latest usage of the year, made now when there is none; None without a budget year."""
    try:
        return reports.usage(ctx, year=year)
    except NotFound:
        pass
    try:
        reports.compute_usage(ctx, year=year)
    except Refusal as refusal:
        click.echo(common.refused(refusal))
        return None
    return reports.usage(ctx, year=year)


def _coverage(ctx: Context) -> reports.CoverageReport:
    """The latest coverage of this year, made now when there is none."""
    year = ctx.today.year
    try:
        return reports.coverage(ctx, year=year)
    except NotFound:
        reports.compute_coverage(ctx, year=year)
        return reports.coverage(ctx, year=year)
