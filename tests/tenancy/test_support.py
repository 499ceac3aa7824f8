"""Vendor staff look inside only with a reason, for a time, and seen by the municipality."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tenant_app.accounts.models import Role
from tenant_app.accounts.rules import ROLE_PERMISSIONS
from tenant_app.core.access import Permission
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from tenant_app.organisation import service as organisation
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import SupportSession, VendorRole
from tests.tenancy.looking import trail_of
from tests.town import NOON

REASON = "Lederen ser ikke sin indbakke, sag 1042"
AUDITOR = ROLE_PERMISSIONS[Role.AUDITOR]


@pytest.fixture
def opened(town, as_vendor, db):
    with as_vendor(VendorRole.VENDOR_SUPPORT) as ctx:
        return tenancy.open_support(ctx, town.tenant_id, database=db, reason=REASON, minutes=30)


def enter(town, token, *, now=NOON):
    with town.as_system(now=now) as ctx:
        return tenancy.actor_of_support(ctx, token, permissions=AUDITOR)


def test_support_reads_the_whole_municipality_under_its_own_name(town, opened):
    actor = enter(town, opened)

    assert actor.name.startswith("support: Navn staff")
    assert actor.support_id is not None
    assert actor.user_id is None
    assert not actor.is_system
    with town.as_system() as ctx:
        path = organisation.path_of(ctx, town.units["n1"])
    assert actor.may(Permission.EMPLOYEES_VIEW, at=path)
    assert not any(actor.may(p) for p in Permission if p not in AUDITOR)


def test_the_municipality_sees_the_reason_and_every_page(town, opened):
    with town.db.unit_of_work(
        town.tenant_id,
        lambda ctx: tenancy.actor_of_support(ctx, opened, permissions=AUDITOR),
        now=NOON,
    ) as ctx:
        tenancy.note_support_visit(ctx, "/admin/employees/")

    (opener, first, reason), (looker, second, page) = trail_of(town)
    assert (first, reason) == ("support.opened", REASON)
    assert opener.startswith("vendor: ")
    assert (second, page) == ("support.looked", "/admin/employees/")
    assert looker.startswith("support: ")


def test_the_visits_of_the_municipalitys_own_users_are_not_noted(town):
    with town.as_user("leader_n1") as ctx:
        tenancy.note_support_visit(ctx, "/admin/employees/")

    assert trail_of(town) == []


def test_the_time_runs_out(town, opened):
    assert enter(town, opened, now=NOON + timedelta(minutes=29))
    with pytest.raises(SignInRequired):
        enter(town, opened, now=NOON + timedelta(minutes=30))


def test_leaving_ends_it_for_good(town, opened):
    with town.as_system() as ctx:
        tenancy.end_support(ctx, opened)
        tenancy.end_support(ctx, opened)

    with pytest.raises(SignInRequired):
        enter(town, opened)


def test_the_municipality_can_end_it_before_time(town, opened):
    with town.as_user("admin") as ctx:
        [seen] = tenancy.support_sessions(ctx).items
        tenancy.close_support(ctx, seen.id)

    with pytest.raises(SignInRequired):
        enter(town, opened)
    with pytest.raises(Conflict), town.as_user("admin") as ctx:
        tenancy.close_support(ctx, seen.id)


def test_an_auditor_sees_support_but_cannot_end_it(town, opened):
    with town.as_user("auditor") as ctx:
        [seen] = tenancy.support_sessions(ctx).items
        with pytest.raises(Forbidden):
            tenancy.close_support(ctx, seen.id)

    assert enter(town, opened)


def test_a_token_opens_one_municipality_only(town, make_town, opened):
    other = make_town()

    with pytest.raises(SignInRequired):
        enter(other, opened)
    with town.as_system() as ctx:
        row = ctx.session.scalars(select(SupportSession)).one()
        assert opened not in (row.token_hash, row.reason)
    with pytest.raises(NotFound), other.as_user("admin") as ctx:
        tenancy.close_support(ctx, row.id)


@pytest.mark.parametrize(
    ("reason", "minutes", "field"),
    [("kort", 30, "reason"), (REASON, 0, "minutes"), (REASON, 121, "minutes")],
)
def test_without_a_reason_or_a_time_nothing_opens(town, as_vendor, db, reason, minutes, field):
    with pytest.raises(Invalid) as refusal, as_vendor() as ctx:
        tenancy.open_support(ctx, town.tenant_id, database=db, reason=reason, minutes=minutes)

    assert refusal.value.field == field
    assert trail_of(town) == []


def test_nobody_looks_inside_a_suspended_municipality(town, as_vendor, db):
    with as_vendor() as ctx:
        tenancy.suspend(ctx, town.tenant_id, database=db, reason=REASON)

    with pytest.raises(Conflict), as_vendor() as ctx:
        tenancy.open_support(ctx, town.tenant_id, database=db, reason=REASON, minutes=5)
