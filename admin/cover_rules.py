"""What cover costs, as a form: hours per form of course, and an hourly rate from day to day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from admin.base import Verb
from admin.catalogue_verbs import FORM_LABELS
from admin.choosing import NumberField
from admin.fields import DanishDateField, KronerField, choices_of
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.core.money import show
from tenant_app.tenancy import service as tenancy

SPARE_RATES, MOST_RATES = 2, 12
WAYS = {
    "": _l("A share of the hours"),
    "day": _l("Hours per course day"),
    "ects": _l("Hours per ECTS"),
    "none": _l("No cover"),
}


class CoverForm(FlaskForm):
    rate = KronerField(
        _l("Cover per hour (kr)"),
        [InputRequired()],
        description=_l("Until the first of the dates below, if there are any."),
    )
    default = IntegerField(
        _l("Taught share of the hours, other forms (%)"),
        [InputRequired()],
        description=_l("Cover is needed for the taught hours only."),
    )

    def rates(self) -> list[tuple[Any, Any]]:
        """The fields of the dated rates, in pairs."""
        return [(self[f"from_{n}"], self[f"rate_{n}"]) for n in range(MOST_RATES)]

    def rates_shown(self) -> list[tuple[Any, Any]]:
        """Those in use, and a few to fill in."""
        used = [n for n, (day, rate) in enumerate(self.rates()) if day.data or rate.data]
        return self.rates()[: max(used, default=-1) + 1 + SPARE_RATES]

    def forms(self) -> list[tuple[Any, Any, Any, Any]]:
        """Per form: its name, its way, its share and its hours."""
        return [
            (
                FORM_LABELS[each],
                *(self[f"{name}_{each.value}"] for name in ("way", "share", "hours")),
            )
            for each in CourseForm
        ]

    def fill(self, cover: Mapping[str, Any]) -> None:
        self.rate.data = cover["rate"]
        self.default.data = cover["share_taught"]["default"]
        for each in CourseForm:
            self[f"share_{each.value}"].data = cover["share_taught"].get(each.value)
            own = cover.get("hours", {}).get(each.value)
            if own:
                self[f"way_{each.value}"].data = own["per"]
                if "hours" in own:
                    self[f"hours_{each.value}"].data = Decimal(str(own["hours"]))
        for (day, rate), known in zip(self.rates(), cover.get("rates", []), strict=False):
            day.data, rate.data = date.fromisoformat(known["from"]), known["rate"]

    def read(self) -> dict[str, Any]:
        """The rules as stored. Raises Invalid."""
        taught = {
            each.value: self[f"share_{each.value}"].data
            for each in CourseForm
            if self[f"share_{each.value}"].data is not None
        }
        found: dict[str, Any] = {
            "rate": self.rate.data,
            "share_taught": taught | {"default": self.default.data},
            "rates": [
                _rate(day.data, rate.data) for day, rate in self.rates() if day.data or rate.data
            ],
            "hours": {},
        }
        for each in CourseForm:
            way, hours = self[f"way_{each.value}"].data, self[f"hours_{each.value}"].data
            if way:
                found["hours"][each.value] = {"per": way}
            if way in {"day", "ects"}:
                found["hours"][each.value]["hours"] = str(hours if hours is not None else "")
        return found


def _rate(day: date | None, rate: int | None) -> dict[str, Any]:
    if day is None or rate is None:
        raise Invalid(N_("A rate has the day it holds from and an amount."), field="cover_rules")
    return {"from": day.isoformat(), "rate": rate}


for _form in CourseForm:
    _label = FORM_LABELS[_form]
    setattr(CoverForm, f"share_{_form.value}", IntegerField(_label, [Optional()]))
    setattr(
        CoverForm,
        f"way_{_form.value}",
        SelectField(_label, default="", choices=choices_of(WAYS.items())),
    )
    setattr(
        CoverForm,
        f"hours_{_form.value}",
        NumberField(_label, [Optional(), NumberRange(0, 100)]),
    )
for _n in range(MOST_RATES):
    setattr(CoverForm, f"from_{_n}", DanishDateField(_l("From"), [Optional()]))
    setattr(CoverForm, f"rate_{_n}", KronerField(_l("Per hour (kr)"), [Optional()]))


class ChangeCover(Verb):
    name = "cover"
    label = _l("Change cover")
    help = _l(
        "What cover costs when the course itself does not say. A form without a percentage "
        "follows the one for other forms. Requests under way keep their prices."
    )
    form = CoverForm
    permission = Permission.TENANT_CONFIGURE
    on_row = False
    template = "tenancy/cover.html"

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            form.fill(tenancy.settings(ctx).cover_rules)

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        tenancy.change_settings(ctx, cover_rules=form.read())
        return _("Cover is changed.")


def cover_words(cover: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(what, how much) for the page of settings, and for the trail."""
    rates = [
        (
            _(
                "Cover per hour from %(day)s",
                day=date.fromisoformat(each["from"]).strftime("%d-%m-%Y"),
            ),
            show(each["rate"]),
        )
        for each in cover.get("rates", [])
    ]
    labels = {form.value: str(label) for form, label in FORM_LABELS.items()}
    own = cover.get("hours", {})
    shares = [
        (labels.get(form, form), _("%(share)s %% of the hours", share=share))
        for form, share in cover["share_taught"].items()
        if form != "default" and form not in own
    ]
    hours = [(labels.get(form, form), way_text(each)) for form, each in own.items()]
    others = (
        _("Other forms"),
        _("%(share)s %% of the hours", share=cover["share_taught"]["default"]),
    )
    return [(_("Cover per hour"), show(cover["rate"])), *rates, *sorted(shares + hours), others]


def way_text(own: Mapping[str, Any]) -> str:
    """How a form counts its cover hours."""
    if own["per"] == "none":
        return _("No cover")
    hours = str(own["hours"]).replace(".", ",")
    if own["per"] == "day":
        return _("%(hours)s hours per course day", hours=hours)
    return _("%(hours)s hours per ECTS", hours=hours)
