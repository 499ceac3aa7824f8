"""What touches every room of a municipality: founding it, and setting it up anew.

Here, each in one flat list and one commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import text

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import Role
from tenant_app.anchoring import service as anchoring
from tenant_app.audit import service as audit
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import Policy
from tenant_app.competences import service as competences
from tenant_app.core.access import VendorPermission, system
from tenant_app.core.clock import danish_date
from tenant_app.core.context import Context, VendorContext
from tenant_app.core.errors import N_, Invalid, Refusal
from tenant_app.core.money import Money
from tenant_app.core.uow import Database
from tenant_app.dialogue import service as dialogue
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind
from tenant_app.tenancy import profiles, rules
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import Tenant

BEGINNING = date(2007, 1, 1)
"""Today's 98 municipalities began on this day; nothing here is older."""

COMPETENCE_AREAS = (
    "Relationer og samspil",
    "Sprog og kommunikation",
    "Leg og æstetik",
    "Krop, sanser og bevægelse",
    "Udsatte positioner og tidlig indsats",
    "Inklusion og fællesskaber",
    "Evaluering og dokumentation",
    "Forældresamarbejde",
    "Faglig ledelse",
    "Sundhed og sikkerhed",
)
"""A list to begin with, in the municipality's language; it renames and adds as it likes."""


def create_tenant(
    database: Database,
    ctx: VendorContext,
    *,
    slug: str,
    code: str,
    name: str,
    profile: str,
    admin_email: str,
    admin_name: str,
    year: int | None = None,
    root_name: str | None = None,
) -> tuple[int, str]:
    """A whole municipality, ready for its admin to accept the invitation; or none.

    Returns its id and the invitation's token, shown once. Raises Invalid and Conflict naming the
    input that must change.
    """
    ctx.require(VendorPermission.TENANT_CREATE)
    start = profiles.load(profile)
    budget_year = year or danish_date(ctx.now).year

    tenant_id = _next_id(database)
    with _inside(database, ctx, tenant_id) as own:
        tenant = tenancy.found_tenant(own, slug=slug, code=code, name=name, profile=start)
        root = organisation.found_unit(
            own,
            number=code,
            name=root_name or tenant.name,
            kind=UnitKind.MUNICIPALITY,
            parent_id=None,
            from_date=BEGINNING,
        )
        with _inputs_of_the_admin():
            token = accounts.invite(
                own,
                email=admin_email,
                name=admin_name,
                role=Role.MUNICIPAL_ADMIN,
                unit_id=root.id,
            )
        # From today, or earlier: requests for a coming year are priced by these rules too.
        first_day = min(own.today, date(budget_year, 1, 1))
        budgets.set_rules(own, start.funding_rules, valid_from=first_day)
        budgets.create_year(
            own,
            year=budget_year,
            frame=Money(0),
            central_bp=start.central_bp,
            area_bp=start.area_bp,
            allocation=start.allocation,
            policy=Policy(start.policy),
        )
        for area in COMPETENCE_AREAS:
            competences.create_area(own, name=area)
        anchoring.restore_standard(own)
        dialogue.restore_standard(own)
        tenancy.measure(own)
        tenancy.note(ctx, "tenant.created", slug, f"{tenant.name}, {start.title}")
    return tenant_id, token


def configure_tenant(
    database: Database,
    ctx: VendorContext,
    tenant_id: int,
    *,
    reason: str,
    profile: str | None = None,
    valid_from: date | None = None,
    locale: str | None = None,
) -> Tenant:
    """The municipality works as the profile says, or speaks the language, or both; or as before.

    The profile's funding rules are valid from the day (today when none is given), its other rules
    at once; what is under way keeps its steps and prices. Raises NotFound, Conflict when it is
    archived, and Invalid naming the input that must change.
    """
    tenant = tenancy.tenant_to_configure(ctx, tenant_id)
    why = rules.check_reason(reason)
    if not (profile or locale):
        raise Invalid(N_("Choose a profile, a language or both."), field="profile")
    start = profiles.load(profile) if profile else None

    chosen: dict[str, Any] = {}
    words: list[str] = []
    with _inside(database, ctx, tenant_id) as own:
        if start is not None:
            first_day = valid_from or own.today
            budgets.set_rules(own, start.funding_rules, valid_from=first_day)
            tenancy.change_settings(
                own,
                approval_rules=start.approval_rules,
                cover_rules=start.cover_rules,
                limits=start.limits,
            )
            chosen |= {"profile": start.name, "valid_from": first_day}
            words += [start.title, first_day.strftime("%d-%m-%Y")]
        if locale:
            tenancy.change_settings(own, locale=locale)
            chosen["locale"] = locale
            words.append(locale)
        audit.record(own, "tenant.configured", new=chosen, note=why)
        tenancy.note(ctx, "tenant.configured", tenant.slug, f"{', '.join(words)}: {why}")
    return tenant


@contextmanager
def _inside(database: Database, ctx: VendorContext, tenant_id: int) -> Iterator[Context]:
    """A unit of work under the municipality's own fence, in the name of the member of staff."""
    with database.unit_of_work(tenant_id, system(f"vendor: {ctx.actor.name}"), now=ctx.now) as own:
        yield own


@contextmanager
def _inputs_of_the_admin() -> Iterator[None]:
    """A refusal of the admin's address or name points at the input of that name here."""
    try:
        yield
    except Refusal as refusal:
        refusal.field = {"email": "admin_email", "name": "admin_name"}.get(refusal.field or "")
        raise


def _next_id(database: Database) -> int:
    """Ids are taken before the fence can be raised; one that is not used leaves a gap."""
    with database.app.connect() as connection:
        return int(connection.execute(text("SELECT nextval('tenants_id_seq')")).scalar_one())
