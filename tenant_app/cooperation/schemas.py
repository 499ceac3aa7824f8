"""Shapes of cooperation in JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.cooperation.models import CapacityKind, ClusterOutcome, ClusterState
from tenant_app.cooperation.rules import (
    LONGEST_NOTE,
    LONGEST_REASON,
    MOST_HOURS,
    Now,
)
from tenant_app.initiatives.rules import LONGEST
from tenant_app.needs.models import NeedState


class NameOut(Schema):
    id = fields.UUID()
    name = fields.String()


class ClusterQuery(Schema):
    state = fields.Enum(ClusterState, by_value=True, load_default=None)
    area_id = fields.UUID(load_default=None)
    unit_id = fields.UUID(load_default=None)
    to_answer = fields.Boolean(
        load_default=None,
        metadata={"description": "Suggested ones for which the caller can answer, and has not"},
    )


class ClusterOut(Schema):
    """A need that several houses share, by the words their needs have in common."""

    id = fields.UUID()
    area = fields.Nested(NameOut)
    title = fields.String()
    words = fields.List(fields.String())
    state = fields.Enum(ClusterState, by_value=True)
    outcome = fields.Enum(ClusterOutcome, by_value=True, allow_none=True)
    proposed_at = fields.AwareDateTime()
    data_at = fields.AwareDateTime()
    rule_version = fields.String()
    confirmed_at = fields.AwareDateTime(allow_none=True)
    taken_up_at = fields.AwareDateTime(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    initiative_id = fields.UUID(allow_none=True)


class ClusterNeedOut(Schema):
    id = fields.UUID()
    title = fields.String()
    state = fields.Enum(NeedState, by_value=True)
    staff = fields.Integer()
    likeness = fields.Integer(metadata={"description": "Per cent, to the need in the middle"})


class HouseAnswerOut(Schema):
    joins = fields.Boolean()
    reason = fields.String()
    answered_at = fields.AwareDateTime()


class HouseOut(Schema):
    id = fields.UUID()
    name = fields.String()
    may_answer = fields.Boolean()
    needs = fields.List(
        fields.Nested(ClusterNeedOut),
        attribute="shown",
        metadata={"description": "Those that the caller sees"},
    )
    hidden = fields.Integer(metadata={"description": "How many others the house has in it"})
    staff = fields.Integer(metadata={"description": "Whom all its needs concern"})
    left = fields.Integer()
    answer = fields.Nested(HouseAnswerOut, allow_none=True)
    answered_by = fields.String()


class CapacityOut(Schema):
    """Something a house has to give others for a while."""

    id = fields.UUID()
    unit = fields.Nested(NameOut)
    area = fields.Nested(NameOut)
    competence = fields.Nested(NameOut, allow_none=True)
    kind = fields.Enum(CapacityKind, by_value=True)
    hours = fields.Integer(allow_none=True)
    from_date = fields.Date()
    to_date = fields.Date()
    note = fields.String()
    contact = fields.Nested(
        NameOut, attribute="stater", allow_none=True, metadata={"description": "Who stated it"}
    )
    stated_at = fields.AwareDateTime()
    withdrawn_at = fields.AwareDateTime(allow_none=True)


class ClusterDetailsOut(Schema):
    cluster = fields.Nested(ClusterOut)
    houses = fields.List(fields.Nested(HouseOut))
    roles = fields.Integer(metadata={"description": "How many roles have seen it"})
    helpers = fields.List(fields.Nested(CapacityOut))
    may_accept = fields.Boolean()
    unqualified = fields.Integer()


class HouseAnswerIn(Schema):
    institution_id = fields.UUID(required=True)
    joins = fields.Boolean(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=LONGEST_REASON))


class AcceptIn(Schema):
    title = fields.String(required=True, validate=validate.Length(max=LONGEST["title"]))
    unit_id = fields.UUID(
        load_default=None,
        metadata={"description": "Whose it is; else what all the houses have in common"},
    )
    people = fields.Integer(load_default=None, allow_none=True)
    description = fields.String(
        load_default="", validate=validate.Length(max=LONGEST["description"])
    )


class AcceptOut(Schema):
    initiative_id = fields.UUID(attribute="id")
    title = fields.String()


class SearchOut(Schema):
    job_id = fields.UUID()


class CapacityQuery(Schema):
    area_id = fields.UUID(load_default=None)
    competence_id = fields.UUID(load_default=None)
    kind = fields.Enum(CapacityKind, by_value=True, load_default=None)
    q = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "In the competence, its area or the note"},
    )


class CapacityIn(Schema):
    unit_id = fields.UUID(required=True)
    area_id = fields.UUID(required=True)
    competence_id = fields.UUID(load_default=None, allow_none=True)
    kind = fields.Enum(CapacityKind, by_value=True, required=True)
    hours = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(min=1, max=MOST_HOURS)
    )
    from_date = fields.Date(required=True)
    to_date = fields.Date(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST_NOTE))


class VoiceLinkOut(Schema):
    """What the caller may open: a cluster, an initiative or a meeting."""

    kind = fields.String()
    id = fields.UUID()


class VoiceStepOut(Schema):
    at = fields.AwareDateTime()
    kind = fields.String()
    who = fields.String(metadata={"description": "Empty for those who may not know it"})
    facts = fields.Dict(keys=fields.String(), metadata={"description": "By the kind of the step"})
    link = fields.Nested(VoiceLinkOut, attribute="linked", allow_none=True)


class VoiceOut(Schema):
    """What became of a need, step by step."""

    need_id = fields.UUID(attribute="need.id")
    now = fields.Enum(Now, by_value=True)
    cluster_ids = fields.List(fields.UUID())
    initiative_ids = fields.List(fields.UUID())
    placed = fields.Integer()
    completed = fields.Integer()
    steps = fields.List(fields.Nested(VoiceStepOut))
