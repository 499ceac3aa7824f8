"""What cover may be said to cost: see `budgets.rules.cover` for what the rules mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tenant_app.core.errors import N_, Invalid

FIELD = "cover_rules"
DEAREST = 200_000
"""Øre per hour."""
MOST_HOURS = 100
MOST_RATES = 30
WAYS = ("day", "ects", "none")
NEEDED = {"rate", "share_taught"}
EARLIEST, LATEST = 2000, 2100


def check_cover_rules(cover: Mapping[str, Any]) -> dict[str, Any]:
    """A rate in øre per hour and the taught share per form; and where given, later rates from
    their days on, and forms that count their hours otherwise. Raises Invalid."""
    if not NEEDED <= set(cover) <= NEEDED | {"rates", "hours"} or (
        "default" not in cover["share_taught"]
    ):
        raise Invalid(
            N_("Cover needs a rate per hour, a taught share per form, and one for the others."),
            field=FIELD,
        )
    _check_rate(cover["rate"])
    for form, share in cover["share_taught"].items():
        if not _is_kept(form) or not _is_whole(share) or not 0 <= share <= 100:
            raise Invalid(
                N_("The taught share of “%(form)s” must be a whole percentage from 0 to 100."),
                field=FIELD,
                form=form,
            )
    checked = {"rate": cover["rate"], "share_taught": dict(cover["share_taught"])}
    rates, hours = _rates(cover.get("rates") or []), _hours(cover.get("hours") or {})
    if rates:
        checked["rates"] = rates
    if hours:
        checked["hours"] = hours
    return checked


def _check_rate(rate: Any) -> None:
    if not _is_whole(rate) or not 0 <= rate <= DEAREST:
        raise Invalid(N_("The cover rate must be between 0 and 2.000,00 kr per hour."), field=FIELD)


def _rates(rates: Any) -> list[dict[str, Any]]:
    """By day, each day once."""
    found: dict[date, int] = {}
    if not isinstance(rates, list | tuple) or len(rates) > MOST_RATES:
        raise Invalid(N_("Write at most %(most)s rates."), field=FIELD, most=MOST_RATES)
    for each in rates:
        if not isinstance(each, Mapping) or set(each) != {"from", "rate"}:
            raise Invalid(N_("A rate has the day it holds from and an amount."), field=FIELD)
        _check_rate(each["rate"])
        try:
            day = date.fromisoformat(str(each["from"]))
        except ValueError:
            day = date.min
        if not EARLIEST <= day.year <= LATEST:
            raise Invalid(N_("A rate has the day it holds from and an amount."), field=FIELD)
        if day in found:
            raise Invalid(
                N_("Two rates hold from %(day)s. Keep one of them."),
                field=FIELD,
                day=day.strftime("%d-%m-%Y"),
            )
        found[day] = each["rate"]
    return [{"from": day.isoformat(), "rate": found[day]} for day in sorted(found)]


def _hours(hours: Any) -> dict[str, Any]:
    if not isinstance(hours, Mapping):
        raise Invalid(N_("Cover hours are given per form."), field=FIELD)
    found: dict[str, Any] = {}
    for form, own in hours.items():
        known = isinstance(own, Mapping) and own.get("per") in WAYS
        if not _is_kept(form) or not known or set(own) - {"per", "hours"}:
            raise Invalid(
                N_("“%(form)s” counts its cover hours per day, per ECTS, or needs no cover."),
                field=FIELD,
                form=str(form)[:60],
            )
        found[form] = {"per": own["per"]}
        if own["per"] != "none":
            found[form]["hours"] = _number(form, own.get("hours"))
    return found


def _number(form: str, hours: Any) -> str:
    """A decimal as text: JSON's own numbers would round it."""
    try:
        value = Decimal(str(hours)) if not isinstance(hours, bool) else Decimal(-1)
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 < value <= MOST_HOURS or len(str(hours)) > 10:
        raise Invalid(
            N_("Write how many hours “%(form)s” needs, above 0 and at most %(most)s."),
            field=FIELD,
            form=form,
            most=MOST_HOURS,
        )
    return format(value.normalize(), "f")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_kept(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= 60 and text.isprintable()
