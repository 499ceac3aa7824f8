"""Money: budget years, pools, funding rules and the ledger."""

from __future__ import annotations

from flask_admin import BaseView

from admin.budget_pools import LedgerView, PoolsView
from admin.budget_rules import FundingRulesView
from admin.budget_years import YearsView


def views() -> list[BaseView]:
    """The screens, in the menu's order."""
    return [PoolsView(), YearsView(), FundingRulesView(), LedgerView()]
