"""What a scenario is made of, as a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from admin.budget_fields import LimitField, PercentField
from admin.fields import TextAreaField
from tenant_app.budgets.rules import Key
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.money import parse_kroner
from tenant_app.organisation import service as organisation
from tenant_app.scenarios import rules

OWN = "own"
FULL = 100
TYPED = (Key.FIXED.value, Key.MANUAL.value)
KEYS_OFFERED = list(Key)
MOST_LINES = 20_000


class ScenarioForm(FlaskForm):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    year = SelectField(
        _l("Requests of"), [InputRequired()], coerce=int, description=_l("They are run again.")
    )
    rules_from = SelectField(_l("Funding rules"), [InputRequired()])
    own_rules = TextAreaField(
        _l("Own rules (JSON)"),
        [Length(max=rules.MOST_RULES_TEXT)],
        description=_l(
            "Only when own rules are chosen above. It begins as the rules that are valid today: "
            "change the copy."
        ),
    )
    central_bp = PercentField(
        _l("Central share (%)"), description=_l("Empty: as the year divides its frame.")
    )
    area_bp = PercentField(_l("Areas' share (%)"), description=_l("Empty: as in the year."))
    allocation = SelectField(_l("Allocation key"))
    weight = IntegerField(_l("Weight (%)"), [Optional()], default=FULL)
    second_key = SelectField(_l("Second allocation key"))
    second_weight = IntegerField(_l("Weight of the second key (%)"), [Optional()])
    amounts = TextAreaField(
        _l("Amounts per unit"),
        [Length(max=MOST_LINES)],
        description=_l(
            "Only for fixed and typed amounts. One line per unit, its name or number and the "
            "amount: Børnehuset Solsikken;50.000"
        ),
    )
    floor = LimitField(
        _l("Floor per institution"),
        description=_l(
            "An amount in kroner, or a percentage of the average such as 50 %. With both empty, "
            "floor and ceiling are the year’s own."
        ),
    )
    ceiling = LimitField(_l("Ceiling per institution"), description=_l("As the floor."))

    def key(self, numbers: Mapping[str, str]) -> list[dict[str, Any]] | None:
        """The key as chosen; None is the year's own. Raises Invalid."""
        chosen = [(self.allocation.data, self.weight.data)]
        if self.second_key.data:
            chosen.append((self.second_key.data, self.second_weight.data))
        typed = [key for key, _weight in chosen if key in TYPED]
        if len(typed) > 1:
            raise Invalid(N_("Combine one key with amounts and one without."), field="second_key")
        amounts = read_amounts(self.amounts.data or "", numbers)
        if amounts and not typed:
            raise Invalid(
                N_(
                    "Amounts per unit need a key that takes them. Choose one, or empty the amounts."
                ),
                field="amounts",
            )
        if not self.allocation.data:
            if self.second_key.data:
                raise Invalid(N_("Choose the first allocation key too."), field="allocation")
            return None
        return [
            {"key": key}
            | ({} if key == Key.FIXED.value else {"weight": weight})
            | ({"amounts": amounts} if key in TYPED else {})
            for key, weight in chosen
        ]

    def facts(self, numbers: Mapping[str, str]) -> dict[str, Any]:
        """What making a scenario takes. Raises Invalid."""
        kind, _colon, which = self.rules_from.data.partition(":")
        limits = {
            end: field.data
            for end, field in (("floor", self.floor), ("ceiling", self.ceiling))
            if field.data
        }
        found: dict[str, Any] = {
            "name": self.name.data,
            "year": self.year.data,
            "central_bp": self.central_bp.data,
            "area_bp": self.area_bp.data,
            "allocation": self.key(numbers),
            "limits": limits or None,
        }
        if kind == "profile":
            return found | {"profile": which}
        if kind == "version":
            return found | {"version": int(which)}
        try:
            own, cover = rules.read_rules(self.own_rules.data or "")
        except Invalid as refusal:
            refusal.field = "own_rules"
            raise
        return found | {"own_rules": own, "own_cover": cover}


def unit_numbers(ctx: Context) -> dict[str, str]:
    """Number or name, in small letters → number. A name that two units have is not among them."""
    units = [place.unit for place in organisation.placements(ctx)]
    names = [unit.name.casefold() for unit in units]
    found = {
        name: unit.number for name, unit in zip(names, units, strict=True) if names.count(name) == 1
    }
    return found | {unit.number.casefold(): unit.number for unit in units}


def read_amounts(text: str, numbers: Mapping[str, str]) -> dict[str, int]:
    """Lines of unit;amount as number → øre. Raises Invalid naming the line."""
    found: dict[str, int] = {}
    for at, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        unit, separator, amount = line.partition(";")
        number = numbers.get(unit.strip().casefold())
        if not separator or number is None or number in found:
            raise Invalid(
                N_(
                    "Line %(line)s: “%(text)s”. Write a unit, once, a semicolon and its amount: "
                    "Børnehuset Solsikken;50.000."
                ),
                field="amounts",
                line=str(at),
                text=line.strip()[:60],
            )
        found[number] = parse_kroner(amount, field="amounts")
    return found
