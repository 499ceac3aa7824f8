"""The ledger: every movement of money, and what it was for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, select

from admin.beginnings import BUDGET_YEARS
from admin.budget_fields import COLUMNS, ENTRIES, LINES, kind_filter
from admin.choosing import FilteredView
from admin.formats import choice, day, movement
from admin.labels import MONEY
from admin.lists import looked_up
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import EntryKind, LedgerEntry, Pool
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.money import Money, show
from tenant_app.enrolments import service as enrolments


def income_text(row: LedgerEntry) -> Markup:
    """What the entry gave the pool or took back: allotted, carried over or transferred."""
    income = row.allotted + row.carried + row.transferred
    return Markup('<span class="money">{}</span>').format(show(Money(income)) if income else "")


class LedgerView(FilteredView):
    """Every movement: never changed, only countered."""

    model_class = LedgerEntry
    endpoint_name = "ledger"
    label = _l("Ledger")
    help = _l("Every movement of money. Nothing is changed here, only countered by a new entry.")
    empty = _l("No entries yet. The first come when a budget year is adopted.")
    begins_here = False
    begins_at = (BUDGET_YEARS,)
    group = MONEY
    permission = Permission.BUDGET_VIEW
    column_list: ClassVar[list[str]] = [
        "booked_on",
        "pool",
        "kind",
        "what",
        "income",
        "reserved",
        "committed",
        "actual",
    ]
    column_details_list: ClassVar[list[str]] = [
        "booked_at",
        "booked_on",
        "pool",
        "kind",
        "what",
        *(column for column in COLUMNS if column != "available"),
        "actor_name",
        "note",
    ]
    column_sortable_list: ClassVar[list[Any]] = [
        "booked_on",
        "kind",
        *(column for column in COLUMNS if column != "available"),
    ]
    sort_by: ClassVar[dict[str, Any]] = {
        "pool": looked_up(danish(Pool.name), Pool.id == LedgerEntry.pool_id, row=LedgerEntry),
        "income": lambda ctx: LedgerEntry.allotted + LedgerEntry.carried + LedgerEntry.transferred,
        "actor_name": budgets.told_name,
    }
    more_columns: ClassVar[list[str]] = [
        "booked_at",
        "allotted",
        "carried",
        "transferred",
        "actor_name",
        "note",
    ]
    column_default_sort: ClassVar[list[tuple[str, bool]]] = [("booked_on", True), ("id", True)]
    column_filters: ClassVar[list[Any]] = [kind_filter(LedgerEntry.kind, ENTRIES, EntryKind)]
    column_labels: ClassVar[dict[str, Any]] = {
        "booked_on": _l("Booked"),
        "booked_at": _l("Entered"),
        "pool": _l("Pool"),
        "kind": _l("Kind"),
        "what": _l("What for"),
        "income": _l("Income"),
        "actor_name": _l("By"),
        "note": _l("Note"),
        **COLUMNS,
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "booked_on": day("booked_on"),
        "booked_at": day("booked_at"),
        "pool": lambda v, c, row, name: v.pool_name(row),
        "kind": choice("kind", ENTRIES),
        "what": lambda v, c, row, name: v.what_text(row),
        "income": lambda v, c, row, name: income_text(row),
        "actor_name": lambda v, c, row, name: v.by_text(row),
        **{column: movement(column) for column in COLUMNS if column != "available"},
    }
    column_formatters_detail = column_formatters
    can_export = True

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        return LedgerEntry.pool_id.in_(select(Pool.id).where(budgets.pools_in_sight(ctx)))

    def read_for(self, rows: Sequence[LedgerEntry]) -> None:
        """The names of the page's pools and what its entries were for, each read at once."""
        self._names({row.pool_id for row in rows})
        self._lines({row.line_id for row in rows if row.line_id is not None})

    def title_of(self, row: LedgerEntry) -> str:
        return f"{self.pool_name(row)}, {row.booked_on:%d-%m-%Y}"

    def _names(self, pool_ids: set[UUID]) -> dict[UUID, str]:
        known: dict[UUID, str] = self.ctx.memo.setdefault("pools on screen", {})
        if pool_ids - set(known):
            known |= budgets.pool_names(self.ctx, pool_ids - set(known))
        return known

    def pool_name(self, row: Any) -> str:
        """The pool of an entry."""
        return self._names({row.pool_id}).get(row.pool_id, "")

    def _lines(self, line_ids: set[UUID]) -> dict[UUID, enrolments.WhatFor]:
        known: dict[UUID, enrolments.WhatFor] = self.ctx.memo.setdefault("lines on screen", {})
        if line_ids - set(known):
            known |= enrolments.what_for(self.ctx, line_ids - set(known))
        return known

    def _line(self, row: Any) -> enrolments.WhatFor | None:
        if row.line_id is None:
            return None
        return self._lines({row.line_id}).get(row.line_id)

    def by_text(self, row: Any) -> str:
        """Who made the entry; of a request that the reader may not see nobody is told."""
        line = self._line(row)
        is_told = row.line_id is None or (line is not None and line.enrolment_id is not None)
        return row.actor_name if is_told else ""

    def what_text(self, row: Any) -> Any:
        """The request that an entry is of, or what was written beside it."""
        line = self._line(row)
        if line is None:
            return row.note
        cost = LINES[line.cost_line]
        if line.enrolment_id is None:
            return f"{_('A request of another unit')} · {cost}"
        link = Markup('<a href="{}">{}: {}</a> <span class="sub">{}</span>')
        url = url_for("requests.details_view", id=line.enrolment_id)
        return link.format(url, line.person, line.title, cost)
