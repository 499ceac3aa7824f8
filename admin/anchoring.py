"""Screens of anchoring: plans, tasks, one's own, the set they are made of, and follow-through."""

from __future__ import annotations

from flask_admin import BaseView

from admin.anchoring_pages import FollowThroughPage, OwnPlansPage
from admin.anchoring_plans import PlanList
from admin.anchoring_tasks import TaskList
from admin.anchoring_template import TemplateView


def views() -> list[BaseView]:
    """In the order of the menu."""
    return [OwnPlansPage(), PlanList(), TaskList(), FollowThroughPage(), TemplateView()]
