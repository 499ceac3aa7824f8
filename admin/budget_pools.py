"""Pools with their positions, and the ledger that explains them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Query, joinedload
from wtforms import SelectField
from wtforms.validators import InputRequired, Length

from admin import charts
from admin.base import Verb
from admin.beginnings import BUDGET_YEARS
from admin.budget_fields import (
    COLUMNS,
    ENTRIES,
    KINDS,
    LINES,
    YearFilter,
    kind_filter,
    percent_text,
)
from admin.budget_modes import SetMode
from admin.budget_named_pools import OpenNamedPool
from admin.budget_now import pool_chart
from admin.budget_policies import (
    SetConstraints,
    SetPolicies,
    constraints_shown,
    policies_text,
    policy_text,
)
from admin.budget_rules_words import when_text
from admin.choosing import Among, FilteredView, key, unit_choices, yes_or_no
from admin.explaining import entries_url
from admin.fields import KronerField, TextAreaField, choices_of
from admin.formats import choice
from admin.labels import MONEY
from admin.labels_rounds import MODES
from admin.lists import looked_up
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import (
    BudgetYearState,
    Pool,
    PoolBalance,
    PoolKind,
    PoolMode,
)
from tenant_app.budgets.rules import usage_bp
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import Money, show
from tenant_app.core.paging import Page
from tenant_app.enrolments import service as enrolments
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind
from tenant_app.web.current import context

HOLDS_MONEY = {BudgetYearState.ADOPTED, BudgetYearState.OPEN}


class AdjustForm(FlaskForm):
    amount = KronerField(
        _l("Add (kr)"),
        [InputRequired()],
        negative=True,
        description=_l("Write a minus in front to take money away."),
    )
    reason = TextAreaField(_l("Reason"), [InputRequired(), Length(max=1000)])


class Adjust(Verb):
    name = "adjust"
    label = _l("Adjust allotment")
    form = AdjustForm
    permission = Permission.BUDGET_MANAGE
    template = "budgets/adjust.html"

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.year.state in HOLDS_MONEY

    def extra(self, ctx: Context, row: Any) -> dict[str, Any]:
        return {"position": budgets.positions(ctx, [row.id])[row.id]}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        after = budgets.adjust_allotment(
            ctx, row_id, amount=form.amount.data, reason=form.reason.data
        )
        return _(
            "The pool now has %(allotted)s allotted and %(available)s available.",
            allotted=show(after.allotted),
            available=show(after.available),
        )


class OpenPoolForm(FlaskForm):
    year_id = SelectField(_l("Budget year"), [InputRequired()], coerce=key)
    unit_id = SelectField(_l("Unit"), [InputRequired()], coerce=key)


class OpenPool(Verb):
    name = "open-pool"
    label = _l("Open a pool for a new unit")
    help = _l("A unit founded after the year was adopted starts with an empty pool.")
    form = OpenPoolForm
    permission = Permission.BUDGET_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.year_id.choices = choices_of(
            [
                (year.id, str(year.year))
                for year in budgets.years(ctx).items
                if year.state in HOLDS_MONEY
            ]
        )
        form.unit_id.choices = choices_of(unit_choices(ctx, UnitKind.AREA, UnitKind.INSTITUTION))

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        pool = budgets.open_pool(ctx, form.year_id.data, unit_id=form.unit_id.data)
        return _("“%(pool)s” has a pool. Adjust its allotment to give it money.", pool=pool.name)


def _position(ctx: Context, pool_id: UUID) -> PoolBalance:
    """The pool's balance; those of a whole page are read together in `read_for`."""
    known: dict[UUID, PoolBalance] = ctx.memo.setdefault("positions on screen", {})
    if pool_id not in known:
        known |= budgets.positions(ctx, [pool_id])
    return known[pool_id]


def _amount(position: PoolBalance, column: str) -> Money:
    """A column of the balance, or what there was to begin with: the rest adds up to it."""
    if column == "budget":
        return Money(position.allotted + position.carried + position.transferred)
    found: Money = getattr(position, column)
    return found


def _money_of(column: str) -> Callable[..., Any]:
    def format_(view: Any, context: Any, row: Any, name: str) -> Any:
        amount = _amount(_position(view.ctx, row.id), column)
        return Markup('<span class="money">{}</span>').format(show(amount))

    return format_


def _explained(column: str) -> Callable[..., Any]:
    """The amount, which leads to the entries that make it."""

    def format_(view: Any, context: Any, row: Any, name: str) -> Any:
        amount = _amount(_position(view.ctx, row.id), column)
        link = Markup('<a class="money figure" href="{}">{}</a>')
        return link.format(entries_url(row.id, column), show(amount))

    return format_


def _year_link(ctx: Context, row: Pool) -> Any:
    """The year, with its page for those who see it whole."""
    year = str(row.year.year)
    if not ctx.actor.may(Permission.BUDGET_VIEW, at=organisation.root_path(ctx)):
        return year
    url = url_for("budget-years.details_view", id=row.year_id)
    return Markup('<a href="{}">{}</a>').format(url, year)


def _usage(view: Any, context: Any, row: Any, name: str) -> Any:
    share = usage_bp(_position(view.ctx, row.id))
    if share is None:
        return ""
    whole = share // 100
    bar = Markup('<meter min="0" max="100" value="{}"></meter> {} %')
    return bar.format(min(whole, 100), f"{share / 100:.1f}".replace(".", ","))


