"""Fields, labels and filters that the money screens share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Query
from wtforms import StringField, ValidationError

from admin.choosing import Among
from tenant_app.budgets.models import (
    BudgetYear,
    BudgetYearState,
    CostLine,
    EntryKind,
    Policy,
    Pool,
    PoolKind,
)
from tenant_app.budgets.rules import Key
from tenant_app.core.errors import N_, Refusal
from tenant_app.core.money import parse_kroner, show
from tenant_app.web.errors import text_of

STATES = {
    BudgetYearState.DRAFT: _l("Draft"),
    BudgetYearState.ADOPTED: _l("Adopted"),
    BudgetYearState.OPEN: _l("Open"),
    BudgetYearState.CLOSING: _l("Closing"),
    BudgetYearState.CLOSED: _l("Closed"),
}
KINDS = {
    PoolKind.CENTRAL: _l("Central"),
    PoolKind.AREA: _l("Area"),
    PoolKind.INSTITUTION: _l("Institution"),
    PoolKind.EARMARKED: _l("Earmarked"),
    PoolKind.FUND: _l("Fund"),
}
POLICIES = {
    Policy.STOP: _l("Stop: refuse what does not fit"),
    Policy.APPROVE_OVER: _l("Approve what is over: somebody named has to say yes"),
    Policy.WARN: _l("Warn: let it pass and say so"),
    Policy.IGNORE: _l("Ignore: count, but say nothing"),
}
LINES = {
    CostLine.FEE: _l("Fee"),
    CostLine.COVER: _l("Cover"),
    CostLine.MATERIALS: _l("Materials"),
    CostLine.TRAVEL: _l("Travel"),
}
ENTRIES = {
    EntryKind.ALLOTTED: _l("Allotted"),
    EntryKind.TRANSFERRED: _l("Transferred"),
    EntryKind.CARRIED: _l("Carried over"),
    EntryKind.RESERVED: _l("Reserved"),
    EntryKind.COMMITTED: _l("Committed"),
    EntryKind.ACTUAL: _l("Spent"),
    EntryKind.RELEASED: _l("Released"),
    EntryKind.ADJUSTED: _l("Adjusted"),
}
KEYS = {
    Key.PEDAGOGUE_FTE: _l("By pedagogue FTE"),
    Key.FTE: _l("By FTE"),
    Key.HEADCOUNT: _l("By headcount"),
    Key.CHILDREN: _l("By enrolled children"),
    Key.SOCIO_ECONOMIC: _l("By children and socio-economic index"),
    Key.EQUAL: _l("Equal parts"),
    Key.FIXED: _l("Fixed amounts first"),
    Key.MANUAL: _l("Amounts typed per unit"),
}
COLUMNS = {
    "allotted": _l("Allotted"),
    "carried": _l("Carried over"),
    "transferred": _l("Transferred"),
    "reserved": _l("Reserved"),
    "committed": _l("Committed"),
    "actual": _l("Spent"),
    "available": _l("Available"),
}


class PercentField(StringField):
    """`33,5` in, 3350 basis points out."""

    most = 10_000
    wrong = N_("Write a percentage from 0 to 100, such as 40 or 33,5.")

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else percent_text(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        typed = valuelist[0].strip().removesuffix("%").strip() if valuelist else ""
        if not typed:
            return
        try:
            share = Decimal(typed.replace(",", ".")) * 100
        except InvalidOperation:
            share = Decimal(-1)
        if not share.is_finite() or not 0 <= share <= self.most or share != int(share):
            raise ValidationError(_(self.wrong))
        self.data = int(share)


class LimitField(StringField):
    """`10.000,00` or `50 %` in, a limit of `budgets.rules.limits` out; empty is none."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return limit_text(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: dict[str, int] | None = None
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            return
        if typed.endswith("%"):
            try:
                share = Decimal(typed.removesuffix("%").strip().replace(",", ".")) * 100
            except InvalidOperation:
                share = Decimal(-1)
            if not share.is_finite() or not 0 <= share <= 1_000_000 or share != int(share):
                raise ValidationError(_("Write an amount such as 10.000 or a percentage as 50 %."))
            self.data = {"average_bp": int(share)}
            return
        try:
            self.data = {"ore": parse_kroner(typed, field=self.short_name)}
        except Refusal as refusal:
            raise ValidationError(text_of(refusal)) from None


def limit_text(limit: Mapping[str, int]) -> str:
    """{"average_bp": 5000} → '50 %', {"ore": 100000} → '1.000,00'."""
    if "ore" in limit:
        return show(limit["ore"], unit="")
    return f"{percent_text(limit['average_bp'])} %"


def limits_text(limits: Mapping[str, Any]) -> str:
    """Floor and ceiling in words."""
    names = {"floor": _("floor"), "ceiling": _("ceiling")}
    words = []
    for end, name in names.items():
        if end in limits:
            amount = limit_text(limits[end])
            text = _("%(share)s of the average", share=amount)
            words.append(f"{name} {amount if 'ore' in limits[end] else text}")
    return ", ".join(words)


def ages_text(ages: Mapping[str, int]) -> str:
    """What a child of each age counts for in a key."""
    return _(
        "a child of 0–2 years counts %(young)s %%, of 3–5 years %(old)s %%",
        young=ages["0_2"],
        old=ages["3_5"],
    )


def percent_text(bp: int) -> str:
    """3350 → '33,5'."""
    whole, rest = divmod(bp, 100)
    return f"{whole}" + (f",{rest:02d}".rstrip("0") if rest else "")


def unbroken(text: str) -> Markup:
    """The text, in which no number is parted from its per cent sign."""
    parts = re.split(r"([\d,]+ %)", text)
    whole = Markup('<span class="share">{}</span>')
    return Markup("").join(whole.format(part) if at % 2 else part for at, part in enumerate(parts))


def kind_filter(column: Any, labels: dict[Any, Any], kind: type[StrEnum]) -> Among:
    """A filter on the kind of a pool or an entry."""
    options = [(value.value, label) for value, label in labels.items()]
    return Among(column, _l("Kind"), options, word="kind", convert=kind)


class YearFilter(BaseSQLAFilter):
    """Pools of a calendar year."""

    word = "year"

    def validate(self, value: str) -> bool:
        return value.isascii() and value.isdigit() and len(value) == 4

    def apply(self, query: Query[Any], value: str, alias: Any = None) -> Query[Any]:
        years = select(BudgetYear.id).where(BudgetYear.year == int(value))
        return query.filter(Pool.year_id.in_(years))

    def operation(self) -> Any:
        return _l("equals")
