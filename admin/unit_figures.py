"""Children and index of the institutions over time: what money is divided by."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired

from admin.base import Verb
from admin.beginnings import FROM_FILE
from admin.choosing import FilteredView, NumberField, key, seen_unit_choices
from admin.fields import DanishDateField, choices_of
from admin.formats import day
from admin.labels import PEOPLE
from admin.lists import looked_up
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.errors import N_, Invalid
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitFigures, UnitKind

HUNDREDTHS = 100


class RecordForm(FlaskForm):
    unit_id = SelectField(_l("Institution"), [InputRequired()], coerce=key)
    from_date = DanishDateField(_l("From date"), [InputRequired()])
    children_0_2 = IntegerField(_l("Children of 0–2 years"), [InputRequired()])
    children_3_5 = IntegerField(_l("Children of 3–5 years"), [InputRequired()])
    socio_index = NumberField(
        _l("Socio-economic index"),
        [InputRequired()],
        description=_l("1 is the municipality's average, 1,15 is 15 % above it."),
    )


class RecordFigures(Verb):
    name = "record"
    label = _l("Register children")
    help = _l("The figures hold from the date until the next. The same date again corrects them.")
    form = RecordForm
    permission = Permission.UNITS_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.unit_id.choices = choices_of(
            seen_unit_choices(ctx, Permission.UNITS_MANAGE, UnitKind.INSTITUTION)
        )
        if request.method == "GET":
            form.from_date.data, form.socio_index.data = ctx.today, Decimal(1)

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        index = form.socio_index.data * HUNDREDTHS
        if index % 1:
            raise Invalid(N_("Write the index with two decimals at most."), field="socio_index")
        made = organisation.record_figures(
            ctx,
            unit_id=form.unit_id.data,
            from_date=form.from_date.data,
            children_0_2=form.children_0_2.data,
            children_3_5=form.children_3_5.data,
            socio_index=int(index),
        )
        return _("The figures from %(day)s are registered.", day=f"{made.from_date:%d-%m-%Y}")


def index_text(index: int) -> str:
    """120 → '1,20': two decimals in every row, to be read down."""
    return f"{Decimal(index) / HUNDREDTHS:.2f}".replace(".", ",")


class FiguresView(FilteredView):
    """Figures of the institutions in sight."""

    model_class = UnitFigures
    endpoint_name = "unit-figures"
    label = _l("Children per institution")
    help = _l("Enrolled children and socio-economic index: keys of the budget divide by them.")
    empty = _l("No figures yet.")
    begins_at = (FROM_FILE,)
    group = PEOPLE
    permission = Permission.UNITS_VIEW
    can_view_details = False
    load = (joinedload(UnitFigures.unit),)
    verbs = (RecordFigures,)
    column_list: ClassVar[list[str]] = [
        "unit",
        "from_date",
        "children_0_2",
        "children_3_5",
        "socio_index",
    ]
    column_sortable_list: ClassVar[list[str]] = [
        "from_date",
        "children_0_2",
        "children_3_5",
        "socio_index",
    ]
    sort_by: ClassVar[dict[str, Any]] = {
        "unit": looked_up(danish(Unit.name), Unit.id == UnitFigures.unit_id, row=UnitFigures)
    }
    column_default_sort = ("from_date", True)
    column_labels: ClassVar[dict[str, Any]] = {
        "unit": _l("Institution"),
        "from_date": _l("From date"),
        "children_0_2": _l("Children of 0–2 years"),
        "children_3_5": _l("Children of 3–5 years"),
        "socio_index": _l("Socio-economic index"),
    }
    column_formatters: ClassVar[dict[str, Any]] = {
        "unit": lambda v, c, row, name: row.unit.name,
        "from_date": day("from_date"),
        "socio_index": lambda v, c, row, name: index_text(row.socio_index),
    }

    def visible(self, ctx: Context) -> ColumnElement[bool] | None:
        return UnitFigures.unit_id.in_(organisation.visible_units(ctx, Permission.UNITS_VIEW))
