"""Account strings, and the batches of postings that the finance system reads."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import joinedload
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.choosing import Among, FilteredView, ReadOptions, key, seen_unit_choices
from admin.enrolments_labels import LINES
from admin.fields import DanishDateField, choices_of
from admin.formats import choice, day, money
from admin.labels import MONEY
from admin.organisation import Below
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import CostLine
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import show
from tenant_app.core.sheets import BOM, csv_cell
from tenant_app.invoices import service as invoices
from tenant_app.invoices.models import AccountString, PostingBatch
from tenant_app.organisation import service as organisation
from tenant_app.web.current import context

HEADS = (
    *("Bundt", "Bogføringsdato", "Kontostreng", "PSP-element", "Beløb", "Tekst"),
    *("Rekvisition", "Fakturanummer", "Leverandør CVR"),
)
"""The finance system's, whatever the reader's language."""


class HandOver(Verb):
    name = "hand-over"
    label = _l("Hand over new postings")
    help = _l(
        "Each posting is handed over once. A batch can be fetched again, and is the same each time."
    )
    permission = Permission.INVOICES_MANAGE
    on_row = False
    template = "invoices/hand_over.html"

    def extra(self, ctx: Context, row: None) -> dict[str, Any]:
        return {"ready": invoices.ready(ctx), "lines": LINES, "show": show}

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        made = invoices.hand_over(ctx)
        return redirect(url_for("posting-batches.details_view", id=made.id))


class BatchList(FilteredView):
    model_class = PostingBatch
    endpoint_name = "posting-batches"
    label = _l("Postings for the finance system")
    group = MONEY
    help = _l(
        "What invoices came to, account by account, in numbered batches. Fetch a batch as a file "
        "and read it into the finance system."
    )
    empty = _l("Nothing has been handed over yet.")
    permission = Permission.INVOICES_VIEW
    verbs = (HandOver,)
    details_template = "invoices/batch.html"
    column_list = ("number", "made_at", "postings", "total")
    column_labels = {
        "number": _l("Batch"),
        "made_at": _l("Handed over"),
        "postings": _l("Postings"),
        "total": _l("Amount in all"),
    }
    column_details_list = column_list
    column_sortable_list = column_list
    column_default_sort = ("number", True)
    column_formatters = {"made_at": day("made_at"), "total": money("total")}
    column_filters = ()

    def __init__(self) -> None:
        super().__init__()
        self._urls += [url for url in type(self)._urls if url[1] == "file"]

    def is_accessible(self) -> bool:
        """The finance system has one batch for the whole municipality."""
        at = organisation.root_path(self.ctx)
        return super().is_accessible() and self.ctx.actor.may(Permission.INVOICES_VIEW, at=at)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        self.ctx.require(Permission.INVOICES_VIEW, at=organisation.root_path(self.ctx))
        return super().inaccessible_callback(name, **kwargs)

    def title_of(self, row: PostingBatch) -> str:
        return _("Batch %(number)s", number=row.number)

    def may(self, verb: Verb) -> bool:
        return super().may(verb) and invoices.may_manage(self.ctx)

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        may = ctx.actor.may(Permission.INVOICES_VIEW, at=organisation.root_path(ctx))
        return None if may else false()

    def rows(self, row: PostingBatch) -> list[invoices.Row]:
        """What was handed over, read once for the page."""
        key = ("batch rows", row.id)
        if key not in self.ctx.memo:
            self.ctx.memo[key] = invoices.rows_of(self.ctx, row)
        found: list[invoices.Row] = self.ctx.memo[key]
        return found

    def totals(self, row: PostingBatch) -> list[tuple[str, str, int, int]]:
        """(account string, PSP element, postings, amount): what the finance system shows too."""
        found: dict[tuple[str, str], list[int]] = {}
        for each in self.rows(row):
            found.setdefault((each.account, each.psp), []).append(each.amount)
        return [(*key, len(each), sum(each)) for key, each in sorted(found.items())]

    def words(self) -> dict[str, Any]:
        """The labels of the page."""
        return {"show": show, "lines": LINES}

    @expose("/file/")
    def file(self) -> Response:
        """A batch as the finance system reads it."""
        found = self.get_one(request.args.get("id", ""))
        response = Response(batch_file(self.ctx, found), content_type="text/csv; charset=utf-8")
        name = f"posteringer-{found.number:05}.csv"
        response.headers["Content-Disposition"] = f"attachment; filename={name}"
        return response


def batch_file(ctx: Context, found: PostingBatch) -> bytes:
    """Semicolons, decimal commas and a byte order mark, as Danish finance systems read it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADS)
    for row in invoices.rows_of(ctx, found):
        cells = (
            *(found.number, row.booked_on, row.account, row.psp),
            Decimal(row.amount) / 100,
            *(row.text, row.requisition, row.invoice_number, row.supplier_cvr),
        )
        writer.writerow(
            f"{each:.2f}".replace(".", ",") if isinstance(each, Decimal) else csv_cell(each)
            for each in cells
        )
    return (BOM + text.getvalue()).encode()


