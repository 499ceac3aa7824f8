"""Screens of supervision: visits, reports that are due, screenings and their tools."""

from __future__ import annotations

from flask_admin import BaseView

from admin.supervision_due import DuePage
from admin.supervision_screenings import ScreeningList
from admin.supervision_tools import ToolList
from admin.supervision_visits import VisitList


def views() -> list[BaseView]:
    """In the order of the menu."""
    return [VisitList(), DuePage(), ScreeningList(), ToolList()]
