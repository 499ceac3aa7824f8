"""A whole municipality or none."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, text

from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.audit.models import AuditEntry
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, BudgetYearState
from tenant_app.competences.models import CompetenceArea
from tenant_app.core.access import Permission, VendorActor, system
from tenant_app.core.errors import Conflict, Forbidden, Invalid
from tenant_app.organisation import service as organisation
from tenant_app.provisioning import service as provisioning
from tenant_app.tenancy import profiles
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import Tenant, TenantState, VendorAuditEntry
from tests.town import NOON


def tenants_of(db):
    with db.app.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM tenants")).scalar_one()


@pytest.mark.parametrize("profile", profiles.NAMES)
def test_the_admin_can_begin_at_once(db, found, profile):
    tenant_id, token, facts = found(profile=profile)
    start = profiles.load(profile)

    with db.unit_of_work(tenant_id, system("test"), now=NOON) as ctx:
        user = accounts.accept_invitation(ctx, token=token, password="en lang adgangskode 7")
    with db.unit_of_work(tenant_id, lambda ctx: accounts.actor_of(ctx, user.id), now=NOON) as ctx:
        ctx.require(Permission.TENANT_CONFIGURE, at=organisation.root_path(ctx))
        tenant = tenancy.tenant(ctx)
        assert (tenant.slug, tenant.state) == (facts["slug"], TenantState.TRIAL)
        assert organisation.root(ctx).name == facts["name"]
        assert tenancy.settings(ctx).approval_rules == start.approval_rules
        rules = budgets.rules_on(ctx, NOON.date())
        assert rules is not None
        assert (rules.version, rules.rules) == (1, start.funding_rules)
        assert rules.valid_from == date(2026, 1, 1)
        year = ctx.session.scalars(select(BudgetYear)).one()
        assert (year.year, year.state, year.central_bp) == (
            2026,
            BudgetYearState.DRAFT,
            start.central_bp,
        )
        assert ctx.session.scalar(select(func.count()).select_from(CompetenceArea)) == len(
            provisioning.COMPETENCE_AREAS
        )
        assert user.email == str(facts["admin_email"]).lower()
        first = ctx.session.scalars(select(AuditEntry).order_by(AuditEntry.id).limit(1)).one()
        assert (first.actor_name, first.action) == ("vendor: command line", "tenant.founded")


def test_the_vendors_trail_has_it(db, found):
    _, _, facts = found()

    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
        entries = ctx.session.scalars(
            select(VendorAuditEntry).where(VendorAuditEntry.tenant_slug == facts["slug"])
        ).all()
        assert [entry.action for entry in entries] == ["tenant.created"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"slug": "Nyby"}, "slug"),
        ({"slug": "vendor"}, "slug"),
        ({"code": "0001"}, "code"),
        ({"code": "nul"}, "code"),
        ({"name": "  "}, "name"),
        ({"profile": "anarchy"}, "profile"),
        ({"admin_email": "ingen"}, "admin_email"),
        ({"admin_name": ""}, "admin_name"),
        ({"year": 1899}, "year"),
    ],
)
def test_bad_input_names_its_field_and_founds_nothing(db, found, wrong, field):
    before = tenants_of(db)

    with pytest.raises(Invalid) as refusal:
        found(**wrong)

    assert refusal.value.field == field
    assert tenants_of(db) == before


@pytest.mark.parametrize("field", ["slug", "code"])
def test_a_taken_slug_or_code_is_refused_and_founds_nothing(db, found, field):
    _, _, facts = found()
    before = tenants_of(db)

    with pytest.raises(Conflict) as refusal:
        found(**{field: facts[field]})

    assert refusal.value.field == field
    assert tenants_of(db) == before


def test_a_failure_in_the_last_step_leaves_nothing(db, found, monkeypatch):
    before = tenants_of(db)

    def fail(ctx):
        raise RuntimeError("the power went")

    monkeypatch.setattr(tenancy, "measure", fail)
    with pytest.raises(RuntimeError):
        found(slug="halvby")

    assert tenants_of(db) == before
    with db.unit_of_work(1) as ctx:
        assert tenancy.find_by_slug(ctx.session, "halvby") is None
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
        assert "halvby" not in [entry.tenant_slug for entry in tenancy.trail(ctx)]


def test_support_staff_found_nothing(db):
    before = tenants_of(db)
    nobody = VendorActor(name="S", vendor_user_id=None, permissions=frozenset())

    with pytest.raises(Forbidden), db.vendor_unit_of_work(nobody, now=NOON) as ctx:
        provisioning.create_tenant(
            db,
            ctx,
            slug="ulovlig",
            code="9999",
            name="U",
            profile="decentral",
            admin_email="a@b.dk",
            admin_name="A",
        )

    assert tenants_of(db) == before


def test_two_municipalities_see_nothing_of_each_other(db, found):
    first, _, _ = found()
    second, _, facts = found()

    with db.unit_of_work(first, system("test")) as ctx:
        emails = ctx.session.scalars(select(User.email)).all()
        assert len(emails) == 1
        assert str(facts["admin_email"]).lower() not in emails
    assert first != second


def test_the_tenant_row_is_written_only_inside_its_own_fence(db, found):
    tenant_id, _, _ = found()

    with db.unit_of_work(tenant_id, system("test")) as ctx:
        assert ctx.session.get(Tenant, tenant_id) is not None
