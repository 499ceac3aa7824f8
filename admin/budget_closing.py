"""The end of a year: its steps on the year, what each pool takes along, and the caps."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload
from wtforms.validators import InputRequired, Length

from admin import charts
from admin.base import Verb
from admin.beginnings import BUDGET_YEARS
from admin.budget_fields import KINDS
from admin.choosing import Among, FilteredView
from admin.explaining import closing_figure, closing_url, entries_url
from admin.fields import DanishDateField, TextAreaField
from admin.formats import choice, date_text, day
from admin.labels import MONEY
from admin.lists import looked_up
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYear, BudgetYearState, Pool
from tenant_app.budgets.year_models import CarryApprover, CarryOver
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.money import show
from tenant_app.organisation import service as organisation

APPROVERS = {
    CarryApprover.OWNER: _l("The pool's owner"),
    CarryApprover.AREA: _l("The level above the pool's owner"),
    CarryApprover.CENTRAL: _l("The administration"),
}
ENDING = {BudgetYearState.CLOSING, BudgetYearState.CLOSED}
WHOLE_KRONER = 100
FIGURES = ("result", "carried", "lost", "over_cap", "posted")


class _Step(Verb):
    """A step of the end of a year, with how it stands above the button."""

    permission = Permission.BUDGET_MANAGE
    template = "budgets/closing_step.html"
    states: ClassVar[set[BudgetYearState]] = ENDING

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.state in self.states

    def extra(self, ctx: Context, row: Any) -> dict[str, Any]:
        if row.state not in ENDING:
            return {"closing": None}
        return {"closing": budgets.closing(ctx, row.id)}


class BeginClosing(_Step):
    name = "begin-closing"
    label = _l("Begin the closing")
    help = _l(
        "No new request draws on the year from now on. What is asked for must be answered, and "
        "what each pool takes along is made up for approval."
    )
    states: ClassVar[set[BudgetYearState]] = {BudgetYearState.OPEN}

    def extra(self, ctx: Context, row: Any) -> dict[str, Any]:
        early = date_text(row.may_close_from) if ctx.today < row.may_close_from else None
        return super().extra(ctx, row) | {"early": early, "year": row.year}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = budgets.begin_closing(ctx, row_id)
        return _(
            "The closing of %(year)s has begun; %(count)s pools wait for approval.",
            year=made.year.year,
            count=made.waiting,
        )


class ClosingDayForm(FlaskForm):
    closes_from = DanishDateField(_l("The closing can begin from"), [InputRequired()])


class ClosingDay(_Step):
    name = "closing-day"
    label = _l("Closing day")
    help = _l(
        "The first day on which the closing can begin: 1 January of the next year, or when the "
        "last bills of the year are expected to have come."
    )
    form = ClosingDayForm
    states: ClassVar[set[BudgetYearState]] = {BudgetYearState.ADOPTED, BudgetYearState.OPEN}

    def prepare(self, ctx: Context, form: Any, row: Any) -> None:
        if request.method == "GET":
            form.closes_from.data = row.may_close_from

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        row = budgets.set_closing_day(ctx, row_id, form.closes_from.data)
        return _(
            "The closing of %(year)s can begin from %(day)s.",
            year=row.year,
            day=date_text(row.may_close_from),
        )


class TakeBackForm(FlaskForm):
    note = TextAreaField(_l("Reason"), [InputRequired(), Length(max=1000)])


class TakeBackClosing(_Step):
    name = "take-back-closing"
    label = _l("Take the closing back")
    help = _l(
        "The year is open for requests again, and what was made up is gone. Requests that were "
        "sent back stay so. Once somebody has approved what follows, the year is closed instead."
    )
    form = TakeBackForm
    danger = True
    states: ClassVar[set[BudgetYearState]] = {BudgetYearState.CLOSING}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = budgets.take_back_closing(ctx, row_id, reason=form.note.data)
        return _("The closing of %(year)s is taken back.", year=made.year.year)


class MakeUp(_Step):
    name = "make-up"
    label = _l("Make up again")
    help = _l("Figures and caps as they are now. Those who approved other figures look again.")

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = budgets.make_up(ctx, row_id)
        return _(
            "%(carried)s follows into the next year; %(count)s pools wait for approval.",
            carried=show(made.carried),
            count=made.waiting,
        )


class SendBackForm(FlaskForm):
    note = TextAreaField(
        _l("Reason"),
        [InputRequired(), Length(max=1000)],
        description=_l("Those who asked read it."),
    )


class SendBack(_Step):
    name = "send-back"
    label = _l("Send back what nobody answered")
    help = _l("Every request that still waits in the year is returned, and its money is free.")
    form = SendBackForm
    danger = True
    states: ClassVar[set[BudgetYearState]] = {BudgetYearState.CLOSING}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        count = budgets.send_back_reservations(ctx, row_id, note=form.note.data)
        return _("%(count)s requests are sent back.", count=count)


class ApproveAll(_Step):
    name = "approve-carry"
    label = _l("Approve what follows")
    help = _l("All pools of the year that wait for your approval.")
    permission = Permission.BUDGET_TRANSFER

    def extra(self, ctx: Context, row: Any) -> dict[str, Any]:
        root = organisation.root_path(ctx)
        seen = ctx.actor.may(Permission.BUDGET_VIEW, at=root)
        return super().extra(ctx, row) if seen else {"closing": None}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        count = budgets.approve_carry_overs(ctx, row_id)
        return _("%(count)s pools are approved.", count=count)


class CloseYear(_Step):
    name = "close"
    label = _l("Close the year")
    help = _l(
        "What follows is entered in next year's pools. Closing again enters only what has changed."
    )

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = budgets.close_year(ctx, row_id)
        return _(
            "%(year)s is closed; %(amount)s lies in the next year's pools.",
            year=made.year.year,
            amount=show(made.posted),
        )


def closing_page(ctx: Context, year: BudgetYear) -> dict[str, Any]:
    """What the report of a closing shows. Needs the view of the whole municipality."""
    made = budgets.closing(ctx, year.id)
    sums = budgets.closing_sums(ctx, year.id)
    left = charts.parts(
        "closing-left",
        _("What is left, in kroner"),
        (_("Carried to next year"), _("Lost")),
        [
            (str(KINDS[each.kind]), (each.carried // WHOLE_KRONER, each.lost // WHOLE_KRONER))
            for each in sums
        ],
        of=_("Kind"),
        whole=_("Left"),
        sentence=_("Of what is left follows: %(parts)s."),
    )
    over = charts.parts(
        "closing-over",
        _("What is overspent, in kroner"),
        (_("Carried to next year"), _("Borne by the municipality")),
        [
            (str(KINDS[each.kind]), (each.debt // WHOLE_KRONER, each.over_cap // WHOLE_KRONER))
            for each in sums
        ],
        of=_("Kind"),
        whole=_("Overspent"),
        sentence=_("Of what is overspent follows: %(parts)s."),
    )
    return {
        "closing": made,
        "sums": sums,
        "charts": [each for each in (left, over) if each is not None],
        "kinds": KINDS,
        "closing_url": closing_url,
        "entries_url": entries_url,
        "asked": budgets.reservations(ctx, year.id),
        "beyond": budgets.beyond_caps(ctx, year.id),
    }


class PurposeForm(FlaskForm):
    purpose = TextAreaField(_l("What the money is for"), [InputRequired(), Length(max=500)])


class StatePurpose(Verb):
    name = "purpose"
    label = _l("State the purpose")
    help = _l("Where a purpose is needed, nothing follows without one.")
    form = PurposeForm
    permission = Permission.BUDGET_TRANSFER

    def shown(self, ctx: Context, row: Any) -> bool:
        may = row.year.state is BudgetYearState.CLOSING or row.approved_at is None
        return may and row.result > 0

    def prepare(self, ctx: Context, form: Any, row: Any) -> None:
        if request.method == "GET":
            form.purpose.data = row.purpose

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        row = budgets.state_purpose(ctx, row_id, purpose=form.purpose.data)
        return _("%(amount)s follows into the next year.", amount=show(row.carried))


class ApproveOne(Verb):
    name = "approve"
    label = _l("Approve")
    permission = Permission.BUDGET_TRANSFER

    def shown(self, ctx: Context, row: Any) -> bool:
        return budgets.may_approve_carry_over(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        row = budgets.carry_over(ctx, row_id)
        budgets.approve_carry_overs(ctx, row.year_id, only={row.id})
        return _("“%(pool)s” is approved.", pool=row.pool.name)


def _year_id(value: str) -> Any:
    if not (value.isascii() and value.isdigit() and len(value) == 4):
        raise ValueError(value)
    return select(BudgetYear.id).where(BudgetYear.year == int(value)).scalar_subquery()


class CarryOversView(FilteredView):
    """What pools take along from their year."""

    model_class = CarryOver
    endpoint_name = "carry-overs"
    label = _l("Carried to next year")
    help = _l("What each pool takes along into the next year, and what it does not.")
    empty = _l("Nothing yet: it is made up when the closing of a year begins.")
    begins_here = False
    begins_at = (BUDGET_YEARS,)
    group = MONEY
    permission = Permission.BUDGET_VIEW
    load = (joinedload(CarryOver.pool), joinedload(CarryOver.year))
    verbs = (StatePurpose, ApproveOne)
    column_list: ClassVar[list[str]] = [
        "pool",
        "year",
        "result",
        "carried",
        "lost",
        "over_cap",
        "approved_by_name",
    ]
    column_details_list: ClassVar[list[str]] = [
        "pool",
        "year",
        "result",
        "carried",
        "lost",
        "over_cap",
        "purpose",
        "approver",
        "approved_by_name",
        "approved_at",
        "posted",
    ]
    more_columns: ClassVar[list[str]] = ["purpose", "approver", "approved_at", "posted"]
    column_sortable_list: ClassVar[list[Any]] = [
        "result",
        "carried",
        "lost",
        "over_cap",
        "approved_by_name",
        ("year", "year.year"),
    ]
    sort_by: ClassVar[dict[str, Any]] = {
        "pool": looked_up(danish(Pool.name), Pool.id == CarryOver.pool_id, row=CarryOver)
    }
    column_default_sort: ClassVar[list[tuple[str, bool]]] = [
        ("year.year", True),
        ("pool.kind", False),
        ("pool.name", False),
    ]
    column_filters: ClassVar[list[Any]] = [
        Among(CarryOver.year_id, _l("Budget year"), None, word="year", convert=_year_id),
    ]
    column_labels: ClassVar[dict[str, Any]] = {
        "pool": _l("Pool"),
        "year": _l("Budget year"),
        "result": _l("Result"),
        "carried": _l("Carried to next year"),
        "lost": _l("Lost"),
        "over_cap": _l("Borne by the municipality"),
        "purpose": _l("What the money is for"),
        "approver": _l("Who approves"),
        "approved_by_name": _l("Approved by"),
        "approved_at": _l("Approved"),
        "posted": _l("Entered in the next year"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "pool": lambda v, c, row, name: row.pool.name,
        "year": lambda v, c, row, name: str(row.year.year),
        "approver": choice("approver", APPROVERS),
        "approved_at": day("approved_at"),
        **{name: closing_figure(name) for name in FIGURES},
    }
    column_formatters_detail = column_formatters

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        return budgets.carry_overs_in_sight(ctx)

    def title_of(self, row: CarryOver) -> str:
        return f"{row.pool.name}, {row.year.year}"
