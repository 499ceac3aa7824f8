"""The list of anchoring plans, one plan's page, and what is recorded in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.anchoring_choices import Where, part_of, story_of, unit_options
from admin.anchoring_labels import OUTCOMES, SEEN, STANDINGS, TONES, WORDS
from admin.base import Verb
from admin.beginnings import Beginning
from admin.catalogue_verbs import FORM_LABELS
from admin.choosing import FilteredView, ReadOptions, key
from admin.fields import DanishDateField, choices_of
from admin.formats import date_text, day
from admin.lists import looked_up
from tenant_app.anchoring import service as anchoring
from tenant_app.anchoring.models import AnchoringPlan, Outcome, Seen
from tenant_app.anchoring.rules import LONGEST_LINE, LONGEST_TEXT
from tenant_app.anchoring.service import Details, Progress, Standing
from tenant_app.catalogue.models import CourseForm, CourseSession
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.db import danish
from tenant_app.core.errors import NotFound
from tenant_app.enrolments.models import Enrolment
from tenant_app.organisation.models import Employee, Unit
from tenant_app.web.current import context

TAG = Markup('<span class="tag {}">{}</span>')
LINE, TEXT = Length(max=LONGEST_LINE), Length(max=LONGEST_TEXT)
WITH_NAMES = (
    joinedload(AnchoringPlan.unit),
    joinedload(AnchoringPlan.enrolment).joinedload(Enrolment.employee),
    joinedload(AnchoringPlan.enrolment)
    .joinedload(Enrolment.session)
    .joinedload(CourseSession.course),
)


class SharingForm(FlaskForm):
    shared_on = DanishDateField(_l("Shared on"), [InputRequired()])
    place = StringField(
        _l("Where it was shared"),
        [DataRequired(), LINE],
        description=_l("Such as a staff meeting."),
    )
    text = TextAreaField(_l("What was shared"), [TEXT])


class TrialForm(FlaskForm):
    hypothesis = TextAreaField(
        _l("What we try, and what we expect of it"),
        [DataRequired(), TEXT],
        description=_l("Such as: if we do this in the cloakroom, then the children will …"),
    )
    signs = TextAreaField(
        _l("What would show that it works"),
        [DataRequired(), TEXT],
        description=_l("Something one can see or hear in everyday practice."),
    )
    begins_on = DanishDateField(_l("The trial begins"), [InputRequired()])


class ResultForm(FlaskForm):
    outcome = SelectField(
        _l("What happens now"),
        [InputRequired()],
        coerce=Outcome,
        choices=choices_of((each.value, label) for each, label in OUTCOMES.items()),
    )
    result = TextAreaField(_l("What we saw"), [DataRequired(), TEXT])
    evaluated_on = DanishDateField(_l("Looked at on"), [InputRequired()])


class ObservationForm(FlaskForm):
    observed_on = DanishDateField(_l("Observed on"), [InputRequired()])
    seen = SelectField(
        _l("Is the new practice seen in everyday life"),
        [InputRequired()],
        coerce=Seen,
        choices=choices_of((each.value, label) for each, label in SEEN.items()),
    )
    text = TextAreaField(_l("What was seen"), [TEXT])


class Recording(Verb):
    """For the participant, and those who lead there."""

    day_field: str

    @property
    def permission(self) -> Permission:  # type: ignore[override]  # either of two
        return part_of(context())

    def prepare(self, ctx: Context, form: Any, row: AnchoringPlan) -> None:
        if request.method == "GET":
            form[self.day_field].data = max(ctx.today, row.enrolment.session.starts_on)

    def shown(self, ctx: Context, row: AnchoringPlan) -> bool:
        return anchoring.may_record(ctx, row)


class Share(Recording):
    name = "share"
    label = _l("Record sharing")
    help = _l("New knowledge was shared with colleagues. What the plan says of sharing is done.")
    form = SharingForm
    day_field = "shared_on"

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        anchoring.record_sharing(
            ctx,
            row_id,
            shared_on=form.shared_on.data,
            place=form.place.data,
            text=form.text.data or "",
        )
        return _("The sharing is recorded.")


class BeginTrial(Recording):
    name = "begin-trial"
    label = _l("Begin a practice trial")
    help = _l("Something small and new is tried in practice, for a while and with a purpose.")
    form = TrialForm
    day_field = "begins_on"

    def shown(self, ctx: Context, row: AnchoringPlan) -> bool:
        return super().shown(ctx, row) and story_of(ctx, row).open_trial is None

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        anchoring.begin_trial(
            ctx,
            row_id,
            hypothesis=form.hypothesis.data,
            signs=form.signs.data,
            begins_on=form.begins_on.data,
        )
        return _("The practice trial is begun.")


class EndTrial(Recording):
    name = "end-trial"
    label = _l("Record the result of the trial")
    form = ResultForm
    template = "anchoring/end_trial.html"
    day_field = "evaluated_on"

    def shown(self, ctx: Context, row: AnchoringPlan) -> bool:
        return super().shown(ctx, row) and story_of(ctx, row).open_trial is not None

    def extra(self, ctx: Context, row: AnchoringPlan) -> dict[str, Any]:
        return {"trial": story_of(ctx, anchoring.one(ctx, row.id)).open_trial}

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        trial = anchoring.details(ctx, row_id).open_trial
        if trial is None:
            raise NotFound()
        anchoring.end_trial(
            ctx,
            trial.id,
            outcome=form.outcome.data,
            result=form.result.data,
            evaluated_on=form.evaluated_on.data,
        )
        return _("The result of the trial is recorded.")


class Observe(Recording):
    name = "observe"
    label = _l("Record observation")
    help = _l("What you saw of it in everyday practice. The participant can read it.")
    form = ObservationForm
    permission = Permission.ANCHORING_MANAGE
    day_field = "observed_on"

    def shown(self, ctx: Context, row: AnchoringPlan) -> bool:
        return anchoring.may_observe(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        anchoring.record_observation(
            ctx,
            row_id,
            observed_on=form.observed_on.data,
            seen=form.seen.data,
            text=form.text.data or "",
        )
        return _("The observation is recorded.")


def _stands(view: Any, page: Any, row: AnchoringPlan, name: str) -> Any:
    return view.tag(view.progress(row).standing)


def _done(view: Any, page: Any, row: AnchoringPlan, name: str) -> str:
    found = view.progress(row)
    return _("%(done)s of %(items)s", done=found.done, items=found.items)


def _next(view: Any, page: Any, row: AnchoringPlan, name: str) -> str:
    due = view.progress(row).next_due
    return date_text(due) if due else ""


class PlanList(FilteredView):
    """Everyone's, as far as one may see; an employee reaches only their own from here."""

    model_class = AnchoringPlan
    endpoint_name = "anchoring"
    thread = "plan"
    label = _l("Anchoring plans")
    help = _l(
        "What is agreed before, during and after each course. A plan is made when a place is "
        "confirmed. What is due first comes first."
    )
    empty = _l("No plans yet. One is made when a request is approved for the last time.")
    begins_at = (
        Beginning(
            _l("Look in the catalogue"),
            "browse.index",
            frozenset({Permission.ENROLMENT_REQUEST, Permission.ENROLMENT_REQUEST_OWN}),
        ),
    )
    permission = Permission.ANCHORING_VIEW
    verbs = (Share, BeginTrial, EndTrial, Observe)
    load = WITH_NAMES
    list_template = "anchoring/list.html"
    details_template = "anchoring/details.html"
    column_list = ("employee", "unit", "course", "ends_on", "done", "next_due", "standing")
    column_details_list = ("employee", "unit", "course", "ends_on", "done", "standing")
    column_labels = {
        "employee": _l("Participant"),
        "unit": _l("Unit"),
        "course": _l("Course"),
        "ends_on": _l("Course ends"),
        "done": _l("Items done"),
        "next_due": _l("Next due"),
        "standing": _l("State"),
    }
    column_sortable_list = ()
    sort_by = {
        "employee": looked_up(
            danish(Employee.name), Employee.id == AnchoringPlan.employee_id, row=AnchoringPlan
        ),
        "unit": looked_up(danish(Unit.name), Unit.id == AnchoringPlan.unit_id, row=AnchoringPlan),
        "next_due": anchoring.next_due,
    }
    column_formatters = {
        "employee": lambda view, page, row, name: row.enrolment.employee.name,
        "unit": lambda view, page, row, name: row.unit.name,
        "course": lambda view, page, row, name: row.enrolment.session.course.title,
        "ends_on": day("enrolment.session.ends_on"),
        "done": _done,
        "next_due": _next,
        "standing": _stands,
    }
    column_filters = (
        Where(
            AnchoringPlan.id,
            _l("State"),
            [(each.value, label) for each, label in STANDINGS.items()],
            word="standing",
            convert=Standing,
            where=lambda value: anchoring.matching(context(), standing=value),
        ),
        Where(
            AnchoringPlan.unit_id,
            _l("Unit"),
            ReadOptions(unit_options),
            word="unit",
            convert=key,
            where=lambda value: anchoring.matching(context(), unit_id=value),
        ),
        Where(
            AnchoringPlan.enrolment_id,
            _l("Form"),
            [(each.value, label) for each, label in FORM_LABELS.items()],
            word="form",
            convert=CourseForm,
            where=lambda value: anchoring.matching(context(), form=value),
        ),
    )
    kept_args = ("employee",)

    def title_of(self, row: AnchoringPlan) -> str:
        return f"{row.enrolment.employee.name}: {row.enrolment.session.course.title}"

    def is_accessible(self) -> bool:
        """An employee comes here from their own plans, for the page of one."""
        return super().is_accessible() or self.ctx.actor.employee_id is not None

    def is_visible(self) -> bool:
        return bool(self.ctx.actor.may(Permission.ANCHORING_VIEW))

    def visible(self, ctx: Context) -> ColumnElement[bool]:
        return anchoring.scope(ctx)

    def get_query(self) -> Any:
        named = request.args.get("employee", "")[:100].replace("\0", "")
        return super().get_query().filter(*anchoring.matching(self.ctx, employee=named))

    def _apply_sorting(self, query: Any, joins: Any, sort_column: Any, sort_desc: bool) -> Any:
        return super()._apply_sorting(query, joins, sort_column or "next_due", sort_desc)

    def read_for(self, rows: Sequence[AnchoringPlan]) -> None:
        """How far the page's plans are, read at once."""
        self.ctx.memo["anchoring progress"] = anchoring.progress(self.ctx, rows)

    def progress(self, row: AnchoringPlan) -> Progress:
        """How far the plan is: read with the list, or of what its page shows anyway."""
        known: dict[UUID, Progress] = self.ctx.memo.setdefault("anchoring progress", {})
        if row.id not in known:
            known |= anchoring.progress(self.ctx, [row])
        return known[row.id]

    def tag(self, standing: Standing) -> Any:
        """The state of a plan, toned."""
        return TAG.format(TONES.get(standing, ""), STANDINGS[standing])

    def story(self, row: AnchoringPlan) -> Details:
        """Everything in one plan."""
        return story_of(self.ctx, row)

    def words(self) -> dict[str, Any]:
        """The labels of the story, and who may do what."""
        return words_of(self.ctx)

    def offered(self, plan: AnchoringPlan, back: str) -> list[tuple[Any, str]]:
        """(label, address) of the plan's verbs, for a page elsewhere to which they lead back."""
        return [
            (verb.label, url_for(f"anchoring.verb_{name.replace('-', '_')}", id=plan.id, url=back))
            for name, verb in self._verbs.items()
            if self.may(verb) and verb.shown(self.ctx, plan)
        ]


def words_of(ctx: Context) -> dict[str, Any]:
    """The labels of a plan, and what its reader may do about its items."""
    return WORDS | {
        "today": ctx.today,
        "may_tick": lambda plan, item: anchoring.may_tick(ctx, plan, item),
        "may_move": lambda plan, item: anchoring.may_move(ctx, plan, item),
        "may_drop": lambda plan, item: anchoring.may_drop(ctx, plan, item),
    }
