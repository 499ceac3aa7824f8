"""What one does with resource persons: add, change, set hours, book, take off the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from admin.base import Verb
from admin.choosing import INDENT, NumberField, key, plain, seen_unit_choices
from admin.competence_choices import competence_choices
from admin.fields import DanishDateField, TextAreaField, choices_of
from admin.initiatives_forms import MANY, Several, none_or
from admin.labels_resource import ROLES
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.core.errors import NotFound
from tenant_app.initiatives import service as initiatives
from tenant_app.needs import service as needs
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import UnitKind
from tenant_app.resource_persons import rules
from tenant_app.resource_persons import service as resource_persons
from tenant_app.resource_persons.models import ResourcePerson, ResourceRole
from tenant_app.resource_persons.service import Details

P = Permission
BOOKED_FOR = (UnitKind.MUNICIPALITY, UnitKind.AREA, UnitKind.INSTITUTION)


def longest(name: str) -> Length:
    """As long as the service takes it."""
    return Length(max=rules.LONGEST[name])


def story(ctx: Context, row: ResourcePerson) -> Details:
    """Everything about a resource person, read once for their page."""
    name = ("resource person", row.id)
    if name not in ctx.memo:
        ctx.memo[name] = resource_persons.details(ctx, row)
    found: Details = ctx.memo[name]
    return found


class PersonFacts(FlaskForm):
    role = SelectField(
        _l("Role"),
        [InputRequired()],
        coerce=ResourceRole,
        choices=choices_of((each.value, label) for each, label in ROLES.items()),
    )
    unit_id = SelectField(
        _l("Area served"),
        [InputRequired()],
        coerce=key,
        description=_l("The unit and all that hangs below it. Only there can they be booked."),
    )
    competence_ids = Several(_l("Competences"), coerce=key, description=MANY)
    description = TextAreaField(
        _l("What one can be booked for"),
        [longest("description")],
        description=_l("Such as guidance in the room, a talk at a staff meeting, or video."),
    )


class NewPerson(PersonFacts):
    employee_id = StringField(
        _l("Employee number"),
        [longest("number")],
        description=_l(
            "The payroll number, when they are in the list of employees. With a login they can "
            "then answer bookings themselves."
        ),
    )
    name = StringField(
        _l("Name"),
        [longest("name")],
        description=_l("Only needed without an employee number."),
    )


class ChangedPerson(PersonFacts):
    name = StringField(_l("Name"), [DataRequired(), longest("name")])


class HoursForm(FlaskForm):
    year = IntegerField(_l("Year"), [InputRequired()])
    hours = NumberField(
        _l("Hours in the year"),
        [InputRequired()],
        description=_l("In whole quarters, such as 120 or 37,5. Never fewer than are booked."),
    )


class BookForm(FlaskForm):
    unit_id = SelectField(_l("For which unit"), [InputRequired()], coerce=key)
    hours = NumberField(
        _l("Hours"), [InputRequired()], description=_l("In whole quarters, such as 2 or 1,25.")
    )
    starts_on = DanishDateField(_l("First day"), [InputRequired()])
    ends_on = DanishDateField(
        _l("Last day"),
        [InputRequired()],
        description=_l("The same day, or later in the same year."),
    )
    purpose = TextAreaField(_l("What the hours are for"), [DataRequired(), longest("purpose")])
    initiative_id = SelectField(_l("Part of the initiative"), coerce=none_or(key))
    need_id = SelectField(_l("Need it answers"), coerce=none_or(key))


class ManageVerb(Verb):
    """For those who keep the list where the person serves."""

    permission = P.RESOURCE_PERSONS_MANAGE

    def shown(self, ctx: Context, row: ResourcePerson) -> bool:
        return resource_persons.may_manage(ctx, row)


def _fill(ctx: Context, form: Any) -> None:
    form.unit_id.choices = choices_of(seen_unit_choices(ctx, P.RESOURCE_PERSONS_MANAGE))
    form.competence_ids.choices = choices_of(competence_choices(ctx))


class Create(ManageVerb):
    name = "create"
    label = _l("New resource person")
    help = _l("Somebody of the municipality whom the institutions can book by the hour.")
    form = NewPerson
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        _fill(ctx, form)

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> Any:
        made = resource_persons.create(
            ctx,
            unit_id=form.unit_id.data,
            role=form.role.data,
            name=form.name.data or "",
            employee_id=resource_persons.employee_numbered(ctx, form.employee_id.data or ""),
            description=form.description.data or "",
            competence_ids=form.competence_ids.data,
        )
        flash(
            _("“%(name)s” is a resource person now. Set their hours of the year.", name=made.name),
            "success",
        )
        return redirect(url_for("resource-persons.verb_hours", id=made.id))


class Change(ManageVerb):
    name = "change"
    label = _l("Change resource person")
    form = ChangedPerson

    def prepare(self, ctx: Context, form: Any, row: ResourcePerson) -> None:
        _fill(ctx, form)
        # One whose area lies above what the reader manages stays there unless it is changed.
        if row.unit_id not in {key(choice.value) for choice in form.unit_id.choices}:
            own = choices_of([(str(row.unit_id), row.unit.name)])
            form.unit_id.choices = [*own, *form.unit_id.choices]
        if request.method == "GET":
            form.name.data, form.role.data = row.name, row.role
            form.unit_id.data, form.description.data = row.unit_id, row.description
            form.competence_ids.data = [each for each, _name in story(ctx, row).competences]

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = resource_persons.change(
            ctx,
            row_id,
            name=form.name.data,
            role=form.role.data,
            unit_id=form.unit_id.data,
            description=form.description.data or "",
            competence_ids=form.competence_ids.data,
        )
        return _("“%(name)s” is changed.", name=made.name)


class SetHours(ManageVerb):
    name = "hours"
    label = _l("Set hours of the year")
    help = _l("How many hours they have for the institutions in a calendar year.")
    form = HoursForm

    def prepare(self, ctx: Context, form: Any, row: ResourcePerson) -> None:
        if request.method == "GET":
            form.year.data = ctx.today.year
            known = {each.year: each for each in story(ctx, row).hours}
            if ctx.today.year in known:
                form.hours.data = rules.hours_of(known[ctx.today.year].minutes)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = resource_persons.set_hours(ctx, row_id, year=form.year.data, hours=form.hours.data)
        return _(
            "%(hours)s hours are set for %(year)s, %(left)s of them left.",
            hours=rules.hours_text(made.minutes),
            year=str(made.year),
            left=rules.hours_text(made.left),
        )


class Book(Verb):
    name = "book"
    label = _l("Book hours")
    help = _l("The hours are set aside at once. The resource person or a consultant answers.")
    form = BookForm
    permission = P.RESOURCE_PERSONS_BOOK
    template = "resource_persons/book.html"

    def shown(self, ctx: Context, row: ResourcePerson) -> bool:
        return row.is_active

    def prepare(self, ctx: Context, form: Any, row: ResourcePerson) -> None:
        # Kept for the page: a refusal expires the row with all that was loaded for it.
        ctx.memo["area served"] = row.unit.name
        form.unit_id.choices = choices_of(_units(ctx, row))
        form.initiative_id.choices = choices_of([("", _("– none –")), *initiatives.choices(ctx)])
        form.need_id.choices = choices_of([("", _("– none –")), *needs.choices(ctx)])
        if request.method == "GET":
            if len(form.unit_id.choices) == 1:
                form.unit_id.data = key(form.unit_id.choices[0].value)
            form.unit_id.data = _of_address("unit") or form.unit_id.data
            form.initiative_id.data = _of_address("initiative")

    def extra(self, ctx: Context, row: ResourcePerson) -> dict[str, Any]:
        return {
            "hours": resource_persons.hours(ctx, row.id),
            "text": rules.hours_text,
            "served": ctx.memo["area served"],
        }

    def act(self, ctx: Context, form: Any, row_id: Any) -> Any:
        made = resource_persons.book(
            ctx,
            row_id,
            unit_id=form.unit_id.data,
            hours=form.hours.data,
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            purpose=form.purpose.data,
            initiative_id=form.initiative_id.data,
            need_id=form.need_id.data,
        )
        flash(
            ngettext(
                "%(hours)s hour is asked for.",
                "%(hours)s hours are asked for.",
                1 if rules.hours_of(made.minutes) == 1 else 2,
                hours=plain(rules.hours_of(made.minutes)),
            ),
            "success",
        )
        return redirect(url_for("resource-bookings.details_view", id=made.id))


def _units(ctx: Context, row: ResourcePerson) -> list[tuple[str, str]]:
    """Those the actor books for, within the area served."""
    try:
        served = organisation.path_of(ctx, row.unit_id)
    except NotFound:
        return []  # the area is closed
    places = [
        place
        for place in organisation.choosable(ctx, P.RESOURCE_PERSONS_BOOK, kinds=BOOKED_FOR)
        if place.path.startswith(served)
    ]
    least = min((place.path.count(".") for place in places), default=0)
    return [
        (str(place.unit_id), INDENT * (place.path.count(".") - least) + place.unit.name)
        for place in places
    ]


def _of_address(name: str) -> UUID | None:
    """The id that a link names; what cannot be read is none."""
    try:
        return key(request.args[name])
    except (KeyError, ValueError):
        return None


class Retire(ManageVerb):
    name = "retire"
    label = _l("Take off the list")
    help = _l("They can no longer be booked. What has been stays in the figures.")
    danger = True

    def shown(self, ctx: Context, row: ResourcePerson) -> bool:
        return row.is_active and super().shown(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = resource_persons.set_active(ctx, row_id, active=False)
        return _("“%(name)s” can no longer be booked.", name=made.name)


class Restore(ManageVerb):
    name = "restore"
    label = _l("Put on the list again")

    def shown(self, ctx: Context, row: ResourcePerson) -> bool:
        return not row.is_active and super().shown(ctx, row)

    def act(self, ctx: Context, form: Any, row_id: Any) -> str:
        made = resource_persons.set_active(ctx, row_id, active=True)
        return _("“%(name)s” can be booked again.", name=made.name)


VERBS: tuple[type[Verb], ...] = (Create, Book, SetHours, Change, Restore, Retire)
