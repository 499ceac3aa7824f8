"""Development plans: the list of those one reads, one plan, and what is done in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms import SelectField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from admin.base import Verb
from admin.beginnings import Beginning
from admin.choosing import FilteredView, all_of, key
from admin.fields import DanishDateField, TextAreaField, choices_of
from admin.formats import day
from admin.lists import looked_up
from admin.talks_choices import ForParties, part_of, plan_story, words
from admin.talks_labels import ITEM_STATES
from tenant_app.competences import service as competences
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.errors import NotFound
from tenant_app.organisation.models import Employee
from tenant_app.talks import service as talks
from tenant_app.talks.models import DevelopmentPlan, ItemState
from tenant_app.talks.rules import LONGEST_TEXT
from tenant_app.web.current import context

TEXT = Length(max=LONGEST_TEXT)
A_YEAR, A_WHILE = timedelta(days=365), timedelta(days=182)


def optional_key(value: Any) -> UUID | None:
    """The id, or nothing where nothing was chosen."""
    return None if value in (None, "", "None") else key(value)


class InPlan(Verb):
    """For the employee, and the leader who reads along."""

    @property
    def permission(self) -> Permission:  # type: ignore[override]  # either of two
        return part_of(context())


class PlanForm(FlaskForm):
    valid_until = DanishDateField(_l("Valid until"), [InputRequired()])
    notes = TextAreaField(
        _l("Notes"),
        [TEXT],
        description=_l("Read by the employee, and by the leader with whom the plan is taken up."),
    )


class Begin(InPlan):
    name = "begin"
    label = _l("Begin my plan")
    help = _l("The plan is yours. Your leader reads it once you take it up in a talk.")
    form = PlanForm
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        if request.method == "GET":
            form.valid_until.data = ctx.today + A_YEAR

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:  # type: ignore[override]  # on no row, so always None
        made = talks.begin_plan(ctx, valid_until=form.valid_until.data, notes=form.notes.data or "")
        return redirect(url_for("development-plans.details_view", id=made.id))


class Write(InPlan):
    name = "write"
    label = _l("Write in the plan")
    form = PlanForm

    def prepare(self, ctx: Context, form: Any, row: DevelopmentPlan) -> None:
        if request.method == "GET":
            form.valid_until.data = row.valid_until
            form.notes.data = plan_story(ctx, row).notes

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        talks.write_plan(
            ctx, row_id, valid_until=form.valid_until.data, notes=form.notes.data or ""
        )
        return _("The plan is written.")


class ItemForm(FlaskForm):
    area_id = SelectField(
        _l("Competence area"),
        [InputRequired()],
        coerce=key,
        description=_l("The area alone may be counted outside the institution."),
    )
    competence_id = SelectField(_l("Competence"), [Optional()], coerce=optional_key)
    aim = TextAreaField(
        _l("What is to be learnt"),
        [DataRequired(), TEXT],
        description=_l("And how it will be seen in everyday practice."),
    )
    due_on = DanishDateField(_l("By when"), [InputRequired()])
    need_id = SelectField(_l("Need it answers"), [Optional()], coerce=optional_key)
    enrolment_id = SelectField(
        _l("Course asked for"),
        [Optional()],
        coerce=optional_key,
        description=_l("Once the course is completed, this is shown as learnt."),
    )


class OnItem(InPlan):
    """A form of something to learn."""

    def prepare(self, ctx: Context, form: Any, row: DevelopmentPlan) -> None:
        areas = talks.area_choices(ctx)
        names = {area.id: area.name for area in areas}
        form.area_id.choices = choices_of((str(area.id), area.name) for area in areas)
        found = all_of(lambda **paging: competences.competences(ctx, **paging))
        in_areas = sorted(found, key=lambda each: names.get(each.area_id, ""))
        form.competence_id.choices = nothing_or(
            (str(each.id), f"{names.get(each.area_id, '')}: {each.name}") for each in in_areas
        )
        form.need_id.choices = nothing_or(
            (str(need_id), f"{title} ({unit})") for need_id, title, unit in talks.need_choices(ctx)
        )
        form.enrolment_id.choices = nothing_or(
            (str(each), f"{course}, {starts:%d-%m-%Y}")
            for each, course, starts in talks.enrolment_choices(ctx, row)
        )


class AddItem(OnItem):
    name = "add-item"
    label = _l("Add something to learn")
    form = ItemForm

    def prepare(self, ctx: Context, form: Any, row: DevelopmentPlan) -> None:
        super().prepare(ctx, form, row)
        if request.method == "GET":
            form.due_on.data = ctx.today + A_WHILE

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        talks.add_item(ctx, row_id, **facts_of(form))
        return _("It is in the plan.")


class ChangeForm(ItemForm):
    item_id = SelectField(_l("Which one"), [InputRequired()], coerce=key)
    state = SelectField(
        _l("State"),
        [InputRequired()],
        coerce=ItemState,
        choices=choices_of((each.value, label) for each, label in ITEM_STATES.items()),
    )


class ChangeItem(OnItem):
    """Reached from the item itself."""

    name = "change-item"
    label = _l("Change what is to be learnt")
    form = ChangeForm

    def prepare(self, ctx: Context, form: Any, row: DevelopmentPlan) -> None:
        super().prepare(ctx, form, row)
        items = {each.id: each for each in plan_story(ctx, row).items}
        form.item_id.choices = choices_of(
            (str(each.id), f"{each.area}, {each.due_on:%d-%m-%Y}") for each in items.values()
        )
        asked = request.args.get("item_id", type=key)
        found = items.get(asked) if asked is not None else next(iter(items.values()), None)
        if found is None:
            if request.method == "GET":
                raise NotFound()
            return
        # What it is tied to may stay, whatever is offered today.
        tied = (
            (form.need_id, found.need_id, found.need),
            (form.enrolment_id, found.enrolment_id, found.course),
        )
        for field, value, name in tied:
            if value is not None and str(value) not in {each.value for each in field.choices}:
                field.choices += choices_of([(str(value), name or _("No longer to be seen"))])
        if request.method == "GET":
            form.item_id.data = found.id
            for name in ("area_id", "competence_id", "aim", "due_on", "need_id", "enrolment_id"):
                form[name].data = getattr(found, name)
            form.state.data = found.state

    def shown(self, ctx: Context, row: DevelopmentPlan) -> bool:
        return False

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        talks.change_item(ctx, form.item_id.data, state=form.state.data, **facts_of(form))
        return _("It is changed.")


def nothing_or(pairs: Any) -> list[Any]:
    """The choices, and before them none of them."""
    return choices_of([("", "–"), *pairs])


def facts_of(form: Any) -> dict[str, Any]:
    """What the form says of something to learn."""
    names = ("area_id", "competence_id", "aim", "due_on", "need_id", "enrolment_id")
    return {name: form[name].data for name in names}


def _progress(view: Any, row: DevelopmentPlan) -> talks.Progress:
    known: dict[UUID, talks.Progress] = view.ctx.memo.setdefault("plan progress", {})
    if row.id not in known:
        known |= talks.progress(view.ctx, [row.id])
    return known[row.id]


def _done(view: Any, page: Any, row: DevelopmentPlan, name: str) -> str:
    found = _progress(view, row)
    return _("%(done)s of %(items)s", done=found.done, items=found.items)


def _valid(view: Any, page: Any, row: DevelopmentPlan, name: str) -> Any:
    shown = Markup('<span class="day">{}</span>').format(f"{row.valid_until:%d-%m-%Y}")
    if row.valid_until >= view.ctx.today:
        return shown
    return shown + Markup(' <span class="tag bad">{}</span>').format(_("No longer valid"))


class PlanView(ForParties, FilteredView):
    """The plans one reads: one's own, and those taken up in talks one holds."""

    model_class = DevelopmentPlan
    endpoint_name = "development-plans"
    label = _l("Development plans")
    help = _l(
        "What each employee is to learn. A plan is read by its employee, and by the leader with "
        "whom it was taken up in a talk."
    )
    empty = _l("No plans to read yet. A plan is taken up in a talk.")
    begins_here = False
    begins_at = (
        Beginning(
            _l("See the talks"),
            "talks.index_view",
            frozenset({Permission.TALKS_HOLD, Permission.TALKS_OWN}),
        ),
    )
    verbs = (Begin, AddItem, Write, ChangeItem)
    load = (joinedload(DevelopmentPlan.employee),)
    details_template = "talks/plan.html"
    column_list = ("employee", "valid_until", "done")
    column_details_list = column_list
    column_labels = {
        "employee": _l("Employee"),
        "valid_until": _l("Valid until"),
        "done": _l("Learnt"),
    }
    column_sortable_list = ("valid_until",)
    sort_by = {
        "employee": looked_up(
            danish(Employee.name), Employee.id == DevelopmentPlan.employee_id, row=DevelopmentPlan
        )
    }
    column_default_sort = "valid_until"
    column_formatters = {
        "employee": lambda view, page, row, name: row.employee.name,
        "valid_until": _valid,
        "done": _done,
    }
    column_formatters_export = {**column_formatters, "valid_until": day("valid_until")}

    def title_of(self, row: DevelopmentPlan) -> str:
        return _("Development plan of %(name)s", name=row.employee.name)

    def is_visible(self) -> bool:
        """An employee comes here from their own plan."""
        return bool(self.ctx.actor.may(Permission.TALKS_HOLD))

    def buttons(self, row: Any = None) -> Any:
        """One begins a plan of one's own from one's own page."""
        return super().buttons(row) if row is not None else []

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return talks.plan_scope(ctx)

    def read_for(self, rows: Sequence[DevelopmentPlan]) -> None:
        """How far the plans are, read at once."""
        ids = [row.id for row in rows]
        self.ctx.memo["plan progress"] = talks.progress(self.ctx, ids) if ids else {}

    def story(self, row: DevelopmentPlan) -> talks.PlanDetails:
        """Everything in one plan."""
        return plan_story(self.ctx, row)

    def words(self) -> dict[str, Any]:
        """The labels of a plan."""
        return words(self.ctx)
