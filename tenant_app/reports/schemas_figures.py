"""The shape of forecasts and of the entries behind a figure. Amounts in whole øre."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.budgets.models import PoolKind
from tenant_app.reports.rules import COLUMNS, EARLIEST, LATEST, ClosingPart, Cover
from tenant_app.reports.schemas import ORE, UsageFiguresOut


class SeasonOut(Schema):
    """What a forecast rests on."""

    passed_bp = fields.Integer(
        allow_none=True,
        metadata={
            "description": "basis points of a year's money that had been asked for by this day in "
            "earlier years; null: no earlier year is known, the forecast is a straight line"
        },
    )
    first = fields.Integer(allow_none=True)
    last = fields.Integer(allow_none=True)
    approval_bp = fields.Integer(
        metadata={"description": "basis points of an open request that are counted"}
    )


class ForecastPoolOut(Schema):
    """A pool and where it is heading."""

    id = fields.UUID()
    name = fields.String()
    kind = fields.String()
    figures = fields.Nested(UsageFiguresOut)
    off_by = fields.Integer(
        metadata={"description": "whole øre between the forecast and the budget, either way"}
    )


class MoveOut(Schema):
    """What could be moved from a pool with too much to one with too little."""

    from_pool_id = fields.UUID(attribute="giver.id")
    to_pool_id = fields.UUID(attribute="taker.id")
    amount = fields.Integer(metadata=ORE)
    within_area = fields.Boolean()


class ForecastOut(Schema):
    """Where the pools of a year are heading."""

    year = fields.Integer()
    as_of = fields.Date()
    data_time = fields.DateTime()
    season = fields.Nested(SeasonOut)
    pools = fields.List(fields.Nested(ForecastPoolOut))
    moves = fields.List(fields.Nested(MoveOut))


class ExplainQuery(Schema):
    """Which figure: of a pool, of a unit, or of all pools in sight in a year."""

    column = fields.String(required=True, validate=validate.OneOf(list(COLUMNS)))
    pool_id = fields.UUID(load_default=None)
    unit_id = fields.UUID(load_default=None)
    own = fields.Boolean(
        load_default=False, metadata={"description": "the unit's own pools, without those below"}
    )
    year = fields.Integer(load_default=None, validate=validate.Range(min=EARLIEST, max=LATEST))
    as_of = fields.Date(
        load_default=None,
        metadata={"description": "the day of a usage report; the live figure when left out"},
    )
    cover = fields.Enum(
        Cover,
        by_value=True,
        load_default=None,
        metadata={"description": "leave out what pays cover, or all else"},
    )
    kind = fields.Enum(
        PoolKind, by_value=True, load_default=None, metadata={"description": "of such pools only"}
    )
    closing = fields.Enum(
        ClosingPart,
        by_value=True,
        load_default=None,
        metadata={
            "description": "a figure of the closing of the year instead of the column: the "
            "entries of the pools that have some of it; `posted`: those in the next year"
        },
    )
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100_000))
    page_size = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class BehindOut(Schema):
    """An entry, and what it adds to the figure."""

    id = fields.UUID()
    booked_on = fields.Date()
    kind = fields.String()
    amount = fields.Integer(metadata=ORE)
    pool_id = fields.UUID()
    pool = fields.String()
    by = fields.String()
    note = fields.String()
    cost_line = fields.String(allow_none=True)
    share_bp = fields.Integer(allow_none=True)
    rule_name = fields.String(allow_none=True)
    rule_version = fields.Integer(allow_none=True)
    rules_id = fields.UUID(allow_none=True)
    enrolment_id = fields.UUID(allow_none=True)
    person = fields.String(allow_none=True)
    course = fields.String(allow_none=True)


class BehindPage(Schema):
    """Some of the entries, newest first."""

    items = fields.List(fields.Nested(BehindOut))
    page = fields.Integer()
    page_size = fields.Integer()
    has_more = fields.Boolean()


class ExplanationOut(Schema):
    """A figure, and the entries whose amounts add up to it."""

    column = fields.String()
    name = fields.String()
    year = fields.Integer()
    as_of = fields.Date(allow_none=True)
    data_time = fields.DateTime(allow_none=True)
    cover = fields.Enum(Cover, by_value=True, allow_none=True)
    kind = fields.Enum(PoolKind, by_value=True, allow_none=True)
    closing = fields.Enum(ClosingPart, by_value=True, allow_none=True)
    closing_total = fields.Integer(
        allow_none=True,
        metadata={"description": "whole øre: what the caps made of the result, `total`"},
    )
    closing_pools = fields.Integer(allow_none=True)
    total = fields.Integer(metadata=ORE)
    count = fields.Integer()
    entries = fields.Nested(BehindPage)
