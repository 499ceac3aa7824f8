"""What is done with goals: draft, change, adopt, retire, follow and measure."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from admin.base import Verb
from admin.choosing import NumberField, key, seen_unit_choices
from admin.fields import CheckboxesField, DanishDateField, choices_of
from admin.labels_goals import THEMES
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.goals import service as goals
from tenant_app.goals.models import Goal, GoalState, Indicator
from tenant_app.goals.rules import LEVELS, LONGEST_TEXT, worked_on
from tenant_app.organisation import service as organisation

NOTHING = ("", "–")


def key_or_none(value: Any) -> UUID | None:
    """The id, or None for nothing chosen. Raises ValueError."""
    return None if value in ("", None) else key(value)


class WhoseForm(FlaskForm):
    unit_id = SelectField(_l("Whose goal it is"), [InputRequired()], coerce=key)


class GoalForm(FlaskForm):
    title = StringField(_l("What is to be reached"), [InputRequired(), Length(max=200)])
    description = TextAreaField(
        _l("What it means in everyday practice"), [Length(max=LONGEST_TEXT)], render_kw={"rows": 5}
    )
    themes = CheckboxesField(
        _l("Themes of the curriculum"),
        choices=choices_of((theme.value, label) for theme, label in THEMES.items()),
    )
    due_date = DanishDateField(_l("Reached by"), [Optional()])
    parent_id = SelectField(
        _l("Serves the goal"),
        coerce=key_or_none,
        validate_choice=True,
        description=_l("An adopted goal of the same unit or of one above it."),
    )
    is_local = BooleanField(_l("The unit’s own goal, without a goal above it"))

    def facts(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        found = {field.name: field.data for field in self if field.name != "csrf_token"}
        return found | {"description": found["description"] or ""}


class NewGoalForm(GoalForm, WhoseForm):
    """Whose it is, then the goal."""


class NoteForm(FlaskForm):
    note = TextAreaField(
        _l("Where it was decided"),
        [Length(max=LONGEST_TEXT)],
        description=_l("Such as the meeting and its date. Empty is fine."),
    )


class ReasonForm(FlaskForm):
    note = TextAreaField(_l("Why"), [InputRequired(), Length(max=LONGEST_TEXT)])


class ScaleForm(FlaskForm):
    name = StringField(_l("What is measured"), [InputRequired(), Length(max=200)])
    measure = StringField(
        _l("Counted in"),
        [InputRequired(), Length(max=60)],
        description=_l("Such as % of the children, or points from 1 to 5."),
    )
    baseline = NumberField(_l("At the start"), [InputRequired()])
    baseline_on = DanishDateField(_l("Measured on"), [InputRequired()])
    target = NumberField(
        _l("Target value"),
        [InputRequired()],
        description=_l("Below the start where less is better."),
    )

    def facts(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        names = ("name", "measure", "baseline", "baseline_on", "target")
        return {name: self[name].data for name in names}


class ChangeScaleForm(ScaleForm):
    indicator_id = SelectField(_l("Indicator"), [InputRequired()], coerce=key)
    """Only the one that the page is about: its facts stand in the other fields."""


class ReadingForm(FlaskForm):
    indicator_id = SelectField(_l("Indicator"), [InputRequired()], coerce=key)
    read_on = DanishDateField(_l("Measured on"), [InputRequired()])
    value = NumberField(_l("Value"), [InputRequired()])
    note = TextAreaField(_l("Note to the reading"), [Length(max=LONGEST_TEXT)])


class GoalVerb(Verb):
    """Something only those who keep the goals of the unit do."""

    permission = Permission.GOALS_MANAGE

    def shown(self, ctx: Context, row: Goal) -> bool:
        return self.fits(row) and keeps(ctx, row)

    def fits(self, row: Goal) -> bool:
        """Whether it makes sense for a goal in this state."""
        return row.state is not GoalState.RETIRED


def keeps(ctx: Context, row: Goal) -> bool:
    """Whether the reader keeps the goals of the unit; of a closed one, those at the top."""
    path = organisation.path_at(ctx, row.unit_id)
    return ctx.actor.may(Permission.GOALS_MANAGE, at=path)


def _goal_choices(ctx: Context, row: Goal | None = None) -> list[tuple[Any, str]]:
    found = [(each, name) for each, name in goals.choices(ctx) if row is None or each != row.id]
    above = None if row is None else row.parent
    if above is not None and above.id not in {each for each, _name in found}:
        found.append((above.id, above.title))  # no longer adopted, and still what it points at
    return [NOTHING, *found]


class CreateGoal(GoalVerb):
    name = "create"
    label = _l("New goal")
    help = _l(
        "A draft. Adopt it when it is decided: then needs and initiatives can serve it, and its "
        "words are kept as they were."
    )
    form = NewGoalForm
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        mine = seen_unit_choices(ctx, Permission.GOALS_MANAGE, *LEVELS)
        form.unit_id.choices = choices_of(mine)
        form.parent_id.choices = choices_of(_goal_choices(ctx))

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        made = goals.create(ctx, **form.facts())
        return _("“%(title)s” is drafted. Adopt it when it is decided.", title=made.title)


class ChangeGoal(GoalVerb):
    name = "change"
    label = _l("Change goal")
    help = _l("What was adopted stands until the change is adopted too.")
    form = GoalForm

    def prepare(self, ctx: Context, form: Any, row: Goal) -> None:
        form.parent_id.choices = choices_of(_goal_choices(ctx, row))
        if request.method == "GET":
            words = worked_on(row)
            for name in ("title", "description", "themes"):
                form[name].data = words[name]
            due = words["due_date"]
            form.due_date.data = None if due is None else date.fromisoformat(due)
            form.parent_id.data, form.is_local.data = row.parent_id, row.is_local

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        changed = goals.change(ctx, row_id, **form.facts())
        if changed.draft is not None:
            return _(
                "The change to “%(title)s” is kept as a draft. Adopt it, so that it stands.",
                title=changed.title,
            )
        return _("“%(title)s” is changed.", title=changed.title)


class AdoptGoal(GoalVerb):
    name = "adopt"
    label = _l("Adopt goal")
    help = _l("The goal stands as it is written now. Earlier versions are kept.")
    form = NoteForm

    def fits(self, row: Goal) -> bool:
        return True

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        adopted = goals.adopt(ctx, row_id, note=form.note.data or "")
        return _("“%(title)s” is adopted.", title=adopted.title)


class RetireGoal(GoalVerb):
    name = "retire"
    label = _l("Retire goal")
    help = _l("For a goal that is reached or given up. Everything about it stays readable.")
    form = ReasonForm
    danger = True

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        retired = goals.retire(ctx, row_id, note=form.note.data)
        return _("“%(title)s” is no longer worked for.", title=retired.title)


class AddIndicator(GoalVerb):
    name = "indicator"
    label = _l("Add indicator")
    help = _l(
        "A number that tells whether the goal comes closer: where it was, where it should be."
    )
    form = ScaleForm

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = goals.set_indicator(ctx, row_id, **form.facts())
        return _("The goal is followed by “%(name)s”.", name=made.name)


class ChangeIndicator(GoalVerb):
    """Reached from the indicator itself, which the address names."""

    name = "change-indicator"
    label = _l("Change indicator")
    help = _l("The adopted versions of the goal keep the indicator as it was.")
    form = ChangeScaleForm

    def shown(self, ctx: Context, row: Goal) -> bool:
        return False

    def prepare(self, ctx: Context, form: Any, row: Goal) -> None:
        found = _indicator(ctx, row)
        form.indicator_id.choices = choices_of([(str(found.id), found.name)] if found else [])
        if request.method == "GET":
            if found is None:
                raise NotFound()
            form.indicator_id.data = found.id
            for name in ("name", "measure", "baseline", "baseline_on", "target"):
                form[name].data = getattr(found, name)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = goals.set_indicator(ctx, row_id, indicator_id=form.indicator_id.data, **form.facts())
        return _("The indicator “%(name)s” is changed.", name=made.name)


class RecordReading(GoalVerb):
    name = "reading"
    label = _l("Record reading")
    help = _l("What an indicator shows on a day. Recorded again for the same day, it is corrected.")
    form = ReadingForm

    def fits(self, row: Goal) -> bool:
        return True

    def prepare(self, ctx: Context, form: Any, row: Goal) -> None:
        found = goals.indicators(ctx, row.id)
        form.indicator_id.choices = choices_of(
            (str(each.id), f"{each.name} ({each.measure})") for each in found
        )
        if request.method == "GET":
            form.read_on.data = ctx.today
            asked = request.args.get("indicator", "")
            form.indicator_id.data = next((i.id for i in found if str(i.id) == asked), None)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        goals.record_reading(
            ctx,
            form.indicator_id.data,
            read_on=form.read_on.data,
            value=form.value.data,
            note=form.note.data or "",
        )
        return _("The reading is recorded.")


def _indicator(ctx: Context, row: Goal) -> Indicator | None:
    """The one that was sent, or that the address names; the first where neither says."""
    asked = request.form.get("indicator_id") or request.args.get("indicator", "")
    found = goals.indicators(ctx, row.id)
    return next((each for each in found if str(each.id) == asked or not asked), None)


VERBS = (
    CreateGoal,
    AdoptGoal,
    ChangeGoal,
    AddIndicator,
    RecordReading,
    RetireGoal,
    ChangeIndicator,
)
