"""Funding rules: the versions, and a form that makes the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from admin.base import RoomView, Verb
from admin.budget_fields import KINDS, LINES, PercentField, percent_text
from admin.catalogue import FORM_LABELS
from admin.fields import DanishDateField, choices_of
from admin.formats import day
from admin.labels import MONEY
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import FundingRuleSet
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid

ROWS = 8
FLAGS = {
    "municipal_goal": _l("Municipal goal"),
    "mandatory": _l("Mandatory"),
    "weak_economy": _l("Weak economy"),
}
OTHERS = {
    "ects_over": _l("ECTS over"),
    "institutions_at_least": _l("Institutions at least"),
    "form": _l("Form"),
}
IN_FORM = {*FLAGS, *OTHERS}
"""Conditions the form shows; others, set over the API, are kept as they are."""


def shares_of(rule: Mapping[str, Any], line: str) -> Mapping[str, int]:
    """Who pays the line, the default included."""
    shares: Mapping[str, int] = rule["shares"].get(line, rule["shares"].get("default", {}))
    return shares


def when_text(when: Mapping[str, Any]) -> str:
    """The conditions in words."""
    words = []
    for key, wanted in when.items():
        if key in FLAGS and wanted is True:
            words.append(str(FLAGS[key]))
        elif key == "form":
            words.append(f"{OTHERS['form']}: {_form_label(wanted)}")
        else:
            words.append(f"{OTHERS.get(key, key)}: {wanted}")
    return ", ".join(words) or _("All other requests")


def _form_label(value: str) -> str:
    labels = {form.value: str(label) for form, label in FORM_LABELS.items()}
    return labels.get(value, value)


def shares_text(rule: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(cost line, who pays how much)."""
    return [
        (
            str(label),
            ", ".join(
                f"{KINDS[kind]} {percent_text(shares_of(rule, line.value)[kind.value])} %"
                for kind in KINDS
                if shares_of(rule, line.value).get(kind.value)
            ),
        )
        for line, label in LINES.items()
    ]


class RuleRow(Form):
    """One rule; a row without a name is left out."""

    name = StringField(_l("Name"), [Length(max=200)])
    ects_over = IntegerField(_l("ECTS over"), [Optional(), NumberRange(0, 300)])
    institutions_at_least = IntegerField(
        _l("Institutions at least"), [Optional(), NumberRange(1, 1000)]
    )
    form = SelectField(_l("Form"), default="")
    municipal_goal = BooleanField(_l("Municipal goal"))
    mandatory = BooleanField(_l("Mandatory"))
    weak_economy = BooleanField(_l("Weak economy"))


for _line, _line_label in LINES.items():
    for _kind, _kind_label in KINDS.items():
        setattr(
            RuleRow,
            f"{_line.value}_{_kind.value}",
            PercentField(_l("%(line)s, %(pool)s (%%)", line=_line_label, pool=_kind_label)),
        )


