"""The vendor from the command line: its first administrator, and municipalities."""

from __future__ import annotations

import itertools
import re
import uuid
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from tenant_app.accounts import service as accounts
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear
from tenant_app.cli import main
from tenant_app.core.access import system
from tenant_app.tenancy import profiles
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import TenantState
from tests.databases import SECRET_KEY
from tests.tenancy.looking import state_of, trail_of

REASON = "Aftalen er ændret fra i dag"
_COUNT = itertools.count(1)


@pytest.fixture
def vendor(db, settings):
    """`vendor("suspend", slug, reason=REASON)`: the command, with a database of this run."""

    def call(*arguments: str, base_host: str = "", **options: object):
        for name, value in options.items():
            arguments += (f"--{name.replace('_', '-')}", str(value))
        env = {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": SECRET_KEY,
            "BASE_HOST": base_host,
        }
        return CliRunner().invoke(main, ["vendor", *arguments], obj=db, env=env)

    return call


def facts(**other):
    number = next(_COUNT)
    return {
        "slug": f"kommandoby{number}",
        "code": f"98{number:02}",
        "name": f"Kommandoby {number} Kommune",
        "profile": "mixed_equity",
        "admin_email": f"anna{number}@kommandoby.dk",
        "admin_name": "Anna Admin",
    } | other


def tenants_of(db):
    with db.app.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM tenants")).scalar_one()


def known(db, slug):
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
        return tenancy.find_by_slug(ctx.session, slug)


def test_the_first_administrator_is_made(vendor):
    wanted = {
        "email": f"vera-{uuid.uuid4().hex[:8]}@vendor.dk",
        "name": "Vera",
        "password": "fire ord i en række",
    }

    done = vendor("create-admin", **wanted)

    assert (done.exit_code, wanted["email"] in done.output) == (0, True)
    again = vendor("create-admin", **wanted)
    assert again.exit_code == 1
    assert "har allerede" in again.output


def test_a_short_password_is_refused(vendor):
    done = vendor("create-admin", email="kort@vendor.dk", name="Vera", password="kort")

    assert (done.exit_code, "password" in done.output) == (1, True)


def test_a_municipality_is_created_and_its_admin_comes_in_by_the_printed_address(vendor, app, db):
    wanted = facts(year=2027)

    done = vendor("create-tenant", **wanted)

    assert done.exit_code == 0, done.output
    [path] = re.findall(rf"^/invitation/{wanted['slug']}/\S+$", done.output, re.M)
    assert app.test_client().get(path).status_code == 200
    tenant = known(db, wanted["slug"])
    assert (tenant.state, tenant.profile) == (TenantState.TRIAL, "mixed_equity")
    token = path.rpartition("/")[2]
    with db.unit_of_work(tenant.id, system("test")) as ctx:
        user = accounts.accept_invitation(ctx, token=token, password="en lang adgangskode 7")
        assert user.email == wanted["admin_email"]
        assert ctx.session.scalars(select(BudgetYear.year)).all() == [2027]
    assert app.test_client().get(path).status_code != 200  # it was for once


def test_the_address_is_whole_where_the_host_is_known(vendor):
    wanted = facts()

    done = vendor("create-tenant", base_host="eksempel.dk", **wanted)

    slug = wanted["slug"]
    assert f"https://{slug}.eksempel.dk/invitation/{slug}/" in done.output


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"slug": "Bad Slug"}, "slug: »Bad Slug«"),
        ({"code": "0001"}, "code: »0001«"),
        ({"admin_email": "ingen"}, "admin_email: »ingen«"),
        ({"year": 1899}, "year: "),
    ],
)
def test_a_refused_municipality_is_said_why_and_not_there(vendor, db, wrong, said):
    before = tenants_of(db)

    done = vendor("create-tenant", **facts(**wrong))

    assert done.exit_code == 1
    assert said in done.output
    assert "/invitation/" not in done.output
    assert tenants_of(db) == before


def test_the_list_has_every_municipality_and_no_persons(vendor, town):
    with town.as_system() as ctx:
        tenancy.measure(ctx)

    done = vendor("list")

    assert done.exit_code == 0
    [line] = [line for line in done.output.splitlines() if line.startswith(f"{town.slug} ")]
    # units, employees, users, enrolments, dead jobs
    assert line.split()[-6:] == ["active", "7", "20", "13", "0", "0"]
    assert "leder_n1" not in done.output


def test_a_municipality_is_suspended_activated_suspended_and_archived(vendor, town):
    for verb, state in (
        ("suspend", TenantState.SUSPENDED),
        ("activate", TenantState.ACTIVE),
        ("suspend", TenantState.SUSPENDED),
        ("archive", TenantState.ARCHIVED),
    ):
        done = vendor(verb, town.slug, reason=REASON)
        assert done.exit_code == 0, done.output
        assert state_of(town) is state
    actions = ["suspended", "reactivated", "suspended", "archived"]
    assert trail_of(town) == [
        ("vendor: command line", f"tenant.{action}", REASON) for action in actions
    ]


def test_a_trial_is_activated(vendor, db):
    wanted = facts()
    vendor("create-tenant", **wanted)

    done = vendor("activate", wanted["slug"], reason=REASON)

    assert done.exit_code == 0, done.output
    assert known(db, wanted["slug"]).state is TenantState.ACTIVE


@pytest.mark.parametrize(
    ("verb", "reason", "said"),
    [
        ("archive", REASON, "suspenderes"),
        ("activate", REASON, "prøve"),
        ("suspend", "fejl", "reason: "),
        ("configure", REASON, "profile: "),
    ],
)
def test_a_refused_step_is_said_why_and_changes_nothing(vendor, town, verb, reason, said):
    done = vendor(verb, town.slug, reason=reason)

    assert done.exit_code == 1
    assert said in done.output
    assert state_of(town) is TenantState.ACTIVE
    assert trail_of(town) == []


@pytest.mark.parametrize("verb", ["suspend", "activate", "archive", "configure"])
def test_a_municipality_that_is_not_there_is_named_beside_those_that_are(vendor, town, verb):
    done = vendor(verb, "ingenby", reason=REASON)

    assert done.exit_code == 1
    assert "“ingenby”" in done.output
    assert town.slug in done.output


def test_a_municipality_is_set_up_as_a_profile(vendor, town):
    done = vendor(
        "configure",
        town.slug,
        reason=REASON,
        profile="decentral",
        valid_from="2031-01-01",
        locale="en",
    )

    assert done.exit_code == 0, done.output
    start = profiles.load("decentral")
    with town.as_system() as ctx:
        settings = tenancy.settings(ctx)
        assert (settings.approval_rules, settings.locale) == (start.approval_rules, "en")
        rules = budgets.rules_on(ctx, date(2031, 1, 1))
        assert rules is not None
        assert rules.rules == start.funding_rules
        assert budgets.rules_on(ctx, date(2030, 12, 31)) is None


def test_an_unknown_language_is_refused_and_nothing_of_the_rest_is_kept(vendor, town):
    done = vendor("configure", town.slug, reason=REASON, profile="decentral", locale="fr")

    assert done.exit_code == 1
    assert "locale: " in done.output
    assert trail_of(town) == []
    with town.as_system() as ctx:
        assert budgets.rules_versions(ctx).items == []
