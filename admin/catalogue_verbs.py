"""What one does to providers, courses and sessions."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from admin.base import Verb
from admin.choosing import NumberField, all_of, key
from admin.fields import DanishDateField, KronerField, TextAreaField, choices_of
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import (
    Course,
    CourseForm,
    CourseSession,
    PriceKind,
    Provider,
    ProviderKind,
    SessionState,
)
from tenant_app.competences import service as competences
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import Money
from tenant_app.enrolments import service as enrolments

FORM_LABELS = {
    CourseForm.COURSE: _l("Short course"),
    CourseForm.DIPLOMA_MODULE: _l("Diploma module"),
    CourseForm.ACADEMY_MODULE: _l("Academy module"),
    CourseForm.THEME_DAY: _l("Theme day"),
    CourseForm.PEDAGOGICAL_DAY: _l("Pedagogical day"),
    CourseForm.LECTURE: _l("Lecture"),
    CourseForm.SIDE_BY_SIDE: _l("Side-by-side training"),
    CourseForm.SUPERVISION: _l("Staff supervision"),
    CourseForm.ACTION_LEARNING: _l("Action learning"),
    CourseForm.NETWORK: _l("Network"),
    CourseForm.VIDEO_FEEDBACK: _l("Video feedback"),
    CourseForm.E_LEARNING: _l("E-learning"),
}
PROVIDER_LABELS = {
    ProviderKind.UNIVERSITY_COLLEGE: _l("University college"),
    ProviderKind.MUNICIPAL: _l("Municipal"),
    ProviderKind.PRIVATE: _l("Private"),
}
PRICE_LABELS = {
    PriceKind.PER_PERSON: _l("Per person"),
    PriceKind.PER_GROUP: _l("For the whole group"),
}
STATE_LABELS = {
    SessionState.OPEN: _l("Planned"),
    SessionState.CANCELLED: _l("Called off"),
}


def options(labels: dict[Any, Any]) -> list[tuple[Any, Any]]:
    """The choices of a select, or of a filter."""
    return [(value.value, label) for value, label in labels.items()]


class ManageVerb(Verb):
    """Something only those who keep the catalogue do."""

    permission = Permission.CATALOGUE_MANAGE


class ProviderForm(FlaskForm):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    kind = SelectField(
        _l("Kind"),
        [InputRequired()],
        coerce=ProviderKind,
        choices=choices_of(options(PROVIDER_LABELS)),
    )


class CreateProvider(ManageVerb):
    name = "create"
    label = _l("New provider")
    form = ProviderForm
    on_row = False

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        made = catalogue.create_provider(ctx, name=form.name.data, kind=form.kind.data)
        return _("“%(name)s” is in the list of providers.", name=made.name)


class ChangeProvider(ManageVerb):
    name = "change"
    label = _l("Change provider")
    form = ProviderForm

    def prepare(self, ctx: Context, form: Any, row: Provider) -> None:
        if request.method == "GET":
            form.name.data, form.kind.data = row.name, row.kind

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = catalogue.change_provider(ctx, row_id, name=form.name.data, kind=form.kind.data)
        return _("“%(name)s” is changed.", name=made.name)


class CourseFormPage(FlaskForm):
    code = StringField(
        _l("Code"), [InputRequired(), Length(max=200)], description=_l("Your own, such as DM-12.")
    )
    title = StringField(_l("Title"), [InputRequired(), Length(max=400)])
    provider_id = SelectField(_l("Provider"), [InputRequired()], coerce=key)
    form = SelectField(
        _l("Form"), [InputRequired()], coerce=CourseForm, choices=choices_of(options(FORM_LABELS))
    )
    ects = NumberField(_l("ECTS"), [InputRequired()], description=_l("0 if it gives none."))
    hours = NumberField(
        _l("Hours"), [InputRequired()], description=_l("All of them, own study included.")
    )
    cover_hours = NumberField(
        _l("Cover hours"),
        [Optional()],
        description=_l(
            "Hours away from the children that need cover. Empty: the municipality's rule for the "
            "form."
        ),
    )
    price_kind = SelectField(
        _l("Price is"),
        [InputRequired()],
        coerce=PriceKind,
        choices=choices_of(options(PRICE_LABELS)),
    )
    price = KronerField(_l("Price (kr)"), [InputRequired()])
    materials = KronerField(_l("Materials per person (kr)"), [Optional()])
    travel = KronerField(_l("Travel per person (kr)"), [Optional()])
    serves_municipal_goal = BooleanField(_l("Serves a municipal goal"))
    is_mandatory = BooleanField(_l("Mandatory municipal effort"))

    def facts(self) -> dict[str, Any]:
        """What was typed, as the service takes it; an empty amount is zero."""
        typed = {field.name: field.data for field in self if field.name != "csrf_token"}
        typed["materials"] = typed["materials"] or Money(0)
        typed["travel"] = typed["travel"] or Money(0)
        return typed


def _fill(ctx: Context, form: Any) -> None:
    providers = all_of(partial(catalogue.providers, ctx))
    form.provider_id.choices = choices_of((provider.id, provider.name) for provider in providers)


class CreateCourse(ManageVerb):
    name = "create"
    label = _l("New course")
    form = CourseFormPage
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        _fill(ctx, form)

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        made = catalogue.create_course(ctx, **form.facts())
        return _("“%(title)s” is in the catalogue.", title=made.title)


class ChangeCourse(ManageVerb):
    name = "change"
    label = _l("Change course")
    help = _l("Requests already sent keep the price they were sent with.")
    form = CourseFormPage

    def prepare(self, ctx: Context, form: Any, row: Course) -> None:
        _fill(ctx, form)
        if request.method == "GET":
            for field in form:
                if field.name != "csrf_token":
                    field.data = getattr(row, field.name)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = catalogue.change_course(ctx, row_id, **form.facts())
        return _("“%(title)s” is changed.", title=made.title)


class RetireCourse(ManageVerb):
    name = "retire"
    label = _l("Retire course")
    help = _l(
        "Nobody can ask for it any more, and it gets no new sessions. Those who are enrolled go on."
    )
    danger = True

    def shown(self, ctx: Context, row: Course) -> bool:
        return row.is_active

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        return _("“%(title)s” is retired.", title=catalogue.retire_course(ctx, row_id).title)


class ReinstateCourse(ManageVerb):
    name = "reinstate"
    label = _l("Bring course back")

    def shown(self, ctx: Context, row: Course) -> bool:
        return not row.is_active

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        found = catalogue.reinstate_course(ctx, row_id)
        return _("“%(title)s” is in the catalogue again.", title=found.title)


class GiftForm(FlaskForm):
    competence_id = SelectField(_l("Competence"), [InputRequired()], coerce=key)


class GiveCompetence(ManageVerb):
    name = "give"
    label = _l("Give competence")
    help = _l("Whoever completes the course from now on holds the competence.")
    form = GiftForm

    def prepare(self, ctx: Context, form: Any, row: Course) -> None:
        given = set(catalogue.competences_given(ctx, row.id))
        form.competence_id.choices = choices_of(
            [
                (competence.id, f"{competence.name} ({competence.area.name})")
                for competence in all_of(partial(competences.competences, ctx))
                if competence.id not in given
            ]
        )

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        catalogue.give_competence(ctx, row_id, competence_id=form.competence_id.data)
        return _("The course gives the competence.")


class TakeCompetence(ManageVerb):
    name = "take"
    label = _l("Remove competence")
    help = _l("Whoever got the competence keeps it.")
    form = GiftForm
    danger = True

    def prepare(self, ctx: Context, form: Any, row: Course) -> None:
        given = set(catalogue.competences_given(ctx, row.id))
        form.competence_id.choices = choices_of(
            [
                (competence.id, competence.name)
                for competence in all_of(partial(competences.competences, ctx))
                if competence.id in given
            ]
        )

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        catalogue.take_competence(ctx, row_id, competence_id=form.competence_id.data)
        return _("The course gives the competence no more.")


class OfCourseForm(FlaskForm):
    """Written before the rest, so that it is asked before the rest."""

    course_id = SelectField(_l("Course"), [InputRequired()], coerce=key)


class SessionForm(FlaskForm):
    starts_on = DanishDateField(_l("Starts"), [InputRequired()])
    ends_on = DanishDateField(_l("Ends"), [InputRequired()])
    deadline = DanishDateField(
        _l("Deadline"), [InputRequired()], description=_l("The last day on which to ask.")
    )
    seats = IntegerField(_l("Seats"), [InputRequired()])
    place = StringField(_l("Place"), [InputRequired(), Length(max=400)])

    def facts(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        return {field.name: field.data for field in self if field.name != "csrf_token"}


class NewSessionForm(OfCourseForm, SessionForm):
    """A session and its course."""


class CreateSession(ManageVerb):
    name = "create"
    label = _l("New session")
    form = NewSessionForm
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.course_id.choices = choices_of(
            [
                (course.id, f"{course.title} ({course.code})")
                for course in all_of(partial(catalogue.courses, ctx, active=True))
            ]
        )

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        catalogue.create_session(ctx, **form.facts())
        return _("The session is in the catalogue.")


class AddSession(ManageVerb):
    """The same, begun from the course."""

    name = "session"
    label = _l("New session")
    form = SessionForm

    def shown(self, ctx: Context, row: Course) -> bool:
        return row.is_active

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        catalogue.create_session(ctx, course_id=row_id, **form.facts())
        return _("The session is in the catalogue.")


class ChangeSession(ManageVerb):
    name = "change"
    label = _l("Change session")
    help = _l("Whoever has a seat keeps it, also when the seats become fewer.")
    form = SessionForm

    def shown(self, ctx: Context, row: CourseSession) -> bool:
        return row.state is SessionState.OPEN

    def prepare(self, ctx: Context, form: Any, row: CourseSession) -> None:
        if request.method == "GET":
            for name in ("deadline", "starts_on", "ends_on", "seats", "place"):
                form[name].data = getattr(row, name)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        catalogue.change_session(ctx, row_id, **form.facts())
        return _("The session is changed.")


class CancelForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), [InputRequired(), Length(max=500)])


class CancelSession(ManageVerb):
    name = "cancel"
    label = _l("Cancel session")
    help = _l(
        "Nobody can ask for it any more. Those on it lose their place, and the money set aside for "
        "them is available again."
    )
    form = CancelForm
    danger = True

    def shown(self, ctx: Context, row: CourseSession) -> bool:
        return row.state is SessionState.OPEN

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        _session, people = enrolments.call_off(ctx, row_id, reason=form.reason.data)
        return _("The session is cancelled, and %(people)s lost their place.", people=people)
