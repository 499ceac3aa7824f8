"""The API of every room, in the order they stand in the docs."""

from __future__ import annotations

from flask_smorest import Blueprint

from tenant_app.accounts import api as accounts
from tenant_app.anchoring import api as anchoring
from tenant_app.audit import api as audit
from tenant_app.budgets import api as budgets
from tenant_app.catalogue import api as catalogue
from tenant_app.competences import api as competences
from tenant_app.cooperation import api as cooperation
from tenant_app.dialogue import api as dialogue
from tenant_app.enrolments import api as enrolments
from tenant_app.forums import api as forums
from tenant_app.funds import api as funds
from tenant_app.goals import api as goals
from tenant_app.imports import api as imports
from tenant_app.initiatives import api as initiatives
from tenant_app.invoices import api as invoices
from tenant_app.needs import api as needs
from tenant_app.organisation import api as organisation
from tenant_app.reports import api as reports
from tenant_app.resource_persons import api as resource_persons
from tenant_app.rounds import api as rounds
from tenant_app.scenarios import api as scenarios
from tenant_app.supervision import api as supervision
from tenant_app.talks import api as talks
from tenant_app.tenancy import api as tenancy

ROOMS = (
    accounts,
    organisation,
    competences,
    goals,
    needs,
    budgets,
    catalogue,
    initiatives,
    cooperation,
    enrolments,
    anchoring,
    rounds,
    funds,
    invoices,
    resource_persons,
    dialogue,
    supervision,
    talks,
    forums,
    reports,
    scenarios,
    imports,
    tenancy,
    audit,
)


def blueprints() -> list[Blueprint]:
    """All blueprints of all rooms: a room has one, or several in `blueprints`."""
    found: list[Blueprint] = []
    for room in ROOMS:
        found.extend(getattr(room, "blueprints", None) or [room.blueprint])
    return found
