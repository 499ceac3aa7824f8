"""The shape of application rounds in JSON. Amounts are whole øre, days ISO dates."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from tenant_app.rounds.models import RoundState
from tenant_app.rounds.rules import LONGEST, Standing

ORE = {"description": "Whole øre"}


def _text(name: str, **options: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=LONGEST[name]), **options)


def _amount(**options: Any) -> fields.Integer:
    return fields.Integer(strict=True, metadata=ORE, **options)


class RoundQuery(Schema):
    """Which rounds."""

    standing = fields.Enum(Standing, by_value=True, load_default=None)


class ApplicationRoundIn(Schema):
    """A draft of a round on a central or an area pool."""

    pool_id = fields.UUID(required=True)
    title = _text("title", required=True)
    purpose = _text("purpose", load_default="")
    criteria = _text("criteria", load_default="")
    amount = _amount(required=True)
    opens_on = fields.Date(required=True)
    closes_on = fields.Date(required=True)


class RoundChange(Schema):
    """What is left out stays. Once units can apply, only the last day moves, to a later one."""

    title = _text("title")
    purpose = _text("purpose")
    criteria = _text("criteria")
    amount = _amount()
    opens_on = fields.Date()
    closes_on = fields.Date()


class RoundMoveIn(Schema):
    """The next state: open or closed. It is decided with its awards."""

    to = fields.Enum(RoundState, by_value=True, required=True)


class RoundApplicationIn(Schema):
    """What a unit applies for; sent again it is changed, and withdrawn with `withdraw`."""

    unit_id = fields.UUID(required=True)
    withdraw = fields.Boolean(load_default=False)
    amount = _amount(load_default=0)
    reason = _text("reason", load_default="")
    initiative_id = fields.UUID(load_default=None, allow_none=True)
    need_id = fields.UUID(load_default=None, allow_none=True)


class AwardIn(Schema):
    """What an application is given; 0 says no."""

    application_id = fields.UUID(required=True)
    amount = _amount(required=True)
    answer = _text("answer", load_default="")


class RoundDecisionIn(Schema):
    """Every application of the round, answered once."""

    awards = fields.List(fields.Nested(AwardIn), required=True, validate=validate.Length(max=1000))
    decided_where = _text("decided_where", load_default="")


class RoundNameOut(Schema):
    """Something with a name."""

    id = fields.UUID()
    name = fields.String()


class ApplicationRoundOut(Schema):
    """An application round."""

    id = fields.UUID()
    pool = fields.Nested(RoundNameOut)
    year = fields.Integer(attribute="pool.year.year")
    title = fields.String()
    purpose = fields.String()
    criteria = fields.String()
    amount = fields.Integer(metadata=ORE)
    opens_on = fields.Date()
    closes_on = fields.Date()
    state = fields.Enum(RoundState, by_value=True)
    decided_at = fields.DateTime(allow_none=True)
    decided_where = fields.String()


class RoundApplicationOut(Schema):
    """What a unit applied for."""

    id = fields.UUID()
    unit = fields.Nested(RoundNameOut)
    amount = fields.Integer(metadata=ORE)
    reason = fields.String(metadata={"description": "Empty where it is not the caller's to read"})
    initiative_id = fields.UUID(allow_none=True)
    need_id = fields.UUID(allow_none=True)
    withdrawn = fields.Boolean(attribute="is_withdrawn")
    awarded = fields.Integer(allow_none=True, metadata=ORE)
    answer = fields.String()


class RoundComparedOut(RoundApplicationOut):
    """The same beside the others."""

    per_fte = fields.Integer(allow_none=True, metadata=ORE)
    earlier = fields.Integer(metadata={"description": "What other rounds awarded, in whole øre"})


class RoundDetailsOut(ApplicationRoundOut):
    """A round with the applications the caller may see."""

    standing = fields.Enum(Standing, by_value=True)
    applications = fields.List(fields.Nested(RoundComparedOut))