class AccountForm(FlaskForm):
    unit_id = SelectField(_l("Unit"), [InputRequired()], coerce=key)
    pool_code = SelectField(
        _l("Which money"),
        default="",
        description=_l("An earmarked pool or a fund follows the unit when it has none of its own."),
    )
    cost_line = SelectField(_l("What is paid"), [InputRequired()])
    from_date = DanishDateField(_l("From"), [InputRequired()])
    account = StringField(
        _l("Account string"), [DataRequired(), Length(max=invoices.LONGEST_ACCOUNT)]
    )
    psp = StringField(_l("PSP element"), [Length(max=invoices.LONGEST_ACCOUNT)])
    gln = StringField(
        _l("EAN number"), [Length(max=invoices.LONGEST_LINE)], description=_l("Thirteen digits.")
    )


class SetAccount(Verb):
    name = "set"
    label = _l("Set an account string")
    help = _l(
        "It counts for the unit and for those below it that have none of their own. What was "
        "handed over already keeps its account string."
    )
    form = AccountForm
    permission = Permission.INVOICES_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.unit_id.choices = choices_of(seen_unit_choices(ctx, self.permission))
        seen = ctx.actor.may(Permission.BUDGET_VIEW)
        named = sorted(budgets.named_pools(ctx).items()) if seen else []
        form.pool_code.choices = choices_of(
            [
                ("", _("All other money of the unit")),
                *((code, f"{code}: {name}") for code, name in named),
            ]
        )
        form.cost_line.choices = choices_of((each.value, text) for each, text in LINES.items())
        if request.method == "GET":
            form.from_date.data = ctx.today.replace(month=1, day=1)

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        invoices.set_account_string(
            ctx,
            unit_id=form.unit_id.data,
            cost_line=CostLine(form.cost_line.data),
            from_date=form.from_date.data,
            account=form.account.data,
            psp=form.psp.data or "",
            gln=form.gln.data or "",
            pool_code=form.pool_code.data or "",
        )
        return _("The account string is set.")


def _units() -> list[tuple[str, str]]:
    return seen_unit_choices(context(), Permission.INVOICES_VIEW)


def _nowrap(name_of: str) -> Any:
    def format_(view: Any, page: Any, row: AccountString, name: str) -> Any:
        return Markup('<span class="nowrap">{}</span>').format(getattr(row, name_of))

    return format_


class AccountStringList(FilteredView):
    model_class = AccountString
    endpoint_name = "account-strings"
    label = _l("Account strings")
    group = MONEY
    help = _l(
        "Where each unit posts course fees and the rest in the finance system. An earmarked pool "
        "or a fund may have account strings of its own. The list's file can be corrected and read "
        "in again under Import."
    )
    empty = _l("No account strings yet. One of the municipality counts for every unit.")
    permission = Permission.INVOICES_VIEW
    verbs = (SetAccount,)
    can_view_details = False
    load = (joinedload(AccountString.unit),)
    column_list = (
        *("unit", "unit_number", "pool_code", "cost_line"),
        *("from_date", "account", "psp", "gln"),
    )
    column_labels = {
        "unit": _l("Unit"),
        "unit_number": _l("Unit number"),
        "pool_code": _l("Pool code"),
        "cost_line": _l("What is paid"),
        "from_date": _l("From"),
        "account": _l("Account string"),
        "psp": _l("PSP element"),
        "gln": _l("EAN number"),
    }
    column_sortable_list = (
        *("pool_code", "cost_line", "from_date", "account", "psp", "gln"),
        ("unit", "unit.name"),
    )
    column_default_sort = [("from_date", True), ("id", True)]
    column_formatters = {
        "unit": lambda view, page, row, name: row.unit.name,
        "unit_number": lambda view, page, row, name: row.unit.number,
        "pool_code": _nowrap("pool_code"),
        "cost_line": choice("cost_line", LINES),
        "from_date": day("from_date"),
        "account": _nowrap("account"),
        "psp": _nowrap("psp"),
        "gln": _nowrap("gln"),
    }
    column_filters = (
        Below(
            AccountString.unit_id,
            _l("Unit"),
            ReadOptions(_units),
            word="unit",
            within=organisation.units_below,
        ),
        Among(
            AccountString.cost_line,
            _l("What is paid"),
            [(each.value, text) for each, text in LINES.items()],
            word="line",
            convert=CostLine,
        ),
    )

    def may(self, verb: Verb) -> bool:
        return super().may(verb) and invoices.may_manage(self.ctx)

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return AccountString.unit_id.in_(organisation.visible_units(ctx, Permission.INVOICES_VIEW))
