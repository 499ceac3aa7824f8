"""The shape of the catalogue in JSON. Amounts are whole øre, days ISO dates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, validate

from tenant_app.catalogue.models import CourseForm, PriceKind, ProviderKind, SessionState

ORE = {"description": "Whole øre, DKK"}
SHORT = validate.Length(max=200)


class Number(fields.Decimal):
    """A decimal as text without the zeros that the table adds: "7.4"."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        return None if value is None else format(Decimal(value).normalize(), "f")


def _amount(**options: object) -> fields.Integer:
    return fields.Integer(strict=True, metadata=ORE, **options)  # type: ignore[arg-type]


class Search(Schema):
    """What to look for."""

    q = fields.String(load_default="", validate=validate.Length(max=100))


class ProviderIn(Schema):
    """A new provider."""

    name = fields.String(required=True, validate=SHORT)
    kind = fields.Enum(ProviderKind, by_value=True, required=True)


class ProviderChange(Schema):
    """What to change of a provider; what is left out stays."""

    name = fields.String(validate=SHORT)
    kind = fields.Enum(ProviderKind, by_value=True)


class ProviderOut(Schema):
    """Who holds courses."""

    id = fields.UUID()
    name = fields.String()
    kind = fields.Enum(ProviderKind, by_value=True)


class CourseQuery(Search):
    """Which courses."""

    form = fields.Enum(CourseForm, by_value=True, load_default=None)
    provider_id = fields.UUID(load_default=None)
    active = fields.Boolean(
        load_default=None, metadata={"description": "false: retired ones; absent: all"}
    )


class CourseChange(Schema):
    """What to change of a course; what is left out stays. Commitments keep their amounts."""

    code = fields.String(validate=SHORT)
    title = fields.String(validate=validate.Length(max=400))
    provider_id = fields.UUID()
    form = fields.Enum(CourseForm, by_value=True)
    ects = fields.Decimal(metadata={"description": "0 to 60"})
    hours = fields.Decimal(metadata={"description": "All hours of a participant, 0 to 2000"})
    cover_hours = fields.Decimal(
        allow_none=True,
        metadata={"description": "Hours that need cover; null follows the rule of the form"},
    )
    price_kind = fields.Enum(PriceKind, by_value=True)
    price = _amount()
    materials = _amount()
    travel = _amount()
    serves_municipal_goal = fields.Boolean()
    is_mandatory = fields.Boolean()


class CourseIn(CourseChange):
    """A new course."""

    code = fields.String(required=True, validate=SHORT)
    title = fields.String(required=True, validate=validate.Length(max=400))
    provider_id = fields.UUID(required=True)
    form = fields.Enum(CourseForm, by_value=True, required=True)
    ects = fields.Decimal(required=True, metadata={"description": "0 to 60"})
    hours = fields.Decimal(
        required=True, metadata={"description": "All hours of a participant, 0 to 2000"}
    )
    price_kind = fields.Enum(PriceKind, by_value=True, required=True)
    price = _amount(required=True)


class CourseOut(Schema):
    """A catalogue item."""

    id = fields.UUID()
    code = fields.String()
    title = fields.String()
    provider = fields.Nested(ProviderOut)
    form = fields.Enum(CourseForm, by_value=True)
    ects = Number(as_string=True)
    hours = Number(as_string=True)
    cover_hours = Number(as_string=True, allow_none=True)
    price_kind = fields.Enum(PriceKind, by_value=True)
    price = _amount()
    materials = _amount()
    travel = _amount()
    serves_municipal_goal = fields.Boolean()
    is_mandatory = fields.Boolean()
    is_active = fields.Boolean()


class GiftIn(Schema):
    """A competence that the course gives."""

    competence_id = fields.UUID(required=True)


class GiftsOut(Schema):
    """The competences that completing the course gives."""

    competence_ids = fields.List(fields.UUID())


class SessionQuery(Search):
    """Which sessions."""

    form = fields.Enum(CourseForm, by_value=True, load_default=None)
    course_id = fields.UUID(load_default=None)
    open_only = fields.Boolean(
        data_key="open",
        load_default=False,
        metadata={"description": "true: only those one can still ask for"},
    )


class SessionChange(Schema):
    """What to change of a session; what is left out stays."""

    starts_on = fields.Date()
    ends_on = fields.Date()
    deadline = fields.Date(metadata={"description": "The last day on which to ask"})
    seats = fields.Integer(strict=True, metadata={"description": "1 to 1000"})
    place = fields.String(validate=validate.Length(max=400))


class SessionIn(SessionChange):
    """A new session."""

    course_id = fields.UUID(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    deadline = fields.Date(required=True, metadata={"description": "The last day on which to ask"})
    seats = fields.Integer(required=True, strict=True, metadata={"description": "1 to 1000"})
    place = fields.String(required=True, validate=validate.Length(max=400))


class SessionOut(Schema):
    """A dated run of a course."""

    id = fields.UUID()
    course = fields.Nested(CourseOut)
    starts_on = fields.Date()
    ends_on = fields.Date()
    deadline = fields.Date()
    seats = fields.Integer()
    place = fields.String()
    state = fields.Enum(SessionState, by_value=True)


class SessionCancellationIn(Schema):
    """Why a session is cancelled."""

    reason = fields.String(required=True, validate=validate.Length(max=500))
