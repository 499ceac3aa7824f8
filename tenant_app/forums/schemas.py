"""The shape of forums in JSON. Days are ISO dates, hours are Danish."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.forums.models import ForumKind, MeetingState, Outcome, WheelKind
from tenant_app.forums.rules import (
    LONGEST_DECISION,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_ITEMS,
    MOST_MEMBERS,
    Standing,
)

LINE = validate.Length(min=1, max=LONGEST_LINE)
TEXT = validate.Length(max=LONGEST_TEXT)
ONE_OF = {"description": "At most one of need_id, cluster_id and initiative_id"}


# What is sent


class ForumQuery(Schema):
    """Which forums."""

    kind = fields.Enum(ForumKind, by_value=True, load_default=None)


class ForumChangeIn(Schema):
    """What a forum is, and who is in it."""

    kind = fields.Enum(ForumKind, by_value=True, required=True)
    name = fields.String(required=True, validate=LINE)
    purpose = fields.String(load_default="", validate=TEXT)
    member_ids = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(max=MOST_MEMBERS)
    )


class ForumIn(ForumChangeIn):
    """The same with the unit it belongs to."""

    unit_id = fields.UUID(required=True)


class MeetingQuery(Schema):
    """Which meetings."""

    forum_id = fields.UUID(load_default=None)
    state = fields.Enum(MeetingState, by_value=True, load_default=None)


class MeetingIn(Schema):
    """When and where."""

    day = fields.Date(required=True)
    begins = fields.Time(required=True, format="%H:%M", metadata={"example": "14:00"})
    ends = fields.Time(required=True, format="%H:%M", metadata={"example": "16:00"})
    place = fields.String(required=True, validate=LINE)


class MeetingMoveIn(Schema):
    """held, closed or cancelled; a meeting is called by making its pack."""

    to = fields.Enum(MeetingState, by_value=True, required=True)


class AgendaItemIn(Schema):
    """A candidate, or another matter with a title."""

    title = fields.String(load_default="", validate=validate.Length(max=LONGEST_LINE))
    need_id = fields.UUID(load_default=None, allow_none=True, metadata=ONE_OF)
    cluster_id = fields.UUID(load_default=None, allow_none=True, metadata=ONE_OF)
    initiative_id = fields.UUID(load_default=None, allow_none=True, metadata=ONE_OF)
    position = fields.Integer(strict=True, load_default=None, allow_none=True)


class AgendaOrderIn(Schema):
    """Every item of the agenda once, as they are to stand."""

    ordered = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_ITEMS)
    )


class ItemMinutesIn(Schema):
    """What was said about an item."""

    item_id = fields.UUID(required=True)
    minutes = fields.String(required=True, validate=TEXT)


class MinutesIn(Schema):
    """What was said."""

    minutes = fields.String(load_default="", validate=TEXT)
    items = fields.List(
        fields.Nested(ItemMinutesIn), load_default=list, validate=validate.Length(max=MOST_ITEMS)
    )


class RankIn(Schema):
    """Every candidate once, the most important first."""

    ordered = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_ITEMS)
    )


class DecisionQuery(Schema):
    """Which decisions."""

    standing = fields.Enum(Standing, by_value=True, load_default=None)
    forum_id = fields.UUID(load_default=None)
    outcome = fields.Enum(Outcome, by_value=True, load_default=None)


class DecisionIn(Schema):
    """What is decided, who sees to it by when, and what starts by it."""

    text = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_DECISION))
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    owner_id = fields.UUID(required=True)
    due_on = fields.Date(required=True)
    item_id = fields.UUID(load_default=None, allow_none=True)
    replaces_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "The decision that stands on the same matter until now"},
    )
    started_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "An initiative that is there"}
    )
    new_title = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST_LINE),
        metadata={"description": "Of an initiative that is made"},
    )
    people = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(min=1, max=10_000)
    )


class DoneIn(Schema):
    """A word about it."""

    note = fields.String(load_default="", validate=TEXT)


class WheelEntryIn(Schema):
    """A fixed point of every year."""

    month = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=12))
    week = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(min=1, max=53)
    )
    kind = fields.Enum(WheelKind, by_value=True, required=True)
    text = fields.String(required=True, validate=LINE)


# What is answered


class ForumNameOut(Schema):
    """Something with a name."""

    id = fields.UUID()
    name = fields.String()


class ForumOut(Schema):
    """A fixed group that meets."""

    id = fields.UUID()
    kind = fields.Enum(ForumKind, by_value=True)
    name = fields.String()
    purpose = fields.String()
    unit = fields.Nested(ForumNameOut)
    closed_on = fields.Date(allow_none=True)


class ForumDetailsOut(ForumOut):
    """The same with who is in it."""

    members = fields.List(fields.Nested(ForumNameOut))


class MeetingOut(Schema):
    """A meeting of a forum."""

    id = fields.UUID()
    forum_id = fields.UUID()
    forum = fields.String(attribute="forum.name")
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    place = fields.String()
    state = fields.Enum(MeetingState, by_value=True)


class AgendaItemOut(Schema):
    """Something a meeting talks about."""

    id = fields.UUID()
    position = fields.Integer()
    title = fields.String()
    need_id = fields.UUID(allow_none=True)
    cluster_id = fields.UUID(allow_none=True)
    initiative_id = fields.UUID(allow_none=True)
    minutes = fields.String()


class PackNameOut(Schema):
    """A pack, without what is in it."""

    id = fields.UUID()
    version = fields.Integer()
    data_at = fields.AwareDateTime()


class RankedOut(Schema):
    """A candidate in the result."""

    item_id = fields.UUID()
    place = fields.Integer()
    mean = fields.Float()
    best = fields.Integer()
    worst = fields.Integer()
    deviation = fields.Float()
    points = fields.Integer(metadata={"description": "By Borda"})


class RankingOut(Schema):
    """A round: while it is open, one's own order and how many have ranked; then the result."""

    is_open = fields.Boolean()
    opened_at = fields.AwareDateTime(attribute="round.opened_at")
    closed_at = fields.AwareDateTime(attribute="round.closed_at", allow_none=True)
    voices = fields.Integer()
    own = fields.List(fields.UUID())
    result = fields.List(fields.Nested(RankedOut))