class RulesForm(FlaskForm):
    valid_from = DanishDateField(_l("Valid from"), [InputRequired()])
    rules = FieldList(FormField(RuleRow), min_entries=ROWS, max_entries=50)

    def read(self, current: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The rules as typed, in the order of the rows. Raises Invalid."""
        kept = {rule["name"]: _outside(rule["when"]) for rule in current}
        return [
            _rule(place, row.form, kept)
            for place, row in enumerate(self.rules, start=1)
            if (row.form.name.data or "").strip() or _has_shares(row.form)
        ]

    def refusals(self) -> list[str]:
        """What is wrong in the rows, with the number of the row."""
        found = [text for text in self.rules.errors if isinstance(text, str)]
        for place, row in enumerate(self.rules, start=1):
            for field in row.form:
                for text in field.errors:
                    found.append(f"{place}. {field.label.text}: {text}")
        return found


def _outside(when: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: wanted
        for key, wanted in when.items()
        if key not in IN_FORM or (key in FLAGS and wanted is not True)
    }


def _has_shares(row: Any) -> bool:
    return any(_share(row, line.value, kind.value) for line in LINES for kind in KINDS)


def _share(row: Any, line: str, kind: str) -> int:
    return getattr(row, f"{line}_{kind}").data or 0


def _rule(place: int, row: Any, kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    name = (row.name.data or "").strip()
    if not name:
        raise Invalid(N_("Funding rule %(place)s needs a name."), field="rules", place=place)
    when: dict[str, Any] = dict(kept.get(name, {}))
    for key in ("ects_over", "institutions_at_least"):
        if getattr(row, key).data is not None:
            when[key] = getattr(row, key).data
    if row.form.data:
        when["form"] = row.form.data
    when |= {key: True for key in FLAGS if getattr(row, key).data}
    shares = {
        line.value: {
            kind.value: _share(row, line.value, kind.value)
            for kind in KINDS
            if _share(row, line.value, kind.value)
        }
        for line in LINES
    }
    return {"name": name, "when": when, "shares": shares}


class SetRules(Verb):
    name = "set"
    label = _l("Change the funding rules")
    help = _l(
        "The first rule that matches decides. Saving makes a new version; "
        "what is already reserved or approved keeps its rule."
    )
    form = RulesForm
    permission = Permission.BUDGET_MANAGE
    on_row = False
    template = "budgets/set_rules.html"

    def _current(self, ctx: Context) -> list[Any]:
        versions = budgets.rules_versions(ctx, page_size=1).items
        return list(versions[0].rules) if versions else []

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            form.valid_from.data = ctx.today
            current = self._current(ctx)
            for _extra in range(len(form.rules), min(len(current) + 2, 50)):
                form.rules.append_entry()
            for rule, entry in zip(current, form.rules, strict=False):
                _fill(entry.form, rule)
        forms = [("", _("(any)")), *((form.value, name) for form, name in FORM_LABELS.items())]
        for entry in form.rules:
            entry.form.form.choices = choices_of(forms)

    def extra(self, ctx: Context, row: None) -> dict[str, Any]:
        return {"lines": LINES, "kinds": KINDS, "flags": FLAGS}

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        made = budgets.set_rules(
            ctx, form.read(self._current(ctx)), valid_from=form.valid_from.data
        )
        return _(
            "Version %(version)s of the funding rules is valid from %(day)s.",
            version=made.version,
            day=made.valid_from.strftime("%d-%m-%Y"),
        )


def _fill(row: Any, rule: Mapping[str, Any]) -> None:
    row.name.data = rule["name"]
    for key, wanted in rule["when"].items():
        if key in IN_FORM and (key not in FLAGS or wanted is True):
            getattr(row, key).data = wanted
    for line in LINES:
        for kind in KINDS:
            share = shares_of(rule, line.value).get(kind.value)
            getattr(row, f"{line.value}_{kind.value}").data = share or None


class FundingRulesView(RoomView):
    """Who pays what, version by version."""

    model_class = FundingRuleSet
    endpoint_name = "funding-rules"
    label = _l("Funding rules")
    help = _l(
        "Which pools pay for what. A change makes a new version, and old requests keep theirs."
    )
    group = MONEY
    permission = Permission.BUDGET_VIEW
    empty = _l("No funding rules yet. They say which pools pay for a request.")
    verbs = (SetRules,)
    details_template = "budgets/rules.html"
    column_list: ClassVar[list[str]] = ["version", "valid_from", "rules", "created_at"]
    column_details_list: ClassVar[list[str]] = ["version", "valid_from", "created_at"]
    column_sortable_list: ClassVar[list[str]] = ["version", "valid_from", "created_at"]
    column_default_sort = ("version", True)
    column_labels: ClassVar[dict[str, Any]] = {
        "version": _l("Version"),
        "valid_from": _l("Valid from"),
        "rules": _l("Rules"),
        "created_at": _l("Made"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "valid_from": day("valid_from"),
        "created_at": day("created_at"),
        "rules": lambda v, c, row, name: ", ".join(rule["name"] for rule in row.rules),
    }
    column_formatters_detail = column_formatters

    when_text = staticmethod(when_text)
    shares_text = staticmethod(shares_text)
