"""Screening tools: names, scales and areas, as the municipality uses them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from admin.base import Verb
from admin.choosing import FilteredView, NumberField
from admin.fields import choices_of
from admin.needs_verbs import area_choices, optional_key
from admin.supervision_screenings import good_text, scale_text
from admin.supervision_visits import TAG
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.supervision import rules
from tenant_app.supervision import service as supervision
from tenant_app.supervision.models import ScreeningArea, ScreeningTool

PLACES = range(1, rules.MOST_AREAS + 1)
SCALE = ("smallest", "largest", "step", "good_at")
KIDS = (
    "Fysiske omgivelser",
    "Relationer",
    "Leg og aktivitet",
    "Socio-emotionel udvikling",
    "Demokrati og deltagelse",
    "Selvværd og krop",
    "Opmærksomhed",
    "Kommunikation og sprog",
    "Oplevelse, kreativitet og tænkning",
)
"""What the first tool of a municipality begins with; every word and number of it can be changed."""


class ToolForm(FlaskForm):
    name = StringField(_l("Name"), [DataRequired(), Length(max=rules.LONGEST_LINE)])
    smallest = NumberField(_l("Lowest score"), [InputRequired()])
    largest = NumberField(_l("Highest score"), [InputRequired()])
    step = NumberField(_l("Step"), [InputRequired()], description=_l("Such as 0,1 or 1."))
    high_is_good = RadioField(
        _l("Which way is good?"),
        [InputRequired()],
        coerce=lambda value: str(value) in ("1", "True"),
        choices=choices_of((("1", _l("A high score is good")), ("0", _l("A low score is good")))),
    )
    good_at = NumberField(_l("Good from this score on"), [InputRequired()])

    def scale(self) -> supervision.Scale:
        """What was typed of the scale."""
        numbers = {name: self[name].data for name in SCALE}
        return supervision.Scale(**numbers, high_is_good=self.high_is_good.data)

    def places(self) -> list[tuple[Any, Any]]:
        """(name, competence area): the fields of each place."""
        return [(self[f"area_{at}"], self[f"competence_{at}"]) for at in PLACES]

    def areas(self) -> list[supervision.AreaDraft]:
        """The places that were filled in."""
        return [
            supervision.AreaDraft(name.data, competence.data)
            for name, competence in self.places()
            if (name.data or "").strip()
        ]


for _at in PLACES:
    _named = _l("Area %(number)s", number=_at)
    _leads = _l("Competence area of area %(number)s", number=_at)
    setattr(
        ToolForm,
        f"area_{_at}",
        StringField(_named, [Optional(), Length(max=rules.LONGEST_LINE)]),
    )
    setattr(ToolForm, f"competence_{_at}", SelectField(_leads, [Optional()], coerce=optional_key))


class Keeps(Verb):
    """The tools are the whole municipality's, and kept by those who keep its competence areas."""

    permission = Permission.COMPETENCES_MANAGE
    form = ToolForm
    template = "supervision/tool.html"

    def prepare(self, ctx: Context, form: Any, row: ScreeningTool | None) -> None:
        choices = choices_of([("", _("– none –")), *area_choices(ctx)])
        for _name, competence in form.places():
            competence.choices = choices
        if request.method == "GET":
            self.begin(ctx, form, row)

    def begin(self, ctx: Context, form: Any, row: ScreeningTool | None) -> None:
        """What the form says at first."""

    def shown(self, ctx: Context, row: ScreeningTool) -> bool:
        return row.retired_on is None


class CreateTool(Keeps):
    name = "create"
    label = _l("New screening tool")
    help = _l("Results are read in on this scale. Once there are results the scale stays.")
    on_row = False

    def begin(self, ctx: Context, form: Any, row: None) -> None:
        form.high_is_good.data = True
        if supervision.tools(ctx, page_size=1).items:
            return
        form.name.data = "KIDS"
        form.smallest.data, form.largest.data = Decimal(1), Decimal(5)
        form.step.data, form.good_at.data = Decimal("0.1"), Decimal("3.5")
        for (name, _competence), text in zip(form.places(), KIDS, strict=False):
            name.data = text

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        made = supervision.create_tool(
            ctx, name=form.name.data, scale=form.scale(), areas=form.areas()
        )
        return redirect(url_for("screening-tools.details_view", id=made.id))


