"""A budget year as a form: its frame, its shares, and the keys that divide it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, IntegerField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from admin.budget_fields import KEYS, POLICIES, LimitField, PercentField
from admin.fields import KronerField, TextAreaField, choices_of
from tenant_app.budgets.models import Policy
from tenant_app.budgets.rules import AGES, Key
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.money import parse_kroner

KEEP = "keep"
FULL = 100
TYPED = (Key.FIXED.value, Key.MANUAL.value)
OF_CHILDREN = (Key.CHILDREN.value, Key.SOCIO_ECONOMIC.value)
MORE_KEYS = len(Key) - 2
"""Rows beside the first two keys: each key can be chosen once, so more than these is nothing."""
MOST_LINES = 50_000


class KeyRow(Form):
    """One more key, and what it counts for."""

    key = SelectField(_l("Key"), default="")
    weight = IntegerField(_l("Weight (%)"), [Optional()])


class YearForm(FlaskForm):
    frame = KronerField(_l("Frame (kr)"), [InputRequired()])
    central_bp = PercentField(_l("Central share (%)"), [InputRequired()])
    area_bp = PercentField(
        _l("Areas' share (%)"),
        description=_l("The rest goes to the institutions. Zero without areas."),
    )
    allocation = SelectField(_l("Allocation key"))
    weight = IntegerField(_l("Weight (%)"), [Optional()], default=FULL)
    second_key = SelectField(_l("Second allocation key"))
    second_weight = IntegerField(_l("Weight of the second key (%)"), [Optional()])
    more_keys = FieldList(
        FormField(KeyRow), label=_l("More allocation keys"), min_entries=MORE_KEYS
    )
    amounts = TextAreaField(
        _l("Amounts per unit"),
        [Length(max=MOST_LINES)],
        description=_l("Only for fixed and typed amounts. One line per unit: number;amount"),
    )
    typed_amounts = TextAreaField(
        _l("Typed amounts per unit, beside fixed amounts"),
        [Length(max=MOST_LINES)],
        description=_l(
            "Only with both keys of amounts: the fixed amounts stand above, those that are "
            "typed and weighed here."
        ),
    )
    child_0_2 = IntegerField(
        _l("A child of 0–2 years counts (%)"),
        [Optional()],
        description=_l("Only for keys that count children. Empty: 200 % and 100 %."),
    )
    child_3_5 = IntegerField(_l("A child of 3–5 years counts (%)"), [Optional()])
    floor = LimitField(
        _l("Floor per institution"),
        description=_l("An amount in kroner, or a percentage of the average such as 50 %."),
    )
    ceiling = LimitField(_l("Ceiling per institution"), description=_l("As the floor."))
    policy = SelectField(_l("When a pool is empty"))

    def offer(self, *, keep: str | None = None) -> None:
        """Set the choices; with `keep`, the present key can stay as it is."""
        keys = [(key.value, label) for key, label in KEYS.items()]
        kept = [(KEEP, _("Keep the key: %(key)s", key=keep))] if keep is not None else []
        self.allocation.choices = choices_of(kept + keys)
        others = choices_of([("", _("(none)")), *keys])
        self.second_key.choices = others
        for row in self.more_keys:
            row.form.key.choices = others
        self.policy.choices = choices_of(
            (policy.value, label) for policy, label in POLICIES.items()
        )

    def key(self) -> list[dict[str, Any]] | None:
        """The allocation as typed; None keeps the present one. Raises Invalid."""
        if self.allocation.data == KEEP:
            self._check_untouched()
            return None
        chosen = [(self.allocation.data, self.weight.data)]
        if self.second_key.data:
            chosen.append((self.second_key.data, self.second_weight.data))
        elif self.second_weight.data is not None:
            raise _weight_alone("second_key")
        for row in self.more_keys:
            if row.form.key.data:
                chosen.append((row.form.key.data, row.form.weight.data))
            elif row.form.weight.data is not None:
                raise _weight_alone("more_keys")
        typed = [key for key, _weight in chosen if key in TYPED]
        if (self.typed_amounts.data or "").strip() and len(typed) < len(TYPED):
            raise Invalid(
                N_("These amounts need both keys of amounts. Choose the other one too."),
                field="typed_amounts",
            )
        return [self._entry(key, weight, both=len(typed) > 1) for key, weight in chosen]

    def _check_untouched(self) -> None:
        """Nothing was typed that belongs to another key: it would be lost in silence."""
        typed = {
            "weight": self.weight.data not in (None, FULL),
            "second_key": bool(self.second_key.data),
            "second_weight": self.second_weight.data is not None,
            "more_keys": any(
                row.form.key.data or row.form.weight.data is not None for row in self.more_keys
            ),
            "amounts": bool((self.amounts.data or "").strip()),
            "typed_amounts": bool((self.typed_amounts.data or "").strip()),
            "child_0_2": self.child_0_2.data is not None,
            "child_3_5": self.child_3_5.data is not None,
        }
        for field, is_typed in typed.items():
            if is_typed:
                raise Invalid(
                    N_(
                        "The present key is kept, so this would have no effect. Choose the keys "
                        "anew, or leave this as it was."
                    ),
                    field=field,
                )

    def _entry(self, key: str, weight: int | None, *, both: bool) -> dict[str, Any]:
        entry: dict[str, Any] = {"key": key}
        if key != Key.FIXED.value:
            entry["weight"] = weight
        ages = {"0_2": self.child_0_2.data, "3_5": self.child_3_5.data}
        if key in OF_CHILDREN and any(each is not None for each in ages.values()):
            usual = {age: AGES[age] if each is None else each for age, each in ages.items()}
            entry["ages"] = usual
        if key in TYPED:
            second = both and key == Key.MANUAL.value
            entry["amounts"] = _amounts(self.typed_amounts if second else self.amounts)
        return entry

    def facts(self) -> dict[str, Any]:
        """What both drafting and changing take. Raises Invalid."""
        return {
            "frame": self.frame.data,
            "central_bp": self.central_bp.data,
            "area_bp": self.area_bp.data or 0,
            "allocation": self.key(),
            "policy": Policy(self.policy.data),
            "limits": {
                end: field.data
                for end, field in (("floor", self.floor), ("ceiling", self.ceiling))
                if field.data
            },
        }


def _weight_alone(field: str) -> Invalid:
    return Invalid(
        N_("A weight stands beside no key. Choose the key too, or empty the weight."), field=field
    )


def _amounts(field: Any) -> dict[str, int]:
    """Lines of number;amount. Raises Invalid on the field."""
    found: dict[str, int] = {}
    for line in filter(str.strip, (field.data or "").splitlines()):
        number, separator, amount = line.partition(";")
        if not separator:
            raise Invalid(
                N_("Write “%(line)s” as number;amount."),
                field=field.short_name,
                line=line.strip()[:40],
            )
        if number.strip() in found:
            raise Invalid(
                N_("The unit “%(number)s” is there twice. Write each unit on one line."),
                field=field.short_name,
                number=number.strip()[:40],
            )
        found[number.strip()] = parse_kroner(amount, field=field.short_name)
    return found


class NewYearForm(YearForm):
    year = IntegerField(_l("Budget year"), [InputRequired()])

    def __iter__(self) -> Any:
        """The year first: WTForms would show it last."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name != "year"))
