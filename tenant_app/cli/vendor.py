"""`roedtraad vendor`: what the vendor does in its panel, and the first who may sign in to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from config.settings import Settings
from tenant_app.cli.common import refused, table
from tenant_app.core.context import VendorContext
from tenant_app.core.errors import Refusal
from tenant_app.core.uow import Database
from tenant_app.provisioning import service as provisioning
from tenant_app.tenancy import profiles
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import Tenant, TenantState, VendorRole

PROFILE = click.Choice(profiles.NAMES)
HEADS = ("Short name", "Name", "Code", "State", "Units", "Employees", "Users", "Enrolments", "Dead")
with_reason = click.option(
    "--reason", required=True, help="The municipality reads it in its own trail."
)


@click.group()
def vendor() -> None:
    """Municipalities and the vendor's own staff."""


@contextmanager
def at_vendor(database: Database) -> Iterator[VendorContext]:
    """The vendor's unit of work; a refusal ends the command with its text and undoes all."""
    try:
        with database.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
            yield ctx
    except Refusal as refusal:
        raise click.ClickException(refused(refusal)) from refusal


def named(ctx: VendorContext, slug: str) -> Tenant:
    """The municipality with this short name, in whatever state. Ends the command when none is."""
    found = tenancy.find_by_slug(ctx.session, slug)
    if found is None:
        known = ", ".join(item.tenant.slug for item in tenancy.overview(ctx))
        raise click.ClickException(
            f"There is no municipality “{slug}”. There are: {known or 'none'}."
        )
    return found


def address_of(slug: str, token: str) -> str:
    """Where the invitation is accepted; only the path where the host is not known."""
    known, path = Settings.from_env(), f"/invitation/{slug}/{token}"
    if not known.base_host:
        return path
    return f"{'https' if known.secure_cookies else 'http'}://{slug}.{known.base_host}{path}"


@vendor.command(name="create-admin")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.password_option(help="At least 12 characters; asked for when not given.")
@click.pass_obj
def create_admin(database: Database, email: str, name: str, password: str) -> None:
    """The first vendor administrator, who creates the others in the panel."""
    with at_vendor(database) as ctx:
        tenancy.create_staff(
            ctx, email=email, name=name, role=VendorRole.VENDOR_ADMIN, password=password
        )
    click.echo(f"{email} can sign in at /vendor/sign-in.")


@vendor.command(name="create-tenant")
@click.option("--slug", required=True, help="The short name in addresses, such as rudersdal.")
@click.option("--code", required=True, help="The municipal code; from 9000 for trials.")
@click.option("--name", required=True)
@click.option("--profile", type=PROFILE, required=True)
@click.option("--admin-email", required=True)
@click.option("--admin-name", required=True)
@click.option("--year", type=int, help="The first budget year; this year when not given.")
@click.pass_obj
def create_tenant(
    database: Database,
    slug: str,
    code: str,
    name: str,
    profile: str,
    admin_email: str,
    admin_name: str,
    year: int | None,
) -> None:
    """A whole municipality on trial; prints its administrator's invitation once."""
    with at_vendor(database) as ctx:
        _, token = provisioning.create_tenant(
            database,
            ctx,
            slug=slug,
            code=code,
            name=name,
            profile=profile,
            admin_email=admin_email,
            admin_name=admin_name,
            year=year,
        )
    click.echo(f"{name} is created and on trial.")
    click.echo(f"Send this link to {admin_email}. It is shown only now and can be used once:")
    click.echo(address_of(slug, token))


@vendor.command(name="list")
@click.pass_obj
def list_(database: Database) -> None:
    """Every municipality with its figures, and no persons."""
    with at_vendor(database) as ctx:
        items = tenancy.overview(ctx)
    if not items:
        click.echo("There is no municipality yet.")
        return
    rows = [
        [
            item.tenant.slug,
            item.tenant.name,
            item.tenant.code,
            item.tenant.state.value,
            *(
                "–" if count is None else str(count)
                for count in (item.units, item.employees, item.users, item.enrolments)
            ),
            str(item.dead),
        ]
        for item in items
    ]
    click.echo(table(HEADS, rows, left=4))


@vendor.command()
@click.argument("slug")
@with_reason
@click.pass_obj
def suspend(database: Database, slug: str, reason: str) -> None:
    """Nobody signs in and no job runs until it is activated; nothing is lost."""
    with at_vendor(database) as ctx:
        tenancy.suspend(ctx, named(ctx, slug).id, database=database, reason=reason)
    click.echo(f"{slug} is suspended.")


@vendor.command()
@click.argument("slug")
@with_reason
@click.pass_obj
def activate(database: Database, slug: str, reason: str) -> None:
    """The trial is over, or the suspension is."""
    with at_vendor(database) as ctx:
        tenant = named(ctx, slug)
        again = tenant.state is TenantState.SUSPENDED
        verb = tenancy.reactivate if again else tenancy.activate
        verb(ctx, tenant.id, database=database, reason=reason)
    click.echo(f"{slug} is active.")


@vendor.command()
@click.argument("slug")
@with_reason
@click.pass_obj
def archive(database: Database, slug: str, reason: str) -> None:
    """The municipality has left for good; its data are kept."""
    with at_vendor(database) as ctx:
        tenancy.archive(ctx, named(ctx, slug).id, database=database, reason=reason)
    click.echo(f"{slug} is archived.")


@vendor.command()
@click.argument("slug")
@with_reason
@click.option("--profile", type=PROFILE, help="Its rules take the place of what there is.")
@click.option(
    "--valid-from",
    type=click.DateTime(["%Y-%m-%d", "%d-%m-%Y"]),
    help="The first day of the profile's funding rules; today when not given.",
)
@click.option("--locale", help="The language of new users, da or en.")
@click.pass_obj
def configure(
    database: Database,
    slug: str,
    reason: str,
    profile: str | None,
    valid_from: datetime | None,
    locale: str | None,
) -> None:
    """The municipality works as the profile says, gets another language, or both."""
    with at_vendor(database) as ctx:
        provisioning.configure_tenant(
            database,
            ctx,
            named(ctx, slug).id,
            reason=reason,
            profile=profile,
            valid_from=valid_from.date() if valid_from else None,
            locale=locale,
        )
    click.echo(f"{slug} is set up.")
