"""Caps on what pools take along into the next year."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement, false, true
from wtforms import BooleanField, SelectField

from admin.base import Verb
from admin.budget_closing import APPROVERS
from admin.budget_fields import KINDS, PercentField, percent_text
from admin.choosing import FilteredView, key
from admin.fields import KronerField, choices_of
from admin.formats import choice, money, yes_no
from admin.labels import MONEY
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import PoolKind
from tenant_app.budgets.rules.closing import Caps
from tenant_app.budgets.year_models import CarryApprover, CarryRule
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation


class CapsForm(FlaskForm):
    kind = SelectField(_l("Kind of pools"))
    pool_id = SelectField(
        _l("Or one pool"), description=_l("Its own caps go before those of its kind.")
    )
    overspend_cap_bp = PercentField(
        _l("Most of an overspend (%)"), description=_l("Of the year's own money. Empty: all.")
    )
    underspend_cap_bp = PercentField(
        _l("Most of what is left (%)"), description=_l("Of the year's own money. Empty: all.")
    )
    abs_cap = KronerField(_l("Never more than (kr)"), description=_l("In both directions."))
    requires_purpose = BooleanField(_l("What is left follows for a stated purpose only"))
    approver = SelectField(_l("Who approves"))


class SetCaps(Verb):
    name = "set"
    label = _l("Set caps")
    help = _l("Used when the end of a year is made up next. Without caps everything follows.")
    form = CapsForm
    permission = Permission.BUDGET_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.kind.choices = choices_of(
            [("", _("(none)"))] + [(k.value, v) for k, v in KINDS.items()]
        )
        pools = [(str(each.id), f"{each.name}, {year}") for each, year in budgets.live_pools(ctx)]
        form.pool_id.choices = choices_of([("", _("(none)")), *pools])
        form.approver.choices = choices_of((k.value, v) for k, v in APPROVERS.items())
        if request.method == "GET":
            form.approver.data = CarryApprover.CENTRAL.value

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        budgets.set_carry_rule(
            ctx,
            kind=PoolKind(form.kind.data) if form.kind.data else None,
            pool_id=key(form.pool_id.data) if form.pool_id.data else None,
            caps=Caps(
                form.overspend_cap_bp.data,
                form.underspend_cap_bp.data,
                form.abs_cap.data,
                bool(form.requires_purpose.data),
                CarryApprover(form.approver.data),
            ),
        )
        return _("The caps are set.")


def _share(path: str) -> Any:
    def format_(view: Any, context: Any, row: Any, name: str) -> str:
        share = getattr(row, path)
        return _("all") if share is None else f"{percent_text(share)} %"

    return format_


class CarryRulesView(FilteredView):
    """Caps on what follows, per kind and per pool."""

    model_class = CarryRule
    endpoint_name = "carry-rules"
    label = _l("Caps on carry-over")
    help = _l("How much pools take along into the next year, in each direction.")
    empty = _l("No caps: everything follows, and the administration approves.")
    group = MONEY
    permission = Permission.BUDGET_VIEW
    can_view_details = False
    verbs = (SetCaps,)
    column_list: ClassVar[list[str]] = [
        "kind",
        "pool",
        "underspend_cap_bp",
        "overspend_cap_bp",
        "abs_cap",
        "requires_purpose",
        "approver",
    ]
    column_sortable_list: ClassVar[list[str]] = ["kind"]
    column_default_sort = ("kind", False)
    column_labels: ClassVar[dict[str, Any]] = {
        "kind": _l("Kind of pools"),
        "pool": _l("Or one pool"),
        "underspend_cap_bp": _l("Most of what is left (%)"),
        "overspend_cap_bp": _l("Most of an overspend (%)"),
        "abs_cap": _l("Never more than (kr)"),
        "requires_purpose": _l("Purpose needed"),
        "approver": _l("Who approves"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "kind": choice("kind", KINDS),
        "pool": lambda v, c, row, name: v.pool_name(row),
        "underspend_cap_bp": _share("underspend_cap_bp"),
        "overspend_cap_bp": _share("overspend_cap_bp"),
        "abs_cap": money("abs_cap"),
        "requires_purpose": yes_no("requires_purpose"),
        "approver": choice("approver", APPROVERS),
    }

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        """The municipality's own rules, for those who see all of it."""
        root = organisation.root_path(ctx)
        return true() if ctx.actor.may(Permission.BUDGET_VIEW, at=root) else false()

    def read_for(self, rows: Any) -> None:
        """The names of the page's pools, read at once."""
        ids = {row.pool_id for row in rows if row.pool_id is not None}
        self.ctx.memo["pools of caps"] = budgets.pool_names(self.ctx, ids) if ids else {}

    def pool_name(self, row: CarryRule) -> str:
        """The one pool of a rule."""
        return str(self.ctx.memo.get("pools of caps", {}).get(row.pool_id, ""))
