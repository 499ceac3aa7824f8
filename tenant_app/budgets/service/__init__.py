"""Verbs of budgets.

The ledger verbs (reserve, commit, charge, release) ask for no permission and leave no audit entry
of their own: they are steps of a verb above, which asks and notes, and the ledger is itself an
append-only trail with the actor's name.
"""

from tenant_app.budgets.rules import BudgetExceeded, Overdraft
from tenant_app.budgets.service.allocation import Allocation, Part, preview_allocation
from tenant_app.budgets.service.card import cost_card, learn_payers, seen_positions
from tenant_app.budgets.service.funding import rules_on, rules_versions, set_rules
from tenant_app.budgets.service.ledger import charge, commit, lines_of, release, reserve
from tenant_app.budgets.service.pools import (
    adjust_allotment,
    entries_of,
    open_pool,
    pool,
    pool_names,
    pools,
    pools_in_sight,
    positions,
    set_policy,
)
from tenant_app.budgets.service.years import (
    adopt,
    budget_year,
    change_year,
    create_year,
    open_year,
    year_for,
    years,
)

__all__ = [
    "Allocation",
    "BudgetExceeded",
    "Overdraft",
    "Part",
    "adjust_allotment",
    "adopt",
    "budget_year",
    "change_year",
    "charge",
    "commit",
    "cost_card",
    "create_year",
    "entries_of",
    "learn_payers",
    "lines_of",
    "open_pool",
    "open_year",
    "pool",
    "pool_names",
    "pools",
    "pools_in_sight",
    "positions",
    "preview_allocation",
    "release",
    "reserve",
    "rules_on",
    "rules_versions",
    "seen_positions",
    "set_policy",
    "set_rules",
    "year_for",
    "years",
]
