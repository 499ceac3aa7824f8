"""The editor of funding rules: an ordered list of rows that works without JavaScript.

Every button of the page sends the whole form. Only *save* stores anything; the others show the rows
again, moved, with what was typed kept as it was typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, Form, FormField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from admin.budget_fields import LINES, PercentField
from admin.budget_rules_try import TryFields
from admin.budget_rules_words import FLAGS, NUMBERS, TEXTS, shares_of
from admin.choosing import NumberField
from admin.fields import CheckboxesField, DanishDateField, KronerField, TextAreaField, choices_of
from tenant_app.budgets.rules import code_of
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.matching import fact_of

MOST_ROWS = 50
COVER = "cover"
_ROW = re.compile(r"(rules|cover)-(\d{1,3})-(.+)", re.DOTALL)
_MOVE = re.compile(r"(add|up|down|remove)-(rules|cover)(?:-(\d{1,3}))?")
YES, NO = "yes", "no"


class Conditions(Form):
    """What a rule asks of a request. An empty field asks nothing."""

    name = StringField(_l("Name"), [Length(max=200)])
    form = CheckboxesField(TEXTS["form"][0])
    provider_kind = CheckboxesField(TEXTS["provider_kind"][0])
    position = CheckboxesField(TEXTS["position"][0])
    other = HiddenField(validators=[Length(max=4000)])
    """Conditions the form has no fields for, set over the API: kept as they are."""

    def offer(self) -> None:
        """The choices of the selects."""
        for key, (_label, labels) in TEXTS.items():
            if key in self:
                self[key].choices = choices_of(
                    (each.value, label) for each, label in labels.items()
                )
        for key in FLAGS:
            if key in self:
                self[key].choices = choices_of(
                    [("", _l("(any)")), (YES, _l("Yes")), (NO, _l("No"))]
                )

    def fill(self, name: str, when: Mapping[str, Any]) -> None:
        self.name.data = name
        rest: dict[str, Any] = {}
        for key, wanted in when.items():
            if not self._filled(key, wanted):
                rest[key] = wanted
        self.other.data = json.dumps(rest, ensure_ascii=False) if rest else ""

    def _filled(self, key: str, wanted: Any) -> bool:
        fact = fact_of(key)
        if key in NUMBERS and key in self:
            self[key].data = wanted if key.startswith("amount") else Decimal(str(wanted))
        elif fact in TEXTS and fact in self and not self[fact].data:
            self[fact].data = list(wanted) if key.endswith("_in") else [wanted]
        elif key in FLAGS and key in self:
            self[key].data = YES if wanted else NO
        else:
            return False
        return True

    def when(self, place: int) -> dict[str, Any]:
        """The conditions as stored. Raises Invalid."""
        found: dict[str, Any] = {}
        for key in NUMBERS:
            if key in self and self[key].data is not None:
                value = self[key].data
                found[key] = int(value) if value == int(value) else float(value)
        for key in TEXTS:
            chosen = self[key].data or []
            if len(chosen) == 1:
                found[key] = chosen[0]
            elif chosen:
                found[f"{key}_in"] = list(chosen)
        for key in FLAGS:
            if key in self and self[key].data:
                found[key] = self[key].data == YES
        return _others(self.other.data, place) | found

    def is_blank(self) -> bool:
        """Nothing was typed: the row does not count."""
        typed = [self.name.data, *(self[key].data for key in (*NUMBERS, *TEXTS) if key in self)]
        typed += [field.data for field in self if isinstance(field, PercentField)]
        return not any(each not in (None, "", []) for each in typed)


def _others(text: str | None, place: int) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid(
            N_("Rule %(place)s holds conditions that cannot be read. Write the rule anew."),
            field="rules",
            place=place,
        )
    return found


def suffix(payer: str) -> str:
    """What a payer is called in the names of fields."""
    code = code_of(payer)
    return payer if code is None else f"pool_{code}"


class EditorForm(FlaskForm):
    """What both lists need; their fields depend on the pools there are: see `editor`."""

    payers: Sequence[tuple[str, str]] = ()
    rules: Any
    cover: Any

    def rows(self, which: str) -> list[Any]:
        return [entry.form for entry in self[which]]

    def offer(self) -> None:
        for which in ("rules", COVER):
            for row in self.rows(which):
                row.offer()

    def fill(self, rules: Sequence[Mapping[str, Any]], cover: Sequence[Mapping[str, Any]]) -> None:
        """The rows show these rules."""
        for rule in rules:
            row = self.rules.append_entry().form
            row.fill(rule["name"], rule["when"])
            for line in LINES:
                for payer, _label in self.payers:
                    share = shares_of(rule, line.value).get(payer)
                    row[f"{line.value}_{suffix(payer)}"].data = share or None
        for rule in cover:
            row = self.cover.append_entry().form
            row.fill(rule["name"], rule["when"])
            for payer, _label in self.payers:
                row[f"{COVER}_{suffix(payer)}"].data = rule["shares"].get(payer) or None

    def read(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """(rules, cover rules) as typed, in the order of the rows. Raises Invalid."""
        rules = [
            {
                "name": _name(row, place),
                "when": row.when(place),
                "shares": {line.value: self._parts(row, line.value) for line in LINES},
            }
            for place, row in enumerate(self.rows("rules"), start=1)
            if not row.is_blank()
        ]
        cover = [
            {
                "name": _name(row, place),
                "when": row.when(place),
                "shares": self._parts(row, COVER),
            }
            for place, row in enumerate(self.rows(COVER), start=1)
            if not row.is_blank()
        ]
        return rules, cover

    def _parts(self, row: Any, line: str) -> dict[str, int]:
        parts = {payer: row[f"{line}_{suffix(payer)}"].data for payer, _label in self.payers}
        return {payer: share for payer, share in parts.items() if share}

    def refusals(self) -> list[str]:
        """What is wrong in the rows, with the number of the row."""
        found = []
        for which in ("rules", COVER):
            found += [text for text in self[which].errors if isinstance(text, str)]
            for place, row in enumerate(self.rows(which), start=1):
                found += [
                    f"{place}. {field.label.text}: {text}" for field in row for text in field.errors
                ]
        return found


def _name(row: Any, place: int) -> str:
    name = (row.name.data or "").strip()
    if not name:
        raise Invalid(N_("Funding rule %(place)s needs a name."), field="rules", place=place)
    return name


def editor(payers: Mapping[str, str]) -> type[EditorForm]:
    """The form with a share field per payer: kinds of pool and named pools."""
    return _editor(tuple(payers.items()))


@lru_cache(maxsize=64)
def _editor(payers: tuple[tuple[str, str], ...]) -> type[EditorForm]:
    def shares(lines: Sequence[str]) -> dict[str, Field]:
        return {
            f"{line.value}_{suffix(payer)}": PercentField(
                _l("%(line)s, %(pool)s (%%)", line=label, pool=name)
            )
            for line, label in LINES.items()
            if line.value in lines
            for payer, name in payers
        }

    numbers: dict[str, Field] = {
        key: KronerField(label)
        if key.startswith("amount")
        else NumberField(label, [Optional(), NumberRange(0, 10_000)])
        for key, label in NUMBERS.items()
    }
    flags = {key: SelectField(label, default="") for key, label in FLAGS.items()}
    rule = type("RuleRow", (Conditions,), numbers | flags | shares([line.value for line in LINES]))
    cover = type("CoverRow", (Conditions,), shares([COVER]))
    fields = {
        "payers": payers,
        "valid_from": DanishDateField(_l("Valid from"), [InputRequired()]),
        "note": TextAreaField(_l("Why the rules change"), [Length(max=1000)]),
        "rules": FieldList(FormField(rule), max_entries=MOST_ROWS),
        "cover": FieldList(FormField(cover), max_entries=MOST_ROWS),
    }
    return type("RulesForm", (TryFields, EditorForm), fields)


def rearranged(typed: MultiDict[str, str], move: str) -> tuple[MultiDict[str, str], str]:
    """(the form with one row added, moved or removed, the row to go on at). A move that makes no
    sense changes nothing."""
    asked = _MOVE.fullmatch(move)
    if asked is None:
        return typed, ""
    what, which, at = asked[1], asked[2], int(asked[3]) if asked[3] else -1
    rest: MultiDict[str, str] = MultiDict()
    rows: dict[str, dict[int, MultiDict[str, str]]] = {"rules": {}, COVER: {}}
    for name, value in typed.items(multi=True):
        found = _ROW.fullmatch(name)
        if found is None:
            rest.add(name, value)
        else:
            rows[found[1]].setdefault(int(found[2]), MultiDict()).add(found[3], value)
    lists = {name: [each[key] for key in sorted(each)] for name, each in rows.items()}
    here = _move(lists[which], what, at)
    for name, each in lists.items():
        for place, row in enumerate(each):
            for field, value in row.items(multi=True):
                rest.add(f"{name}-{place}-{field}", value)
    return rest, f"{which}-{here}" if here is not None else which


def _asks_nothing(row: MultiDict[str, str]) -> bool:
    """A named rule without conditions: it matches all that comes to it."""
    return bool(row.get("name")) and not any(
        row.get(key) for key in (*NUMBERS, *TEXTS, *FLAGS, "other")
    )


def _move(rows: list[MultiDict[str, str]], what: str, at: int) -> int | None:
    if what == "add":
        place = len(rows)
        if place < MOST_ROWS:
            # After a rule for all that is left, a new one could never match.
            place -= 1 if rows and _asks_nothing(rows[-1]) else 0
            rows.insert(place, MultiDict({"name": ""}))
        return min(place, len(rows) - 1)
    if not 0 <= at < len(rows):
        return None
    if what == "remove":
        del rows[at]
        return min(at, len(rows) - 1) if rows else None
    to = at - 1 if what == "up" else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        return to
    return at
