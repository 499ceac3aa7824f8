"""The shape of scenarios in JSON. Amounts in whole øre, shares in basis points."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.budgets.models import PoolKind

ORE = {"description": "whole øre"}
BP = {"description": "basis points: 4000 is 40 %"}
RULES = {"description": "ordered funding rules, as POST /funding-rules takes them"}


class ScenarioIn(Schema):
    """What to try. Of rules one of `profile`, `version` and `rules`, or the version that is valid
    today; of split and key what is left out is the year's own."""

    name = fields.String(required=True, validate=validate.Length(max=200))
    year = fields.Integer(
        required=True, strict=True, metadata={"description": "this year or the last one"}
    )
    profile = fields.String(load_default=None, validate=validate.Length(max=60))
    version = fields.Integer(load_default=None, strict=True)
    own_rules = fields.List(fields.Dict(), load_default=None, data_key="rules", metadata=RULES)
    own_cover = fields.List(
        fields.Dict(),
        load_default=None,
        data_key="cover",
        metadata={"description": "rules of who pays cover, beside `rules`"},
    )
    central_bp = fields.Integer(load_default=None, strict=True, metadata=BP)
    area_bp = fields.Integer(load_default=None, strict=True, metadata=BP)
    allocation = fields.List(fields.Dict(), load_default=None)
    limits = fields.Dict(keys=fields.String(), values=fields.Dict(), load_default=None)


class ScenarioOut(Schema):
    """A scenario, and in all what came of it."""

    id = fields.UUID()
    name = fields.String()
    year = fields.Integer()
    rules_name = fields.String()
    rules_version = fields.Integer(allow_none=True)
    divides_anew = fields.Boolean()
    central_bp = fields.Integer(metadata=BP)
    area_bp = fields.Integer(metadata=BP)
    allocation = fields.List(fields.Dict())
    limits = fields.Dict()
    made_at = fields.DateTime()
    made_by_name = fields.String()
    job_id = fields.UUID(allow_none=True, metadata={"description": "follow it at /jobs/…"})
    computed_at = fields.DateTime(allow_none=True)
    requests = fields.Integer()
    cost = fields.Integer(metadata=ORE)
    lost = fields.Integer(metadata={"description": "requests that would have been refused"})
    lost_cost = fields.Integer(metadata=ORE)
    adopted_year = fields.Integer(allow_none=True)
    adopted_at = fields.DateTime(allow_none=True)


class ScenarioRowOut(Schema):
    """One pool before and after."""

    kind = fields.Enum(PoolKind, by_value=True)
    unit_id = fields.UUID()
    pool_id = fields.UUID(allow_none=True)
    name = fields.String()
    allotted_before = fields.Integer(metadata=ORE)
    allotted_after = fields.Integer(metadata=ORE)
    change = fields.Integer(metadata=ORE)
    brought = fields.Integer(metadata={"description": "whole øre carried in and transferred"})
    spent_before = fields.Integer(
        metadata={"description": "whole øre spent, committed and reserved"}
    )
    spent_after = fields.Integer(metadata=ORE)
    available_before = fields.Integer(metadata=ORE)
    available_after = fields.Integer(metadata=ORE)
    refused = fields.Integer(metadata={"description": "requests this pool would have refused"})
    refused_cost = fields.Integer(metadata=ORE)
    requests = fields.Integer(metadata={"description": "requests of the institution's people"})
    lost = fields.Integer(metadata={"description": "those that some pool would have refused"})
    lost_cost = fields.Integer(metadata=ORE)


class ScenarioDetailsOut(ScenarioOut):
    """With its rules, and its pools before and after; none until it is computed."""

    rules = fields.List(fields.Dict())
    cover = fields.List(fields.Dict())
    rows = fields.List(fields.Nested(ScenarioRowOut))


class DraftOut(Schema):
    """The draft that a scenario became."""

    id = fields.UUID()
    year = fields.Integer()
    state = fields.String()
