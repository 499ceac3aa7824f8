"""`roedtraad import units|employees|courses|screenings FILE`: all of the file or none of it."""

from __future__ import annotations

from pathlib import Path

import click

from tenant_app.cli import common
from tenant_app.core.errors import N_
from tenant_app.core.uow import Database
from tenant_app.imports import service as imports
from tenant_app.imports.models import ImportKind

_ = common.DANISH
MOST_READ = 11 * 1024 * 1024
"""One MB more than a file may have, so that a larger one is refused and not cut."""
MOST_SHOWN = 200


@click.command(name="import")
@click.argument("kind", type=click.Choice([kind.value for kind in ImportKind]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", "slug", required=True, help="The municipality's short name.")
@click.option("--dry-run", is_flag=True, help="Only tell what the file would do.")
@click.pass_obj
def import_(database: Database, kind: str, file: Path, slug: str, dry_run: bool) -> None:
    """Read a CSV or XLSX file. With one error nothing is written and the exit code is 1."""
    tenant = common.tenant_by_slug(database, slug)
    with file.open("rb") as opened:
        content = opened.read(MOST_READ)
    with common.inside(database, tenant, "import command") as ctx:
        result = imports.run(
            ctx, kind=ImportKind(kind), file_name=file.name, content=content, dry_run=dry_run
        )
    if result.ignored:
        columns = ", ".join(result.ignored)
        click.echo(_(N_("These columns are not read: %(columns)s.")) % {"columns": columns})
    for error in result.errors[:MOST_SHOWN]:
        text = _(error.message)
        text = text % error.params if error.params else text
        place = _(N_("Row %(row)s, %(column)s")) % {"row": error.row, "column": error.column}
        click.echo(f"{place}: {text}", err=True)
    if result.errors:
        rest = len(result.errors) - MOST_SHOWN
        if rest > 0:
            click.echo(_(N_("And %(count)s more.")) % {"count": rest}, err=True)
        raise click.ClickException(_(N_("Nothing was changed.")))
    counts = {"added": result.added, "changed": result.changed, "unchanged": result.unchanged}
    text = N_("%(added)s added, %(changed)s changed, %(unchanged)s unchanged.")
    click.echo(_(text) % counts)
    if dry_run:
        click.echo(_(N_("A dry run: nothing is written.")))
