"""Revisions of adopted years, and dividing a year again."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import joinedload
from wtforms.validators import InputRequired, Length

from admin.base import Verb
from admin.budget_fields import KINDS
from admin.choosing import FilteredView
from admin.fields import KronerField, TextAreaField
from admin.formats import choice, day, money
from admin.labels import MONEY
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYearState
from tenant_app.budgets.year_models import BudgetRevision, RevisionKind
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Refusal
from tenant_app.core.money import parse_kroner
from tenant_app.organisation import service as organisation
from tenant_app.web.errors import text_of

REVISION_KINDS = {
    RevisionKind.ADJUSTED: _l("A pool adjusted"),
    RevisionKind.REDIVIDED: _l("Divided again"),
}
HOLDS_MONEY = {BudgetYearState.ADOPTED, BudgetYearState.OPEN}


class RedivideForm(FlaskForm):
    frame = KronerField(_l("Frame (kr)"), [InputRequired()])
    reason = TextAreaField(_l("Reason"), [InputRequired(), Length(max=1000)])


class Redivide(Verb):
    name = "redivide"
    label = _l("Divide again")
    help = _l(
        "Divides the frame by today's figures and posts the differences alone. What pools were "
        "given by hand or by transfers stays with them."
    )
    form = RedivideForm
    permission = Permission.BUDGET_MANAGE
    template = "budgets/redivide.html"

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.state in HOLDS_MONEY

    def prepare(self, ctx: Context, form: Any, row: Any) -> None:
        if request.method == "GET":
            form.frame.data = _asked_frame(row)

    def extra(self, ctx: Context, row: Any) -> dict[str, Any]:
        asked = request.args.get("frame", "").strip()
        try:
            frame = parse_kroner(asked) if asked else int(row.frame)
            found = budgets.preview_redivision(ctx, row.id, frame=frame)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            return {"redivision": None, "problem": text_of(refusal)}
        return {"redivision": found, "kinds": KINDS, "problem": ""}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        done = budgets.redivide(ctx, row_id, frame=form.frame.data, reason=form.reason.data)
        if not done.differences:
            return _("The figures give the same parts as before: nothing was posted.")
        return _(
            "The frame is divided again; %(count)s pools changed.", count=len(done.differences)
        )


def _asked_frame(year: Any) -> int:
    """What the form starts with: the frame that is looked at, else the year's own."""
    asked = request.args.get("frame", "").strip()
    try:
        return parse_kroner(asked) if asked else int(year.frame)
    except Refusal:
        return int(year.frame)


class RevisionsView(FilteredView):
    """Each change of an adopted year, by number."""

    model_class = BudgetRevision
    endpoint_name = "budget-revisions"
    label = _l("Budget revisions")
    help = _l("Every change of an adopted year: what was adopted is kept beside it.")
    empty = _l("No revisions: the years are as they were adopted.")
    begins_here = False
    group = MONEY
    permission = Permission.BUDGET_VIEW
    details_template = "budgets/revision.html"
    load = (joinedload(BudgetRevision.year),)
    column_list: ClassVar[list[str]] = ["made_at", "year", "number", "kind", "reason", "frame"]
    column_details_list: ClassVar[list[str]] = [
        "made_at",
        "year",
        "number",
        "kind",
        "reason",
        "frame_before",
        "frame",
        "made_by_name",
    ]
    more_columns: ClassVar[list[str]] = ["frame_before", "made_by_name"]
    column_sortable_list: ClassVar[list[Any]] = [
        "made_at",
        ("year", "year.year"),
        "number",
        "kind",
        "frame",
    ]
    column_default_sort = ("made_at", True)
    column_labels: ClassVar[dict[str, Any]] = {
        "made_at": _l("Made"),
        "year": _l("Budget year"),
        "number": _l("Number"),
        "kind": _l("Kind"),
        "reason": _l("Reason"),
        "frame_before": _l("Frame before"),
        "frame": _l("Frame"),
        "made_by_name": _l("By"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "made_at": day("made_at", hours=False),
        "year": lambda v, c, row, name: str(row.year.year),
        "kind": choice("kind", REVISION_KINDS),
        "frame_before": money("frame_before"),
        "frame": money("frame"),
    }
    column_formatters_detail = column_formatters

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        """Of the whole municipality, so for those who see all of it."""
        root = organisation.root_path(ctx)
        return true() if ctx.actor.may(Permission.BUDGET_VIEW, at=root) else false()

    def title_of(self, row: BudgetRevision) -> str:
        return _("Budget revision %(number)s of %(year)s", number=row.number, year=row.year.year)

    def lines(self, row: BudgetRevision) -> Any:
        """(pool, name, amount) of the revision."""
        return budgets.revision_lines(self.ctx, [row.id])[row.id]
