"""Budget years: drafted, looked at, adopted, opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin.base import RoomView, Verb
from admin.budget_closing import (
    ENDING,
    ApproveAll,
    BeginClosing,
    CloseYear,
    ClosingDay,
    MakeUp,
    SendBack,
    TakeBackClosing,
    closing_page,
)
from admin.budget_fields import (
    KEYS,
    KINDS,
    POLICIES,
    STATES,
    ages_text,
    limits_text,
    percent_text,
    unbroken,
)
from admin.budget_now import year_now
from admin.budget_revisions import Redivide
from admin.budget_year_form import KEEP, NewYearForm, YearForm
from admin.formats import choice, day, money
from admin.labels import MONEY
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, BudgetYearState
from tenant_app.budgets.rules import AGES, Key
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Refusal
from tenant_app.core.money import show
from tenant_app.organisation import service as organisation
from tenant_app.web.errors import text_of


def key_text(allocation: Sequence[Mapping[str, Any]]) -> str:
    """The allocation key in words."""
    words = []
    for entry in allocation:
        weight = f" {entry['weight']} %" if "weight" in entry else ""
        ages = entry.get("ages") or {}
        counted = f" ({ages_text(ages)})" if ages and ages != AGES else ""
        words.append(f"{KEYS[Key(entry['key'])]}{counted}{weight}")
    return " + ".join(words)


class CreateYear(Verb):
    name = "create"
    label = _l("New budget year")
    help = _l(
        "A draft: nothing is divided before you adopt it. What pools did of their own the year "
        "before goes along; the preview shows it."
    )
    form = NewYearForm
    template = "budgets/year_form.html"
    permission = Permission.BUDGET_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.offer()
        if request.method == "GET":
            form.year.data = _next_year(ctx)
            form.allocation.data = Key.PEDAGOGUE_FTE.value

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        made = budgets.create_year(ctx, year=form.year.data, **form.facts())
        return _("The budget year %(year)s is drafted.", year=made.year)


class ChangeYear(Verb):
    name = "change"
    label = _l("Change the draft")
    form = YearForm
    template = "budgets/year_form.html"
    permission = Permission.BUDGET_MANAGE

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.state is BudgetYearState.DRAFT

    def prepare(self, ctx: Context, form: Any, row: Any) -> None:
        form.offer(keep=key_text(row.allocation))
        if request.method == "GET":
            form.frame.data, form.policy.data = row.frame, row.policy.value
            form.central_bp.data, form.area_bp.data = row.central_bp, row.area_bp
            form.allocation.data = KEEP
            form.floor.data = row.limits.get("floor")
            form.ceiling.data = row.limits.get("ceiling")

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        changed = budgets.change_year(ctx, _id(row_id), **form.facts())
        return _("The budget year %(year)s is changed.", year=changed.year)


class Adopt(Verb):
    name = "adopt"
    label = _l("Adopt")
    help = _l("Each pool gets its part of the frame. A year is adopted once.")
    permission = Permission.BUDGET_MANAGE
    template = "budgets/adopt.html"

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.state is BudgetYearState.DRAFT

    def extra(self, ctx: Context, row: Any) -> dict[str, Any]:
        return divided(ctx, row.id) if row.state is BudgetYearState.DRAFT else {}

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        adopted = budgets.adopt(ctx, _id(row_id))
        return _(
            "The budget year %(year)s is adopted; %(frame)s is divided.",
            year=adopted.year,
            frame=show(adopted.frame),
        )


class Open(Verb):
    name = "open"
    label = _l("Open for requests")
    help = _l("Requests can draw on the year from now on.")
    permission = Permission.BUDGET_MANAGE

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.state is BudgetYearState.ADOPTED

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        opened = budgets.open_year(ctx, _id(row_id))
        return _("The budget year %(year)s is open.", year=opened.year)


def _next_year(ctx: Context) -> int:
    """This year, or the first after it that is not there yet."""
    known = {each.year for each in budgets.years(ctx).items}
    return min({*range(ctx.today.year, ctx.today.year + len(known) + 1)} - known)


def _id(row_id: UUID | None) -> UUID:
    if row_id is None:  # pragma: no cover - these verbs are on a row
        raise ValueError("a verb on a row")
    return row_id


def divided(ctx: Context, year_id: UUID) -> dict[str, Any]:
    """The preview for a template, or why there is none."""
    shown = {"ways": budgets.own_ways(ctx, year_id), "kinds": KINDS, "policies": POLICIES}
    shown |= {"percent_text": percent_text}
    try:
        return shown | {"allocation": budgets.preview_allocation(ctx, year_id)}
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return shown | {"allocation": None, "problem": text_of(refusal)}


class YearsView(RoomView):
    """The years, with the way from draft to open."""

    model_class = BudgetYear
    endpoint_name = "budget-years"
    label = _l("Budget years")
    help = _l(
        "A year is drafted, adopted and opened. When it is adopted its frame is divided "
        "between the pools."
    )
    empty = _l("No budget years yet.")
    group = MONEY
    permission = Permission.BUDGET_VIEW
    verbs = (
        CreateYear,
        ChangeYear,
        Adopt,
        Open,
        Redivide,
        ClosingDay,
        BeginClosing,
        MakeUp,
        ApproveAll,
        CloseYear,
        SendBack,
        TakeBackClosing,
    )
    details_template = "budgets/year.html"
    column_list: ClassVar[list[str]] = [
        "year",
        "state",
        "frame",
        "central_bp",
        "area_bp",
        "allocation",
        "adopted_at",
    ]
    column_details_list: ClassVar[list[str]] = [*column_list, "limits", "policy", "closes_from"]
    column_sortable_list: ClassVar[list[str]] = [
        "year",
        "state",
        "frame",
        "central_bp",
        "area_bp",
        "adopted_at",
    ]
    more_columns: ClassVar[list[str]] = ["policy", "closes_from"]
    column_default_sort = ("year", True)
    column_labels: ClassVar[dict[str, Any]] = {
        "year": _l("Budget year"),
        "state": _l("State"),
        "frame": _l("Frame"),
        "central_bp": _l("Central share"),
        "area_bp": _l("Areas' share"),
        "allocation": _l("Allocation key"),
        "limits": _l("Floor and ceiling"),
        "policy": _l("When a pool is empty"),
        "adopted_at": _l("Adopted"),
        "closes_from": _l("The closing can begin from"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "state": choice("state", STATES),
        "frame": money("frame"),
        "central_bp": lambda v, c, row, name: unbroken(f"{percent_text(row.central_bp)} %"),
        "area_bp": lambda v, c, row, name: unbroken(f"{percent_text(row.area_bp)} %"),
        "allocation": lambda v, c, row, name: unbroken(key_text(row.allocation)),
        "limits": lambda v, c, row, name: limits_text(row.limits),
        "policy": choice("policy", POLICIES),
        "adopted_at": day("adopted_at"),
        "closes_from": day("may_close_from"),
    }
    column_formatters_detail = column_formatters

    def title_of(self, row: BudgetYear) -> str:
        return f"{self.name} {row.year}"

    def __init__(self) -> None:
        super().__init__()
        self._urls += [u for u in type(self)._urls if u[1] in {"preview_view", "closing_view"}]

    def previews(self) -> bool:
        """Whether the reader may see the whole municipality's division."""
        return self.ctx.actor.may(Permission.BUDGET_VIEW, at=organisation.root_path(self.ctx))

    @expose("/preview/", methods=("GET",))
    def preview_view(self) -> ResponseReturnValue:
        """How the frame would divide if the year were adopted now."""
        row = self.get_one(request.args.get("id", ""))
        return self.render("budgets/preview.html", row=row, **divided(self.ctx, row.id))

    def ending(self, row: BudgetYear) -> bool:
        """Whether the reader may see how the year's end stands."""
        return row.state in ENDING and self.previews()

    def now(self, row: BudgetYear) -> dict[str, Any]:
        """The year's money in sight as it stands."""
        return year_now(self.ctx, row)

    def positions(self, row: BudgetYear) -> Sequence[budgets.Position]:
        """The pools in sight that are allotted something else than was adopted."""
        return [each for each in budgets.original_and_now(self.ctx, row.id) if each.change]

    @expose("/closing/", methods=("GET",))
    def closing_view(self) -> ResponseReturnValue:
        """The report of the year's closing."""
        row = self.get_one(request.args.get("id", ""))
        return self.render(
            "budgets/closing.html", row=row, states=STATES, **closing_page(self.ctx, row)
        )
