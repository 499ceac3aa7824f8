"""Explain any number: one click from a figure to the entries that make it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import lazy_gettext as _l

from admin.base import Page
from admin.budget_fields import COLUMNS, ENTRIES, LINES, percent_text
from admin.formats import date_text, thousands
from admin.labels import MONEY
from tenant_app.budgets import rules as budget_rules
from tenant_app.core.access import Permission
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.reports import service as reports

FIGURES = {
    **COLUMNS,
    "budget": _l("Budget"),
    "used": _l("Committed and spent"),
}
HOW = {
    "budget": _l("Allotted, carried over and transferred together."),
    "used": _l("What usage per cent is of: committed and spent together."),
    "available": _l("The budget less what is reserved, committed and spent."),
}


def entries_url(pool_id: UUID, column: str, *, as_of: date | None = None) -> str:
    """Where the entries behind a pool's figure are listed; live, or as of a day's report."""
    return url_for("explain.index", pool=pool_id, column=column, **_day(as_of))


def unit_url(
    unit_id: UUID, column: str, *, year: int, own: bool = False, as_of: date | None = None
) -> str:
    """The same for a unit with all below it, or its own pools alone."""
    keys: dict[str, Any] = {"own": "1"} if own else {}
    return url_for("explain.index", unit=unit_id, column=column, year=year, **keys, **_day(as_of))


def year_url(year: int, column: str) -> str:
    """The same for all pools the reader sees."""
    return url_for("explain.index", year=year, column=column)


def _day(as_of: date | None) -> dict[str, Any]:
    return {"as_of": as_of.isoformat()} if as_of else {}


class ExplainPage(Page):
    """The entries behind one figure."""

    permission = Permission.BUDGET_VIEW
    help = _l(
        "The entries that make the figure. Each leads to its request, and to the version of the "
        "funding rules that decided who pays."
    )

    def __init__(self) -> None:
        super().__init__(
            name=_l("Behind the figure"), category=MONEY, endpoint="explain", url="explain"
        )

    def is_visible(self) -> bool:
        """Reached from a figure."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        asked = _asked()
        shown = reports.explain(self.ctx, **asked)
        return self.render(
            "reports/explain.html",
            shown=shown,
            figure=FIGURES[shown.column],
            how=HOW.get(shown.column, ""),
            entry_kinds=ENTRIES,
            lines=LINES,
            percent_text=percent_text,
            thousands=thousands,
            moment=date_text,
            pool_id=asked["pool_id"],
            several=asked["pool_id"] is None,
            page_url=lambda page: self.get_url(
                ".index", **{**request.args.to_dict(), "page": page}
            ),
        )


def _asked() -> dict[str, Any]:
    as_of = request.args.get("as_of", "")
    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        raise Invalid(N_("Write the date as 2026-12-31."), field="as_of") from None
    return {
        "column": request.args.get("column", ""),
        "year": _year(),
        "pool_id": _id("pool"),
        "unit_id": _id("unit"),
        "own": request.args.get("own") == "1",
        "as_of": day,
        "page": min(max(request.args.get("page", 1, type=int), 1), 100_000),
    }


def _year() -> int | None:
    year = request.args.get("year", type=int)
    if year is not None:
        budget_rules.check_year(year)
    return year


def _id(name: str) -> UUID | None:
    text = request.args.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound() from None


def views() -> list[BaseView]:
    """The screens of this room."""
    return [ExplainPage()]