def _usage_text(view: Any, context: Any, row: Any, name: str) -> Any:
    share = usage_bp(_position(view.ctx, row.id))
    text = "" if share is None else f"{share / 100:.1f} %".replace(".", ",")
    return Markup('<span class="money">{}</span>').format(text)


def _policy(view: Any, context: Any, row: Any, name: str) -> str:
    position = _position(view.ctx, row.id)
    return policy_text(position.policy, position.over_level)


SHOWN = ["budget", "reserved", "committed", "actual", "available"]
LATEST_SHOWN = 20


AMOUNTS: dict[str, Any] = {
    "budget": PoolBalance.allotted + PoolBalance.carried + PoolBalance.transferred,
    **{column: getattr(PoolBalance, column) for column in COLUMNS if column != "available"},
    "available": PoolBalance.allotted
    + PoolBalance.carried
    + PoolBalance.transferred
    - PoolBalance.reserved
    - PoolBalance.committed
    - PoolBalance.actual,
}


class NearEnd(Among):
    """The actor's own pools, of this year or next, past their first threshold; or all others."""

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        near = budgets.nears_end(context())
        return query.filter(near if value else ~near)


class PoolsView(FilteredView):
    """Who has how much, and what of it is used."""

    model_class = Pool
    endpoint_name = "pools"
    label = _l("Pools")
    help = _l("Pots of money and what is left in them. Choose one to see its entries.")
    empty = _l("No pools yet. They are made when a budget year is adopted.")
    begins_here = False
    begins_at = (BUDGET_YEARS,)
    group = MONEY
    permission = Permission.BUDGET_VIEW
    load = (joinedload(Pool.year), joinedload(Pool.unit))
    verbs = (OpenPool, OpenNamedPool, Adjust, SetPolicies, SetMode, SetConstraints)
    details_template = "budgets/pool.html"
    column_list: ClassVar[list[str]] = ["name", "year", *SHOWN, "usage"]
    column_details_list: ClassVar[list[str]] = [
        "name",
        "year",
        "kind",
        "code",
        "purpose",
        "policy",
        "mode",
        *("allotted", "carried", "transferred"),
        *SHOWN,
        "usage",
    ]
    column_sortable_list: ClassVar[list[Any]] = ["name", "kind", ("year", "year.year")]
    sort_by: ClassVar[dict[str, Any]] = {
        column: looked_up(amount, PoolBalance.pool_id == Pool.id, row=Pool)
        for column, amount in AMOUNTS.items()
    }
    more_columns: ClassVar[list[str]] = [
        "kind",
        "code",
        "policy",
        "allotted",
        "carried",
        "transferred",
    ]
    column_default_sort: ClassVar[list[tuple[str, bool]]] = [
        ("kind", False),
        ("name", False),
        ("year.year", True),
    ]
    column_searchable_list: ClassVar[list[str]] = ["name", "code"]
    column_filters: ClassVar[list[Any]] = [
        kind_filter(Pool.kind, KINDS, PoolKind),
        YearFilter(Pool.year_id, _l("Budget year")),
        NearEnd(
            Pool.id,
            _l("Nearly used up"),
            [("1", _l("Yes")), ("0", _l("No"))],
            word="near",
            convert=yes_or_no,
        ),
    ]
    column_labels: ClassVar[dict[str, Any]] = {
        "year": _l("Budget year"),
        "kind": _l("Kind"),
        "name": _l("Pool"),
        "code": _l("Code"),
        "purpose": _l("What the money is for"),
        "usage": _l("Used"),
        "policy": _l("When the pool is empty"),
        "mode": _l("How it is given out"),
        **COLUMNS,
        "budget": _l("Budget"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "year": lambda v, c, row, name: str(row.year.year),
        "kind": choice("kind", KINDS),
        "usage": _usage_text,
        "policy": _policy,
        "mode": choice("mode", MODES),
        **{column: _money_of(column) for column in (*COLUMNS, "budget")},
    }
    column_formatters_detail: ClassVar[dict[str, Any]] = {
        **column_formatters,
        "year": lambda v, c, row, name: _year_link(v.ctx, row),
        "usage": _usage,
        **{column: _explained(column) for column in (*COLUMNS, "budget")},
    }
    can_export = True

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        return budgets.pools_in_sight(ctx)

    def read_for(self, rows: Sequence[Pool]) -> None:
        """The page's positions, read at once."""
        known = budgets.positions(self.ctx, [row.id for row in rows])
        self.ctx.memo["positions on screen"] = dict(known)

    def title_of(self, row: Pool) -> str:
        return f"{row.name}, {row.year.year}"

    def entries(self, row: Any) -> Page[enrolments.StatementRow]:
        """The pool's latest entries, and what they were for."""
        return enrolments.statement_rows(
            self.ctx, row.id, page_size=LATEST_SHOWN, newest_first=True
        )

    def chart(self, row: Any) -> charts.Chart | None:
        """How much of the pool is used."""
        return pool_chart(_position(self.ctx, row.id))

    entry_kinds = ENTRIES
    cost_lines = LINES

    def policies(self, row: Any) -> dict[str, Any]:
        """What the pool does with requests, for its page."""
        position = _position(self.ctx, row.id)
        return {
            "position": position,
            "forms": policies_text(position),
            "constraints": constraints_shown(self.ctx, row),
            "percent": percent_text,
            "when_text": when_text,
            "held": int(position.allotted + position.carried + position.transferred),
            "turns": budgets.turns_of(self.ctx, row.id) if row.mode is PoolMode.ROTATION else (),
        }
