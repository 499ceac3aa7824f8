"""The shape of policies, constraints and caps in JSON. Amounts are whole øre."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.budgets.models import OverLevel, Policy, PoolMode

BP_HELD = {"description": "Basis points of what the pool holds: 8000 is 80 %"}
WHEN = {"description": "Conditions on a request: {form_in: [...]}, {ects: 0}, as in funding rules"}


def _threshold() -> fields.Integer:
    return fields.Integer(strict=True, metadata=BP_HELD)


class PolicyIn(Schema):
    """What the pool does with requests; leave out what is to stay."""

    policy = fields.Enum(Policy, by_value=True)
    over_level = fields.Enum(
        OverLevel,
        by_value=True,
        metadata={"description": "Whose yes is needed for what goes over, with approve_over"},
    )
    forms = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 40)),
        values=fields.Dict(),
        metadata={
            "description": "Overrides per form of course: "
            "{theme_day: {policy: approve_over, over_level: area}}"
        },
    )
    notify_bp = _threshold()
    approve_bp = _threshold()
    block_bp = _threshold()
    whole_kind = fields.Boolean(
        metadata={"description": "The same for all pools of its kind in its year"}
    )


class ConstraintIn(Schema):
    """A string attached to the money of an earmarked pool or a fund."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    when = fields.Dict(required=True, metadata=WHEN)
    most_bp = fields.Integer(
        required=True,
        strict=True,
        metadata={"description": "Basis points of what the pool holds: 1000 is 10 %"},
    )


class ConstraintsIn(Schema):
    """All constraints of the pool; those left out hold no more."""

    constraints = fields.List(fields.Nested(ConstraintIn), required=True)


class ConstraintOut(ConstraintIn):
    """A constraint, with what counts against it."""

    id = fields.UUID()
    used = fields.Integer(metadata={"description": "Whole øre"})


class CapIn(Schema):
    """The most that one person is granted in a calendar year."""

    name = fields.String(
        required=True,
        validate=validate.Length(1, 200),
        metadata={"description": "The name of one there is changes that one"},
    )
    payer = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=60),
        metadata={"description": "central, area, institution or pool:CODE; null: every pool"},
    )
    rule_name = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=200),
        metadata={"description": "Only what this funding rule decided; null: every rule"},
    )
    most = fields.Integer(required=True, strict=True, metadata={"description": "Whole øre"})


class CapOut(CapIn):
    """A cap per person and year."""

    id = fields.UUID()


class TurnIn(Schema):
    """The days on which a unit and those below it may draw, both included."""

    unit_id = fields.UUID(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class ModeIn(Schema):
    """How the pool is given out; with rotation these are all its turns."""

    mode = fields.Enum(PoolMode, by_value=True, required=True)
    turns = fields.List(fields.Nested(TurnIn), load_default=list, validate=validate.Length(max=400))
