"""The shape of talks in JSON. Days are ISO dates. Texts are there for the parties alone."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.needs.models import Confidentiality
from tenant_app.talks.models import ItemState, TalkKind, TalkState
from tenant_app.talks.rules import LONGEST_TEXT, MOST_MEMBERS

TEXT = validate.Length(max=LONGEST_TEXT)
MOST_PEOPLE = 500
SAYS = validate.Length(min=1, max=LONGEST_TEXT)
PARTIES = {"description": "null for whoever is no party to the talk"}
GROUP = {"description": f"In GRUS they are one group, of 2 to {MOST_MEMBERS}"}


# What is sent


class TalkRoundIn(Schema):
    """A round of talks in a unit."""

    unit_id = fields.UUID(required=True)
    kind = fields.Enum(TalkKind, by_value=True, required=True)
    from_date = fields.Date(required=True)
    to_date = fields.Date(required=True)
    due_on = fields.Date(required=True)
    invitation = fields.String(load_default="", validate=TEXT)
    employee_ids = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(max=MOST_PEOPLE), metadata=GROUP
    )


class TalkRoundChangeIn(Schema):
    """Other days for a round; its invitation stays where none is sent."""

    to_date = fields.Date(required=True)
    due_on = fields.Date(required=True)
    invitation = fields.String(load_default=None, validate=TEXT)


class TalkInvitationIn(Schema):
    """Who is invited besides."""

    employee_ids = fields.List(
        fields.UUID(),
        required=True,
        validate=validate.Length(min=1, max=MOST_PEOPLE),
        metadata=GROUP,
    )


class TalkQuery(Schema):
    """Which talks."""

    state = fields.Enum(TalkState, by_value=True, load_default=None)
    kind = fields.Enum(TalkKind, by_value=True, load_default=None)
    round_id = fields.UUID(load_default=None)
    late = fields.Boolean(load_default=None)
    own = fields.Boolean(load_default=False, metadata={"description": "Those I am invited to"})


class TalkPreparationIn(Schema):
    """My side, and whether the others in the talk may read it."""

    good = fields.String(load_default="", validate=TEXT)
    hard = fields.String(load_default="", validate=TEXT)
    learn = fields.String(load_default="", validate=TEXT)
    support = fields.String(load_default="", validate=TEXT)
    share = fields.Boolean(load_default=False)


class TalkTimeIn(Schema):
    """When it is planned."""

    planned_at = fields.AwareDateTime(required=True)


class TalkHolderIn(Schema):
    """Who holds it from now on."""

    holder_id = fields.UUID(required=True)


class TalkHeldIn(Schema):
    """The day it was held."""

    held_on = fields.Date(required=True)


class TalkAgreementIn(Schema):
    """What was agreed on, and the revision it was changed from."""

    agreement = fields.String(required=True, validate=SAYS)
    read = fields.Integer(strict=True, load_default=None, allow_none=True)


class TalkSignatureIn(Schema):
    """The revision of the agreement that was read."""

    revision = fields.Integer(strict=True, required=True)


class TalkReasonIn(Schema):
    """Why it is called off."""

    reason = fields.String(required=True, validate=SAYS)


class TalkEvidenceIn(Schema):
    """A finding written anew, and the need it stands behind."""

    need_id = fields.UUID(required=True)
    text = fields.String(required=True, validate=SAYS)
    confidentiality = fields.Enum(
        Confidentiality, by_value=True, load_default=Confidentiality.INSTITUTION
    )


class PlanTakenUpIn(Schema):
    """Whose plan is part of the talk; the only member's by default."""

    valid_until = fields.Date(required=True)
    employee_id = fields.UUID(load_default=None, allow_none=True)


class DevelopmentPlanIn(Schema):
    """How long a plan is valid, and notes in it."""

    valid_until = fields.Date(required=True)
    notes = fields.String(load_default="", validate=TEXT)


class LearningIn(Schema):
    """Something to learn, and what it is tied to."""

    area_id = fields.UUID(required=True)
    competence_id = fields.UUID(load_default=None, allow_none=True)
    need_id = fields.UUID(load_default=None, allow_none=True)
    enrolment_id = fields.UUID(load_default=None, allow_none=True)
    aim = fields.String(required=True, validate=SAYS)
    due_on = fields.Date(required=True)


class LearningChangeIn(LearningIn):
    """The same, and where it stands."""

    state = fields.Enum(ItemState, by_value=True, required=True)


# What is answered


class TalkNameOut(Schema):
    """Something with a name."""

    id = fields.UUID()
    name = fields.String()


