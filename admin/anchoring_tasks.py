"""What is left to do in anchoring plans, and what becomes of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_admin.helpers import get_redirect_target
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.anchoring_choices import Where, part_of, unit_options
from admin.anchoring_labels import OWNERS
from admin.anchoring_plans import TAG, WITH_NAMES
from admin.base import Verb
from admin.choosing import YES_NO, Among, FilteredView, ReadOptions, key, yes_or_no
from admin.fields import DanishDateField
from admin.formats import choice, date_text
from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import AnchoringPlan, Owner, PlanItem
from tenant_app.anchoring.rules import LONGEST_TEXT
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.web.current import context


class TickForm(FlaskForm):
    note = TextAreaField(_l("A word about it"), [Length(max=LONGEST_TEXT)])


class DropForm(FlaskForm):
    why = TextAreaField(_l("Why it is dropped"), [DataRequired(), Length(max=LONGEST_TEXT)])


class MoveForm(FlaskForm):
    due_on = DanishDateField(_l("Due on"), [InputRequired()])


class OnItem(Verb):
    """For those whose task it is, and those who lead there."""

    @property
    def permission(self) -> Permission:  # type: ignore[override]  # either of two
        return part_of(context())


class Tick(OnItem):
    name = "tick"
    label = _l("Mark as done")
    form = TickForm

    def shown(self, ctx: Context, row: PlanItem) -> bool:
        return anchoring.may_tick(ctx, row.plan, row)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        anchoring.tick(ctx, row_id, note=form.note.data or "")
        return _("It is marked as done.")


class Drop(OnItem):
    name = "drop"
    label = _l("Drop the task")
    help = _l("It is no longer to be done. The reason stays in the plan.")
    form = DropForm
    permission = Permission.ANCHORING_MANAGE
    danger = True

    def shown(self, ctx: Context, row: PlanItem) -> bool:
        return anchoring.may_drop(ctx, row.plan, row)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        anchoring.drop(ctx, row_id, why=form.why.data)
        return _("The task is dropped.")


class Move(OnItem):
    name = "move"
    label = _l("Move to another day")
    form = MoveForm

    def prepare(self, ctx: Context, form: Any, row: PlanItem) -> None:
        if request.method == "GET":
            form.due_on.data = row.due_on

    def shown(self, ctx: Context, row: PlanItem) -> bool:
        return anchoring.may_move(ctx, row.plan, row)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        anchoring.move(ctx, row_id, form.due_on.data)
        return _("The task is moved.")


def _text(view: Any, page: Any, row: PlanItem, name: str) -> Any:
    url = url_for("anchoring.details_view", id=row.plan_id)
    return Markup('<a href="{}">{}</a>').format(url, row.text)


def _due(view: Any, page: Any, row: PlanItem, name: str) -> Any:
    shown = Markup('<span class="day">{}</span>').format(date_text(row.due_on))
    if row.due_on >= view.ctx.today:
        return shown
    return shown + Markup(" ") + TAG.format("bad", _("Overdue"))


class TaskList(FilteredView):
    """What is left; what was done or dropped is in the plan."""

    model_class = PlanItem
    endpoint_name = "anchoring-tasks"
    label = _l("Anchoring tasks")
    help = _l("What is left to do in the plans. What is due first comes first.")
    empty = _l("Nothing is left to do. Tasks come with the plan of a confirmed place.")
    permission = Permission.ANCHORING_VIEW
    verbs = (Tick, Drop, Move)
    can_view_details = False
    load = (joinedload(PlanItem.plan).options(*WITH_NAMES),)
    column_list = ("text", "employee", "unit", "course", "owner", "due_on")
    column_labels = {
        "text": _l("Task"),
        "employee": _l("Participant"),
        "unit": _l("Unit"),
        "course": _l("Course"),
        "owner": _l("Whose task"),
        "due_on": _l("Due on"),
    }
    column_sortable_list = ("due_on", "owner", "text")
    column_default_sort = "due_on"
    column_formatters = {
        "text": _text,
        "employee": lambda view, page, row, name: row.plan.enrolment.employee.name,
        "unit": lambda view, page, row, name: row.plan.unit.name,
        "course": lambda view, page, row, name: row.plan.enrolment.session.course.title,
        "owner": choice("owner", OWNERS),
        "due_on": _due,
    }
    column_formatters_export = {
        **column_formatters,
        "text": lambda view, page, row, name: row.text,
        "due_on": lambda view, page, row, name: date_text(row.due_on),
    }
    column_filters = (
        Among(
            PlanItem.owner,
            _l("Whose task"),
            [(each.value, label) for each, label in OWNERS.items()],
            word="owner",
            convert=Owner,
        ),
        Where(
            PlanItem.due_on,
            _l("Overdue"),
            YES_NO,
            word="late",
            convert=yes_or_no,
            where=lambda late: [
                PlanItem.due_on < context().today if late else PlanItem.due_on >= context().today
            ],
        ),
        Where(
            PlanItem.plan_id,
            _l("Unit"),
            ReadOptions(unit_options),
            word="unit",
            convert=key,
            where=lambda value: [
                PlanItem.plan_id.in_(
                    select(AnchoringPlan.id).where(*anchoring.matching(context(), unit_id=value))
                )
            ],
        ),
    )

    def title_of(self, row: PlanItem) -> str:
        return row.text

    def is_accessible(self) -> bool:
        """An employee comes here from their own plans, for the verbs."""
        return super().is_accessible() or self.ctx.actor.employee_id is not None

    def is_visible(self) -> bool:
        return bool(self.ctx.actor.may(Permission.ANCHORING_VIEW))

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return PlanItem.plan_id.in_(select(AnchoringPlan.id).where(anchoring.scope(ctx)))

    def get_query(self) -> Any:
        return super().get_query().filter(PlanItem.done_on.is_(None), PlanItem.dropped_why == "")

    def get_one(self, id: str) -> PlanItem:
        """One that is done or dropped too: whoever clicks twice is told so."""
        try:
            found = super().get_query().filter(PlanItem.id == UUID(str(id))).one_or_none()
        except ValueError:
            raise NotFound() from None
        if found is None:
            raise NotFound()
        return found  # type: ignore[no-any-return]  # the memo holds anything

    def after(self, row: PlanItem | None) -> str:
        """Back to where one came from, or to the plan."""
        target = get_redirect_target()
        if target or row is None:
            return target or self.get_url(".index_view")
        return url_for("anchoring.details_view", id=row.plan_id)
