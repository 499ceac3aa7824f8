"""The shape of resource persons in JSON. Hours are decimals in whole quarters, days ISO dates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, validate

from tenant_app.resource_persons.models import BookingState, ResourceRole
from tenant_app.resource_persons.rules import LONGEST, hours_of

QUARTERS = {"description": "In whole quarters of an hour, such as 1.25"}
BELOW = {"description": "and what hangs below it"}


class Minutes(fields.Decimal):
    """Minutes, told as hours: 90 is "1.5"."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        return None if value is None else format(hours_of(value).normalize(), "f")


def _text(name: str, **options: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=LONGEST[name]), **options)


def _hours() -> fields.Decimal:
    return fields.Decimal(
        required=True,
        metadata=QUARTERS,
        validate=validate.Range(min=Decimal(0), max=Decimal(10_000)),
    )


# What is sent


class PersonQuery(Schema):
    """Which resource persons."""

    area_id = fields.UUID(
        load_default=None, metadata={"description": "With a competence of this area"}
    )
    unit_id = fields.UUID(load_default=None, metadata={"description": "Who serve this unit"})
    role = fields.Enum(ResourceRole, by_value=True, load_default=None)
    bookable = fields.Boolean(
        load_default=False, metadata={"description": "Only those with hours of this year left"}
    )


class PersonFacts(Schema):
    """What is said of a resource person."""

    name = _text("name")
    description = _text("description", metadata={"description": "What one can be booked for"})
    competence_ids = fields.List(
        fields.UUID(),
        validate=validate.Length(max=100),
        metadata={"description": "What they are booked for"},
    )


class PersonIn(PersonFacts):
    """Somebody who can be booked. An employee may be given instead of a name."""

    unit_id = fields.UUID(required=True, metadata={"description": "The area they serve"})
    role = fields.Enum(ResourceRole, by_value=True, required=True)
    employee_id = fields.UUID(allow_none=True)


class PersonChange(PersonFacts):
    """What is left out stays."""

    unit_id = fields.UUID(metadata={"description": "The area they serve"})
    role = fields.Enum(ResourceRole, by_value=True)
    active = fields.Boolean(metadata={"description": "false: can no longer be booked"})


class HoursIn(Schema):
    """The hours of a calendar year."""

    year = fields.Integer(strict=True, required=True)
    hours = _hours()


class BookingIn(Schema):
    """Hours for a unit."""

    unit_id = fields.UUID(required=True)
    hours = _hours()
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    purpose = _text("purpose", required=True)
    initiative_id = fields.UUID(load_default=None, allow_none=True)
    need_id = fields.UUID(load_default=None, allow_none=True)


class BookingQuery(Schema):
    """Which bookings."""

    state = fields.Enum(BookingState, by_value=True, load_default=None)
    unit_id = fields.UUID(load_default=None, metadata=BELOW)
    person_id = fields.UUID(load_default=None)


class BookingMoveIn(Schema):
    """The next state: agreed, held, or cancelled with a reason."""

    to = fields.Enum(BookingState, by_value=True, required=True)
    reason = _text("reason", load_default="")


class ComparedQuery(Schema):
    """Of which calendar year; this one by default."""

    year = fields.Integer(load_default=None, validate=validate.Range(min=2000, max=2100))


# What is answered


class ResourceNameOut(Schema):
    """Something with a name."""

    id = fields.UUID()
    name = fields.String()


class BalanceOut(Schema):
    """The hours of a calendar year."""

    year = fields.Integer()
    hours = Minutes(attribute="minutes")
    booked = Minutes(metadata={"description": "Asked for, agreed or held"})
    left = Minutes()


class PersonOut(Schema):
    """A resource person."""

    id = fields.UUID()
    employee_id = fields.UUID(allow_none=True)
    name = fields.String()
    role = fields.Enum(ResourceRole, by_value=True)
    unit = fields.Nested(ResourceNameOut, metadata={"description": "The area they serve"})
    description = fields.String()
    active = fields.Boolean(attribute="is_active")
    competences = fields.List(fields.Nested(ResourceNameOut))
    hours = fields.List(fields.Nested(BalanceOut))


class BookingOut(Schema):
    """Hours of a resource person for a unit."""

    id = fields.UUID()
    person = fields.Nested(ResourceNameOut)
    unit = fields.Nested(ResourceNameOut)
    hours = Minutes(attribute="minutes")
    starts_on = fields.Date()
    ends_on = fields.Date()
    purpose = fields.String()
    state = fields.Enum(BookingState, by_value=True)
    reason = fields.String()
    initiative_id = fields.UUID(allow_none=True)
    need_id = fields.UUID(allow_none=True)


class ComparedOut(Schema):
    """The hours of a unit in the year."""

    unit_id = fields.UUID()
    name = fields.String()
    area = fields.String()
    bought = Minutes(
        attribute="hours.bought",
        metadata={"description": "Participants' course hours with external providers"},
    )
    places = fields.Integer(attribute="hours.places")
    internal = Minutes(
        attribute="hours.internal", metadata={"description": "Hours of resource persons"}
    )
    bookings = fields.Integer(attribute="hours.bookings")
