"""What funds pay, to whom and when: terms as data."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import RoomView, Verb
from admin.budget_fields import PercentField
from admin.enrolments_labels import LINES
from admin.fields import CheckboxesField, KronerField, TextAreaField, choices_of
from admin.formats import money, yes_no
from admin.labels import MONEY
from admin.organisation_verbs import POSITION_LABELS as POSITIONS
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.funds import service as funds
from tenant_app.funds.models import FundScheme
from tenant_app.funds.rules import LONGEST, percent

NUMBERS = ("cap_months", "employer_bp", "months_before", "days_before", "answer_days")
AMOUNTS, LISTS = ("cap", "master_cap"), ("cost_lines", "positions")


class SchemeForm(FlaskForm):
    code = StringField(
        _l("Code"),
        [DataRequired(), Length(max=20)],
        description=_l("The fund’s pool has it each year, and funding rules name it."),
    )
    name = StringField(_l("Name"), [DataRequired(), Length(max=LONGEST["name"])])
    terms = TextAreaField(_l("What applicants should know"), [Length(max=LONGEST["terms"])])
    cap = KronerField(_l("Most per person (kr)"), [InputRequired()])
    master_cap = KronerField(_l("Most per person with a master (kr)"), [InputRequired()])
    cap_months = IntegerField(_l("Within so many months"), [InputRequired()])
    employer_bp = PercentField(_l("The workplace pays at least (%)"), [InputRequired()])
    months_before = IntegerField(_l("Earliest, months before the first day"), [InputRequired()])
    days_before = IntegerField(_l("Latest, days before the first day"), [InputRequired()])
    answer_days = IntegerField(_l("The fund answers within (days)"), [InputRequired()])
    cost_lines = CheckboxesField(_l("Costs the fund looks at"))
    positions = CheckboxesField(_l("Positions of the agreement"))
    is_active = BooleanField(_l("Can be applied to"), default=True)


class SetScheme(Verb):
    name = "set"
    label = _l("Set the terms of a fund")
    help = _l(
        "A new code is a new fund; a known one has these terms from now on. What was applied for "
        "before stays as it was asked."
    )
    form = SchemeForm
    permission = Permission.BUDGET_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: FundScheme | None) -> None:
        form.cost_lines.choices = choices_of((line.value, label) for line, label in LINES.items())
        form.positions.choices = choices_of(
            (position.value, label) for position, label in POSITIONS.items()
        )
        if request.method == "GET":
            for name, start in funds.KOMPETENCEFOND.items():
                value = start if row is None else getattr(row, name)
                form[name].data = list(value) if name in LISTS else value
            if row is not None:
                for name in ("code", "name", "terms", "is_active"):
                    form[name].data = getattr(row, name)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        names = ("code", "name", *AMOUNTS, *NUMBERS, *LISTS, "is_active")
        facts = {name: form[name].data for name in names}
        made = funds.set_scheme(ctx, terms=form.terms.data or "", **facts)
        return _("The terms of “%(name)s” are set.", name=made.name)


class ChangeScheme(SetScheme):
    name = "change"
    label = _l("Change the terms")
    on_row = True


def _listed(labels: Any) -> Any:
    def format_(view: Any, page: Any, row: FundScheme, name: str) -> str:
        words = {key.value: str(label) for key, label in labels.items()}
        return ", ".join(words.get(each, each) for each in getattr(row, name))

    return format_


class SchemeList(RoomView):
    """The funds one can apply to."""

    model_class = FundScheme
    endpoint_name = "fund-schemes"
    label = _l("Terms of funds")
    help = _l("What each fund pays, to whom and when. Applications are checked against it.")
    empty = _l("No funds yet.")
    group = MONEY
    permission = Permission.FUNDS_VIEW
    verbs = (SetScheme, ChangeScheme)
    column_list: ClassVar[list[str]] = [
        *("name", "cap", "master_cap", "employer_bp", "is_active"),
    ]
    more_columns: ClassVar[list[str]] = ["code", "cap_months", "months_before", "days_before"]
    column_details_list: ClassVar[list[str]] = [
        *("code", "terms", "cap", "master_cap", "cap_months", "employer_bp", "months_before"),
        *("days_before", "answer_days", "cost_lines", "positions", "is_active"),
    ]
    column_sortable_list = ("name", "code")
    column_default_sort = "name"
    column_labels: ClassVar[dict[str, Any]] = {
        "name": _l("Name"),
        "code": _l("Code"),
        "terms": _l("What applicants should know"),
        "cap": _l("Most per person"),
        "master_cap": _l("Most per person with a master"),
        "cap_months": _l("Within so many months"),
        "employer_bp": _l("The workplace’s share"),
        "months_before": _l("Earliest, months before"),
        "days_before": _l("Latest, days before"),
        "answer_days": _l("Answers within days"),
        "cost_lines": _l("Costs the fund looks at"),
        "positions": _l("Positions of the agreement"),
        "is_active": _l("Can be applied to"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "cap": money("cap"),
        "master_cap": money("master_cap"),
        "employer_bp": lambda view, page, row, name: f"{percent(row.employer_bp)} %",
        "cost_lines": _listed(LINES),
        "positions": _listed(POSITIONS),
        "is_active": yes_no("is_active"),
    }
