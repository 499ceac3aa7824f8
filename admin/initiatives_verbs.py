"""What one does with initiatives: make, change, take them a step on, stop, ask before."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from admin.base import Verb
from admin.choosing import key
from admin.fields import choices_of
from admin.initiatives_forms import (
    ChangedInitiative,
    NewInitiative,
    fill,
    managed,
    prefill,
)
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.initiatives import rules
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative, InitiativeState
from tenant_app.initiatives.service import Details
from tenant_app.needs import service as needs

S = InitiativeState


def story(ctx: Context, row: Initiative) -> Details:
    """Everything about an initiative, read once for its page."""
    name = ("initiative story", row.id)
    if name not in ctx.memo:
        ctx.memo[name] = initiatives.details(ctx, row)
    found: Details = ctx.memo[name]
    return found


class ManageVerb(Verb):
    """For those who lead where the initiative belongs."""

    permission = Permission.INITIATIVES_MANAGE


class Create(ManageVerb):
    name = "create"
    label = _l("New initiative")
    help = _l("An idea to begin with. It can answer one need or many.")
    form = NewInitiative
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        units = managed(ctx)
        form.unit_id.choices = choices_of((unit.id, unit.name) for unit in units)
        fill(ctx, form, units=units)
        if request.method == "GET":
            form.need_ids.data = _needs_of_address()
            if len(units) == 1:
                form.unit_id.data = units[0].id
            if len(form.need_ids.data) == 1:
                titles = dict(needs.choices(ctx))
                form.title.data = titles.get(form.need_ids.data[0])

    def act(self, ctx: Context, form: Any, row_id: None) -> Any:
        made = initiatives.create(ctx, unit_id=form.unit_id.data, **_new(form))
        flash(_("“%(title)s” is an idea now.", title=made.title), "success")
        return redirect(url_for("initiatives.details_view", id=made.id))


def _new(form: Any) -> dict[str, Any]:
    facts = form.facts()
    facts.pop("unit_id")
    return facts


def _needs_of_address() -> list[UUID]:
    """The needs that a link names; what cannot be read is left out."""
    found = []
    for text in request.args.getlist("need"):
        try:
            found.append(key(text))
        except ValueError:
            continue
    return found


class Change(ManageVerb):
    name = "change"
    label = _l("Change initiative")
    form = ChangedInitiative

    def shown(self, ctx: Context, row: Initiative) -> bool:
        return row.state not in rules.OVER and initiatives.may_manage(ctx, row)

    def prepare(self, ctx: Context, form: Any, row: Initiative) -> None:
        known = initiatives.tied_names(ctx, row)
        fill(ctx, form, units=managed(ctx), row=row, known=known)
        if not rules.is_under_way(row.state):
            del form.override_reason
        if request.method == "GET":
            prefill(form, row, known)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        why = form.override_reason.data if "override_reason" in form else ""
        made = initiatives.change(ctx, row_id, override_reason=why or "", **form.facts())
        return _("“%(title)s” is changed.", title=made.title)


class Step(ManageVerb):
    """One step on."""

    to: ClassVar[InitiativeState]
    done: ClassVar[Any]

    def shown(self, ctx: Context, row: Initiative) -> bool:
        return rules.may_move(row.state, self.to) and initiatives.may_manage(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        initiatives.move(ctx, row_id, self.to)
        return str(self.done)


class Qualify(Step):
    name = "qualify"
    label = _l("Qualify initiative")
    help = _l("It is clear which need it answers or which goal it serves.")
    to, done = S.QUALIFIED, _l("The initiative is qualified.")


class Prioritise(Step):
    name = "prioritise"
    label = _l("Prioritise initiative")
    help = _l("It comes before others.")
    to, done = S.PRIORITISED, _l("The initiative is prioritised.")


class Plan(Step):
    name = "plan"
    label = _l("Plan initiative")
    help = _l("It is known when it begins and ends, and who takes part. People can be enrolled.")
    to, done = S.PLANNED, _l("The initiative is planned: people can be enrolled through it.")


class Start(Step):
    name = "start"
    label = _l("Start initiative")
    help = _l("From now on it takes the attention of its institutions, and counts in their limit.")
    template = "initiatives/start.html"
    to, done = S.RUNNING, _l("The initiative is under way.")

    def extra(self, ctx: Context, row: Initiative) -> dict[str, Any]:
        return {
            "full": initiatives.full_houses(ctx, story(ctx, row)),
            "most": initiatives.limit(ctx),
            "busy": initiatives.busy_people(ctx, row),
            "most_per_person": initiatives.person_limit(ctx),
            "lacks_survey": initiatives.lacks_survey(ctx, row),
            "may_override": ctx.actor.may(Permission.LIMIT_OVERRIDE),
        }


class OverrideForm(FlaskForm):
    override_reason = TextAreaField(
        _l("Reason to exceed the limit"),
        [DataRequired(), Length(max=2000)],
        description=_l("The portfolio and the trail keep it."),
    )


class Override(Start):
    name = "override"
    label = _l("Start above the limit")
    help = _l(
        "An institution or a person has as many under way as they may. Say why this cannot wait."
    )
    form = OverrideForm
    permission = Permission.LIMIT_OVERRIDE
    danger = True

    def shown(self, ctx: Context, row: Initiative) -> bool:
        return super().shown(ctx, row) and bool(
            initiatives.full_houses(ctx, story(ctx, row)) or initiatives.busy_people(ctx, row)
        )

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        initiatives.move(ctx, row_id, self.to, override_reason=form.override_reason.data)
        return str(self.done)


class FollowUp(Step):
    name = "follow-up"
    label = _l("Go on to follow-up")
    help = _l("The courses are over. What was learnt is tried and shared.")
    to, done = S.FOLLOW_UP, _l("The initiative is followed up.")


class Evaluate(Step):
    name = "evaluate"
    label = _l("Note as evaluated")
    help = _l("It no longer counts in the institutions’ limit.")
    to, done = S.EVALUATED, _l("The initiative is evaluated.")


class Anchor(Step):
    name = "anchor"
    label = _l("Note as anchored")
    help = _l("What was learnt is everyday practice. The needs it answers are covered.")
    to, done = S.ANCHORED, _l("The initiative is anchored, and its needs are covered.")


class StopForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), [DataRequired(), Length(max=2000)])


class Stop(Step):
    name = "stop"
    label = _l("Stop initiative")
    help = _l("For good. Those who are enrolled keep their places.")
    form = StopForm
    danger = True
    to, done = S.STOPPED, _l("The initiative is stopped.")

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        initiatives.move(ctx, row_id, self.to, reason=form.reason.data)
        return str(self.done)


class OpenSurvey(ManageVerb):
    name = "survey"
    label = _l("Open the survey")
    help = _l(
        "Those who take part are asked how sure they are, what they expect, and how they mean to "
        "use it at home. You see the answers without names once you close it and five "
        "have answered."
    )

    def shown(self, ctx: Context, row: Initiative) -> bool:
        open_ = row.survey_opened_at is None and row.state in rules.SURVEYED
        return open_ and initiatives.may_manage(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        initiatives.open_survey(ctx, row_id)
        return _("The survey is open.")


class CloseSurvey(ManageVerb):
    name = "close-survey"
    label = _l("Close the survey")
    help = _l("Nobody can answer any more, and you see the answers together and without names.")

    def shown(self, ctx: Context, row: Initiative) -> bool:
        return initiatives.is_asking(ctx, row) and initiatives.may_manage(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        initiatives.close_survey(ctx, row_id)
        return _("The survey is closed.")


VERBS: tuple[type[Verb], ...] = (
    *(Create, Qualify, Prioritise, Plan, Start, Override, FollowUp, Evaluate, Anchor),
    *(OpenSurvey, CloseSurvey, Change, Stop),
)
