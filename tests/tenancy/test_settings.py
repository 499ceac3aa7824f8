"""A municipality changes its own settings."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tenant_app.audit.models import AuditEntry
from tenant_app.core.errors import Forbidden, Invalid, NotFound
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import TenantFigures, TenantSettings
from tests.tenancy.looking import trail_of
from tests.town import APPROVAL_RULES, NOON

SIMPLE = [{"when": {}, "levels": ["institution"]}]


def test_an_admin_changes_the_approval_rules_and_the_trail_has_both(town):
    with town.as_user("admin") as ctx:
        tenancy.change_settings(ctx, approval_rules=SIMPLE, locale="en")

    with town.as_system() as ctx:
        settings = tenancy.settings(ctx)
        entry = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "settings.changed")
        ).one()
        assert settings.approval_rules == SIMPLE
        assert settings.locale == "en"
        assert settings.changed_at == NOON
        assert entry.changes == {
            "old": {"approval_rules": APPROVAL_RULES, "locale": "da"},
            "new": {"approval_rules": SIMPLE, "locale": "en"},
        }


def test_changing_to_what_is_already_so_changes_nothing(town):
    with town.as_user("admin") as ctx:
        tenancy.change_settings(ctx, approval_rules=APPROVAL_RULES)

    assert trail_of(town) == []


@pytest.mark.parametrize("who", ["consultant", "auditor", "area_north", "leader_n1", "ped_n1"])
def test_nobody_else_changes_them_and_nothing_changed(town, who):
    with pytest.raises(Forbidden), town.as_user(who) as ctx:
        tenancy.change_settings(ctx, approval_rules=SIMPLE)

    with town.as_system() as ctx:
        assert tenancy.settings(ctx).approval_rules == APPROVAL_RULES


def test_a_rule_that_is_not_sound_is_refused_and_nothing_changed(town):
    with pytest.raises(Invalid), town.as_user("admin") as ctx:
        tenancy.change_settings(ctx, locale="en", approval_rules=[])

    with town.as_system() as ctx:
        assert tenancy.settings(ctx).locale == "da"
    assert trail_of(town) == []


def test_a_fence_without_a_municipality_has_no_settings(db):
    with pytest.raises(NotFound), db.unit_of_work(987_654_321) as ctx:
        tenancy.settings(ctx)


def test_measuring_counts_this_municipality_alone_and_twice_is_once(town, make_town):
    make_town()
    for _ in range(2):
        with town.as_system() as ctx:
            tenancy.measure(ctx)

    with town.as_system() as ctx:
        figures = ctx.session.scalars(select(TenantFigures)).one()
        assert (figures.units, figures.employees, figures.enrolments) == (7, 20, 0)
        assert figures.users == len(town.users)
        assert figures.measured_at == NOON


def test_settings_stay_behind_the_fence(town, make_town):
    other = make_town()
    with town.as_user("admin") as ctx:
        tenancy.change_settings(ctx, locale="en")

    with other.as_system() as ctx:
        assert tenancy.settings(ctx).locale == "da"
        assert ctx.session.scalar(select(func.count()).select_from(TenantSettings)) == 1
