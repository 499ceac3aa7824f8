"""Money: budget years, pools, funding rules and the ledger."""

from __future__ import annotations

from flask_admin import BaseView

from admin.budget_alarms import AlarmsView
from admin.budget_caps import PersonCapsView
from admin.budget_carry_rules import CarryRulesView
from admin.budget_closing import CarryOversView
from admin.budget_ledger import LedgerView
from admin.budget_pools import PoolsView
from admin.budget_revisions import RevisionsView
from admin.budget_rules import FundingRulesView
from admin.budget_statement import StatementPage
from admin.budget_transfers import TransfersView
from admin.budget_years import YearsView


def views() -> list[BaseView]:
    """The screens, in the menu's order."""
    return [
        PoolsView(),
        TransfersView(),
        YearsView(),
        RevisionsView(),
        CarryOversView(),
        CarryRulesView(),
        FundingRulesView(),
        PersonCapsView(),
        StatementPage(),
        LedgerView(),
        AlarmsView(),
    ]
