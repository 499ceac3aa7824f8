"""State pools: applied for by the municipality, received with strings, accounted for."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement
from wtforms import FieldList, FormField, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from admin.base import Verb
from admin.budget_policies import MOST_CONSTRAINTS, ConstraintRow
from admin.budget_rules_words import when_text
from admin.choosing import Among, FilteredView
from admin.fields import DanishDateField, KronerField, TextAreaField
from admin.formats import day, money, state
from admin.funds_verbs import AnswerForm, offer_answers, read_answer
from admin.labels import MONEY
from admin.labels_funds import GRANT_TONES, GRANTS
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.money import show
from tenant_app.funds import service as funds
from tenant_app.funds.models import GrantState, StateGrant
from tenant_app.funds.rules import LONGEST, percent
from tenant_app.organisation import service as organisation

ROWS = 2


class GrantForm(FlaskForm):
    title = StringField(_l("Title"), [DataRequired(), Length(max=LONGEST["title"])])
    giver = StringField(
        _l("Who gives it"),
        [DataRequired(), Length(max=LONGEST["giver"])],
        description=_l("The ministry or board."),
    )
    code = StringField(
        _l("Code"),
        [DataRequired(), Length(max=20)],
        description=_l("What its pool will be called in funding rules."),
    )
    year = IntegerField(_l("Budget year"), [InputRequired()])
    asked = KronerField(_l("Applied for (kr)"), [InputRequired()])
    apply_by = DanishDateField(_l("Last day to apply"), [InputRequired()])
    report_by = DanishDateField(_l("Statement due"), [Optional()])
    purpose = TextAreaField(_l("What the money is for"), [Length(max=LONGEST["purpose"])])
    constraints = FieldList(FormField(ConstraintRow), label=_l("Constraints"))


class CreateGrant(Verb):
    name = "create"
    label = _l("New application for state money")
    help = _l("Its constraints become those of the pool when the money is received.")
    form = GrantForm
    permission = Permission.BUDGET_MANAGE
    on_row = False
    template = "funds/grant.html"

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            form.year.data = ctx.today.year
            for _row in range(ROWS):
                form.constraints.append_entry()
        for each in form.constraints:
            each.form.offer()

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        strings: list[dict[str, Any]] = []
        for place, each in enumerate(form.constraints[: MOST_CONSTRAINTS + 1], start=1):
            typed = each.form
            if typed.is_blank():
                continue
            if typed.most_bp.data is None:
                raise Invalid(
                    N_("Write how much constraint %(place)s allows."),
                    field="constraints",
                    place=place,
                )
            facts = {"name": typed.name.data or "", "when": typed.when(place)}
            strings.append(facts | {"most_bp": typed.most_bp.data})
        made = funds.create_grant(
            ctx,
            title=form.title.data,
            giver=form.giver.data,
            code=form.code.data,
            year=form.year.data,
            asked=form.asked.data,
            apply_by=form.apply_by.data,
            report_by=form.report_by.data,
            purpose=form.purpose.data or "",
            strings=strings,
        )
        return redirect(url_for("state-grants.details_view", id=made.id))


class GrantVerb(Verb):
    """A step of an application for state money."""

    permission = Permission.BUDGET_MANAGE
    after_state: GrantState

    def shown(self, ctx: Context, row: StateGrant) -> bool:
        return row.state is self.after_state and funds.may_manage(ctx)


class SendGrant(GrantVerb):
    name = "send"
    label = _l("Note as sent")
    after_state = GrantState.DRAFT

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        funds.send_grant(ctx, row_id)
        return _("The application is noted as sent.")


class AnswerGrant(GrantVerb):
    name = "answer"
    label = _l("Note the state’s answer")
    form = AnswerForm
    after_state = GrantState.SENT

    def prepare(self, ctx: Context, form: Any, row: StateGrant) -> None:
        offer_answers(form)
        if request.method == "GET":
            form.amount.data = row.asked

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        awarded = read_answer(form)
        funds.answer_grant(
            ctx,
            row_id,
            awarded=awarded,
            reference=form.reference.data or "",
            answer=form.answer.data or "",
        )
        if awarded is None:
            return _("The refusal is noted.")
        return _("%(amount)s is awarded.", amount=show(awarded))


class ReceiveGrant(GrantVerb):
    name = "receive"
    label = _l("Note the money as received")
    help = _l("An earmarked pool of the year is opened with the money and its constraints.")
    after_state = GrantState.AWARDED

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = funds.receive_grant(ctx, row_id)
        return _("“%(title)s” has a pool with its constraints.", title=made.title)


class ReportGrant(GrantVerb):
    name = "report"
    label = _l("Note the statement as handed in")
    after_state = GrantState.RECEIVED

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        funds.report_grant(ctx, row_id)
        return _("The statement is noted as handed in.")


class GrantList(FilteredView):
    """The municipality's own, seen from its top."""

    model_class = StateGrant
    endpoint_name = "state-grants"
    label = _l("State money applied for")
    help = _l(
        "State pools the municipality applies for. What is received lies in an earmarked pool, "
        "with the constraints that were on it."
    )
    empty = _l("No state money to see. What is applied for is shown to the administration.")
    group = MONEY
    permission = Permission.BUDGET_VIEW
    verbs = (CreateGrant, SendGrant, AnswerGrant, ReceiveGrant, ReportGrant)
    details_template = "funds/grant_details.html"
    column_list: ClassVar[list[str]] = [
        *("title", "giver", "year", "apply_by", "asked", "awarded", "state"),
    ]
    more_columns: ClassVar[list[str]] = ["report_by"]
    column_details_list: ClassVar[list[str]] = [
        *("state", "giver", "code", "year", "purpose", "asked", "apply_by", "sent_on"),
        *("awarded", "reference", "answer", "received_on", "report_by", "reported_on"),
    ]
    column_sortable_list = ("title", "giver", "year", "apply_by", "asked", "report_by", "state")
    column_default_sort = ("apply_by", True)
    column_searchable_list = ("title", "giver")
    column_labels: ClassVar[dict[str, Any]] = {
        "title": _l("Title"),
        "giver": _l("Who gives it"),
        "code": _l("Code"),
        "year": _l("Budget year"),
        "purpose": _l("What the money is for"),
        "asked": _l("Applied for"),
        "apply_by": _l("Last day to apply"),
        "sent_on": _l("Sent"),
        "awarded": _l("Awarded"),
        "reference": _l("Case number"),
        "answer": _l("Answer"),
        "received_on": _l("Received on"),
        "report_by": _l("Statement due"),
        "reported_on": _l("Handed in"),
        "state": _l("State"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "year": lambda view, page, row, name: str(row.year),
        "asked": money("asked"),
        "awarded": money("awarded"),
        "apply_by": day("apply_by"),
        "sent_on": day("sent_on"),
        "received_on": day("received_on"),
        "report_by": day("report_by"),
        "reported_on": day("reported_on"),
        "state": state("state", GRANTS, GRANT_TONES),
    }
    column_filters: ClassVar[list[Any]] = [
        Among(
            StateGrant.state,
            _l("State"),
            [(each.value, label) for each, label in GRANTS.items()],
            word="state",
            convert=GrantState,
        )
    ]

    def is_visible(self) -> bool:
        """In the menu of those who see any: they are the municipality's own."""
        return self.ctx.actor.may(Permission.FUNDS_VIEW, at=organisation.root_path(self.ctx))

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return funds.grants_seen(ctx)

    def percent(self, bp: int) -> str:
        """1000 is 10."""
        return percent(bp)

    def when_text(self, when: Any) -> str:
        """What a constraint limits, in words."""
        return when_text(when)
