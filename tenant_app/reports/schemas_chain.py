"""The shape of the goal tree and the red thread in JSON. Amounts are whole øre."""

from __future__ import annotations

from marshmallow import Schema, fields

from tenant_app.goals.models import GoalState
from tenant_app.reports.rules import Break, LinkKind


class GoalTreeQuery(Schema):
    """Which goals."""

    unit_id = fields.UUID(load_default=None)
    state = fields.Enum(GoalState, by_value=True, load_default=GoalState.ADOPTED)


class ServedOut(Schema):
    """What serves a goal and those below it."""

    needs = fields.Integer()
    initiatives = fields.Integer()
    people = fields.Integer(metadata={"description": "How many the initiatives are for"})
    enrolled = fields.Integer()
    estimate = fields.Integer()
    reserved = fields.Integer()
    committed = fields.Integer()
    actual = fields.Integer()


class TreeLineOut(Schema):
    """A goal in its place in the tree."""

    goal_id = fields.UUID(attribute="goal.id")
    parent_id = fields.UUID(attribute="goal.parent_id", allow_none=True)
    unit_id = fields.UUID(attribute="goal.unit_id")
    title = fields.String(attribute="goal.title")
    depth = fields.Integer()
    progress = fields.Integer(attribute="standing.progress", allow_none=True)
    served = fields.Nested(ServedOut)


class ChainQuery(Schema):
    """Which link."""

    kind = fields.Enum(LinkKind, by_value=True, required=True)
    id = fields.UUID(required=True)


class LinkOut(Schema):
    """A link of the thread."""

    kind = fields.Enum(LinkKind, by_value=True)
    id = fields.UUID()
    title = fields.String()
    unit = fields.String()
    state = fields.String(allow_none=True)
    day = fields.Date(allow_none=True)


class ChainOut(Schema):
    """A link with its neighbours."""

    link = fields.Nested(LinkOut)
    before = fields.List(fields.Nested(LinkOut))
    after = fields.List(fields.Nested(LinkOut))


class BrokenQuery(Schema):
    """Which breaks, where."""

    why = fields.Enum(Break, by_value=True, load_default=None)
    unit_id = fields.UUID(load_default=None)


class LooseOut(Schema):
    """A link that hangs loose."""

    why = fields.Enum(Break, by_value=True)
    id = fields.UUID()
    title = fields.String()
    unit_id = fields.UUID()
    unit = fields.String()
    day = fields.Date(allow_none=True)
