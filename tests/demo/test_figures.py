"""The demo's own figures: each is the sum of the entries behind it, and a what-if stands ready."""

from __future__ import annotations

from sqlalchemy import select

from tenant_app.cli.demo import plan
from tenant_app.core.access import system
from tenant_app.reports import rules
from tenant_app.reports import service as reports
from tenant_app.scenarios.models import Scenario
from tenant_app.tenancy import service as tenancy

COLUMNS = ("budget", "reserved", "committed", "actual", "available")


def walk(db, tenant_id):
    """How many figures of the usage report were compared with their entries."""
    seen = 0
    with db.unit_of_work(tenant_id, system("test"), now=plan.STORY_ENDS) as ctx:
        reports.compute_usage(ctx, year=plan.YEAR)
        found = reports.forecasts(ctx, year=plan.YEAR)
        for pool in found.pools:
            for column in COLUMNS:
                shown = reports.explain(ctx, pool_id=pool.id, column=column, as_of=found.as_of)
                assert shown.total == getattr(pool.figures, column), (pool.name, column)
                seen += shown.total != 0
        for line in rules.lines(reports.usage(ctx, year=plan.YEAR).units):
            for column in COLUMNS:
                asked = {"unit_id": line.node.unit_id, "own": line.is_own, "year": plan.YEAR}
                shown = reports.explain(ctx, column=column, as_of=found.as_of, **asked)
                assert shown.total == getattr(line.figures, column), (line.node.name, column)
    return seen


def test_each_pool_and_column_of_the_demo_is_the_sum_of_its_entries(told, db):
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as vendor:
        tenant = tenancy.find_by_slug(vendor.session, "glostrup")
    assert walk(db, tenant.id) > 40


def test_the_demo_has_tried_another_split(told, db):
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as vendor:
        tenant = tenancy.find_by_slug(vendor.session, "rudersdal")
    with db.unit_of_work(tenant.id, system("test")) as ctx:
        [made] = ctx.session.scalars(select(Scenario))
        assert made.computed_at is not None
        assert made.requests > 100
