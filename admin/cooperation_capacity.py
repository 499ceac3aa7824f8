"""The list of who has a surplus of what, stated and withdrawn by leaders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from admin.base import Verb
from admin.choosing import Among, FilteredView, ReadOptions, as_options, key, seen_unit_choices
from admin.competence_choices import competence_choices
from admin.cooperation_labels import KINDS
from admin.fields import DanishDateField, TextAreaField, choices_of
from admin.formats import choice, day
from admin.labels_goals import GOALS
from admin.needs_verbs import area_choices, nothing_or, optional_key
from tenant_app.cooperation import rules
from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import CapacityKind, CapacityStatement
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.web.current import context

USUAL_DAYS = 180


class CapacityForm(FlaskForm):
    unit_id = SelectField(_l("Institution"), [InputRequired()], coerce=key)
    area_id = SelectField(_l("Competence area"), [InputRequired()], coerce=key)
    competence_id = SelectField(
        _l("Competence"),
        [Optional()],
        coerce=optional_key,
        description=_l("Leave it out where it is the whole area."),
    )
    kind = RadioField(
        _l("What the house has to give"),
        [InputRequired()],
        coerce=CapacityKind,
        choices=choices_of((each, text) for each, text in KINDS.items()),
    )
    hours = IntegerField(
        _l("Hours in all"),
        [Optional()],
        description=_l("Needed where the house gives hours of work."),
    )
    from_date = DanishDateField(_l("From"), [InputRequired()])
    to_date = DanishDateField(
        _l("Until"), [InputRequired()], description=_l("After this day it is gone by itself.")
    )
    note = TextAreaField(
        _l("A word about it"),
        [Length(max=rules.LONGEST_NOTE)],
        description=_l("Such as what you have tried, and whom to call. All leaders can read it."),
    )


class State(Verb):
    name = "state"
    label = _l("Tell what your house has a surplus of")
    help = _l("Leaders of other houses find it here, and beside the needs that it could help.")
    form = CapacityForm
    permission = Permission.COOPERATION_STATE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        units = seen_unit_choices(ctx, Permission.COOPERATION_STATE)
        form.unit_id.choices = choices_of((UUID(value), name) for value, name in units)
        form.area_id.choices = choices_of(area_choices(ctx))
        form.competence_id.choices = nothing_or(competence_choices(ctx))
        if request.method == "GET":
            form.kind.data = CapacityKind.PEOPLE
            form.from_date.data = ctx.today
            form.to_date.data = ctx.today + timedelta(days=USUAL_DAYS)

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        cooperation.state_capacity(
            ctx,
            unit_id=form.unit_id.data,
            area_id=form.area_id.data,
            competence_id=form.competence_id.data,
            kind=form.kind.data,
            hours=form.hours.data,
            from_date=form.from_date.data,
            to_date=form.to_date.data,
            note=form.note.data or "",
        )
        return _("Other leaders can see it now.")


class Withdraw(Verb):
    name = "withdraw"
    label = _l("Withdraw the offer")
    help = _l("Other leaders do not see it any more.")
    permission = Permission.COOPERATION_STATE
    danger = True

    def shown(self, ctx: Context, row: CapacityStatement) -> bool:
        return cooperation.may_withdraw(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        cooperation.withdraw_capacity(ctx, row_id)
        return _("The offer is withdrawn.")


def _contact(view: Any, page: Any, row: CapacityStatement, name: str) -> str:
    """Who stated it, with the address they sign in by."""
    return f"{row.stater.name}, {row.stater.email}" if row.stater else ""


class CapacityList(FilteredView):
    """Everybody's: a surplus is stated so that others find it."""

    model_class = CapacityStatement
    endpoint_name = "capacity"
    label = _l("Surplus")
    group = GOALS
    help = _l("Who has something to give others, today or soon. What ends first comes first.")
    empty = _l("Nobody has stated a surplus yet.")
    permission = Permission.COOPERATION_VIEW
    verbs = (State, Withdraw)
    load = (
        joinedload(CapacityStatement.unit),
        joinedload(CapacityStatement.area),
        joinedload(CapacityStatement.competence),
        joinedload(CapacityStatement.stater),
    )
    column_list = ("unit", "area", "competence", "kind", "hours", "from_date", "to_date")
    column_details_list = (*column_list, "note", "contact", "stated_at")
    more_columns = ("contact",)
    column_labels = {
        "unit": _l("Institution"),
        "area": _l("Competence area"),
        "competence": _l("Competence"),
        "kind": _l("What the house has to give"),
        "hours": _l("Hours in all"),
        "from_date": _l("From"),
        "to_date": _l("Until"),
        "note": _l("A word about it"),
        "contact": _l("Whom to ask"),
        "stated_at": _l("Stated on"),
    }
    column_formatters = {
        "unit": lambda view, page, row, name: row.unit.name,
        "area": lambda view, page, row, name: row.area.name,
        "competence": lambda view, page, row, name: row.competence.name if row.competence else "",
        "kind": choice("kind", KINDS),
        "from_date": day("from_date"),
        "to_date": day("to_date"),
        "contact": _contact,
        "stated_at": day("stated_at", hours=False),
    }
    column_searchable_list = ("note",)
    column_sortable_list = (
        *("kind", "from_date", "to_date"),
        ("unit", "unit.name"),
        ("area", "area.name"),
    )
    column_default_sort = [("to_date", False), ("id", False)]
    column_filters = (
        Among(
            CapacityStatement.area_id,
            _l("Competence area"),
            ReadOptions(lambda: as_options(area_choices(context()))),
            word="area",
            convert=key,
        ),
        Among(
            CapacityStatement.competence_id,
            _l("Competence"),
            ReadOptions(lambda: as_options(competence_choices(context()))),
            word="competence",
            convert=key,
        ),
        Among(
            CapacityStatement.kind,
            _l("What the house has to give"),
            ReadOptions(lambda: [(each.value, text) for each, text in KINDS.items()]),
            word="kind",
            convert=CapacityKind,
        ),
    )

    def title_of(self, row: CapacityStatement) -> str:
        return f"{row.unit.name}: {row.competence.name if row.competence else row.area.name}"

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return cooperation.standing_capacity(ctx)

    def after(self, row: Any) -> str:
        """To the list: one that was withdrawn has no page any more."""
        return str(self.get_url(".index_view"))
