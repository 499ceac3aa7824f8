"""What one does to units and employees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from admin.base import Verb
from admin.choosing import NumberField, unit_choices
from admin.fields import DanishDateField, choices_of
from tenant_app.core.access import Permission
from tenant_app.core.context import Context
from tenant_app.organisation import service as organisation
from tenant_app.organisation.models import Employee, Position, Unit, UnitKind

KIND_LABELS = {
    UnitKind.MUNICIPALITY: _l("Municipality"),
    UnitKind.AREA: _l("Area"),
    UnitKind.INSTITUTION: _l("Institution"),
    UnitKind.HOUSE: _l("House"),
}
POSITION_LABELS = {
    Position.PEDAGOGUE: _l("Pedagogue"),
    Position.ASSISTANT: _l("Assistant"),
    Position.LEADER: _l("Leader"),
    Position.OTHER: _l("Other"),
}
DAY_FORM = _l("dd-mm-yyyy")


def position_choices() -> list[tuple[str, Any]]:
    """The positions in the reader's language."""
    return [(position.value, label) for position, label in POSITION_LABELS.items()]


class FoundForm(FlaskForm):
    number = StringField(
        _l("Number"),
        [InputRequired(), Length(max=200)],
        description=_l("The municipality's own number of the unit; files refer to it."),
    )
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    kind = SelectField(_l("Kind"), [InputRequired()])
    parent_id = SelectField(_l("Parent unit"), [InputRequired()])
    from_date = DanishDateField(_l("First day"), [InputRequired()], description=DAY_FORM)
    weak_economy = BooleanField(_l("Weak economy"))


class Found(Verb):
    name = "found"
    label = _l("Found unit")
    form = FoundForm
    permission = Permission.UNITS_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.kind.choices = choices_of(
            [
                (kind.value, label)
                for kind, label in KIND_LABELS.items()
                if kind is not UnitKind.MUNICIPALITY
            ]
        )
        form.parent_id.choices = choices_of(
            unit_choices(ctx, UnitKind.MUNICIPALITY, UnitKind.AREA, UnitKind.INSTITUTION)
        )

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        made = organisation.found_unit(
            ctx,
            number=form.number.data,
            name=form.name.data,
            kind=UnitKind(form.kind.data),
            parent_id=UUID(form.parent_id.data),
            from_date=form.from_date.data,
            weak_economy=form.weak_economy.data,
        )
        return _("%(unit)s is founded.", unit=made.name)


class UnitVerb(Verb):
    permission = Permission.UNITS_MANAGE

    def shown(self, ctx: Context, row: Unit) -> bool:
        return row.kind is not UnitKind.MUNICIPALITY


class MoveForm(FlaskForm):
    parent_id = SelectField(_l("New parent unit"), [InputRequired()])
    on = DanishDateField(_l("From"), [InputRequired()], description=DAY_FORM)


class Move(UnitVerb):
    name = "move"
    label = _l("Move unit")
    help = _l("Everything below the unit moves along. Reports of the days before stay as they are.")
    form = MoveForm

    def prepare(self, ctx: Context, form: Any, row: Unit) -> None:
        kinds = {
            UnitKind.AREA: (UnitKind.MUNICIPALITY,),
            UnitKind.HOUSE: (UnitKind.INSTITUTION,),
        }.get(row.kind, (UnitKind.MUNICIPALITY, UnitKind.AREA))
        form.parent_id.choices = choices_of(unit_choices(ctx, *kinds, but=row.id))

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None
        moved = organisation.move_unit(
            ctx, row_id, parent_id=UUID(form.parent_id.data), on=form.on.data
        )
        return _("%(unit)s moves.", unit=moved.name)


class MergeForm(FlaskForm):
    into_id = SelectField(_l("Into unit"), [InputRequired()])
    on = DanishDateField(_l("From"), [InputRequired()], description=DAY_FORM)


class Merge(UnitVerb):
    name = "merge"
    label = _l("Merge unit")
    help = _l("The staff goes on in the other unit, and this unit closes.")
    form = MergeForm
    danger = True

    def prepare(self, ctx: Context, form: Any, row: Unit) -> None:
        area = row.kind is UnitKind.AREA
        kinds = (UnitKind.AREA,) if area else (UnitKind.INSTITUTION, UnitKind.HOUSE)
        form.into_id.choices = choices_of(unit_choices(ctx, *kinds, but=row.id))

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None
        into = organisation.merge_unit(
            ctx, row_id, into_id=UUID(form.into_id.data), on=form.on.data
        )
        return _("The staff goes on in %(unit)s.", unit=into.name)


class CloseForm(FlaskForm):
    on = DanishDateField(_l("First day without the unit"), [InputRequired()], description=DAY_FORM)


class Close(UnitVerb):
    name = "close"
    label = _l("Close unit")
    help = _l("A unit closes when it has no staff and no units below it.")
    form = CloseForm
    danger = True

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None
        closed = organisation.close_unit(ctx, row_id, on=form.on.data)
        return _("%(unit)s closes.", unit=closed.name)


class DescribeUnitForm(FlaskForm):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    weak_economy = BooleanField(
        _l("Weak economy"),
        description=_l("Funding rules can pay a larger share for units with a weak economy."),
    )


