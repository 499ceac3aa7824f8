"""How a pool is given out, and whose turn it is."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import Length

from admin.base import Verb
from admin.fields import TextAreaField, choices_of
from admin.formats import date_text
from admin.labels_rounds import MODES
from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import BudgetYearState, PoolMode
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.organisation import service as organisation

_LINE = re.compile(r"^(\S+)\s+(\d\d-\d\d-\d{4})\s+(\d\d-\d\d-\d{4})$")
LONGEST = 20_000


class ModeForm(FlaskForm):
    mode = RadioField(_l("How it is given out"))
    turns = TextAreaField(
        _l("Turns"),
        [Length(max=LONGEST)],
        description=_l(
            "Only for rotation. One line for each turn: the number of the unit, its first and its "
            "last day, such as I001 01-02-2027 31-03-2027."
        ),
    )


class SetMode(Verb):
    name = "mode"
    label = _l("Set how it is given out")
    help = _l(
        "To whoever comes first, through initiatives only, in application rounds, or by turns. "
        "What is set aside already stays."
    )
    form = ModeForm
    permission = Permission.BUDGET_MANAGE

    def shown(self, ctx: Context, row: Any) -> bool:
        return row.year.state in (BudgetYearState.ADOPTED, BudgetYearState.OPEN)

    def prepare(self, ctx: Context, form: Any, row: Any) -> None:
        form.mode.choices = choices_of((mode.value, label) for mode, label in MODES.items())
        if request.method == "GET":
            form.mode.data = row.mode.value
            form.turns.data = "\n".join(
                f"{turn.unit.number} {date_text(turn.first_day)} {date_text(turn.last_day)}"
                for turn in budgets.turns_of(ctx, row.id)
            )

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        mode = PoolMode(form.mode.data)
        budgets.set_mode(ctx, row_id, mode, turns=_read(ctx, form.turns.data or ""))
        return _("The pool is now given out so: %(mode)s.", mode=MODES[mode])


def _read(ctx: Context, text: str) -> list[tuple[UUID, date, date]]:
    """Lines of number, first and last day. Raises Invalid naming the line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return []
    numbers = {place.unit.number: place.unit_id for place in organisation.placements(ctx)}
    found = []
    for at, line in enumerate(lines, start=1):
        match = _LINE.match(line)
        try:
            if match is None:
                raise ValueError(line)
            first, last = (datetime.strptime(day, "%d-%m-%Y").date() for day in match.groups()[1:])
        except ValueError:
            raise Invalid(
                N_(
                    "Line %(line)s is no turn. Write the number of the unit, its first and its "
                    "last day: I001 01-02-2027 31-03-2027."
                ),
                field="turns",
                line=at,
            ) from None
        if match.group(1) not in numbers:
            raise Invalid(
                N_("Line %(line)s: there is no unit with the number “%(number)s”."),
                field="turns",
                line=at,
                number=match.group(1)[:40],
            )
        found.append((numbers[match.group(1)], first, last))
    return found
