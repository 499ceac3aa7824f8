"""The API of every room, in the order they stand in the docs."""

from __future__ import annotations

from flask_smorest import Blueprint

from tenant_app.accounts import api as accounts
from tenant_app.anchoring import api as anchoring
from tenant_app.audit import api as audit
from tenant_app.budgets import api as budgets
from tenant_app.catalogue import api as catalogue
from tenant_app.competences import api as competences
from tenant_app.enrolments import api as enrolments
from tenant_app.goals import api as goals
from tenant_app.imports import api as imports
from tenant_app.initiatives import api as initiatives
from tenant_app.needs import api as needs
from tenant_app.organisation import api as organisation
from tenant_app.reports import api as reports
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
    enrolments,
    anchoring,
    reports,
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