class DescribeUnit(Verb):
    name = "describe"
    label = _l("Change name or flag weak economy")
    form = DescribeUnitForm
    permission = Permission.UNITS_MANAGE

    def prepare(self, ctx: Context, form: Any, row: Unit) -> None:
        if request.method == "GET":
            form.name.data, form.weak_economy.data = row.name, row.weak_economy

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None
        changed = organisation.describe_unit(
            ctx, row_id, name=form.name.data, weak_economy=form.weak_economy.data
        )
        return _("%(unit)s is changed.", unit=changed.name)


class PersonForm(FlaskForm):
    """Written before the employment, so that it is asked before it."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    number = StringField(
        _l("Employee number"),
        [InputRequired(), Length(max=200)],
        description=_l("The payroll number; files refer to it."),
    )
    email = StringField(_l("E-mail"), [Optional(), Length(max=200)])


class EmploymentForm(FlaskForm):
    unit_id = SelectField(_l("Unit"), [InputRequired()])
    position = SelectField(_l("Position"), [InputRequired()])
    fte = NumberField(
        _l("FTE"), [InputRequired()], description=_l("Share of full time, such as 0,86.")
    )
    from_date = DanishDateField(_l("First day"), [InputRequired()], description=DAY_FORM)


class HireForm(PersonForm, EmploymentForm):
    """A new employee: who, and where."""


class Hire(Verb):
    name = "hire"
    label = _l("Hire employee")
    form = HireForm
    permission = Permission.EMPLOYEES_MANAGE
    on_row = False

    def prepare(self, ctx: Context, form: Any, row: None) -> None:
        form.unit_id.choices = choices_of(unit_choices(ctx))
        form.position.choices = choices_of(position_choices())

    def act(self, ctx: Context, form: Any, row_id: None) -> str:
        made = organisation.hire(
            ctx,
            number=form.number.data,
            name=form.name.data,
            email=form.email.data,
            unit_id=UUID(form.unit_id.data),
            position=Position(form.position.data),
            fte=form.fte.data,
            from_date=form.from_date.data,
        )
        return _("%(employee)s is hired.", employee=made.name)


class ChangeForm(FlaskForm):
    on = DanishDateField(_l("From"), [InputRequired()], description=DAY_FORM)
    unit_id = SelectField(_l("Unit"), [InputRequired()])
    position = SelectField(_l("Position"), [InputRequired()])
    fte = NumberField(
        _l("FTE"), [InputRequired()], description=_l("Share of full time, such as 0,86.")
    )


class Change(Verb):
    name = "change"
    label = _l("Change employment")
    help = _l("Another unit, position or FTE from a date. What was before stays as it was.")
    form = ChangeForm
    permission = Permission.EMPLOYEES_MANAGE

    def shown(self, ctx: Context, row: Employee) -> bool:
        return organisation.employment(ctx, row.id) is not None

    def prepare(self, ctx: Context, form: Any, row: Employee) -> None:
        form.unit_id.choices = choices_of(unit_choices(ctx))
        form.position.choices = choices_of(position_choices())
        now = organisation.employment(ctx, row.id)
        if request.method == "GET" and now is not None:
            form.unit_id.data, form.position.data = str(now.unit_id), now.position.value
            form.fte.data = now.fte

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None
        changed = organisation.change_employment(
            ctx,
            row_id,
            on=form.on.data,
            unit_id=UUID(form.unit_id.data),
            position=Position(form.position.data),
            fte=form.fte.data,
        )
        return _("The employment of %(employee)s changes.", employee=changed.name)


class EndForm(FlaskForm):
    on = DanishDateField(
        _l("First day without employment"), [InputRequired()], description=DAY_FORM
    )


class End(Verb):
    name = "end"
    label = _l("End employment")
    form = EndForm
    permission = Permission.EMPLOYEES_MANAGE
    danger = True

    def shown(self, ctx: Context, row: Employee) -> bool:
        return organisation.employment(ctx, row.id) is not None

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None
        left = organisation.end_employment(ctx, row_id, on=form.on.data)
        return _("The employment of %(employee)s ends.", employee=left.name)


class Rehire(Verb):
    name = "rehire"
    label = _l("Employ again")
    form = EmploymentForm
    permission = Permission.EMPLOYEES_MANAGE

    def shown(self, ctx: Context, row: Employee) -> bool:
        return organisation.employment(ctx, row.id) is None

    def prepare(self, ctx: Context, form: Any, row: Employee) -> None:
        form.unit_id.choices = choices_of(unit_choices(ctx))
        form.position.choices = choices_of(position_choices())

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None
        back = organisation.rehire(
            ctx,
            row_id,
            unit_id=UUID(form.unit_id.data),
            position=Position(form.position.data),
            fte=form.fte.data,
            from_date=form.from_date.data,
        )
        return _("%(employee)s is hired.", employee=back.name)


class DescribeEmployeeForm(FlaskForm):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    email = StringField(_l("E-mail"), [Optional(), Length(max=200)])


class DescribeEmployee(Verb):
    name = "describe"
    label = _l("Correct name or e-mail")
    form = DescribeEmployeeForm
    permission = Permission.EMPLOYEES_MANAGE

    def prepare(self, ctx: Context, form: Any, row: Employee) -> None:
        if request.method == "GET":
            form.name.data, form.email.data = row.name, row.email

    def act(self, ctx: Context, form: Any, row_id: UUID | None) -> str:
        assert row_id is not None
        changed = organisation.describe_employee(
            ctx, row_id, name=form.name.data, email=form.email.data or ""
        )
        return _("%(employee)s is changed.", employee=changed.name)
