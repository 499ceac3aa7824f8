"""The screens of competences: areas, competences, who holds them, and how many should."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import request
from flask_admin import BaseView
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import joinedload
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from admin.beginnings import Beginning
from admin.choosing import Among, FilteredView, ReadOptions, all_of, key
from admin.competence_choices import ManageVerb
from admin.coverage_targets import TargetView
from admin.fields import choices_of
from admin.holdings import HoldingView
from admin.labels import COMPETENCE
from tenant_app.competences import service as competences
from tenant_app.competences.models import (
    Competence,
    CompetenceArea,
)
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.web.current import context


def _area_choices(ctx: Context) -> list[tuple[UUID, str]]:
    return [(area.id, area.name) for area in all_of(partial(competences.areas, ctx))]


class AreaForm(FlaskForm):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])


class CreateArea(ManageVerb):
    name = "create"
    label = _l("New competence area")
    form = AreaForm
    on_row = False

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        made = competences.create_area(ctx, name=form.name.data)
        return _("“%(name)s” is in the list of competence areas.", name=made.name)


class RenameArea(ManageVerb):
    name = "rename"
    label = _l("Rename competence area")
    form = AreaForm

    def prepare(self, ctx: Context, form: Any, row: CompetenceArea) -> None:
        if request.method == "GET":
            form.name.data = row.name

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = competences.rename_area(ctx, row_id, name=form.name.data)
        return _("The competence area is now called “%(name)s”.", name=made.name)


class AreaView(FilteredView):
    model_class = CompetenceArea
    endpoint_name = "competence-areas"
    label = _l("Competence areas")
    help = _l("The headings that competences are sorted under in lists and reports.")
    group = COMPETENCE
    permission = Permission.COMPETENCES_VIEW
    empty = _l("No competence areas yet.")
    verbs = (CreateArea, RenameArea)
    column_list = column_details_list = ("name",)
    column_labels = {"name": _l("Name")}
    column_searchable_list = ("name",)
    column_default_sort = "name"


class CompetenceForm(FlaskForm):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    area_id = SelectField(_l("Competence area"), [InputRequired()], coerce=key)
    validity_months = IntegerField(
        _l("Valid for (months)"), [Optional()], description=_l("Empty: for ever.")
    )

    def facts(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        return {field.name: field.data for field in self if field.name != "csrf_token"}


class CreateCompetence(ManageVerb):
    name = "create"
    label = _l("New competence")
    form = CompetenceForm
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.area_id.choices = choices_of(_area_choices(ctx))

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        made = competences.create_competence(ctx, **form.facts())
        return _("“%(name)s” is in the list of competences.", name=made.name)


class ChangeCompetence(ManageVerb):
    name = "change"
    label = _l("Change competence")
    help = _l("Competences people already hold keep their last day.")
    form = CompetenceForm

    def prepare(self, ctx: Context, form: Any, row: Competence) -> None:
        form.area_id.choices = choices_of(_area_choices(ctx))
        if request.method == "GET":
            form.name.data, form.area_id.data = row.name, row.area_id
            form.validity_months.data = row.validity_months

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = competences.change_competence(ctx, row_id, **form.facts())
        return _("“%(name)s” is changed.", name=made.name)


def _area_of(view: Any, page: Any, row: Competence, name: str) -> str:
    return row.area.name


def _validity(view: Any, page: Any, row: Competence, name: str) -> str:
    if row.validity_months is None:
        return _("For ever")
    return _("%(months)s months", months=row.validity_months)


class CompetenceView(FilteredView):
    model_class = Competence
    endpoint_name = "competences"
    label = _l("Competences")
    help = _l("What people can be able to do. A competence can expire and be renewed.")
    group = COMPETENCE
    permission = Permission.COMPETENCES_VIEW
    empty = _l("No competences yet. Each belongs to a competence area.")
    begins_at = (
        Beginning(
            _l("See the competence areas"),
            "competence-areas.index_view",
            frozenset({Permission.COMPETENCES_MANAGE}),
        ),
    )
    verbs = (CreateCompetence, ChangeCompetence)
    load = (joinedload(Competence.area),)
    column_list = column_details_list = ("name", "area", "validity_months")
    column_labels = {
        "name": _l("Name"),
        "area": _l("Competence area"),
        "validity_months": _l("Valid for"),
    }
    column_searchable_list = ("name",)
    column_sortable_list = ("name", ("area", "area.name"), "validity_months")
    column_default_sort = "name"
    column_filters = (
        Among(
            Competence.area_id,
            _l("Competence area"),
            ReadOptions(
                lambda: [(str(area_id), name) for area_id, name in _area_choices(context())]
            ),
            word="area",
            convert=key,
        ),
    )
    column_formatters = {"area": _area_of, "validity_months": _validity}


def views() -> list[BaseView]:
    """From who can what, up to the words it is said in."""
    return [HoldingView(), CompetenceView(), AreaView(), TargetView()]
