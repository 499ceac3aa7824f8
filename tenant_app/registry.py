"""Imports every table, so that the metadata is whole. No logic."""

from tenant_app.accounts import models as accounts
from tenant_app.anchoring import models as anchoring
from tenant_app.audit import models as audit
from tenant_app.budgets import alarm_models as budget_alarms
from tenant_app.budgets import mode_models as pool_modes
from tenant_app.budgets import models as budgets
from tenant_app.budgets import year_models as budget_years
from tenant_app.catalogue import models as catalogue
from tenant_app.competences import models as competences
from tenant_app.cooperation import models as cooperation
from tenant_app.core import idempotency, outbox
from tenant_app.core.db import Base
from tenant_app.dialogue import models as dialogue
from tenant_app.enrolments import models as enrolments
from tenant_app.forums import models as forums
from tenant_app.funds import models as funds
from tenant_app.goals import models as goals
from tenant_app.imports import models as imports
from tenant_app.initiatives import models as initiatives
from tenant_app.invoices import models as invoices
from tenant_app.needs import models as needs
from tenant_app.organisation import models as organisation
from tenant_app.reports import models as reports
from tenant_app.resource_persons import models as resource_persons
from tenant_app.rounds import models as rounds
from tenant_app.scenarios import models as scenarios
from tenant_app.supervision import models as supervision
from tenant_app.talks import models as talks
from tenant_app.tenancy import models as tenancy

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "accounts",
    "anchoring",
    "audit",
    "budget_alarms",
    "budget_years",
    "budgets",
    "catalogue",
    "competences",
    "cooperation",
    "dialogue",
    "enrolments",
    "forums",
    "funds",
    "goals",
    "idempotency",
    "imports",
    "initiatives",
    "invoices",
    "needs",
    "organisation",
    "outbox",
    "pool_modes",
    "reports",
    "resource_persons",
    "rounds",
    "scenarios",
    "supervision",
    "talks",
    "tenancy",
]
