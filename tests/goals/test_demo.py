"""The demo's goals are what the services themselves allow."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tenant_app.cli.demo import load, plan
from tenant_app.core.access import system
from tenant_app.goals import service as goals
from tenant_app.goals.models import GoalState
from tenant_app.organisation.models import UnitKind
from tenant_app.tenancy import service as tenancy
from tests.databases import opened_for_commands

GLOSTRUP = plan.MUNICIPALITIES[0]


@pytest.fixture(scope="module")
def told(settings, db) -> dict[str, Counter[str] | None]:
    """The smallest of the three; already there when another test has loaded it."""
    with opened_for_commands(settings) as database:
        return load(database, (GLOSTRUP,))


def test_a_municipality_has_goals_that_its_houses_serve_and_readings(told, db):
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as vendor:
        found = tenancy.find_by_slug(vendor.session, GLOSTRUP.slug)
        assert found is not None
        tenant_id = found.id
    with db.unit_of_work(tenant_id, system("test"), now=plan.STORY_ENDS) as ctx:
        listed = goals.goals(ctx).items
        top = goals.goals(ctx, level=UnitKind.MUNICIPALITY).items
        standing = goals.standing(ctx, [goal.id for goal in listed])
        assert {goal.state for goal in listed} == {GoalState.ADOPTED}
        assert 1 <= len(top) <= 3
        assert all(standing[goal.id].progress for goal in top)
        assert max(each.latest or date.min for each in standing.values()).year == 2026
        served = [goal for goal in listed if goal.parent_id in {each.id for each in top}]
        local = [goal for goal in listed if goal.is_local]
        assert len(served) >= 3
        assert local
        assert goals.details(ctx, top[0].id).versions[0].adopted_at == plan.ADOPTED
