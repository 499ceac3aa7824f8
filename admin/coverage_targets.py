"""The screen of how many should hold a competence."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import joinedload
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired

from admin.choosing import FilteredView, key
from admin.competence_choices import ManageVerb, competence_choices
from admin.fields import DanishDateField, choices_of
from admin.formats import choice, day
from admin.labels import COMPETENCE
from tenant_app.competences import service as competences
from tenant_app.competences.models import (
    CoverageTarget,
)
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation.models import Position

GROUP_LABELS = {
    Position.PEDAGOGUE: _l("Pedagogues"),
    Position.ASSISTANT: _l("Assistants"),
    Position.LEADER: _l("Leaders"),
    Position.OTHER: _l("Other staff"),
}
"""In the plural: a target counts a group."""
COUNT, PERCENT = "count", "percent"


class WhomForm(FlaskForm):
    """Written before the aim, so that it is asked before the aim."""

    competence_id = SelectField(_l("Competence"), [InputRequired()], coerce=key)
    position = SelectField(
        _l("Group"),
        [InputRequired()],
        coerce=Position,
        choices=choices_of((position.value, label) for position, label in GROUP_LABELS.items()),
    )


class AimForm(FlaskForm):
    kind = RadioField(
        _l("At least"),
        [InputRequired()],
        choices=choices_of(
            [(COUNT, _l("a number of people")), (PERCENT, _l("a percentage of the group"))]
        ),
        default=COUNT,
    )
    amount = IntegerField(_l("How many, or how many per cent"), [InputRequired()])
    due_date = DanishDateField(_l("Reached by"), [InputRequired()])

    def aim(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        kind = "min_count" if self.kind.data == COUNT else "min_percent"
        return {kind: self.amount.data, "due_date": self.due_date.data}


class TargetForm(WhomForm, AimForm):
    """Whom it is for, and how far."""


class SetTarget(ManageVerb):
    name = "set"
    label = _l("Set coverage target")
    help = _l(
        "How many in each institution should hold the competence. There is one target for each "
        "competence and group: setting it again changes it."
    )
    form = TargetForm
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.competence_id.choices = choices_of(competence_choices(ctx))

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        competences.set_target(
            ctx,
            competence_id=form.competence_id.data,
            position=form.position.data,
            **form.aim(),
        )
        return _("The coverage target is set.")


class ChangeTarget(ManageVerb):
    name = "change"
    label = _l("Change coverage target")
    form = AimForm

    def prepare(self, ctx: Context, form: Any, row: CoverageTarget) -> None:
        if request.method == "GET":
            form.kind.data = PERCENT if row.min_count is None else COUNT
            form.amount.data = row.min_percent if row.min_count is None else row.min_count
            form.due_date.data = row.due_date

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        competences.change_target(ctx, row_id, **form.aim())
        return _("The coverage target is changed.")


class RemoveTarget(ManageVerb):
    name = "remove"
    label = _l("Remove coverage target")
    danger = True

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        competences.remove_target(ctx, row_id)
        return _("The coverage target is removed.")


def _competence_of(view: Any, page: Any, row: CoverageTarget, name: str) -> str:
    return row.competence.name


def _at_least(view: Any, page: Any, row: CoverageTarget, name: str) -> str:
    if row.min_count is not None:
        return _("%(count)s pers.", count=row.min_count)
    return f"{row.min_percent} %"


class TargetView(FilteredView):
    model_class = CoverageTarget
    endpoint_name = "coverage-targets"
    label = _l("Coverage targets")
    help = _l("How many in each institution should hold a competence, and by when.")
    group = COMPETENCE
    permission = Permission.COMPETENCES_VIEW
    empty = _l("No coverage targets yet. The coverage report is about them.")
    verbs = (SetTarget, ChangeTarget, RemoveTarget)
    load = (joinedload(CoverageTarget.competence),)
    column_list = column_details_list = ("competence", "position", "at_least", "due_date")
    column_labels = {
        "competence": _l("Competence"),
        "position": _l("Group"),
        "at_least": _l("At least, in each institution"),
        "due_date": _l("Reached by"),
    }

    def title_of(self, row: CoverageTarget) -> str:
        return row.competence.name

    column_sortable_list = (("competence", "competence.name"), "position", "due_date")
    column_default_sort = "due_date"
    column_formatters = {
        "competence": _competence_of,
        "position": choice("position", GROUP_LABELS),
        "at_least": _at_least,
        "due_date": day("due_date"),
    }
