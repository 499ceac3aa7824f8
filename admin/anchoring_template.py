"""The screen of what plans to come are made of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.anchoring_labels import KINDS, OWNERS, PHASES
from admin.base import Verb
from admin.catalogue_verbs import FORM_LABELS
from admin.choosing import Among, FilteredView
from admin.fields import choices_of
from admin.formats import choice
from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import ItemKind, Owner, Phase, TemplateItem
from tenant_app.anchoring.rules import LONGEST_LINE
from tenant_app.catalogue.models import CourseForm
from tenant_app.core.access import Permission
from tenant_app.core.context import Context

EVERY = _l("All other forms")


def _form(value: Any) -> CourseForm | None:
    """The form, or none of its own. Raises ValueError."""
    return CourseForm(value) if value else None


class ItemForm(FlaskForm):
    form = SelectField(
        _l("Form"),
        coerce=_form,
        choices=choices_of(
            [("", EVERY), *((form.value, label) for form, label in FORM_LABELS.items())]
        ),
        description=_l("The first item of a form makes a set of its own for it."),
    )
    phase = SelectField(
        _l("When in the course"),
        [InputRequired()],
        coerce=Phase,
        choices=choices_of((each.value, label) for each, label in PHASES.items()),
    )
    owner = SelectField(
        _l("Whose task"),
        [InputRequired()],
        coerce=Owner,
        choices=choices_of((each.value, label) for each, label in OWNERS.items()),
    )
    kind = SelectField(
        _l("What kind of task"),
        [InputRequired()],
        coerce=ItemKind,
        choices=choices_of((each.value, label) for each, label in KINDS.items()),
        description=_l("Agreements are ticked; the others are done by recording them."),
    )
    text = StringField(_l("Task"), [DataRequired(), Length(max=LONGEST_LINE)])
    days = IntegerField(
        _l("Days"),
        [InputRequired()],
        description=_l(
            "Before and during: from the first day of the course, -14 is two weeks before it. "
            "After: from its last day."
        ),
    )

    def facts(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        return {
            name: self[name].data for name in ("form", "phase", "owner", "kind", "text", "days")
        }


class Configure(Verb):
    permission = Permission.ANCHORING_CONFIGURE


class AddItem(Configure):
    name = "add"
    label = _l("New task in the plans")
    help = _l("Plans that are made from now on have it. Those that are there stay as they are.")
    form = ItemForm
    on_row = False

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        anchoring.add_item(ctx, **form.facts())
        return _("The task is in the plans made from now on.")


class ChangeItem(Configure):
    name = "change"
    label = _l("Change the task")
    form = ItemForm

    def prepare(self, ctx: Context, form: Any, row: TemplateItem) -> None:
        if request.method == "GET":
            for name in form.facts():
                form[name].data = getattr(row, name)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        anchoring.change_item(ctx, row_id, **form.facts())
        return _("The task is changed in the plans made from now on.")


class RemoveItem(Configure):
    name = "remove"
    label = _l("Remove the task")
    danger = True

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        anchoring.remove_item(ctx, row_id)
        return _("The task is not in the plans made from now on.")


class RestoreStandard(Configure):
    name = "restore"
    label = _l("Use the standard set")
    help = _l(
        "Your own tasks are removed, and the standard ones for the municipality's working rules "
        "of today take their place. Plans that are there stay as they are."
    )
    on_row = False
    danger = True

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        count = anchoring.restore_standard(ctx)
        return ngettext("The set has %(num)s task.", "The set has %(num)s tasks.", count)


def _form_of(view: Any, page: Any, row: TemplateItem, name: str) -> str:
    return str(EVERY if row.form is None else FORM_LABELS[row.form])


class TemplateView(FilteredView):
    model_class = TemplateItem
    endpoint_name = "anchoring-template"
    label = _l("Set of anchoring tasks")
    help = _l(
        "What plans are made of when a place is confirmed. A form with tasks of its own has only "
        "those; every other form has the common ones."
    )
    empty = _l("No tasks yet, so plans are made without. Add one, or use the standard set.")
    permission = Permission.ANCHORING_VIEW
    verbs = (AddItem, ChangeItem, RemoveItem, RestoreStandard)
    column_list = column_details_list = ("text", "form", "phase", "days", "owner", "kind")
    column_labels = {
        "text": _l("Task"),
        "form": _l("Form"),
        "phase": _l("When in the course"),
        "days": _l("Days"),
        "owner": _l("Whose task"),
        "kind": _l("What kind of task"),
    }
    column_sortable_list = ("text", "form", "phase", "days", "owner", "kind")
    column_default_sort = [("form", False), ("phase", False), ("days", False)]
    column_filters = (
        Among(
            TemplateItem.form,
            _l("Form"),
            [(each.value, label) for each, label in FORM_LABELS.items()],
            word="form",
            convert=CourseForm,
        ),
    )
    column_formatters = {
        "form": _form_of,
        "phase": choice("phase", PHASES),
        "owner": choice("owner", OWNERS),
        "kind": choice("kind", KINDS),
    }

    def title_of(self, row: TemplateItem) -> str:
        return row.text