class RoundOut(Schema):
    """When a ranking was opened, and closed."""

    opened_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime(allow_none=True)


class BallotOut(Schema):
    """One's own order."""

    ordered = fields.List(fields.UUID())
    cast_at = fields.AwareDateTime()


class DecisionOut(Schema):
    """What was decided, and where it stands."""

    id = fields.UUID()
    meeting_id = fields.UUID()
    item_id = fields.UUID(allow_none=True)
    text = fields.String()
    outcome = fields.Enum(Outcome, by_value=True)
    owner_id = fields.UUID()
    due_on = fields.Date()
    need_id = fields.UUID(allow_none=True)
    cluster_id = fields.UUID(allow_none=True)
    initiative_id = fields.UUID(allow_none=True)
    started_id = fields.UUID(allow_none=True)
    replaces_id = fields.UUID(allow_none=True)
    replaced_at = fields.AwareDateTime(allow_none=True)
    decided_at = fields.AwareDateTime()
    done_on = fields.Date(allow_none=True)
    done_note = fields.String()


class AgendaOut(Schema):
    """The agenda as it stands."""

    agenda = fields.List(fields.Nested(AgendaItemOut))


class MeetingDetailsOut(MeetingOut):
    """The same with all that belongs to it."""

    minutes = fields.String()
    agenda = fields.List(fields.Nested(AgendaItemOut))
    packs = fields.List(fields.Nested(PackNameOut))
    ranking = fields.Nested(RankingOut, allow_none=True)
    decisions = fields.List(fields.Nested(DecisionOut))


class PackOut(PackNameOut):
    """A pack as it was issued."""

    meeting_id = fields.UUID()
    rules = fields.Dict(metadata={"description": "Versions and limits it was made by"})
    content = fields.Dict()


class PackAskedOut(Schema):
    """The job that makes it."""

    job_id = fields.UUID(allow_none=True)


class WheelEntryOut(WheelEntryIn):
    """A fixed point of every year."""

    id = fields.UUID()
