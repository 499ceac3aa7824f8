"""The form advice: questions, ranked forms with their reasons, the rules in the open, a choice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from admin.base import Page
from admin.catalogue_verbs import FORM_LABELS, options
from admin.choosing import all_of, key
from admin.fields import KronerField, choices_of
from admin.initiatives_forms import none_or
from admin.initiatives_verbs import ManageVerb, story
from admin.labels_needs import URGENCIES
from admin.resource_helpers import helpers
from tenant_app.catalogue.models import CourseForm
from tenant_app.competences import service as competences
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Refusal
from tenant_app.core.money import Money, show
from tenant_app.initiatives import rules
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative
from tenant_app.initiatives.rules import Advice, Answers
from tenant_app.needs.models import Urgency
from tenant_app.web.current import context
from tenant_app.web.errors import text_of
from tenant_app.web.i18n import DOMAIN

QUESTIONS = (
    *("urgency", "people", "units", "shared", "same_level", "resource_persons"),
    *("weeks", "amount"),
)


class Questions(FlaskForm):
    urgency = SelectField(_l("How urgent is it?"), [InputRequired()], coerce=Urgency)
    people = IntegerField(_l("How many people need it?"), [InputRequired()])
    units = IntegerField(_l("In how many institutions?"), [InputRequired()])
    shared = BooleanField(_l("All of them need it in common"))
    same_level = BooleanField(_l("All need the same level"))
    resource_persons = BooleanField(
        _l("Resource persons are at hand"),
        description=_l(
            "Ticked where somebody listed has hours left this year. Change it if you know better."
        ),
    )
    weeks = IntegerField(_l("Weeks until it should be seen in practice"), [InputRequired()])
    amount = KronerField(_l("What can be spent (kr)"), [InputRequired()])

    def fill(self) -> None:
        """The choices of the selects."""
        self.urgency.choices = choices_of((each.value, text) for each, text in URGENCIES.items())

    def answers(self) -> Answers:
        """What was answered."""
        amount = self.amount.data
        return Answers(
            urgency=self.urgency.data,
            people=self.people.data,
            units=self.units.data,
            shared=self.shared.data,
            same_level=self.same_level.data,
            resource_persons=self.resource_persons.data,
            weeks=self.weeks.data,
            amount=Money(0) if amount is None else amount,
        )

    def is_answered(self) -> bool:
        """Whether every question has an answer that can be read."""
        # Each is asked, so that every field says what is wrong with it.
        wrong = [name for name in QUESTIONS if not self[name].validate(self)]
        return not wrong


class OpenQuestions(Questions):
    """Read from the address: an answer can be kept and sent to a colleague."""

    area_id = SelectField(
        _l("Competence area"),
        coerce=none_or(key),
        description=_l("May be left open. Shows the resource persons who know the field."),
    )

    class Meta:
        csrf = False


class ChoiceForm(Questions):
    chosen = RadioField(
        _l("Form to choose"),
        [InputRequired()],
        coerce=CourseForm,
        choices=choices_of(options(FORM_LABELS)),
    )
    reason = TextAreaField(
        _l("Why another form than the first"),
        [Length(max=2000)],
        description=_l("Only needed where you leave the advice. It is kept with the choice."),
    )


def words() -> dict[str, Any]:
    """What the page of the advice needs besides the advice."""
    return {
        "forms": FORM_LABELS,
        "known": initiatives.advice_rules(context()),
        "say": DOMAIN.gettext,
        "signed": signed,
        "show": show,
    }


def signed(points: int) -> str:
    """+3, −2 or 0."""
    return f"+{points}" if points > 0 else str(points).replace("-", "−")


def given(ctx: Context, form: Questions) -> tuple[Sequence[Advice], Answers | None]:
    """The advice on the answers; none where one cannot be right, and its field says so."""
    if not form.is_answered():
        return (), None
    answers = form.answers()
    try:
        return initiatives.advise(ctx, answers), answers
    except Refusal as refusal:
        if refusal.field not in QUESTIONS:
            raise
        form[refusal.field].errors = [*form[refusal.field].errors, text_of(refusal)]
        return (), None


def kept(answers: Answers | None) -> list[tuple[str, str]]:
    """The answers as hidden fields hold them."""
    if answers is None:
        return []
    found = [
        (name, str(value))
        for name, value in answers.kept().items()
        if not isinstance(value, bool) and name != "amount"
    ]
    found += [(name, "y") for name, value in answers.kept().items() if value is True]
    return [*found, ("amount", show(answers.amount, unit=""))]


class ChooseForm(ManageVerb):
    """Ask for advice, and choose a form of the ranked ones."""

    name = "form"
    label = _l("Choose form")
    form = ChoiceForm
    template = "initiatives/choose_form.html"

    def shown(self, ctx: Context, row: Initiative) -> bool:
        return row.state not in rules.OVER and initiatives.may_manage(ctx, row)

    def prepare(self, ctx: Context, form: Any, row: Initiative) -> None:
        if request.method == "GET" and request.args.get("urgency"):
            form.process(request.args)
        form.fill()
        if request.method == "GET" and not request.args.get("urgency"):
            form.urgency.data = Urgency.NORMAL
            form.people.data = row.people
            form.units.data = max(1, len(story(ctx, row).units))
            form.weeks.data = 12
            form.amount.data = row.estimate
            form.resource_persons.data = bool(self._helpers(ctx, row)["found"])
        ctx.memo["advice form"] = form

    def extra(self, ctx: Context, row: Initiative) -> dict[str, Any]:
        form: ChoiceForm = ctx.memo["advice form"]
        asked = request.method == "POST" or bool(request.args.get("urgency"))
        advice, answers = given(ctx, form) if asked else ((), None)
        help_ = self._helpers(ctx, row)
        return words() | {
            "advice": advice,
            "answers": answers,
            "kept": kept(answers),
            "help": help_,
        }

    def _helpers(self, ctx: Context, row: Initiative) -> dict[str, Any]:
        """Who could help, read once for a page."""
        if "form helpers" not in ctx.memo:
            ctx.memo["form helpers"] = helpers(
                ctx,
                area_id=row.area_id,
                unit_ids=[part.unit.id for part in story(ctx, row).units] or [row.unit_id],
                initiative_id=row.id,
            )
        found: dict[str, Any] = ctx.memo["form helpers"]
        return found

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        initiatives.choose_form(
            ctx,
            row_id,
            answers=form.answers(),
            chosen=form.chosen.data,
            reason=form.reason.data or "",
        )
        return _("The form is chosen, and the advice is kept.")


class AdvicePage(Page):
    """The advice without an initiative: to think with."""

    permission = Permission.INITIATIVES_VIEW
    help = _l("Answer the questions, and see which forms fit and why. Nothing is kept.")

    def is_visible(self) -> bool:
        return bool(context().actor.may(Permission.INITIATIVES_MANAGE))

    @expose("/")
    def index(self) -> ResponseReturnValue:
        asked = bool(request.args.get("urgency"))
        form = OpenQuestions(request.args if asked else None)
        form.fill()
        areas = all_of(partial(competences.areas, self.ctx))
        form.area_id.choices = choices_of(
            [("", _("– none –")), *((area.id, area.name) for area in areas)]
        )
        if not asked:
            form.urgency.data, form.units.data, form.weeks.data = Urgency.NORMAL, 1, 12
            form.resource_persons.data = bool(helpers(self.ctx, area_id=None)["found"])
        advice, answers = given(self.ctx, form) if asked else ((), None)
        return self.render(
            "initiatives/advice.html",
            form=form,
            advice=advice,
            answers=answers,
            help=helpers(self.ctx, area_id=form.area_id.data) if advice else None,
            **words(),
        )
