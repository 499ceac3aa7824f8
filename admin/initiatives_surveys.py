"""The survey before an initiative, as those who take part see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from admin.base import Verb
from admin.fields import choices_of
from admin.labels_initiatives import STEPS
from admin.verb_pages import VerbPage
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import Forbidden, NotFound
from tenant_app.initiatives import rules
from tenant_app.initiatives import service as initiatives
from tenant_app.initiatives.models import Initiative


class SurveyForm(FlaskForm):
    confidence = RadioField(
        _l("How sure are you of the matter today?"),
        [InputRequired()],
        coerce=int,
        choices=choices_of(STEPS.items()),
    )
    expects = TextAreaField(_l("What do you expect to learn?"), [Length(max=2000)])
    will_use = TextAreaField(
        _l("How will you use it at home, such as in a practice trial?"), [Length(max=2000)]
    )


class Answer(Verb):
    name = "answer"
    label = _l("Answer the survey")
    help = _l(
        "Those who lead the initiative see the answers together, without names, and only once "
        "five have answered. You can change your answer until it has run."
    )
    form = SurveyForm
    template = "initiatives/answer.html"
    permission = Permission.INITIATIVES_VIEW

    def prepare(self, ctx: Context, form: Any, row: Initiative) -> None:
        if request.method == "GET":
            _initiative, answer = initiatives.survey(ctx, row.id)
            if answer is not None:
                form.confidence.data = answer.confidence
                form.expects.data, form.will_use.data = answer.expects, answer.will_use

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        initiatives.answer_survey(
            ctx,
            row_id,
            confidence=form.confidence.data,
            expects=form.expects.data or "",
            will_use=form.will_use.data or "",
        )
        return _("Thank you. Your answer is kept.")


class SurveyPage(VerbPage):
    """What I am asked before an initiative that I take part in."""

    permission = Permission.INITIATIVES_VIEW
    help = _l("What you are asked before an initiative that you take part in begins.")
    verbs = (Answer,)

    def is_accessible(self) -> bool:
        """Whoever is employed can take part."""
        return super().is_accessible() and self.ctx.actor.employee_id is not None

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        raise Forbidden()

    def get_one(self, id: str) -> Initiative:
        try:
            return initiatives.survey(self.ctx, UUID(str(id)))[0]
        except ValueError:
            raise NotFound() from None

    def title_of(self, row: Initiative) -> str:
        """What a survey is called in headings and crumbs."""
        return row.title

    @expose("/")
    def index(self) -> ResponseReturnValue:
        asked = initiatives.surveys(self.ctx)
        return self.render(
            "initiatives/surveys.html",
            waiting=[initiative for initiative, answer in asked if answer is None],
            answered=[initiative for initiative, answer in asked if answer is not None],
            cell=rules.SMALLEST_CELL,
        )
