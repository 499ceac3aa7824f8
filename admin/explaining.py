"""Explain any number: one click from a figure to the entries that make it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from admin.base import Page
from admin.budget_fields import COLUMNS, ENTRIES, KINDS, LINES, percent_text
from admin.formats import Formatter, date_text, thousands
from admin.labels import MONEY
from tenant_app.budgets import rules as budget_rules
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PoolKind
from tenant_app.budgets.year_models import CarryOver
from tenant_app.core.access import Permission
from tenant_app.core.errors import N_, Invalid, NotFound
from tenant_app.core.money import show
from tenant_app.organisation import service as organisation
from tenant_app.reports import service as reports
from tenant_app.reports.rules import ClosingPart, Cover

T = TypeVar("T", bound=StrEnum)

FIGURES = {
    **COLUMNS,
    "budget": _l("Budget"),
    "used": _l("Committed and spent"),
    "taken": _l("Reserved, committed and spent"),
    "result": _l("Result"),
}
CLOSING = {
    ClosingPart.RESULT: _l("Result"),
    ClosingPart.NET: _l("Carried to next year, less deficits"),
    ClosingPart.CARRIED: _l("Carried to next year"),
    ClosingPart.LOST: _l("Lost"),
    ClosingPart.DEBT: _l("Deficit carried over"),
    ClosingPart.OVER_CAP: _l("Borne by the municipality"),
    ClosingPart.POSTED: _l("Entered in the next year"),
}
COVERS = {Cover.WITHOUT: _l("without cover"), Cover.ONLY: _l("cover only")}
HOW = {
    "budget": _l("Allotted, carried over and transferred together."),
    "used": _l("What usage per cent is of: committed and spent together."),
    "available": _l("The budget less what is reserved, committed and spent."),
    "result": _l("The budget less what is committed and spent."),
}


def entries_url(pool_id: UUID, column: str, *, as_of: date | None = None) -> str:
    """Where the entries behind a pool's figure are listed; live, or as of a day's report."""
    return url_for("explain.index", pool=pool_id, column=column, **_day(as_of))


def unit_url(
    unit_id: UUID,
    column: str,
    *,
    year: int,
    own: bool = False,
    as_of: date | None = None,
    cover: str = "",
) -> str:
    """The same for a unit with all below it, or its own pools alone; without cover, or cover
    only."""
    keys: dict[str, Any] = {"own": "1"} if own else {}
    if cover:
        keys["cover"] = cover
    return url_for("explain.index", unit=unit_id, column=column, year=year, **keys, **_day(as_of))


def year_url(year: int, column: str) -> str:
    """The same for all pools the reader sees."""
    return url_for("explain.index", year=year, column=column)


def closing_url(
    year: int, part: str, *, kind: PoolKind | None = None, pool_id: UUID | None = None
) -> str:
    """The same for a figure of the closing of a year: of all pools, of a kind, or of one."""
    keys: dict[str, Any] = {"pool": pool_id} if pool_id else {"year": year}
    if kind is not None:
        keys["kind"] = kind.value
    return url_for("explain.index", closing=ClosingPart(part).value, **keys)


def closing_figure(part: str) -> Formatter:
    """The amount of a carry-over, which leads to the entries behind it."""

    def format_(view: Any, context: Any, row: CarryOver, name: str) -> Any:
        amount = getattr(row, name)
        named = "debt" if part == "carried" and amount < 0 else part
        where = closing_url(row.year.year, named, pool_id=row.pool_id)
        return Markup('<a class="money figure" href="{}">{}</a>').format(where, show(amount))

    return format_


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
            figure=_named(shown),
            how=HOW.get(shown.column, ""),
            kind=KINDS[shown.kind] if shown.kind is not None else "",
            made_up=shown.closing not in (None, ClosingPart.RESULT, ClosingPart.POSTED),
            entry_kinds=ENTRIES,
            lines=LINES,
            percent_text=percent_text,
            thousands=thousands,
            moment=date_text,
            pool_id=asked["pool_id"],
            several=asked["pool_id"] is None or shown.closing is ClosingPart.POSTED,
            closing_id=self._closing_id(shown),
            page_url=lambda page: self.get_url(
                ".index", **{**request.args.to_dict(), "page": page}
            ),
        )

    def _closing_id(self, shown: reports.Explanation) -> UUID | None:
        """The year whose closing shows the figure, where the reader may look at it."""
        if shown.closing is None or not self.ctx.actor.may(
            Permission.BUDGET_VIEW, at=organisation.root_path(self.ctx)
        ):
            return None
        return next((y.id for y in budgets.years(self.ctx).items if y.year == shown.year), None)


def _named(shown: reports.Explanation) -> str:
    name = str(FIGURES[shown.column] if shown.closing is None else CLOSING[shown.closing])
    return name if shown.cover is None else f"{name}, {COVERS[shown.cover]}"


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
        "cover": _one_of(Cover, "cover"),
        "kind": _one_of(PoolKind, "kind"),
        "closing": _one_of(ClosingPart, "closing"),
        "page": min(max(request.args.get("page", 1, type=int), 1), 100_000),
    }


def _one_of(words: type[T], name: str) -> T | None:
    word = request.args.get(name, "")
    try:
        return words(word) if word else None
    except ValueError:
        raise Invalid(
            N_("There is no such figure. Choose one of: %(known)s."),
            field=name,
            known=", ".join(words),
        ) from None


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
