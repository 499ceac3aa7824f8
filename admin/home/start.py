"""The beginnings of a new municipality's work: what is done, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from tenant_app.budgets.models import BudgetYearState
from tenant_app.core.context import Context
from tenant_app.reports import service as reports
from tenant_app.reports.service import MoneyNow


@dataclass(frozen=True)
class Step:
    """Something to do once, and whether it is done."""

    title: str
    why: str
    url: str
    is_done: bool


def is_open(now: MoneyNow | None) -> bool:
    """Whether the year was adopted and opened, also where it has ended since."""
    return now is not None and now.state not in (BudgetYearState.DRAFT, BudgetYearState.ADOPTED)


def beginning(ctx: Context, now: MoneyNow | None) -> list[Step]:
    """The steps in the order in which they build on each other."""
    found = reports.beginnings(ctx)
    return [
        Step(
            _("Import units and employees"),
            _("From files as the payroll office makes them. You see the result before it counts."),
            url_for("imports.index"),
            found.has_staff,
        ),
        Step(
            _("Fill the catalogue with courses"),
            _("Import them from a file, or create them one by one, with dates, seats and prices."),
            url_for("courses.index_view"),
            found.has_courses,
        ),
        Step(
            _("Create the budget year"),
            _("The frame, and how it divides between the municipality, areas and institutions."),
            url_for("budget-years.index_view"),
            now is not None,
        ),
        Step(
            _("Adopt and open the budget year"),
            _("Then every unit has its pool, and requests can be sent."),
            url_for("budget-years.index_view"),
            is_open(now),
        ),
        Step(
            _("Invite users"),
            _("Leaders and employees get a link and choose a password of their own."),
            url_for("users.index_view"),
            found.has_users,
        ),
    ]
