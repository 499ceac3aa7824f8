"""The shape of goals in JSON. Days are ISO dates, numbers of indicators decimals as text."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.goals.models import GoalState, LearningTheme
from tenant_app.organisation.models import UnitKind

TITLE = validate.Length(max=1_000)
TEXT = validate.Length(max=100_000)
"""Beyond these nobody typed it; what is too long within them the rules refuse by name."""
THEMES = {"description": "Themes of the strengthened pedagogical curriculum"}


class GoalQuery(Schema):
    """Which goals."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    unit_id = fields.UUID(load_default=None)
    level = fields.Enum(UnitKind, by_value=True, load_default=None)
    state = fields.Enum(GoalState, by_value=True, load_default=None)
    theme = fields.Enum(LearningTheme, by_value=True, load_default=None)


class GoalChangeIn(Schema):
    """Facts of a goal that change; those left out stay."""

    title = fields.String(validate=TITLE)
    description = fields.String(validate=TEXT)
    themes = fields.List(
        fields.Enum(LearningTheme, by_value=True), validate=validate.Length(max=6), metadata=THEMES
    )
    due_date = fields.Date(allow_none=True)
    parent_id = fields.UUID(
        allow_none=True, metadata={"description": "An adopted goal of the unit or of one above"}
    )
    is_local = fields.Boolean(metadata={"description": "The unit's own, without a goal above it"})


class GoalIn(GoalChangeIn):
    """A goal as it should be. Below the municipality it has a goal above it, or is local."""

    unit_id = fields.UUID(required=True)
    title = fields.String(required=True, validate=TITLE)


class NoteIn(Schema):
    """A note to an adoption."""

    note = fields.String(load_default="", validate=TEXT)


class ReasonIn(Schema):
    """Why a goal is retired."""

    note = fields.String(required=True, validate=TEXT)


class GoalOut(Schema):
    """What a unit wants to reach, as it was adopted; a draft as it is being worked on."""

    id = fields.UUID()
    unit_id = fields.UUID()
    parent_id = fields.UUID(allow_none=True)
    is_local = fields.Boolean()
    title = fields.String()
    description = fields.String()
    themes = fields.List(fields.String())
    due_date = fields.Date(allow_none=True)
    state = fields.Enum(GoalState, by_value=True)
    version = fields.Integer(metadata={"description": "The latest adopted version; 0 before it"})


class GoalChangedOut(GoalOut):
    """A goal as it stands, with the words that wait for adoption."""

    draft = fields.Dict(
        allow_none=True,
        metadata={"description": "Title, description, themes and due date; null without a change"},
    )


class IndicatorIn(Schema):
    """A number that tells whether the goal comes closer."""

    name = fields.String(required=True, validate=TITLE)
    measure = fields.String(required=True, validate=TITLE)
    baseline = fields.Decimal(required=True)
    baseline_on = fields.Date(required=True)
    target = fields.Decimal(
        required=True, metadata={"description": "Below the baseline where less is better"}
    )


class IndicatorOut(Schema):
    """An indicator."""

    id = fields.UUID()
    goal_id = fields.UUID()
    name = fields.String()
    measure = fields.String()
    baseline = fields.Decimal(as_string=True)
    baseline_on = fields.Date()
    target = fields.Decimal(as_string=True)


class ReadingIn(Schema):
    """What an indicator showed on a day; sent again for the same day it corrects it."""

    read_on = fields.Date(required=True)
    value = fields.Decimal(required=True)
    note = fields.String(load_default="", validate=TEXT)


class ReadingOut(Schema):
    """A reading."""

    id = fields.UUID()
    indicator_id = fields.UUID()
    read_on = fields.Date()
    value = fields.Decimal(as_string=True)
    note = fields.String()
    recorded_at = fields.DateTime()


class GoalVersionOut(Schema):
    """A goal as it was adopted."""

    version = fields.Integer()
    facts = fields.Dict()
    adopted_at = fields.DateTime()
    note = fields.String()


class FollowedOut(Schema):
    """An indicator and how far it is."""

    indicator = fields.Nested(IndicatorOut)
    way = fields.Integer(
        allow_none=True, metadata={"description": "Per cent of the way; null before a reading"}
    )


class GoalDetailsOut(Schema):
    """One goal with all that belongs to it."""

    goal = fields.Nested(GoalOut)
    adopted = fields.Dict(
        allow_none=True, metadata={"description": "The facts that stand; null before adoption"}
    )
    is_changed = fields.Boolean()
    draft = fields.Dict(
        allow_none=True,
        metadata={"description": "Words not adopted yet; null for whoever sees it from below"},
    )
    progress = fields.Integer(attribute="standing.progress", allow_none=True)
    indicators = fields.List(fields.Nested(FollowedOut))
    children = fields.List(fields.Nested(GoalOut))
