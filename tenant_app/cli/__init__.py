"""`roedtraad`: the product from the command line."""

from __future__ import annotations

import click

from config.settings import Settings
from tenant_app.cli.common import House
from tenant_app.cli.demo import demo
from tenant_app.cli.imports import import_
from tenant_app.cli.jobs import jobs
from tenant_app.cli.migrate import migrate
from tenant_app.cli.report import report
from tenant_app.cli.summary import summary
from tenant_app.cli.vendor import vendor


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx: click.Context) -> None:
    """Rød Tråd: strategic competence development, from goal to changed practice."""
    if ctx.obj is None:
        ctx.obj = House()


@main.command(name="migrate")
def migrate_command() -> None:
    """Bring the database to the newest schema (the release step)."""
    migrate(Settings.from_env())
    click.echo("The database has the newest schema.")


main.add_command(demo)
main.add_command(import_)
main.add_command(jobs)
main.add_command(report)
main.add_command(summary)
main.add_command(vendor)
