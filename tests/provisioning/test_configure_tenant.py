"""The vendor sets a municipality up anew: all of it or none, and never what is under way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tenant_app.audit.models import AuditEntry
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import FundingRuleSet
from tenant_app.core.access import VendorActor
from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.enrolments import service as enrolments
from tenant_app.enrolments.models import EnrolmentState
from tenant_app.provisioning import service as provisioning
from tenant_app.tenancy import profiles, rules
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import TenantSettings, VendorRole
from tests.enrolments.conftest import NOTHING, School
from tests.tenancy.looking import trail_of
from tests.town import APPROVAL_RULES, COVER_RULES, NOON

REASON = "Byrådet har vedtaget en ny model"
TODAY, NEXT_YEAR = NOON.date(), date(2027, 1, 1)
SUPPORT = VendorActor(
    name="Sven Support",
    vendor_user_id=None,
    permissions=rules.STAFF_PERMISSIONS[VendorRole.VENDOR_SUPPORT],
)


@pytest.fixture
def configure(db):
    """`configure(town, profile="decentral")`, as the command line unless another is given."""

    def call(town, *, actor=tenancy.COMMAND_LINE, reason=REASON, **what):
        with db.vendor_unit_of_work(actor, now=NOON) as ctx:
            return provisioning.configure_tenant(db, ctx, town.tenant_id, reason=reason, **what)

    return call


def settings_of(town):
    with town.as_system() as ctx:
        kept = ctx.session.scalars(select(TenantSettings)).one()
        return kept.approval_rules, kept.cover_rules, kept.limits, kept.locale


def versions_of(town):
    with town.as_system() as ctx:
        kept = ctx.session.scalars(select(FundingRuleSet).order_by(FundingRuleSet.version))
        return [(each.version, each.valid_from, each.rules) for each in kept]


def noted(db, town):
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
        return [
            (entry.staff_name, entry.action, entry.note)
            for entry in tenancy.trail(ctx)
            if entry.tenant_slug == town.slug
        ]


def everything(db, town):
    return settings_of(town), versions_of(town), trail_of(town), noted(db, town)


@pytest.mark.parametrize("name", profiles.NAMES)
def test_the_profile_takes_the_place_of_what_there_is(town, configure, name):
    start = profiles.load(name)

    configure(town, profile=name)

    wanted = start.approval_rules, start.cover_rules, start.limits, "da"
    assert settings_of(town) == wanted
    assert versions_of(town) == [(1, TODAY, start.funding_rules)]


def test_the_funding_rules_are_a_new_version_from_the_day(town, configure):
    School(town)
    [(_, _, old)] = versions_of(town)

    configure(town, profile="decentral", valid_from=NEXT_YEAR)

    new = profiles.load("decentral").funding_rules
    assert versions_of(town) == [(1, TODAY, old), (2, NEXT_YEAR, new)]
    with town.as_system() as ctx:
        before = budgets.rules_on(ctx, NEXT_YEAR - timedelta(days=1))
        after = budgets.rules_on(ctx, NEXT_YEAR)
    assert (before.version, after.version) == (1, 2)


def test_the_language_alone_leaves_the_rules(town, configure):
    configure(town, locale="en")

    assert settings_of(town) == (APPROVAL_RULES, COVER_RULES, {}, "en")
    assert versions_of(town) == []


def test_both_trails_say_what_was_chosen_and_why(town, configure, db):
    configure(town, profile="mixed_equity", valid_from=NEXT_YEAR, locale="en")

    who = "vendor: command line"
    assert trail_of(town)[-1] == (who, "tenant.configured", REASON)
    assert {each[0] for each in trail_of(town)} == {who}
    actions = [action for _, action, _ in trail_of(town)]
    assert actions[0] == "budgets.rules_set"
    assert "settings.changed" in actions
    with town.as_system() as ctx:
        entry = ctx.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "tenant.configured")
        ).one()
        assert entry.changes == {
            "new": {"profile": "mixed_equity", "valid_from": "2027-01-01", "locale": "en"}
        }
    title = profiles.load("mixed_equity").title
    words = f"{title}, 01-01-2027, en: {REASON}"
    assert noted(db, town) == [("command line", "tenant.configured", words)]


def test_other_municipalities_are_left_alone(town, make_town, configure, db):
    other = make_town()
    School(other)
    before = everything(db, other)

    configure(town, profile="decentral", locale="en")

    assert everything(db, other) == before


def test_what_is_under_way_keeps_its_steps_and_prices(town, configure):
    school = School(town)
    session_id = school.session()
    asked = []
    for who in ("ped_n1_1", "ped_n1_2"):
        with town.as_user("leader_n1") as ctx:
            [made] = enrolments.request(
                ctx, session_id=session_id, employee_ids=[town.employees[who]]
            )
            asked.append(made.id)
    confirmed, waiting = asked
    for who in ("area_north", "admin"):
        with town.as_user(who) as ctx:
            enrolments.approve(ctx, confirmed)
    before = school.everything()
    central, own = school.money("root"), school.money("n1")
    assert central[0] == central[1] > 0  # as much waits as is bound, or the test tells nothing

    configure(town, profile="decentral")

    assert school.everything() == before
    for who in ("area_north", "admin"):  # decentral would have asked nobody
        assert school.state(waiting) is not EnrolmentState.CONFIRMED
        with town.as_user(who) as ctx:
            enrolments.approve(ctx, waiting)
    assert school.state(waiting) is EnrolmentState.CONFIRMED
    assert school.money("root") == (0, 2 * central[1], 0)
    assert school.money("n1") == (0, 2 * own[1], 0)


def test_what_is_asked_afterwards_follows_the_profile(town, configure):
    school = School(town)
    configure(town, profile="decentral")

    with town.as_user("leader_n1") as ctx:
        [made] = enrolments.request(
            ctx,
            session_id=school.session(cover_hours="0"),
            employee_ids=[town.employees["ped_n1_1"]],
        )

    assert school.state(made.id) is EnrolmentState.CONFIRMED
    assert school.money("root") == NOTHING
    assert school.money("n1") == (0, made.total, 0)


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"profile": "anarchy"}, "profile"),
        ({}, "profile"),
        ({"profile": "", "locale": ""}, "profile"),
        ({"locale": "fr"}, "locale"),
        ({"profile": "decentral", "locale": "fr"}, "locale"),
        ({"profile": "decentral", "valid_from": TODAY - timedelta(days=1)}, "valid_from"),
        ({"profile": "decentral", "valid_from": date(2036, 3, 3)}, "valid_from"),
        ({"profile": "decentral", "reason": "fejl"}, "reason"),
        ({"profile": "decentral", "reason": "   x       "}, "reason"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(town, configure, db, what, field):
    School(town)
    before = everything(db, town)

    with pytest.raises(Invalid) as refusal:
        configure(town, **what)

    assert refusal.value.field == field
    assert everything(db, town) == before


def test_a_failure_in_the_last_step_leaves_nothing(town, configure, db, monkeypatch):
    before = everything(db, town)

    def fail(*_):
        raise RuntimeError("the power went")

    monkeypatch.setattr(tenancy, "note", fail)
    with pytest.raises(RuntimeError):
        configure(town, profile="decentral", locale="en")

    assert everything(db, town) == before


def test_support_staff_set_nothing_up(town, configure, db):
    before = everything(db, town)

    with pytest.raises(Forbidden):
        configure(town, actor=SUPPORT, profile="decentral")

    assert everything(db, town) == before


def test_an_archived_municipality_is_refused(town, configure, db):
    for verb in (tenancy.suspend, tenancy.archive):
        with db.vendor_unit_of_work(tenancy.COMMAND_LINE, now=NOON) as ctx:
            verb(ctx, town.tenant_id, database=db, reason=REASON)
    before = everything(db, town)

    with pytest.raises(Conflict):
        configure(town, profile="decentral")

    assert everything(db, town) == before


def test_a_suspended_one_can_be_set_up_before_it_opens_again(town, configure, db):
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE, now=NOON) as ctx:
        tenancy.suspend(ctx, town.tenant_id, database=db, reason=REASON)

    configure(town, profile="decentral")

    assert settings_of(town)[0] == profiles.load("decentral").approval_rules


def test_a_municipality_that_never_was_is_not_found(db):
    with (
        pytest.raises(NotFound),
        db.vendor_unit_of_work(tenancy.COMMAND_LINE, now=NOON) as ctx,
    ):
        provisioning.configure_tenant(db, ctx, 987_654_321, reason=REASON, locale="en")
