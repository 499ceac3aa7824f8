"""`roedtraad demo`: three municipalities with a year behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import UUID

import click
from sqlalchemy import select

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.cli.demo import founding, plan, scenarios
from tenant_app.cli.demo.plan import sign_ins
from tenant_app.cli.demo.stage import STORYTELLER, Stage
from tenant_app.cli.demo.year import Year
from tenant_app.core.context import Context
from tenant_app.core.uow import Database
from tenant_app.organisation import service as organisation
from tenant_app.provisioning import service as provisioning
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import Tenant, VendorRole

__all__ = ["demo", "load", "sign_ins"]

REASON = "Demoen er indlæst og klar til brug"


@click.group()
def demo() -> None:
    """Three municipalities to look at."""


@demo.command(name="load")
@click.pass_obj
def load_command(database: Database) -> None:
    """Load Glostrup, Rudersdal and Frederiksberg with a year of requests; once."""
    for slug, told in load(database).items():
        if told is None:
            click.echo(f"{slug}: is there already.")
        else:
            words = ", ".join(f"{count} {what}" for what, count in sorted(told.items()))
            click.echo(f"{slug}: {words}.")


def load(
    database: Database, places: Sequence[plan.Municipality] = plan.MUNICIPALITIES
) -> dict[str, Counter[str] | None]:
    """These municipalities (all three) and the vendor's login are there.

    Per municipality what happened in its year, or None when it was there already. One that was
    interrupted half-way is founded but empty, and is filled by the next call.
    """
    _vendor(database)
    # At the same time: half of the work is the database's, and no municipality knows another.
    with ThreadPoolExecutor(len(places)) as crew:
        told = crew.map(lambda place: _municipality(database, place), places)
        return {place.slug: story for place, story in zip(places, told, strict=True)}


def _vendor(database: Database) -> None:
    with database.vendor_unit_of_work(tenancy.COMMAND_LINE, now=plan.FOUNDED) as ctx:
        if plan.VENDOR_EMAIL not in {person.email for person in tenancy.staff(ctx)}:
            tenancy.create_staff(
                ctx,
                email=plan.VENDOR_EMAIL,
                name="Vera Vendor",
                role=VendorRole.VENDOR_ADMIN,
                password=plan.VENDOR_PASSWORD,
            )


def _municipality(database: Database, place: plan.Municipality) -> Counter[str] | None:
    tenant_id = _founded(database, place)
    with database.unit_of_work(tenant_id, STORYTELLER, now=plan.STORY_ENDS) as ctx:
        if organisation.institutions(ctx):
            return None
        dice = Random(place.seed)  # noqa: S311 - the same year every time, not a secret
        stage = Stage(ctx)
        town = founding.found(stage, place, dice, _admin(stage, place))
        year = Year(stage, town, dice)
        year.tell()
        year.told["scenarios"] = scenarios.tell(stage, town)
        tenancy.measure(stage.enter(plan.STORY_ENDS))
    with database.vendor_unit_of_work(tenancy.COMMAND_LINE, now=plan.OPENED) as vendor:
        tenancy.activate(vendor, tenant_id, database=database, reason=REASON)
    return year.told


def _founded(database: Database, place: plan.Municipality) -> int:
    with database.vendor_unit_of_work(tenancy.COMMAND_LINE, now=plan.FOUNDED) as ctx:
        known: Tenant | None = tenancy.find_by_slug(ctx.session, place.slug)
        if known is not None:
            return known.id
        tenant_id, _ = provisioning.create_tenant(
            database,
            ctx,
            slug=place.slug,
            code=place.code,
            name=place.name,
            profile=place.profile,
            admin_email=f"admin@{place.domain}",
            admin_name="Astrid Admin",
            year=plan.YEAR,
        )
        return tenant_id


def _admin(stage: Stage, place: plan.Municipality) -> UUID:
    """The first administrator's login, with the documented password."""
    ctx: Context = stage.enter(plan.FOUNDED)
    user_id = ctx.session.scalars(
        select(User.id).where(User.email == f"admin@{place.domain}")
    ).one()
    # The founding invitation was shown once and is gone; a later one is as good.
    token = accounts.reinvite(ctx, user_id)
    accounts.accept_invitation(ctx, token=token, password=plan.PASSWORD)
    return user_id