class ChangeTool(Keeps):
    name = "change"
    label = _l("Change the screening tool")
    help = _l("Possible until there are results.")

    def begin(self, ctx: Context, form: Any, row: ScreeningTool) -> None:
        for name in ("name", "high_is_good", *SCALE):
            form[name].data = getattr(row, name)
        areas = supervision.areas_of(ctx, [row.id])[row.id]
        for (name, competence), area in zip(form.places(), areas, strict=False):
            name.data, competence.data = area.name, area.area_id

    def shown(self, ctx: Context, row: ScreeningTool) -> bool:
        is_free = row.id not in supervision.used_tools(ctx, [row.id])
        return row.retired_on is None and is_free

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        supervision.change_tool(
            ctx, row_id, name=form.name.data, scale=form.scale(), areas=form.areas()
        )
        return _("The screening tool is changed.")


class RetireTool(Keeps):
    name = "retire"
    label = _l("Retire the screening tool")
    help = _l("No more results are read in for it. Those that are there stay.")
    form = FlaskForm
    template = "admin/verb.html"
    danger = True

    def prepare(self, ctx: Context, form: Any, row: ScreeningTool | None) -> None:
        """There is nothing to fill in."""

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        supervision.retire_tool(ctx, row_id)
        return _("The screening tool is retired.")


def _areas(view: Any, page: Any, row: ScreeningTool, name: str) -> Any:
    return len(view.areas(row))


def _areas_in_full(view: Any, page: Any, row: ScreeningTool, name: str) -> Any:
    """Each area, and the competence area it leads to."""
    lines = [
        f"{each.name} → {each.competence_area.name}" if each.competence_area else each.name
        for each in view.areas(row)
    ]
    return Markup("<br>").join(lines)


def _in_use(view: Any, page: Any, row: ScreeningTool, name: str) -> Any:
    if row.retired_on is not None:
        return TAG.format("", _("Retired"))
    return TAG.format("ok", _("In use"))


class ToolList(FilteredView):
    model_class = ScreeningTool
    endpoint_name = "screening-tools"
    label = _l("Screening tools")
    help = _l(
        "What is screened, on which scale, and which competence area each part leads to. KIDS is "
        "one; your own can stand beside it."
    )
    empty = _l("No screening tools yet. Results can be read in when there is one.")
    permission = Permission.SUPERVISION_VIEW
    verbs = (CreateTool, ChangeTool, RetireTool)
    column_list = ("name", "scale", "good", "areas", "in_use")
    column_details_list = ("name", "scale", "good", "areas", "in_use")
    column_labels = {
        "name": _l("Screening tool"),
        "scale": _l("Scale"),
        "good": _l("A good score"),
        "areas": _l("Areas"),
        "in_use": _l("State"),
    }
    column_sortable_list = ("name",)
    column_default_sort = "name"
    column_formatters = {
        "scale": lambda view, page, row, name: scale_text(row),
        "good": lambda view, page, row, name: good_text(row),
        "areas": _areas,
        "in_use": _in_use,
    }
    column_formatters_detail = {**column_formatters, "areas": _areas_in_full}

    def read_for(self, rows: Sequence[ScreeningTool]) -> None:
        """The areas of the page's tools, read at once."""
        found = supervision.areas_of(self.ctx, [row.id for row in rows])
        self.ctx.memo["screening areas"] = found

    def areas(self, row: ScreeningTool) -> list[ScreeningArea]:
        """The areas of a tool in their order."""
        known: dict[UUID, list[ScreeningArea]] = self.ctx.memo.setdefault("screening areas", {})
        if row.id not in known:
            known |= supervision.areas_of(self.ctx, [row.id])
        return known[row.id]
