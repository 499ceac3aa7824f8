"""The shape of years, pools, entries and rules in JSON. Amounts are whole øre."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from tenant_app.budgets.models import BudgetYearState, EntryKind, Policy, PoolKind

ORE = {"description": "Whole øre: 1 krone is 100"}
BP = {"description": "Basis points: 4000 is 40 %"}
KEY = {
    "description": "The allocation key: [{key, weight}] with weights in per cent that add up to "
    "100; keys equal, headcount, fte, pedagogue_fte, fixed and manual, the last two with "
    "{amounts: {unit number: whole øre}}"
}
RULES = {
    "description": "Ordered; the first that matches decides: [{name, when, shares}] with shares in "
    "basis points per pool kind for fee, cover, materials, travel or default"
}


def _share(**kwargs: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(0, 10_000), metadata=BP, **kwargs)


class YearOut(Schema):
    """A budget year."""

    id = fields.UUID()
    year = fields.Integer()
    state = fields.Enum(BudgetYearState, by_value=True)
    frame = fields.Integer(metadata=ORE)
    central_bp = fields.Integer(metadata=BP)
    area_bp = fields.Integer(metadata=BP)
    allocation = fields.List(fields.Dict(), metadata=KEY)
    policy = fields.Enum(Policy, by_value=True)
    adopted_at = fields.AwareDateTime(allow_none=True)


class YearIn(Schema):
    """A budget year to draft."""

    year = fields.Integer(required=True, strict=True)
    frame = fields.Integer(required=True, strict=True, metadata=ORE)
    central_bp = _share(required=True)
    area_bp = _share(load_default=0)
    allocation = fields.List(fields.Dict(), load_default=None, metadata=KEY)
    policy = fields.Enum(Policy, by_value=True, load_default=Policy.STOP)


class YearChangeIn(Schema):
    """What is to be different in a draft; leave out the rest."""

    frame = fields.Integer(strict=True, metadata=ORE)
    central_bp = _share()
    area_bp = _share()
    allocation = fields.List(fields.Dict(), metadata=KEY)
    policy = fields.Enum(Policy, by_value=True)


class PartOut(Schema):
    """What one pool would get, and the figures it is divided by."""

    kind = fields.Enum(PoolKind, by_value=True)
    unit_id = fields.UUID()
    number = fields.String()
    name = fields.String()
    amount = fields.Integer(metadata=ORE)
    headcount = fields.Integer()
    fte = fields.Integer(metadata={"description": "In ten-thousandths"})
    pedagogue_fte = fields.Integer(metadata={"description": "In ten-thousandths"})


class AllocationOut(Schema):
    """How the frame would divide; the parts add up to it exactly."""

    figures_on = fields.Date(metadata={"description": "The day of the staff figures"})
    total = fields.Integer(metadata=ORE)
    parts = fields.List(fields.Nested(PartOut))


class PositionOut(Schema):
    """What a pool holds."""

    policy = fields.Enum(Policy, by_value=True)
    allotted = fields.Integer(metadata=ORE)
    carried = fields.Integer(metadata=ORE)
    transferred = fields.Integer(metadata=ORE)
    reserved = fields.Integer(metadata=ORE)
    committed = fields.Integer(metadata=ORE)
    actual = fields.Integer(metadata=ORE)
    available = fields.Integer(metadata=ORE)


class PoolOut(Schema):
    """A pool with its position."""

    id = fields.UUID(attribute="pool.id")
    year = fields.Integer(attribute="pool.year.year")
    kind = fields.Enum(PoolKind, by_value=True, attribute="pool.kind")
    unit_id = fields.UUID(attribute="pool.unit_id")
    name = fields.String(attribute="pool.name")
    position = fields.Nested(PositionOut)


class PoolsAsked(Schema):
    """Which pools."""

    year = fields.Integer(load_default=None)
    kind = fields.Enum(PoolKind, by_value=True, load_default=None)


class PolicyIn(Schema):
    """What the pool does when a request does not fit."""

    policy = fields.Enum(Policy, by_value=True, required=True)


class AdjustmentIn(Schema):
    """More money for the pool, or less."""

    amount = fields.Integer(
        required=True,
        strict=True,
        metadata={"description": "Whole øre to add; negative takes away"},
    )
    reason = fields.String(required=True, validate=validate.Length(1, 1000))


class PoolIn(Schema):
    """A unit that is to have a pool in a year."""

    year_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)


class EntryOut(Schema):
    """One movement; its columns add up to the pool's position."""

    id = fields.UUID()
    kind = fields.Enum(EntryKind, by_value=True)
    line_id = fields.UUID(allow_none=True)
    booked_on = fields.Date()
    booked_at = fields.AwareDateTime()
    allotted = fields.Integer(metadata=ORE)
    carried = fields.Integer(metadata=ORE)
    transferred = fields.Integer(metadata=ORE)
    reserved = fields.Integer(metadata=ORE)
    committed = fields.Integer(metadata=ORE)
    actual = fields.Integer(metadata=ORE)
    actor_name = fields.String()
    note = fields.String()


class RulesOut(Schema):
    """A version of the funding rules."""

    id = fields.UUID()
    version = fields.Integer()
    valid_from = fields.Date()
    rules = fields.List(fields.Dict(), metadata=RULES)
    created_at = fields.AwareDateTime()


class RulesIn(Schema):
    """The rules that are to be valid from a day."""

    rules = fields.List(fields.Dict(), required=True, metadata=RULES)
    valid_from = fields.Date(required=True)
