"""The screen of who can what."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from admin.base import Verb
from admin.choosing import Among, FilteredView, ReadOptions, all_of, key
from admin.competence_choices import competence_choices
from admin.fields import DanishDateField, choices_of
from admin.formats import choice, day
from admin.labels import COMPETENCE
from admin.lists import looked_up
from tenant_app.competences import service as competences
from tenant_app.competences.models import (
    Competence,
    Holding,
    HoldingSource,
)
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee
from tenant_app.web.current import context

SOURCE_LABELS = {
    HoldingSource.COURSE: _l("Completed course"),
    HoldingSource.EARLIER: _l("Noted by a leader"),
}


class NoteForm(FlaskForm):
    employee_id = SelectField(_l("Employee"), [InputRequired()], coerce=key)
    competence_id = SelectField(_l("Competence"), [InputRequired()], coerce=key)
    from_date = DanishDateField(_l("Held from"), [InputRequired()])
    until_date = DanishDateField(
        _l("Held until"),
        [Optional()],
        description=_l("Empty: as long as the competence is valid."),
    )


class NoteHolding(Verb):
    name = "note"
    label = _l("Note earlier competence")
    help = _l("Something an employee could before, or learnt elsewhere.")
    form = NoteForm
    permission = Permission.ENROLMENT_COMPLETE
    """Of those who keep competences too: every role that may manage them may complete."""
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.competence_id.choices = choices_of(competence_choices(ctx))
        form.employee_id.choices = choices_of(
            [
                (employment.employee_id, f"{employment.employee.name} ({employment.unit.name})")
                for employment in all_of(partial(organisation.employees_page, ctx))
            ]
        )

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        competences.note_holding(
            ctx,
            employee_id=form.employee_id.data,
            competence_id=form.competence_id.data,
            from_date=form.from_date.data,
            until_date=form.until_date.data,
        )
        return _("The competence is noted.")


class EndForm(FlaskForm):
    until_date = DanishDateField(_l("Held until"), [InputRequired()])
    reason = StringField(_l("Reason"), [InputRequired(), Length(max=120)])


class EndHolding(Verb):
    name = "end"
    label = _l("Change last day")
    form = EndForm
    permission = Permission.ENROLMENT_COMPLETE
    danger = True

    def prepare(self, ctx: Context, form: Any, row: Holding) -> None:
        if request.method == "GET":
            form.until_date.data = row.until_date

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        competences.end_holding(
            ctx, row_id, until_date=form.until_date.data, reason=form.reason.data
        )
        return _("The last day is changed.")


def _holder(view: Any, page: Any, row: Holding, name: str) -> str:
    return str(view.names(row).employee.name)


def _held(view: Any, page: Any, row: Holding, name: str) -> str:
    return str(view.names(row).competence.name)


class HoldingView(FilteredView):
    """Each sees the staff of own units, and oneself."""

    model_class = Holding
    endpoint_name = "holdings"
    label = _l("Who can what")
    help = _l("Competences earned by courses, and earlier ones that were noted.")
    group = COMPETENCE
    permission = Permission.COMPETENCES_VIEW
    empty = _l("Nobody you can see holds a competence yet.")
    verbs = (NoteHolding, EndHolding)
    column_list = column_details_list = (
        "employee",
        "competence",
        "from_date",
        "until_date",
        "source",
    )
    column_labels = {
        "employee": _l("Employee"),
        "competence": _l("Competence"),
        "from_date": _l("Held from"),
        "until_date": _l("Held until"),
        "source": _l("Source"),
    }
    column_searchable_list = (Employee.name, Competence.name)
    column_sortable_list = ("from_date", "until_date", "source")
    sort_by = {
        "employee": looked_up(
            danish(Employee.name), Employee.id == Holding.employee_id, row=Holding
        ),
        "competence": looked_up(
            danish(Competence.name), Competence.id == Holding.competence_id, row=Holding
        ),
    }
    column_default_sort = ("from_date", True)
    column_filters = (
        Among(
            Holding.competence_id,
            _l("Competence"),
            ReadOptions(
                lambda: [(str(area_id), name) for area_id, name in competence_choices(context())]
            ),
            word="competence",
            convert=key,
        ),
        Among(
            Holding.source,
            _l("Source"),
            [(source.value, label) for source, label in SOURCE_LABELS.items()],
            word="source",
            convert=HoldingSource,
        ),
    )
    column_formatters = {
        "employee": _holder,
        "competence": _held,
        "from_date": day("from_date"),
        "until_date": day("until_date"),
        "source": choice("source", SOURCE_LABELS),
    }

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return competences.visible_holdings(ctx)

    def search_placeholder(self) -> str:
        return f"{self.column_labels['employee']}, {self.column_labels['competence']}"

    def title_of(self, row: Holding) -> str:
        names = self.names(row)
        return f"{names.employee.name}: {names.competence.name}"

    def read_for(self, rows: Sequence[Holding]) -> None:
        """The names of all of the page's rows, read at once."""
        found = competences.with_names(self.ctx, list(rows))
        self.ctx.memo["holding names"] = {held.holding.id: held for held in found}

    def names(self, row: Holding) -> competences.Held:
        """The row with its names: read with the list, or now for one."""
        known = self.ctx.memo.setdefault("holding names", {})
        if row.id not in known:
            known[row.id] = competences.with_names(self.ctx, [row])[0]
        return cast(competences.Held, known[row.id])
