"""URLs of the what-if."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.budgets.models import BudgetYear
from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.scenarios import service as scenarios
from tenant_app.scenarios.models import Scenario
from tenant_app.scenarios.schemas import DraftOut, ScenarioDetailsOut, ScenarioIn, ScenarioOut

blueprint = Blueprint(
    "scenarios",
    __name__,
    url_prefix="/api/v1/scenarios",
    description="What a year's requests would have cost whom under other rules",
)


@blueprint.get("")
@endpoint(blueprint, page_of=ScenarioOut)
def list_scenarios(ctx: Context, **page: Any) -> Page[Scenario]:
    """The scenarios, newest first."""
    return scenarios.scenarios(ctx, **page)


@blueprint.post("")
@endpoint(blueprint, takes=ScenarioIn, returns=ScenarioOut, status=202)
def make_scenario(ctx: Context, **facts: Any) -> Scenario:
    """Try another split, key or set of rules on a year's requests, in the background."""
    return scenarios.make(ctx, **facts)


@blueprint.get("/<uuid:scenario_id>")
@endpoint(blueprint, returns=ScenarioDetailsOut)
def get_scenario(ctx: Context, scenario_id: UUID) -> dict[str, Any]:
    """A scenario with every pool before and after."""
    found = scenarios.scenario(ctx, scenario_id)
    facts = {
        name: getattr(found, name) for name in ScenarioDetailsOut._declared_fields if name != "rows"
    }
    return facts | {"rows": scenarios.result(ctx, scenario_id)}


@blueprint.post("/<uuid:scenario_id>/adoption")
@endpoint(blueprint, returns=DraftOut)
def adopt_scenario(ctx: Context, scenario_id: UUID) -> BudgetYear:
    """Next year's draft has its split, and from 1 January its rules are valid."""
    return scenarios.adopt(ctx, scenario_id)


@blueprint.delete("/<uuid:scenario_id>")
@endpoint(blueprint, status=204)
def remove_scenario(ctx: Context, scenario_id: UUID) -> None:
    """The scenario is no longer shown."""
    scenarios.remove(ctx, scenario_id)
