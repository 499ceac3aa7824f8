"""`roedtraad vendor`: the vendor's own staff, before anyone can sign in to create them."""

from __future__ import annotations

import click

from tenant_app.cli.common import refused
from tenant_app.core.errors import Refusal
from tenant_app.core.uow import Database
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import VendorRole


@click.group()
def vendor() -> None:
    """The vendor's own staff."""


@vendor.command(name="create-admin")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.password_option(help="At least 12 characters; asked for when not given.")
@click.pass_obj
def create_admin(database: Database, email: str, name: str, password: str) -> None:
    """The first vendor administrator, who creates the others in the panel."""
    try:
        with database.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
            tenancy.create_staff(
                ctx, email=email, name=name, role=VendorRole.VENDOR_ADMIN, password=password
            )
    except Refusal as refusal:
        raise click.ClickException(refused(refusal)) from refusal
    click.echo(f"{email} can sign in at /vendor/sign-in.")
