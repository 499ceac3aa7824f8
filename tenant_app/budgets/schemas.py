"""The shape of years, pools, entries and rules in JSON. Amounts are whole øre."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from tenant_app.budgets.models import (
    BudgetYearState,
    CostLine,
    EntryKind,
    OverLevel,
    Policy,
    PoolKind,
    PoolMode,
)

ORE = {"description": "Whole øre: 1 krone is 100"}
BP = {"description": "Basis points: 4000 is 40 %"}
KEY = {
    "description": "The allocation key: [{key, weight}] with weights in per cent that add up to "
    "100; keys equal, headcount, fte, pedagogue_fte, children, socio_economic, fixed and manual, "
    "the last two with {amounts: {unit number: whole øre}}, those of children with {ages: {0_2: "
    "per cent, 3_5: per cent}}"
}
LIMITS = {
    "description": "Floor and ceiling of an institution's part: {floor: {ore: 500000}, ceiling: "
    "{average_bp: 15000}}, each in whole øre or in basis points of the average, or left out"
}
CODE = {"description": "What funding rules call an earmarked pool or a fund: pool:CODE"}
RULES = {
    "description": "Ordered; the first that matches decides: [{name, when, shares}] with shares in "
    "basis points per payer (central, area, institution or pool:CODE) for fee, cover, materials, "
    "travel or default"
}
COVER = {
    "description": "Ordered rules of who pays cover, before the others: [{name, when, shares}] "
    "with shares in basis points per payer. Left out: as in the newest version"
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
    limits = fields.Dict(metadata=LIMITS)
    policy = fields.Enum(Policy, by_value=True)
    adopted_at = fields.AwareDateTime(allow_none=True)
    closes_from = fields.Date(
        attribute="may_close_from", metadata={"description": "The first day its closing can begin"}
    )


class YearIn(Schema):
    """A budget year to draft."""

    year = fields.Integer(required=True, strict=True)
    frame = fields.Integer(required=True, strict=True, metadata=ORE)
    central_bp = _share(required=True)
    area_bp = _share(load_default=0)
    allocation = fields.List(fields.Dict(), load_default=None, metadata=KEY)
    limits = fields.Dict(load_default=None, metadata=LIMITS)
    policy = fields.Enum(Policy, by_value=True, load_default=Policy.STOP)


class YearChangeIn(Schema):
    """What is to be different in a draft; leave out the rest. Only the closing day is also changed
    later, by itself."""

    frame = fields.Integer(strict=True, metadata=ORE)
    central_bp = _share()
    area_bp = _share()
    allocation = fields.List(fields.Dict(), metadata=KEY)
    limits = fields.Dict(metadata=LIMITS)
    policy = fields.Enum(Policy, by_value=True)
    closes_from = fields.Date(metadata={"description": "The first day its closing can begin"})


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
    children_0_2 = fields.Integer()
    children_3_5 = fields.Integer()
    socio_index = fields.Integer(metadata={"description": "In hundredths: 100 is the average"})
    unlimited = fields.Integer(metadata={"description": "Whole øre before floor and ceiling"})
    last_year = fields.Integer(allow_none=True, metadata=ORE)


class AllocationOut(Schema):
    """How the frame would divide; the parts add up to it exactly."""

    figures_on = fields.Date(metadata={"description": "The day of the staff figures"})
    total = fields.Integer(metadata=ORE)
    parts = fields.List(fields.Nested(PartOut))


class PositionOut(Schema):
    """What a pool holds."""

    policy = fields.Enum(Policy, by_value=True)
    over_level = fields.Enum(OverLevel, by_value=True)
    forms = fields.Dict(metadata={"description": "Form → its own policy and level"})
    notify_bp = fields.Integer(metadata=BP)
    approve_bp = fields.Integer(metadata=BP)
    block_bp = fields.Integer(metadata=BP)
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
    code = fields.String(attribute="pool.code", allow_none=True, metadata=CODE)
    purpose = fields.String(attribute="pool.purpose")
    mode = fields.Enum(PoolMode, by_value=True, attribute="pool.mode")
    position = fields.Nested(PositionOut)


class PoolsAsked(Schema):
    """Which pools."""

    year = fields.Integer(load_default=None)
    kind = fields.Enum(PoolKind, by_value=True, load_default=None)


class AdjustmentIn(Schema):
    """More money for the pool, or less."""

    amount = fields.Integer(
        required=True,
        strict=True,
        metadata={"description": "Whole øre to add; negative takes away"},
    )
    reason = fields.String(required=True, validate=validate.Length(1, 1000))


class PoolIn(Schema):
    """A unit that is to have a pool in a year; with a kind, a code and a name, one that funding
    rules call by its code."""

    year_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    kind = fields.Enum(
        PoolKind, by_value=True, metadata={"description": "earmarked or fund: a pool with a code"}
    )
    code = fields.String(validate=validate.Length(1, 20), metadata=CODE)
    name = fields.String(validate=validate.Length(1, 200))
    policy = fields.Enum(Policy, by_value=True)
    purpose = fields.String(validate=validate.Length(max=2000))

    @validates_schema
    def _together(self, data: dict[str, Any], **kwargs: Any) -> None:
        named = {"kind", "code", "name", "policy", "purpose"} & set(data)
        missing = {"kind", "code", "name"} - set(data)
        if named and missing:
            raise ValidationError("Missing data for required field.", sorted(missing)[0])


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
    cover = fields.List(fields.Dict(), metadata=COVER)
    note = fields.String()
    made_by = fields.String()
    created_at = fields.AwareDateTime()
    yields_on = fields.Date(
        allow_none=True,
        metadata={
            "description": "From this day on an older version, planned before, is valid instead"
        },
    )


class RulesIn(Schema):
    """The rules that are to be valid from a day."""

    rules = fields.List(fields.Dict(), required=True, metadata=RULES)
    cover = fields.List(fields.Dict(), load_default=None, metadata=COVER)
    valid_from = fields.Date(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=1000))


class FundingTrialIn(Schema):
    """Whom and what to try the rules on; nothing is stored."""

    session_id = fields.UUID(required=True)
    employee_id = fields.UUID(required=True)
    institutions = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 1000))
    suppose = fields.Dict(
        keys=fields.String(
            validate=validate.OneOf(("municipal_goal", "mandatory", "weak_economy"))
        ),
        values=fields.Boolean(),
        load_default=dict,
        metadata={"description": "Facts to suppose otherwise: {weak_economy: true}"},
    )
    rules = fields.List(
        fields.Dict(), load_default=None, metadata=RULES | {"description": "A draft to try"}
    )
    cover = fields.List(fields.Dict(), load_default=None, metadata=COVER)
    on = fields.Date(
        load_default=None, metadata={"description": "Rules of this day; today when left out"}
    )


class UnmetOut(Schema):
    """A condition that did not hold."""

    condition = fields.String(attribute="key")
    wanted = fields.Raw()
    value = fields.Raw()


class LookedOut(Schema):
    """A rule that was looked at, in order."""

    place = fields.Integer()
    name = fields.String()
    matched = fields.Boolean()
    unmet = fields.List(fields.Nested(UnmetOut))


class FundingTrialShareOut(Schema):
    """What one pool would pay of one cost line."""

    cost_line = fields.Enum(CostLine, by_value=True)
    pool = fields.String(attribute="pool_name")
    kind = fields.Enum(PoolKind, by_value=True, attribute="pool_kind")
    year = fields.Integer()
    amount = fields.Integer(metadata=ORE)
    share_bp = fields.Integer(metadata=BP)


class FundingTrialOut(Schema):
    """Who would pay, and by which rule."""

    version = fields.Integer(allow_none=True, metadata={"description": "null: the draft sent"})
    rule_name = fields.String(attribute="card.rule_name")
    total = fields.Integer(attribute="card.total", metadata=ORE)
    shares = fields.List(fields.Nested(FundingTrialShareOut), attribute="card.shares")
    looked = fields.List(
        fields.Nested(LookedOut),
        metadata={"description": "The rules up to the one that decides, with what did not hold"},
    )
    cover_looked = fields.List(fields.Nested(LookedOut))
