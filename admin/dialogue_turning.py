"""Answers of a dialogue session are made into needs, an initiative and the draft of a plan."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional

from admin.anchoring_labels import OWNERS
from admin.anchoring_labels import PHASES as PLAN_PHASES
from admin.catalogue_verbs import FORM_LABELS
from admin.choosing import all_of, key
from admin.dialogue_verbs import BoxesField, Holding, text_of_card
from admin.fields import DanishDateField, TextAreaField, choices_of
from admin.labels_needs import READERS, ROLES, URGENCIES
from tenant_app.anchoring.models import Owner
from tenant_app.anchoring.models import Phase as PlanPhase
from tenant_app.catalogue.models import CourseForm
from tenant_app.competences import service as competences
from tenant_app.core.context import Context
from tenant_app.core.errors import N_, Invalid
from tenant_app.dialogue import rules
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import DialogueSession, Phase
from tenant_app.dialogue.service import AgreementDraft, Details, NeedDraft
from tenant_app.initiatives.rules import LONGEST as LONGEST_OF_INITIATIVE
from tenant_app.needs.models import ActorRole, Confidentiality, Urgency
from tenant_app.needs.rules import LONGEST_TITLE

LONGEST_QUOTE = 160


def story_of(ctx: Context, session: DialogueSession) -> Details:
    """All that was said in a session, read once per page."""
    name = ("dialogue story", session.id)
    if name not in ctx.memo:
        ctx.memo[name] = dialogue.story(ctx, session)
    found: Details = ctx.memo[name]
    return found


def none_or(kind: Any) -> Any:
    """A coercion in which nothing chosen is None."""
    return lambda value: None if value in ("", None, "None") else kind(value)


class Rows(FieldList):
    """One line per answer. What is wrong is told as sentences, one per line."""

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        fine = super().validate(form, extra_validators)
        if not fine:
            self.errors = [
                _("Line %(number)s: %(text)s", number=number, text=" ".join(texts))
                for number, entry in enumerate(self.entries, 1)
                if (texts := [text for told in entry.form.errors.values() for text in told])
            ]
        return fine


class Line(Form):
    """An answer that can be chosen."""

    chosen = BooleanField(_l("Choose the answer"))
    answer_id = HiddenField()


class NeedLine(Line):
    title = StringField(_l("The need in one sentence"), [Length(max=LONGEST_TITLE)])
    area_id = SelectField(_l("Competence area"), coerce=none_or(key))
    urgency = SelectField(
        _l("How soon?"),
        coerce=Urgency,
        choices=choices_of((each.value, text) for each, text in URGENCIES.items()),
    )


class NeedsForm(FlaskForm):
    rows = Rows(FormField(NeedLine))
    staff = IntegerField(_l("How many of the staff does it concern?"), [InputRequired()])
    role = SelectField(
        _l("Whose view is it?"),
        coerce=ActorRole,
        choices=choices_of((each.value, text) for each, text in ROLES.items()),
    )
    confidentiality = RadioField(
        _l("Who may read what was found?"),
        [Optional()],
        coerce=Confidentiality,
        choices=choices_of((each.value, text) for each, text in READERS.items()),
        description=_l("Source and role can be read by everybody who sees the need."),
    )


class PlanLine(Line):
    text = StringField(_l("Agreement"), [Length(max=rules.LONGEST["agreement"])])
    phase = SelectField(
        _l("When in the course"),
        coerce=PlanPhase,
        choices=choices_of((each.value, text) for each, text in PLAN_PHASES.items()),
    )
    owner = SelectField(
        _l("Whose task"),
        coerce=Owner,
        choices=choices_of((each.value, text) for each, text in OWNERS.items()),
    )
    due_on = DanishDateField(_l("Due on"), [Optional()])


class PlanForm(FlaskForm):
    initiative_id = SelectField(_l("Plan for the initiative"), coerce=none_or(key))
    rows = Rows(FormField(PlanLine))


class InitiativeForm(FlaskForm):
    answer_ids = BoxesField(_l("Answers that it is made of"), coerce=key)
    title = StringField(_l("Title"), [InputRequired(), Length(max=LONGEST_OF_INITIATIVE["title"])])
    description = TextAreaField(
        _l("What is to be done"), [Length(max=LONGEST_OF_INITIATIVE["description"])]
    )
    people = IntegerField(_l("Number of people"), [InputRequired()])
    form = SelectField(
        _l("Form"),
        coerce=none_or(CourseForm),
        description=_l("May be left open. The form advice helps to choose."),
    )
    starts_on = DanishDateField(_l("Begins"), [Optional()])
    ends_on = DanishDateField(_l("Ends"), [Optional()])


class Turning(Holding):
    """The answers of a phase that is over become something, where any are left."""

    phase: Phase

    def shown(self, ctx: Context, row: DialogueSession) -> bool:
        over = rules.is_over(row.state, self.phase) and dialogue.may_steer(ctx, row)
        return over and bool(story_of(ctx, row).left(self.phase))

    def extra(self, ctx: Context, row: DialogueSession) -> dict[str, Any]:
        """What was said, by the id that a line names it with."""
        left = story_of(ctx, dialogue.one(ctx, row.id)).left(self.phase)
        return {
            "said": {
                str(said.id): {"text": said.text, "votes": said.votes, "card": _title(card)}
                for card, said in left
            }
        }


def _title(card: Any) -> str:
    return text_of_card(card, "title")


class MakeNeeds(Turning):
    name = "needs"
    label = _l("Make answers into needs")
    help = _l(
        "Each answer you choose becomes a need of the unit, with the answer as its first finding. "
        "Answers with the same sentence become one need."
    )
    form = NeedsForm
    template = "dialogue/make_needs.html"
    phase = Phase.NEEDS

    def prepare(self, ctx: Context, form: Any, row: DialogueSession) -> None:
        areas = [(area.id, area.name) for area in all_of(partial(competences.areas, ctx))]
        if request.method == "GET":
            for _card, said in story_of(ctx, row).left(self.phase)[: rules.MOST_AT_ONCE]:
                form.rows.append_entry(
                    {
                        "answer_id": str(said.id),
                        "title": " ".join(said.text.split())[:LONGEST_TITLE],
                        "urgency": Urgency.NORMAL,
                    }
                )
            form.role.data = ActorRole.PEDAGOGUE
            form.confidentiality.data = Confidentiality.OPEN
        for line in form.rows:
            line.form.area_id.choices = choices_of([("", _("– choose –")), *areas])

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        drafts = []
        for line in _chosen(form):
            if line.area_id.data is None:
                raise Invalid(N_("Choose a competence area for each need."), field="rows")
            drafts.append(
                NeedDraft(
                    [_answer_of(line)],
                    line.title.data or "",
                    line.area_id.data,
                    line.urgency.data,
                    form.staff.data,
                    form.role.data,
                    form.confidentiality.data or Confidentiality.OPEN,
                )
            )
        made = dialogue.make_needs(ctx, row_id, drafts)
        return ngettext(
            "%(num)s need is reported. It is to be analysed and qualified now.",
            "%(num)s needs are reported. They are to be analysed and qualified now.",
            len(made),
        )


class MakeInitiative(Turning):
    name = "initiative"
    label = _l("Make answers into an initiative")
    help = _l(
        "It begins as an idea of the unit, and answers those needs of the session that are "
        "qualified. The others can be tied to it later."
    )
    form = InitiativeForm
    phase = Phase.INITIATIVE

    def prepare(self, ctx: Context, form: Any, row: DialogueSession) -> None:
        left = story_of(ctx, row).left(self.phase)[: rules.MOST_AT_ONCE]
        form.answer_ids.choices = choices_of(
            (said.id, f"{_title(card)}: {_quote(said.text)}") for card, said in left
        )
        form.form.choices = choices_of(
            [("", _("– none –")), *((each.value, text) for each, text in FORM_LABELS.items())]
        )
        if request.method == "GET":
            voted = [said for _card, said in left if said.votes] or [said for _card, said in left]
            form.answer_ids.data = [said.id for said in voted]
            told = "\n".join(f"– {' '.join(said.text.split())}" for said in voted)
            form.description.data = told[: LONGEST_OF_INITIATIVE["description"]]

    def act(self, ctx: Context, form: Any, row_id: UUID) -> Any:  # type: ignore[override]  # only on rows, so never None
        made = dialogue.make_initiative(
            ctx,
            row_id,
            answer_ids=form.answer_ids.data or [],
            title=form.title.data,
            description=form.description.data or "",
            people=form.people.data,
            form=form.form.data,
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
        )
        flash(_("“%(title)s” is an idea now.", title=made.title), "success")
        return redirect(url_for("dialogue.details_view", id=row_id))


class MakePlan(Turning):
    name = "plan"
    label = _l("Make answers into a plan draft")
    help = _l(
        "Who does what, and when: before, during and after. The draft stays on the session and on "
        "the page of its initiative."
    )
    form = PlanForm
    template = "dialogue/make_plan.html"
    phase = Phase.PLANNING

    def prepare(self, ctx: Context, form: Any, row: DialogueSession) -> None:
        told = story_of(ctx, row)
        made = [(each.id, each.title) for each in told.initiatives if each.title is not None]
        form.initiative_id.choices = choices_of([("", _("– none –")), *made])
        if request.method == "GET":
            for _card, said in told.left(self.phase)[: rules.MOST_AT_ONCE]:
                form.rows.append_entry(
                    {
                        "answer_id": str(said.id),
                        "text": " ".join(said.text.split())[: rules.LONGEST["agreement"]],
                        "phase": PlanPhase.AFTER,
                        "owner": Owner.PARTICIPANT,
                    }
                )
            if made:
                form.initiative_id.data = made[0][0]

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        made = dialogue.make_plan(
            ctx,
            row_id,
            [
                AgreementDraft(
                    _answer_of(line),
                    line.phase.data,
                    line.owner.data,
                    line.text.data or "",
                    line.due_on.data,
                )
                for line in _chosen(form)
            ],
            initiative_id=form.initiative_id.data,
        )
        return ngettext(
            "The draft of the plan has %(num)s agreement more.",
            "The draft of the plan has %(num)s agreements more.",
            len(made),
        )


class TieForm(FlaskForm):
    initiative_id = SelectField(_l("Initiative"), [InputRequired()], coerce=key)


class TieNeeds(Holding):
    name = "tie"
    label = _l("Tie qualified needs to the initiative")
    help = _l("The initiative answers the needs of its session that are qualified by now.")
    form = TieForm

    def shown(self, ctx: Context, row: DialogueSession) -> bool:
        made = story_of(ctx, row)
        if not made.needs or not made.initiatives or not dialogue.may_steer(ctx, row):
            return False
        return bool(dialogue.untied(ctx, row))

    def prepare(self, ctx: Context, form: Any, row: DialogueSession) -> None:
        made = story_of(ctx, row).initiatives
        form.initiative_id.choices = choices_of(
            (each.id, each.title) for each in made if each.title is not None
        )

    def act(self, ctx: Context, form: Any, row_id: UUID) -> str:  # type: ignore[override]  # only on rows, so never None
        tied = dialogue.tie_needs(ctx, row_id, form.initiative_id.data)
        return ngettext(
            "The initiative answers %(num)s need more.",
            "The initiative answers %(num)s needs more.",
            tied,
        )


def _chosen(form: Any) -> list[Any]:
    return [line.form for line in form.rows if line.form.chosen.data]


def _answer_of(line: Any) -> UUID:
    """The answer that a line is about. Raises Invalid for what is no id."""
    try:
        return key(line.answer_id.data)
    except ValueError:
        text = N_("One of the answers is not there any more. Reload the page.")
        raise Invalid(text, field="rows") from None


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"
