"""The form of an initiative, and what can be chosen in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from admin.catalogue_verbs import FORM_LABELS, options
from admin.choosing import all_of, key
from admin.fields import DanishDateField, KronerField, choices_of
from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import CourseForm
from tenant_app.competences import service as competences
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.money import Money
from tenant_app.goals import service as goals
from tenant_app.initiatives.models import Initiative
from tenant_app.needs import service as needs
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Unit, UnitKind

Tied = Mapping[str, Mapping[UUID, str]]
"""The names of what an initiative is tied to: needs, units and courses."""
MANY = _l("Hold Ctrl (Cmd on a Mac) down to choose several.")


def none_or(kind: Any) -> Any:
    """A coercion in which nothing chosen is None."""
    return lambda value: None if value in ("", None, "None") else kind(value)


class Several(SelectMultipleField):
    """Any of the choices. What is not among them is said without repeating it."""

    def pre_validate(self, form: Any) -> None:
        offered = {value for value, *_rest in self.iter_choices()}
        if set(self.data or ()) - offered:
            raise ValidationError(_("Something chosen is not in the list. Choose again."))


class InitiativeFacts(FlaskForm):
    title = StringField(_l("Title"), [InputRequired(), Length(max=200)])
    need_ids = Several(
        _l("Needs it answers"),
        coerce=key,
        description=_l("Only qualified needs can be chosen. Hold Ctrl down to choose several."),
    )
    goal_id = SelectField(_l("Goal it serves"), coerce=none_or(key))
    area_id = SelectField(_l("Competence area"), coerce=none_or(key))
    description = TextAreaField(_l("What is to be done"), [Length(max=20_000)])
    target_group = StringField(
        _l("Target group"),
        [Length(max=500)],
        description=_l("Such as the pedagogues of the nursery."),
    )
    people = IntegerField(_l("Number of people"), [InputRequired()])
    unit_ids = Several(_l("Institutions that take part"), coerce=key, description=MANY)
    form = SelectField(
        _l("Form"),
        coerce=none_or(CourseForm),
        description=_l("May be left open. The form advice helps to choose."),
    )
    course_ids = Several(_l("Courses in it"), coerce=key, description=MANY)
    starts_on = DanishDateField(_l("Begins"), [Optional()])
    ends_on = DanishDateField(_l("Ends"), [Optional()])
    estimate = KronerField(
        _l("Estimate (kr)"), [Optional()], description=_l("What it is expected to cost in all.")
    )

    def facts(self) -> dict[str, Any]:
        """What was typed, as the service takes it; no amount is zero."""
        typed = {
            field.name: field.data
            for field in self
            if field.name not in ("csrf_token", "override_reason")
        }
        typed["description"] = typed["description"] or ""
        typed["target_group"] = typed["target_group"] or ""
        typed["estimate"] = typed["estimate"] or Money(0)
        return typed


class NewInitiative(InitiativeFacts):
    unit_id = SelectField(
        _l("Whose initiative it is"),
        [InputRequired()],
        coerce=key,
        description=_l(
            "The municipality’s and an area’s are central; an institution’s is its own."
        ),
    )


class ChangedInitiative(InitiativeFacts):
    override_reason = TextAreaField(
        _l("Reason to exceed the limit"),
        [Length(max=2000)],
        description=_l(
            "Only needed where an institution joins that has as many under way as it may."
        ),
    )


def managed(ctx: Context) -> list[Unit]:
    """The units in which the actor makes initiatives, in the order of the hierarchy."""
    return [
        place.unit
        for place in all_of(partial(organisation.units_page, ctx))
        if place.unit.kind is not UnitKind.HOUSE
        and ctx.actor.may(Permission.INITIATIVES_MANAGE, at=place.path)
    ]


def fill(
    ctx: Context,
    form: Any,
    *,
    units: Iterable[Unit],
    row: Initiative | None = None,
    known: Tied | None = None,
) -> None:
    """The choices of the selects; what an initiative is tied to already can stay chosen."""
    tied = known or {"need": {}, "unit": {}, "course": {}}
    institutions = {unit.id: unit.name for unit in units if unit.kind is UnitKind.INSTITUTION}
    courses = {
        course.id: f"{course.title} ({course.code})"
        for course in all_of(partial(catalogue.courses, ctx, active=True))
    }
    form.unit_ids.choices = choices_of({**tied["unit"], **institutions}.items())
    form.need_ids.choices = choices_of({**tied["need"], **dict(needs.choices(ctx))}.items())
    form.course_ids.choices = choices_of({**tied["course"], **courses}.items())
    form.goal_id.choices = _optional(_goals(ctx, row))
    areas = all_of(partial(competences.areas, ctx))
    form.area_id.choices = _optional((area.id, area.name) for area in areas)
    form.form.choices = _optional(options(FORM_LABELS))


def _goals(ctx: Context, row: Initiative | None) -> list[tuple[UUID, str]]:
    found = goals.choices(ctx, row.unit_id if row else None)
    if row is not None and row.goal is not None and row.goal.id not in dict(found):
        found = [(row.goal.id, row.goal.title), *found]  # retired since: it may stay
    return found


def _optional(pairs: Iterable[tuple[Any, Any]]) -> Any:
    return choices_of([("", _("– none –")), *pairs])


def prefill(form: Any, row: Initiative, known: Tied) -> None:
    """What the initiative says and is tied to now."""
    for name in ("title", "description", "target_group", "people", "starts_on", "ends_on"):
        form[name].data = getattr(row, name)
    form.goal_id.data, form.area_id.data = row.goal_id, row.area_id
    form.form.data, form.estimate.data = row.form, row.estimate
    form.need_ids.data = list(known["need"])
    form.unit_ids.data = list(known["unit"])
    form.course_ids.data = list(known["course"])
