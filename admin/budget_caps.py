"""Caps: the most that one person is granted in a calendar year."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from admin.base import RoomView, Verb
from admin.budget_rules_words import payer_text, payers_of
from admin.fields import KronerField, choices_of
from admin.labels import MONEY
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PersonCap
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import show


class CapForm(FlaskForm):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    payer = SelectField(_l("Paid from"))
    rule_name = SelectField(
        _l("By the funding rule"),
        description=_l("Choose a pool, a rule, or both: only what both hold for counts."),
    )
    most = KronerField(_l("At most per person and year (kr)"), [InputRequired()])


class AmountForm(FlaskForm):
    most = KronerField(_l("At most per person and year (kr)"), [InputRequired()])


class SetCap(Verb):
    name = "set"
    label = _l("Set a cap")
    help = _l(
        "A request above the cap is refused. What the person was granted before in the year counts."
    )
    form = CapForm
    permission = Permission.BUDGET_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: Any) -> None:
        payers = payers_of(budgets.named_pools(ctx))
        form.payer.choices = choices_of([("", _("(any pool)")), *payers.items()])
        rules = [(name, name) for name in budgets.rule_names(ctx)]
        form.rule_name.choices = choices_of([("", _("(any rule)")), *rules])

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        budgets.set_cap(
            ctx,
            name=form.name.data,
            payer=form.payer.data or None,
            rule_name=form.rule_name.data or None,
            most=form.most.data,
        )
        return _("The cap is set.")


class ChangeCap(Verb):
    name = "change"
    label = _l("Change the amount")
    form = AmountForm
    permission = Permission.BUDGET_MANAGE

    def prepare(self, ctx: Context, form: Any, row: Any) -> None:
        if request.method == "GET":
            form.most.data = row.most

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        cap = next(each for each in budgets.caps(ctx) if each.id == row_id)
        budgets.set_cap(
            ctx, name=cap.name, payer=cap.payer, rule_name=cap.rule_name, most=form.most.data
        )
        return _("The cap is set.")


class EndCap(Verb):
    name = "end"
    label = _l("End the cap")
    help = _l("It holds no more. What was refused can be asked for again.")
    permission = Permission.BUDGET_MANAGE
    danger = True

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None
        budgets.end_cap(ctx, row_id)
        return _("The cap holds no more.")


def _payer(view: Any, context: Any, row: PersonCap, name: str) -> str:
    if row.payer is None:
        return _("(any pool)")
    return payer_text(row.payer, view.codes())


class PersonCapsView(RoomView):
    """The caps that hold."""

    model_class = PersonCap
    endpoint_name = "person-caps"
    label = _l("Caps per person")
    help = _l("The most that one person is granted in a calendar year.")
    empty = _l("No caps yet: a person is granted what the pools hold.")
    group = MONEY
    permission = Permission.BUDGET_VIEW
    verbs = (SetCap, ChangeCap, EndCap)
    column_list: ClassVar[list[str]] = ["name", "payer", "rule_name", "most"]
    column_details_list: ClassVar[list[str]] = column_list
    column_sortable_list: ClassVar[list[str]] = ["name", "most"]
    column_default_sort: ClassVar[list[tuple[str, bool]]] = [("name", False)]
    column_labels: ClassVar[dict[str, Any]] = {
        "name": _l("Name"),
        "payer": _l("Paid from"),
        "rule_name": _l("By the funding rule"),
        "most": _l("At most per person and year"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "payer": _payer,
        "rule_name": lambda v, c, row, name: row.rule_name or _("(any rule)"),
        "most": lambda v, c, row, name: show(row.most),
    }
    column_formatters_detail = column_formatters

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        return PersonCap.is_active.is_(True)

    def codes(self) -> dict[str, str]:
        """The named pools, read once for a page."""
        memo = self.ctx.memo
        if "codes on screen" not in memo:
            memo["codes on screen"] = budgets.named_pools(self.ctx)
        found: dict[str, str] = memo["codes on screen"]
        return found
