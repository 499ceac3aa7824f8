"""Approval rules as a form: a row per rule, up to two conditions, and who approves.

Who approves is ticked: a list of whole chains would be cut on a phone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, SelectField, StringField

from admin.catalogue_verbs import FORM_LABELS, PROVIDER_LABELS
from admin.coverage_targets import GROUP_LABELS
from admin.fields import choices_of
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.money import parse_kroner, show

FIELD = "approval_rules"
SPARE_ROWS = 2
MOST_ROWS = 12

LEVELS = {
    "institution": _l("Institution leader"),
    "area": _l("Area leader"),
    "central": _l("The administration"),
}
AMOUNTS = {
    "ects_over": _l("ECTS above"),
    "ects_at_least": _l("ECTS at least"),
    "amount_over": _l("Price above (kr)"),
    "amount_at_least": _l("Price at least (kr)"),
    "institutions_at_least": _l("Institutions together, at least"),
}
"""Conditions that need a number beside them."""
FLAGS = {
    "municipal_goal": _l("Serves a municipal goal"),
    "mandatory": _l("Is mandatory"),
    "weak_economy": _l("The institution has a weak economy"),
}
KINDS = {
    "form": (_l("Form"), FORM_LABELS),
    "provider_kind": (_l("Provider"), PROVIDER_LABELS),
    "position": (_l("Position"), GROUP_LABELS),
}


def _one(key: str, value: Any) -> str:
    return json.dumps({key: value}, sort_keys=True)


def _fixed() -> dict[str, str]:
    """Conditions that are whole in themselves: what is stored → what is read."""
    found = {_one(key, True): str(label) for key, label in FLAGS.items()}
    for key, (word, labels) in KINDS.items():
        for value, label in labels.items():
            found[_one(key, value.value)] = f"{word}: {label}"
    return found


def _number_text(key: str, value: Any) -> str:
    return show(value, unit="") if key.startswith("amount") else str(value).replace(".", ",")


def condition_text(when: Mapping[str, Any]) -> str:
    """Conditions in words."""
    fixed = _fixed()
    words = []
    for key, value in when.items():
        if key in AMOUNTS:
            words.append(f"{AMOUNTS[key]} {_number_text(key, value)}")
        else:
            words.append(fixed.get(_one(key, value), _one(key, value)))
    return _(" and ").join(words) or _("Everything else")


def levels_text(levels: Sequence[str]) -> str:
    """Who approves, in order."""
    return " → ".join(str(LEVELS[level]) for level in levels)


class RuleRow(Form):
    """One rule. Where nobody approves and there is no condition, the row does not count."""

    first = SelectField(_l("Condition"))
    first_number = StringField(_l("First number"))
    second = SelectField(_l("And"))
    second_number = StringField(_l("Second number"))
    institution = BooleanField(LEVELS["institution"])
    area = BooleanField(LEVELS["area"])
    central = BooleanField(LEVELS["central"])

    def who(self) -> list[Any]:
        """The fields that say who approves, in their order."""
        return [self[level] for level in LEVELS]


class ApprovalForm(FlaskForm):
    """All rules, and a few empty rows to add in."""

    approval_rules = FieldList(
        FormField(RuleRow), label=_l("Approval rules"), max_entries=MOST_ROWS
    )

    def show(self, rules: Sequence[Mapping[str, Any]], *, fill: bool) -> None:
        """Offer the choices; with `fill`, show the rules as they are."""
        if fill:
            for rule in rules:
                self._add(rule)
            for _spare in range(min(SPARE_ROWS, MOST_ROWS - len(rules))):
                self.approval_rules.append_entry()
        extra = {
            _one(key, value)
            for rule in rules
            for key, value in rule["when"].items()
            if key not in AMOUNTS
        }
        conditions = {"": _("(none)")} | {key: str(label) for key, label in AMOUNTS.items()}
        conditions |= {text: text for text in extra} | _fixed()
        for row in self.approval_rules:
            row.form.first.choices = row.form.second.choices = choices_of(conditions.items())

    def _add(self, rule: Mapping[str, Any]) -> None:
        row = self.approval_rules.append_entry().form
        for field in row.who():
            field.data = field.short_name in rule["levels"]
        slots = ((row.first, row.first_number), (row.second, row.second_number))
        for (choice, number), (key, value) in zip(slots, rule["when"].items(), strict=False):
            if key in AMOUNTS:
                choice.data, number.data = key, _number_text(key, value)
            else:
                choice.data = _one(key, value)

    def read(self) -> list[dict[str, Any]]:
        """The rules as they were typed. Raises Invalid."""
        rules = []
        for place, row in enumerate(self.approval_rules, start=1):
            when: dict[str, Any] = {}
            for choice, number in (
                (row.form.first, row.form.first_number),
                (row.form.second, row.form.second_number),
            ):
                when |= _read(choice.data, number.data or "", place)
            levels = [field.short_name for field in row.form.who() if field.data]
            if levels:
                rules.append({"when": when, "levels": levels})
            elif when:
                raise Invalid(
                    N_("Tick who approves in row %(place)s, or choose no condition there."),
                    field=FIELD,
                    place=place,
                )
        return rules


def _read(choice: str, number: str, place: int) -> dict[str, Any]:
    if not choice:
        return {}
    if choice not in AMOUNTS:
        found: dict[str, Any] = json.loads(choice)  # one of the choices we offered
        return found
    if choice.startswith("amount"):
        return {choice: parse_kroner(number, field=FIELD)}
    try:
        value = float(number.strip().replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 10_000:
        raise Invalid(
            N_("Write a number in row %(place)s, such as 10 or 7,5."), field=FIELD, place=place
        )
    return {choice: int(value) if value.is_integer() else value}
