"""How a pool is given out, and whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, RadioField, SelectField
from wtforms.validators import Optional

from admin.base import Verb
from admin.choosing import INDENT, key
from admin.fields import DanishDateField, choices_of
from admin.labels_rounds import MODES
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYearState, PoolMode
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.organisation import service as organisation

SPARE_ROWS = 4
MOST_TURNS = 500


def _key_or_none(value: Any) -> UUID | None:
    return None if value in ("", None, "None") else key(value)


class TurnRow(Form):
    """One turn. A row without a unit and days does not count."""

    unit_id = SelectField(_l("Unit"), coerce=_key_or_none)
    first_day = DanishDateField(_l("First day"), [Optional()])
    last_day = DanishDateField(_l("Last day"), [Optional()])


class ModeForm(FlaskForm):
    mode = RadioField(_l("How it is given out"))
    turns = FieldList(FormField(TurnRow), label=_l("Turns"))


class SetMode(Verb):
    name = "mode"
    label = _l("Set how it is given out")
    help = _l(
        "To whoever comes first, through initiatives only, in application rounds, or by turns. "
        "What is set aside already stays."
    )
    form = ModeForm
    permission = Permission.BUDGET_MANAGE
    template = "budgets/mode.html"

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.year.state in (BudgetYearState.ADOPTED, BudgetYearState.OPEN)

    def prepare(self, ctx: Context, form: Any, row: Any) -> None:
        form.mode.choices = choices_of((mode.value, label) for mode, label in MODES.items())
        ctx.memo["year of turns"] = str(row.year.year)
        if request.method == "GET":
            form.mode.data = row.mode.value
            for turn in budgets.turns_of(ctx, row.id):
                entry = form.turns.append_entry().form
                entry.unit_id.data = turn.unit_id
                entry.first_day.data, entry.last_day.data = turn.first_day, turn.last_day
            for _spare in range(SPARE_ROWS):
                form.turns.append_entry()
        units = [("", _("– none –")), *_units(ctx, row.unit_id)]
        for each in form.turns:
            each.form.unit_id.choices = choices_of(units)

    def extra(self, ctx: Context, row: Any) -> dict[str, Any]:
        return {"year": ctx.memo["year of turns"]}

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        mode = PoolMode(form.mode.data)
        rows = [each.form for each in form.turns[: MOST_TURNS + 1]]
        turns = _read(rows) if mode is PoolMode.ROTATION else []
        budgets.set_mode(ctx, row_id, mode, turns=turns)
        return _("The pool is now given out so: %(mode)s.", mode=MODES[mode])


def _units(ctx: Context, owner_id: UUID) -> list[tuple[str, str]]:
    """The units that the pool pays for, as they hang."""
    above = organisation.path_of(ctx, owner_id)
    places = [place for place in organisation.placements(ctx) if place.path.startswith(above)]
    least = min((place.path.count(".") for place in places), default=0)
    return [
        (str(place.unit_id), INDENT * (place.path.count(".") - least) + place.unit.name)
        for place in places
    ]


def _read(rows: Sequence[Any]) -> list[tuple[UUID, date, date]]:
    """The turns of the rows that are filled in. Raises Invalid naming the row."""
    if len(rows) > MOST_TURNS:
        raise Invalid(
            N_("These are too many turns. Use at most %(most)s."), field="turns", most=MOST_TURNS
        )
    found = []
    for at, row in enumerate(rows, start=1):
        turn = (row.unit_id.data, row.first_day.data, row.last_day.data)
        if all(part is None for part in turn):
            continue
        if any(part is None for part in turn):
            raise Invalid(
                N_(
                    "Turn %(place)s is not whole. Choose its unit and write its first and its last "
                    "day, or empty all three."
                ),
                field="turns",
                place=str(at),
            )
        found.append(turn)
    return found
