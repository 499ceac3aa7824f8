"""Screens of talks: one's own, those one holds, plans, rounds, and what may be counted of them."""

from __future__ import annotations

from flask_admin import BaseView

from admin.talks_list import TalkView
from admin.talks_pages import OwnPlanPage, OwnTalksPage
from admin.talks_plans import PlanView
from admin.talks_rounds import RoundView
from admin.talks_status import StatusPage


def views() -> list[BaseView]:
    """In the order of the menu."""
    return [OwnTalksPage(), OwnPlanPage(), TalkView(), PlanView(), RoundView(), StatusPage()]
