"""The vendor and the life of a municipality."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from tenant_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from tenant_app.core.outbox import Outbox
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import TenantState, VendorRole
from tests.tenancy.looking import state_of, trail_of
from tests.town import NOON

REASON = "Aftalen er sagt op pr. 1. april"


def test_suspending_needs_a_reason_that_both_trails_show(town, as_vendor, db):
    with as_vendor() as ctx:
        tenancy.suspend(ctx, town.tenant_id, database=db, reason=REASON)
        who = ctx.actor.name
        noted = [e for e in tenancy.trail(ctx) if e.tenant_slug == town.slug]

    assert state_of(town) is TenantState.SUSPENDED
    assert trail_of(town) == [(f"vendor: {who}", "tenant.suspended", REASON)]
    assert [(e.staff_name, e.action, e.note) for e in noted] == [(who, "tenant.suspended", REASON)]


@pytest.mark.parametrize("reason", ["", "fejl", "         x        "])
def test_without_a_reason_nothing_is_suspended(town, as_vendor, db, reason):
    with pytest.raises(Invalid) as refusal, as_vendor() as ctx:
        tenancy.suspend(ctx, town.tenant_id, database=db, reason=reason)

    assert refusal.value.field == "reason"
    assert state_of(town) is TenantState.ACTIVE
    assert trail_of(town) == []


def test_support_staff_cannot_suspend_and_nothing_changed(town, as_vendor, db):
    with pytest.raises(Forbidden), as_vendor(VendorRole.VENDOR_SUPPORT) as ctx:
        tenancy.suspend(ctx, town.tenant_id, database=db, reason=REASON)

    assert state_of(town) is TenantState.ACTIVE
    assert trail_of(town) == []


def test_a_municipality_is_suspended_reactivated_suspended_and_archived(town, as_vendor, db):
    for verb in (tenancy.suspend, tenancy.reactivate, tenancy.suspend, tenancy.archive):
        with as_vendor() as ctx:
            verb(ctx, town.tenant_id, database=db, reason=REASON)

    assert state_of(town) is TenantState.ARCHIVED
    assert [action for _, action, _ in trail_of(town)] == [
        "tenant.suspended",
        "tenant.reactivated",
        "tenant.suspended",
        "tenant.archived",
    ]


@pytest.mark.parametrize("verb", [tenancy.archive, tenancy.reactivate, tenancy.activate])
def test_an_active_municipality_skips_no_step(town, as_vendor, db, verb):
    with pytest.raises(Conflict), as_vendor() as ctx:
        verb(ctx, town.tenant_id, database=db, reason=REASON)

    assert state_of(town) is TenantState.ACTIVE
    assert trail_of(town) == []


def test_a_tenant_that_never_was_is_not_found(as_vendor, db):
    with pytest.raises(NotFound), as_vendor() as ctx:
        tenancy.suspend(ctx, 987_654_321, database=db, reason=REASON)


def test_renaming_changes_name_and_address_in_both_trails(town, as_vendor, db):
    slug = f"{town.slug}-ny"
    with as_vendor() as ctx:
        tenancy.rename_tenant(ctx, town.tenant_id, database=db, name="Ny By", slug=slug)

    with town.as_system() as ctx:
        found = tenancy.find_by_slug(ctx.session, slug)
        assert found is not None
        assert (found.id, found.name) == (town.tenant_id, "Ny By")
        assert tenancy.find_by_slug(ctx.session, town.slug) is None
    assert [action for _, action, _ in trail_of(town)] == ["tenant.renamed"]


def test_a_short_name_that_another_has_is_refused_and_nothing_changed(
    town, make_town, as_vendor, db
):
    other = make_town()
    with pytest.raises(Conflict) as refusal, as_vendor() as ctx:
        tenancy.rename_tenant(ctx, town.tenant_id, database=db, name="Ny By", slug=other.slug)

    assert refusal.value.field == "slug"
    assert trail_of(town) == []


def test_the_overview_shows_counts_and_job_health_of_each_municipality(town, as_vendor):
    late = NOON - timedelta(minutes=7)
    with town.as_system() as ctx:
        tenancy.measure(ctx)
        ctx.enqueue("jobs.a", due=late)
        ctx.enqueue("jobs.b", due=NOON + timedelta(hours=1))
        ctx.enqueue("jobs.dead", due=late)
        ctx.enqueue("jobs.done", due=late)
        ctx.session.flush()
        for row in ctx.session.scalars(select(Outbox)):
            row.dead_at = NOON if row.job == "jobs.dead" else None
            row.done_at = NOON if row.job == "jobs.done" else None

    with as_vendor() as ctx:
        [seen] = [item for item in tenancy.overview(ctx) if item.tenant.id == town.tenant_id]
        dead = tenancy.dead_jobs(ctx)[town.tenant_id]

    assert (seen.units, seen.employees, seen.enrolments) == (7, 20, 0)
    assert (seen.undone, seen.oldest_due, seen.dead) == (2, late, 1)
    assert [(job.job, job.count) for job in dead] == [("jobs.dead", 1)]


def test_a_municipality_nobody_measured_has_no_figures_and_no_jobs(town, as_vendor):
    with as_vendor() as ctx:
        [seen] = [item for item in tenancy.overview(ctx) if item.tenant.id == town.tenant_id]

    assert (seen.units, seen.users, seen.measured_at) == (None, None, None)
    assert (seen.undone, seen.oldest_due, seen.dead) == (0, None, 0)


def test_retrying_revives_the_dead_once_per_key_and_rings(town, as_vendor, db):
    with town.as_system() as ctx:
        for job, key in (("jobs.a", None), ("jobs.b", "x"), ("jobs.b", "x"), ("jobs.c", "y")):
            ctx.enqueue(job, unique=key)
            ctx.session.flush()
            for row in ctx.session.scalars(select(Outbox).where(Outbox.dead_at.is_(None))):
                row.dead_at, row.tries, row.last_error = NOON, 5, "fejl"
            ctx.session.flush()
        ctx.enqueue("jobs.c", unique="y")
    rung: list[int] = []
    db.doorbell, quiet = lambda tenant_id, ids: rung.append(len(ids)), db.doorbell
    try:
        with as_vendor(VendorRole.VENDOR_SUPPORT) as ctx:
            count = tenancy.retry_jobs(ctx, town.tenant_id, database=db)
    finally:
        db.doorbell = quiet

    assert count == 2
    assert rung == [2]
    with town.as_system() as ctx:
        waiting = ctx.session.scalars(
            select(Outbox).where(Outbox.done_at.is_(None)).order_by(Outbox.job)
        ).all()
        assert [(row.job, row.tries, row.dead_at) for row in waiting] == [
            ("jobs.a", 0, None),
            ("jobs.b", 0, None),
            ("jobs.c", 0, None),
        ]
    assert [action for _, action, _ in trail_of(town)] == ["jobs.retried"]


def test_a_leader_cannot_retry_jobs_and_nothing_changed(town):
    with town.as_system() as ctx:
        ctx.enqueue("jobs.a")
        for row in ctx.session.scalars(select(Outbox)):
            row.dead_at = NOON

    with pytest.raises(Forbidden), town.as_user("leader_n1") as ctx:
        tenancy.retry_dead_jobs(ctx)

    with town.as_system() as ctx:
        assert ctx.session.scalars(select(Outbox)).one().dead_at == NOON


@pytest.mark.parametrize(
    "query",
    [
        "SELECT name FROM employees",
        "SELECT email FROM users",
        "SELECT args FROM outbox",
        "SELECT last_error FROM outbox",
        "SELECT note FROM audit_entries",
        "SELECT reason FROM support_sessions",
        "SELECT approval_rules FROM tenant_settings",
        "UPDATE tenants SET code = code",
        "DELETE FROM tenants",
        "UPDATE vendor_audit_entries SET note = ''",
    ],
)
def test_the_vendors_role_reaches_no_persons_and_no_past(as_vendor, query):
    with pytest.raises(ProgrammingError, match="permission denied"), as_vendor() as ctx:
        ctx.session.execute(text(query))
