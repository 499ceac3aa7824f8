"""The shape of competences in JSON. Days are ISO dates."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.competences.models import HoldingSource
from tenant_app.organisation.models import Position

SHORT = validate.Length(max=200)


class CompetenceAreaIn(Schema):
    """The name of a competence area."""

    name = fields.String(required=True, validate=SHORT)


class CompetenceAreaOut(Schema):
    """A field of competences."""

    id = fields.UUID()
    name = fields.String()


class CompetenceQuery(Schema):
    """Which competences."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    area_id = fields.UUID(load_default=None)


class CompetenceIn(Schema):
    """A competence as it should be."""

    area_id = fields.UUID(required=True)
    name = fields.String(required=True, validate=SHORT)
    validity_months = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        metadata={"description": "1 to 600; null is for ever"},
    )


class CompetenceOut(Schema):
    """What a person can be able to do."""

    id = fields.UUID()
    area = fields.Nested(CompetenceAreaOut)
    name = fields.String()
    validity_months = fields.Integer(allow_none=True)


class CoverageTargetIn(Schema):
    """How many of a group should hold a competence in each unit: a number or a percentage."""

    competence_id = fields.UUID(required=True)
    position = fields.Enum(Position, by_value=True, required=True)
    min_count = fields.Integer(strict=True, allow_none=True, load_default=None)
    min_percent = fields.Integer(strict=True, allow_none=True, load_default=None)
    due_date = fields.Date(required=True)


class CoverageTargetOut(Schema):
    """A coverage target."""

    id = fields.UUID()
    competence_id = fields.UUID()
    position = fields.Enum(Position, by_value=True)
    min_count = fields.Integer(allow_none=True)
    min_percent = fields.Integer(allow_none=True)
    due_date = fields.Date()


class HoldingQuery(Schema):
    """Which holdings."""

    employee_id = fields.UUID(load_default=None)
    competence_id = fields.UUID(load_default=None)
    on = fields.Date(
        load_default=None, metadata={"description": "Only what is in force on this day"}
    )


class HoldingIn(Schema):
    """A competence that an employee has from before, or from elsewhere."""

    employee_id = fields.UUID(required=True)
    competence_id = fields.UUID(required=True)
    from_date = fields.Date(required=True)
    until_date = fields.Date(
        allow_none=True,
        load_default=None,
        metadata={"description": "The last day; null follows the competence's validity"},
    )


class HoldingEndingIn(Schema):
    """The last day of a holding, and why."""

    until_date = fields.Date(required=True)
    reason = fields.String(required=True, validate=SHORT)


class HoldingOut(Schema):
    """An employee holds a competence."""

    id = fields.UUID(attribute="holding.id")
    employee_id = fields.UUID(attribute="employee.id")
    employee_name = fields.String(attribute="employee.name")
    competence_id = fields.UUID(attribute="competence.id")
    competence_name = fields.String(attribute="competence.name")
    from_date = fields.Date(attribute="holding.from_date")
    until_date = fields.Date(attribute="holding.until_date", allow_none=True)
    source = fields.Enum(HoldingSource, by_value=True, attribute="holding.source")
