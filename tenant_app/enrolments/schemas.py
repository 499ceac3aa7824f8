"""The shape of enrolments in JSON. Amounts are whole øre, days ISO dates."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.budgets.models import CostLine, EntryKind, MoneyState, OverLevel, Policy, PoolKind
from tenant_app.budgets.rules import Verdict
from tenant_app.enrolments.models import ApprovalLevel, EnrolmentState, StepState
from tenant_app.enrolments.rules import LARGEST_GROUP
from tenant_app.enrolments.service import Decision

ORE = {"description": "Whole øre, DKK"}
TEXT = validate.Length(max=2000)
REASON = {"description": "Why; shown to the one who asked"}


def _amount() -> fields.Integer:
    return fields.Integer(metadata=ORE)


# What is sent


class PreviewIn(Schema):
    """Who should go where."""

    session_id = fields.UUID(required=True)
    employee_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=LARGEST_GROUP)
    )


class RequestIn(PreviewIn):
    """A request for one or many: all or none."""

    motivation = fields.String(load_default="", validate=TEXT)
    initiative_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "The planned or running effort that it is part of"},
    )
    override_reason = fields.String(
        load_default="",
        validate=TEXT,
        metadata={
            "description": "Why people take part in more initiatives than the limit; by those who "
            "lead above them"
        },
    )


class ResubmitIn(Schema):
    """A returned request, sent again."""

    motivation = fields.String(load_default=None, allow_none=True, validate=TEXT)
    override_reason = fields.String(
        load_default="",
        validate=TEXT,
        metadata={
            "description": "Why people take part in more initiatives than the limit; by those who "
            "lead above them"
        },
    )


class AnswerIn(Schema):
    """What the client saw, so that a stale answer is refused."""

    expected_state = fields.Enum(EnrolmentState, by_value=True, load_default=None)
    expected_submission = fields.Integer(
        strict=True, load_default=None, validate=validate.Range(min=1, max=10**6)
    )


class ApprovalIn(AnswerIn):
    """A yes, with or without a word."""

    note = fields.String(load_default="", validate=TEXT)


class ReasonedIn(AnswerIn):
    """A no, with a reason."""

    note = fields.String(required=True, validate=TEXT, metadata=REASON)


class EnrolmentNoteIn(Schema):
    """A word about it."""

    note = fields.String(load_default="", validate=TEXT)


class EnrolmentCancellationIn(Schema):
    """Why the place is given up."""

    note = fields.String(required=True, validate=TEXT, metadata=REASON)


class ShownIn(AnswerIn):
    """One of many requests, as the client saw it."""

    id = fields.UUID(required=True)


class DecisionsIn(Schema):
    """One answer to many requests; each is answered by itself."""

    decision = fields.Enum(Decision, by_value=True, required=True)
    note = fields.String(load_default="", validate=TEXT, metadata=REASON)
    enrolments = fields.List(
        fields.Nested(ShownIn), required=True, validate=validate.Length(min=1, max=200)
    )


class EnrolmentQuery(Schema):
    """Which enrolments."""

    state = fields.Enum(EnrolmentState, by_value=True, load_default=None)
    unit_id = fields.UUID(load_default=None, metadata={"description": "and what hangs below it"})
    course_id = fields.UUID(load_default=None)
    employee = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "How the name begins"},
    )
    year = fields.Integer(load_default=None, validate=validate.Range(min=2000, max=2100))
    initiative_id = fields.UUID(load_default=None)
    without_initiative = fields.Boolean(
        load_default=False, metadata={"description": "Only those that are part of no initiative"}
    )


# What is answered


class EnrolmentNameOut(Schema):
    """Something with a name."""

    id = fields.UUID()
    name = fields.String()


class PlaceOut(Schema):
    """The session asked for."""

    id = fields.UUID()
    course_id = fields.UUID()
    title = fields.String(attribute="course.title")
    starts_on = fields.Date()
    ends_on = fields.Date()
    place = fields.String()


class EnrolmentOut(Schema):
    """One employee on one session."""

    id = fields.UUID()
    state = fields.Enum(EnrolmentState, by_value=True)
    employee = fields.Nested(EnrolmentNameOut)
    unit = fields.Nested(EnrolmentNameOut)
    session = fields.Nested(PlaceOut)
    group_id = fields.UUID(allow_none=True)
    initiative_id = fields.UUID(allow_none=True)
    submission = fields.Integer()
    submitted_at = fields.DateTime(allow_none=True)
    total = _amount()
    motivation = fields.String()
    waiting_level = fields.Enum(ApprovalLevel, by_value=True, allow_none=True)
    waiting_unit_id = fields.UUID(allow_none=True)
    decision_note = fields.String()


class PurposeOut(Schema):
    """What an enrolment is part of, and through it the goal and the needs."""

    initiative_id = fields.UUID()
    title = fields.String()
    goal = fields.String(allow_none=True)
    needs = fields.List(fields.String())
    others = fields.Integer(
        metadata={"description": "How many more needs, of units the caller does not see"}
    )


class MoneyLineOut(Schema):
    """What one pool pays of one cost line."""

    submission = fields.Integer()
    cost_line = fields.Enum(CostLine, by_value=True)
    pool_id = fields.UUID()
    pool = fields.String(attribute="pool.name")
    amount = _amount()
    share_bp = fields.Integer(metadata={"description": "Basis points: 5000 is 50 %"})
    state = fields.Enum(MoneyState, by_value=True)
    rule_name = fields.String()
    rule_version = fields.Integer()


class ApprovalStepOut(Schema):
    """One link of the approval chain."""

    submission = fields.Integer()
    position = fields.Integer()
    level = fields.Enum(ApprovalLevel, by_value=True)
    unit_id = fields.UUID()
    state = fields.Enum(StepState, by_value=True)
    decided_at = fields.DateTime(allow_none=True)
    note = fields.String()


class MovementOut(Schema):
    """One ledger entry of the enrolment."""

    booked_on = fields.Date()
    kind = fields.Enum(EntryKind, by_value=True)
    pool = fields.String()
    reserved = _amount()
    committed = _amount()
    actual = _amount()


class DetailsOut(EnrolmentOut):
    """One enrolment with its money, its steps and its movements."""

    lines = fields.List(fields.Nested(MoneyLineOut))
    steps = fields.List(fields.Nested(ApprovalStepOut))
    movements = fields.List(fields.Nested(MovementOut))
    purpose = fields.Nested(PurposeOut, allow_none=True)


class RequestedOut(Schema):
    """The requests made, and what the pools warned of."""

    enrolments = fields.List(fields.Nested(EnrolmentOut))
    warnings = fields.List(fields.String())


class PoolEffectOut(Schema):
    """What is taken from a pool, and what is available before and after."""

    pool_id = fields.UUID()
    name = fields.String()
    kind = fields.Enum(PoolKind, by_value=True)
    amount = _amount()
    before = _amount()
    after = _amount()
    policy = fields.Enum(Policy, by_value=True)
    share_bp = fields.Integer(metadata={"description": "Of the whole price; 5000 is 50 %"})
    lacks = fields.Integer(
        metadata={"description": "Whole øre that a final approval would lack now"}
    )
    verdict = fields.Enum(
        Verdict,
        by_value=True,
        attribute="said.verdict",
        metadata={"description": "What the pool says to it now"},
    )
    level = fields.Enum(
        OverLevel,
        by_value=True,
        attribute="said.level",
        allow_none=True,
        metadata={"description": "Whose yes is needed for it to go over"},
    )
    used_bp = fields.Integer(
        attribute="said.used_bp",
        allow_none=True,
        metadata={"description": "Of what the pool holds, with this request; 8000 is 80 %"},
    )


class StayOut(Schema):
    """Another course of the same person."""

    title = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()


class LoadOut(Schema):
    """What else the person does."""

    overlapping = fields.List(
        fields.Nested(StayOut),
        metadata={"description": "The soonest courses with a day in common, at most five"},
    )
    overlaps = fields.Integer(metadata={"description": "How many have a day in common"})
    courses = fields.Integer(
        metadata={"description": "Courses close to each other, this one counted; 0: not many"}
    )


class AwayOut(Schema):
    """Who of the institution would be away on the same days."""

    people = fields.Integer()
    staff = fields.Integer()
    is_many = fields.Boolean()


class InboxOut(Schema):
    """A request that waits for the caller, with what one must know to answer it."""

    enrolment = fields.Nested(EnrolmentOut)
    pools = fields.List(fields.Nested(PoolEffectOut))
    cost = fields.Function(
        lambda row: {line.value: amount for line, amount in row.cost.items()}, metadata=ORE
    )
    colleagues = fields.Integer(
        metadata={"description": "Others of the same institution on the session"}
    )
    others = fields.Integer(
        attribute="company.others", metadata={"description": "Those of other institutions"}
    )
    load = fields.Nested(LoadOut)
    away = fields.Nested(AwayOut)
    seats_left = fields.Integer()
    days_left = fields.Integer(
        metadata={"description": "Until the deadline; negative once it has passed"}
    )
    age_days = fields.Integer()
    purpose = fields.Nested(PurposeOut, allow_none=True)


class ShareOut(Schema):
    """What one pool would pay of one cost line."""

    cost_line = fields.Enum(CostLine, by_value=True)
    pool_id = fields.UUID()
    pool = fields.String(attribute="pool_name")
    kind = fields.Enum(PoolKind, by_value=True, attribute="pool_kind")
    year = fields.Integer(
        metadata={"description": "The pool's budget year: a session over New Year has two"}
    )
    amount = _amount()
    share_bp = fields.Integer()


class CostOut(Schema):
    """A price by cost line."""

    fee = _amount()
    cover = _amount()
    materials = _amount()
    travel = _amount()
    cover_hours = fields.Decimal(as_string=True)


class CardOut(Schema):
    """What one person's request would cost, and who would pay."""

    employee = fields.Nested(EnrolmentNameOut)
    total = _amount()
    cost = fields.Nested(CostOut)
    shares = fields.List(fields.Nested(ShareOut))
    rule_name = fields.String()
    rule_version = fields.Integer()
    levels = fields.List(fields.Enum(ApprovalLevel, by_value=True))


class PreviewOut(Schema):
    """The cost cards of a request that was not sent."""

    people = fields.List(fields.Nested(CardOut))
    total = _amount()


class OutcomeOut(Schema):
    """How one of many answers went."""

    id = fields.UUID()
    done = fields.Boolean()
    state = fields.Enum(EnrolmentState, by_value=True, allow_none=True)
    code = fields.String(allow_none=True)
    detail = fields.String(allow_none=True)


class OutcomesOut(Schema):
    """How each went."""

    outcomes = fields.List(fields.Nested(OutcomeOut))
