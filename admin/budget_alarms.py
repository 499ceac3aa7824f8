"""Figures of money that did not agree with the ledger at night."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import joinedload

from admin.budget_fields import COLUMNS
from admin.choosing import FilteredView
from admin.explaining import entries_url
from admin.formats import choice, day, money
from admin.labels import MONEY
from tenant_app.budgets.alarm_models import BudgetAlarm, DriftKind
from tenant_app.budgets.models import Pool
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation

KINDS = {
    DriftKind.BALANCE: _l("Position of a pool"),
    DriftKind.LINE: _l("State of a request’s money"),
    DriftKind.TRANSFER: _l("The two halves of a transfer"),
    DriftKind.CARRY_OVER: _l("Carried to next year"),
    DriftKind.CONSTRAINT: _l("Counter of a constraint"),
    DriftKind.PERSON: _l("Counter of a cap per person"),
    DriftKind.CLOSING: _l("Closed year: close it again"),
    DriftKind.STRING: _l("More is used than the constraint allows"),
}


def _part(view: Any, context: Any, row: BudgetAlarm, name: str) -> str:
    """Which figure. Of a person only the year is told here."""
    if row.kind is DriftKind.PERSON:
        return _("One person in %(year)s", year=row.part[:4])
    if row.kind is DriftKind.CLOSING:
        return _("Result") if row.part == "result" else _("Carried to next year")
    return str(COLUMNS.get(row.part, ""))


def _pool(view: Any, context: Any, row: BudgetAlarm, name: str) -> Any:
    """The pool, leading to the entries behind the figure where there is a list of them."""
    if row.pool is None:
        return ""
    named = f"{row.pool.name}, {row.pool.year.year}"
    if row.kind is DriftKind.CLOSING:
        return Markup('<a href="{}">{}</a>').format(
            url_for("budget-years.details_view", id=row.pool.year_id), named
        )
    if row.part not in COLUMNS:
        return named
    return Markup('<a href="{}">{}</a>').format(entries_url(row.pool.id, row.part), named)


def _settled(view: Any, context: Any, row: BudgetAlarm, name: str) -> Any:
    """When the figures agreed again; until then it stands open."""
    if row.settled_at is None:
        return Markup('<span class="tag bad">{}</span>').format(_("Open"))
    return day("settled_at")(view, context, row, name)


class AlarmsView(FilteredView):
    """What the nightly reconciling found, and when the figures agreed again."""

    model_class = BudgetAlarm
    endpoint_name = "budget-alarms"
    label = _l("Differences from the ledger")
    help = _l(
        "Every night each figure is held against the ledger. What does not agree stands here until "
        "it agrees again. Nothing is put right by itself: tell your supplier, and use no figure "
        "that is listed as open. A closed year whose money changed since you settle yourself: "
        "choose the pool, and close the year again."
    )
    empty = _l("All figures agree with the ledger.")
    begins_here = False
    group = MONEY
    permission = Permission.BUDGET_MANAGE
    can_view_details = False
    load = (joinedload(BudgetAlarm.pool).joinedload(Pool.year),)
    column_list: ClassVar[list[str]] = [
        "raised_at",
        "kind",
        "pool",
        "part",
        "expected",
        "found",
        "seen_at",
        "settled_at",
    ]
    column_sortable_list: ClassVar[list[str]] = ["raised_at", "kind", "seen_at", "settled_at"]
    column_default_sort: ClassVar[list[tuple[str, bool]]] = [("raised_at", True), ("id", False)]
    column_labels: ClassVar[dict[str, Any]] = {
        "raised_at": _l("Found"),
        "kind": _l("What"),
        "pool": _l("Pool"),
        "part": _l("Figure"),
        "expected": _l("By the ledger"),
        "found": _l("Shown"),
        "seen_at": _l("Last seen"),
        "settled_at": _l("Agrees again"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "raised_at": day("raised_at"),
        "kind": choice("kind", KINDS),
        "pool": _pool,
        "part": _part,
        "expected": money("expected"),
        "found": money("found"),
        "seen_at": day("seen_at"),
        "settled_at": _settled,
    }

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        """Of the whole municipality, so for those who manage all of it."""
        root = organisation.root_path(ctx)
        return true() if ctx.actor.may(Permission.BUDGET_MANAGE, at=root) else false()
