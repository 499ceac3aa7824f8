"""`roedtraad jobs`: the work in the background, from the command line."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import click
from sqlalchemy import text

from jobs import outbox, runner, schedule
from jobs.clock import leave_owed
from tenant_app.cli import common
from tenant_app.core import clock
from tenant_app.core.uow import Database

BATCH = 200
OLDEST_FIRST = text(
    """
    SELECT tenants.slug, outbox.job, outbox.created_at, outbox.tries, outbox.dead_at
    FROM outbox JOIN tenants ON tenants.id = outbox.tenant_id
    WHERE outbox.done_at IS NULL
    ORDER BY outbox.dead_at IS NOT NULL, outbox.created_at
    LIMIT :at_most
    """
)


@click.group()
def jobs() -> None:
    """Work in the background."""


@jobs.command()
@click.pass_obj
def drain(database: Database) -> None:
    """Do here and now what the timetable owes and all that waits; exit 1 when a job failed."""
    now = clock.now()
    lines = list(schedule.owed(now))
    for tenant in common.open_tenants(database):
        leave_owed(database, tenant.id, lines, now=now)
    counts: dict[str, int] = {}
    seen: set[UUID] = set()
    while True:
        now = clock.now()
        waiting = outbox.undone(
            database,
            now=now,
            unheard=now + timedelta(seconds=1),  # those just made too
            per_tenant=BATCH,
            at_most=BATCH * 10,
        )
        fresh = [(tenant_id, key) for tenant_id, key in waiting if key not in seen]
        if not fresh:
            break
        for tenant_id, key in fresh:
            seen.add(key)
            outcome = runner.perform(database, tenant_id, key)
            counts[outcome.value] = counts.get(outcome.value, 0) + 1
    if not counts:
        click.echo("No job waited.")
        return
    click.echo("Jobs: " + ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items())))
    if runner.Outcome.FAILED.value in counts:
        raise click.ClickException("Some jobs failed: `roedtraad jobs list` shows them.")


@jobs.command(name="list")
@click.option("--limit", default=50, show_default=True)
@click.pass_obj
def list_(database: Database, limit: int) -> None:
    """What waits, and the dead letters last."""
    with database.vendor_unit_of_work(outbox.CLOCK) as ctx:
        found = ctx.session.execute(OLDEST_FIRST, {"at_most": limit}).all()
    if not found:
        click.echo("No job waits.")
        return
    rows = [
        [
            row.slug,
            row.job,
            row.created_at.astimezone(clock.DENMARK).strftime("%d-%m-%Y %H:%M:%S"),
            "dead" if row.dead_at else "waiting",
            str(row.tries),
        ]
        for row in found
    ]
    click.echo(common.table(["Municipality", "Job", "Asked", "State", "Tries"], rows, left=4))
