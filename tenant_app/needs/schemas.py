"""The shape of needs in JSON. Days are ISO dates."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.needs.models import (
    ActorRole,
    Confidentiality,
    NeedState,
    SourceType,
    Urgency,
)
from tenant_app.needs.rules import LONGEST_TEXT, LONGEST_TITLE, MOST_STAFF
from tenant_app.organisation.models import UnitKind

TITLE = validate.Length(max=LONGEST_TITLE)
TEXT = validate.Length(max=LONGEST_TEXT)
STAFF = validate.Range(min=1, max=MOST_STAFF)


class NeedQuery(Schema):
    """Which needs."""

    state = fields.Enum(NeedState, by_value=True, load_default=None)
    area_id = fields.UUID(load_default=None)
    unit_id = fields.UUID(
        load_default=None, metadata={"description": "The unit and those below it"}
    )
    urgency = fields.Enum(Urgency, by_value=True, load_default=None)
    single_source = fields.Boolean(load_default=None)


class EvidenceIn(Schema):
    """A finding."""

    source = fields.Enum(SourceType, by_value=True, required=True)
    role = fields.Enum(ActorRole, by_value=True, required=True)
    text = fields.String(required=True, validate=TEXT)
    confidentiality = fields.Enum(
        Confidentiality,
        by_value=True,
        load_default=Confidentiality.OPEN,
        metadata={
            "description": "Who may read the text. Source and role are told to all who see the need"
        },
    )
    found_on = fields.Date(load_default=None, metadata={"description": "Without it: today"})


class NeedIn(Schema):
    """A need as it is reported, with a first finding when `source` is given."""

    unit_id = fields.UUID(required=True)
    area_id = fields.UUID(required=True)
    title = fields.String(required=True, validate=TITLE)
    description = fields.String(load_default="", validate=TEXT)
    urgency = fields.Enum(Urgency, by_value=True, required=True)
    staff = fields.Integer(strict=True, required=True, validate=STAFF)
    competence_id = fields.UUID(load_default=None, allow_none=True)
    goal_id = fields.UUID(load_default=None, allow_none=True)
    source = fields.Enum(SourceType, by_value=True, load_default=None, allow_none=True)
    role = fields.Enum(ActorRole, by_value=True, load_default=None, allow_none=True)
    text = fields.String(load_default="", validate=TEXT)
    confidentiality = fields.Enum(Confidentiality, by_value=True, load_default=Confidentiality.OPEN)
    found_on = fields.Date(load_default=None, allow_none=True)


class NeedChangeIn(Schema):
    """What should be otherwise; what is left out stays."""

    area_id = fields.UUID()
    title = fields.String(validate=TITLE)
    description = fields.String(validate=TEXT)
    urgency = fields.Enum(Urgency, by_value=True)
    staff = fields.Integer(strict=True, validate=STAFF)
    competence_id = fields.UUID(allow_none=True)
    goal_id = fields.UUID(allow_none=True)


class NeedReasonIn(Schema):
    """Why."""

    reason = fields.String(required=True, validate=TEXT)


class NeedMergingIn(Schema):
    """The need to go on with."""

    into_id = fields.UUID(required=True)


class EvidenceWithdrawalIn(Schema):
    """Why the finding no longer counts."""

    why = fields.String(required=True, validate=TEXT)


class StandingOut(Schema):
    """What stands behind a need, and what is missing."""

    index = fields.Integer(metadata={"description": "Distinct source types"})
    findings = fields.Integer()
    sources = fields.List(fields.Enum(SourceType, by_value=True))
    roles = fields.List(fields.Enum(ActorRole, by_value=True))
    sources_needed = fields.Integer()
    roles_needed = fields.Integer()
    missing_sources = fields.List(
        fields.Enum(SourceType, by_value=True),
        metadata={"description": "Any of these would help; empty when there are enough"},
    )
    missing_roles = fields.List(fields.Enum(ActorRole, by_value=True))
    holds = fields.Boolean(metadata={"description": "Enough to be qualified"})


class NeedOut(Schema):
    """A need. `description` and `reason` are null for those who may see only its state."""

    id = fields.UUID(attribute="need.id")
    unit_id = fields.UUID(attribute="need.unit_id")
    unit_name = fields.String(attribute="need.unit.name")
    area_id = fields.UUID(attribute="need.area_id")
    area_name = fields.String(attribute="need.area.name")
    competence_id = fields.UUID(attribute="need.competence_id", allow_none=True)
    goal_id = fields.UUID(attribute="need.goal_id", allow_none=True)
    title = fields.String(attribute="need.title")
    description = fields.Function(lambda shown: shown.need.description if shown.in_full else None)
    urgency = fields.Enum(Urgency, by_value=True, attribute="need.urgency")
    staff = fields.Integer(attribute="need.staff")
    state = fields.Enum(NeedState, by_value=True, attribute="need.state")
    state_since = fields.DateTime(attribute="need.state_since")
    reason = fields.Function(lambda shown: shown.need.reason if shown.in_full else None)
    merged_into_id = fields.UUID(attribute="need.merged_into_id", allow_none=True)
    reported_on = fields.Date(attribute="need.reported_on")
    standing = fields.Nested(StandingOut)


class EvidenceOut(Schema):
    """A finding. `text` is null where it is confidential to others."""

    id = fields.UUID()
    need_id = fields.UUID()
    source = fields.Enum(SourceType, by_value=True)
    role = fields.Enum(ActorRole, by_value=True)
    found_on = fields.Date()
    confidentiality = fields.Enum(Confidentiality, by_value=True)
    text = fields.String(allow_none=True)
    withdrawn_at = fields.DateTime(allow_none=True)
    withdrawn_why = fields.String(allow_none=True)
    is_mine = fields.Boolean()


class OverviewQuery(Schema):
    """What a line of the heat map is: an area with all below it, or an institution."""

    level = fields.Enum(
        UnitKind,
        by_value=True,
        load_default=None,
        validate=validate.OneOf([UnitKind.AREA, UnitKind.INSTITUTION]),
    )


class HeatOut(Schema):
    """Needs that are worked with, or should be."""

    needs = fields.Integer()
    staff = fields.Integer()
    pressing = fields.Integer(metadata={"description": "Of high or acute urgency"})


class SourceLineOut(Schema):
    """How many needs have evidence of a kind, and how many have no other."""

    source = fields.Enum(SourceType, by_value=True)
    needs = fields.Integer()
    alone = fields.Integer()


class OverviewOut(Schema):
    """The live needs at a glance."""

    level = fields.Enum(UnitKind, by_value=True, attribute="heat.level")
    lines = fields.Function(
        lambda found: [
            {
                "unit_id": str(line.unit_id) if line.unit_id else None,
                "name": line.name,
                "total": line.total._asdict(),
                "cells": [
                    {"area_id": str(found.heat.areas[place][0]), **heat._asdict()}
                    for place, heat in sorted(line.cells.items())
                ],
            }
            for line in found.heat.lines
        ],
        metadata={
            "description": "Per unit with what is below it (without an id: closed units) its "
            "total and its cells: competence area, needs, staff, pressing"
        },
    )
    total = fields.Nested(HeatOut, attribute="heat.total")
    sources = fields.List(fields.Nested(SourceLineOut))
    single_source = fields.Integer()
    without_evidence = fields.Integer()
