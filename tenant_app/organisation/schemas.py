"""The shape of units and employees in JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from tenant_app.organisation.models import Position, UnitKind

FROM = {"description": "First day"}
UNTIL = {"description": "First day on which it no longer holds; null when not known"}
INDEX = {"description": "Socio-economic index in hundredths: 100 is the average"}
SHARE = {"description": "Share of full time, above 0 and at most 1.5"}


class UnitOut(Schema):
    """A unit."""

    id = fields.UUID()
    number = fields.String(metadata={"description": "The municipality's own number"})
    name = fields.String()
    kind = fields.Enum(UnitKind, by_value=True)
    weak_economy = fields.Boolean()


class PlacementOut(Schema):
    """A unit and where it hangs, from a date until another."""

    unit = fields.Nested(UnitOut)
    parent_id = fields.UUID(allow_none=True)
    path = fields.String(
        metadata={"description": "Each step above and its own, such as 1.2.17.; sorts as a tree"}
    )
    from_date = fields.Date(metadata=FROM)
    to_date = fields.Date(allow_none=True, metadata=UNTIL)


class UnitIn(Schema):
    """A unit to found."""

    number = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.Enum(UnitKind, by_value=True, required=True)
    parent_id = fields.UUID(required=True)
    from_date = fields.Date(required=True, metadata=FROM)
    weak_economy = fields.Boolean(load_default=False)


class FiguresOut(Schema):
    """An institution's children from a day until the next."""

    id = fields.UUID()
    unit_id = fields.UUID()
    from_date = fields.Date(metadata=FROM)
    children_0_2 = fields.Integer()
    children_3_5 = fields.Integer()
    socio_index = fields.Integer(metadata=INDEX)


class FiguresIn(Schema):
    """An institution's children from a day on; the same day again corrects it."""

    unit_id = fields.UUID(required=True)
    from_date = fields.Date(required=True, metadata=FROM)
    children_0_2 = fields.Integer(required=True, strict=True)
    children_3_5 = fields.Integer(required=True, strict=True)
    socio_index = fields.Integer(load_default=100, strict=True, metadata=INDEX)


class FiguresAsked(Schema):
    """Whose figures."""

    unit_id = fields.UUID(load_default=None)


class MoveIn(Schema):
    """Where to, from when."""

    parent_id = fields.UUID(required=True)
    on = fields.Date(required=True, metadata=FROM)


class MergeIn(Schema):
    """Into which unit, from when."""

    into_id = fields.UUID(required=True)
    on = fields.Date(required=True, metadata=FROM)


class DayIn(Schema):
    """From when."""

    on = fields.Date(required=True, metadata={"description": "First day without"})


class UnitDescriptionIn(Schema):
    """What is to be different; leave out the rest."""

    name = fields.String()
    weak_economy = fields.Boolean()


class UnitsAsked(Schema):
    """Which units."""

    on = fields.Date(load_default=None, metadata={"description": "As of this day; today if left"})
    kind = fields.Enum(UnitKind, by_value=True, load_default=None)


class EmployeeOut(Schema):
    """A person."""

    id = fields.UUID()
    number = fields.String(metadata={"description": "Payroll number"})
    name = fields.String()
    email = fields.String(allow_none=True)


class EmploymentOut(Schema):
    """A person's unit, position and FTE, from a date until another."""

    employee = fields.Nested(EmployeeOut)
    unit = fields.Nested(UnitOut)
    position = fields.Enum(Position, by_value=True)
    fte = fields.Decimal(as_string=True, metadata=SHARE)
    from_date = fields.Date(metadata=FROM)
    to_date = fields.Date(allow_none=True, metadata=UNTIL)


class EmploymentIn(Schema):
    """Where, as what, how much and from when."""

    unit_id = fields.UUID(required=True)
    position = fields.Enum(Position, by_value=True, required=True)
    fte = fields.Decimal(required=True, metadata=SHARE)
    from_date = fields.Date(required=True, metadata=FROM)


class EmployeeIn(EmploymentIn):
    """A person to hire."""

    number = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(load_default=None, allow_none=True)


class ChangeIn(Schema):
    """What is different from a date on; leave out the rest."""

    on = fields.Date(required=True, metadata=FROM)
    unit_id = fields.UUID(load_default=None)
    position = fields.Enum(Position, by_value=True, load_default=None)
    fte = fields.Decimal(load_default=None, metadata=SHARE)


class EmployeeDescriptionIn(Schema):
    """What is to be different; leave out the rest. An empty e-mail removes it."""

    name = fields.String()
    email = fields.String()


class EmployeesAsked(Schema):
    """Which employees."""

    on = fields.Date(load_default=None, metadata={"description": "As of this day; today if left"})
    unit_id = fields.UUID(load_default=None)
    position = fields.Enum(Position, by_value=True, load_default=None)
    text = fields.String(
        load_default=None, metadata={"description": "Part of the name, or the payroll number"}
    )