class TalkRoundOut(Schema):
    """A round of talks."""

    id = fields.UUID()
    unit_id = fields.UUID()
    kind = fields.Enum(TalkKind, by_value=True)
    from_date = fields.Date()
    to_date = fields.Date()
    due_on = fields.Date()
    ended_at = fields.DateTime(allow_none=True)


class TalkRoundEndedOut(Schema):
    """What the end of a round did."""

    cancelled = fields.Integer(metadata={"description": "Talks that lay ahead"})


class TalkRoundLineOut(Schema):
    """A round, and how far its talks are."""

    round = fields.Nested(TalkRoundOut)
    unit = fields.Nested(TalkNameOut, attribute="round.unit")
    talks = fields.Integer()
    ahead = fields.Integer()
    held = fields.Integer()
    agreed = fields.Integer()


class TalkInvitedOut(Schema):
    """The talks that were made."""

    talk_ids = fields.List(fields.UUID())


class TalkStateOut(Schema):
    """Where a talk stands; nothing of what it says."""

    id = fields.UUID()
    round_id = fields.UUID()
    unit_id = fields.UUID()
    kind = fields.Enum(TalkKind, by_value=True)
    state = fields.Enum(TalkState, by_value=True)
    holder_id = fields.UUID()
    planned_at = fields.DateTime(allow_none=True)
    held_on = fields.Date(allow_none=True)
    revision = fields.Integer()


class TalkOut(TalkStateOut):
    """The same with names."""

    unit = fields.Nested(TalkNameOut)
    holder = fields.Nested(TalkNameOut)
    due_on = fields.Date(attribute="round.due_on")


class TalkMemberOut(Schema):
    """Somebody in a talk."""

    id = fields.UUID()
    employee = fields.Nested(TalkNameOut)
    signed_at = fields.DateTime(allow_none=True)
    left_at = fields.DateTime(allow_none=True)


class TalkPreparationOut(Schema):
    """What one side wrote; without a member it is the leader's."""

    member_id = fields.UUID(allow_none=True)
    good = fields.String()
    hard = fields.String()
    learn = fields.String()
    support = fields.String()
    shared_at = fields.DateTime(allow_none=True)
    is_mine = fields.Boolean()


class TalkTextsOut(Schema):
    """What a talk says."""

    invitation = fields.String()
    agreement = fields.String()
    reason = fields.String()


class TalkDetailsOut(Schema):
    """A talk as the caller may see it."""

    talk = fields.Nested(TalkOut)
    members = fields.List(fields.Nested(TalkMemberOut))
    texts = fields.Nested(TalkTextsOut, allow_none=True, metadata=PARTIES)
    preparations = fields.List(fields.Nested(TalkPreparationOut))


class TalkEvidenceOut(Schema):
    """The finding that was made."""

    evidence_id = fields.UUID()


class DevelopmentPlanOut(Schema):
    """A plan without what it says."""

    id = fields.UUID()
    employee_id = fields.UUID()
    talk_id = fields.UUID(allow_none=True)
    valid_until = fields.Date()


class LearningOut(Schema):
    """Something to learn; `stands` takes a completed course into account."""

    id = fields.UUID()
    area_id = fields.UUID()
    area = fields.String()
    competence_id = fields.UUID(allow_none=True)
    need_id = fields.UUID(allow_none=True)
    enrolment_id = fields.UUID(allow_none=True)
    aim = fields.String()
    state = fields.Enum(ItemState, by_value=True)
    stands = fields.Enum(ItemState, by_value=True)
    due_on = fields.Date()


class PlanWithItemsOut(Schema):
    """A plan as its parties read it."""

    plan = fields.Nested(DevelopmentPlanOut)
    employee = fields.Nested(TalkNameOut, attribute="plan.employee")
    notes = fields.String()
    items = fields.List(fields.Nested(LearningOut))


class LearningStateOut(Schema):
    """Something to learn, without its text."""

    id = fields.UUID()
    plan_id = fields.UUID()
    area_id = fields.UUID()
    state = fields.Enum(ItemState, by_value=True)
    due_on = fields.Date()


class TalkTagOut(Schema):
    """How many have a competence area in their plan."""

    area_id = fields.UUID()
    name = fields.String()
    people = fields.Integer(allow_none=True, metadata={"description": "null is hidden"})


class TalkStatusOut(Schema):
    """A unit's talks and plans as they may be counted; null where a number is hidden."""

    unit_id = fields.UUID()
    name = fields.String()
    people = fields.Integer(allow_none=True)
    talked_percent = fields.Integer(allow_none=True)
    planned_percent = fields.Integer(allow_none=True)
    tags = fields.List(fields.Nested(TalkTagOut))
