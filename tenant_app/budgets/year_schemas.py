"""The shape of revisions, transfers, caps and the end of a year in JSON. Amounts are whole øre."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.budgets.alarm_models import DriftKind
from tenant_app.budgets.models import BudgetYearState, PoolKind
from tenant_app.budgets.schemas import BP, ORE, PartOut
from tenant_app.budgets.year_models import CarryApprover, RevisionKind, TransferState


class RedivisionIn(Schema):
    """Divide the frame again, or look at what that would post."""

    frame = fields.Integer(load_default=None, strict=True, metadata=ORE)
    reason = fields.String(load_default="", validate=validate.Length(max=1000))
    dry_run = fields.Boolean(load_default=True)


class ChangeOut(Schema):
    """What dividing again does to one pool."""

    part = fields.Nested(PartOut)
    pool_id = fields.UUID(allow_none=True)
    before = fields.Integer(metadata=ORE)
    after = fields.Integer(metadata=ORE)
    difference = fields.Integer(metadata=ORE)
    bound = fields.Integer(metadata=ORE)


class RedivisionOut(Schema):
    """The frame by the figures of the day, beside what the pools got so far."""

    frame = fields.Integer(metadata=ORE)
    figures_on = fields.Date()
    kept = fields.Integer(metadata={"description": "Whole øre that closed units keep"})
    changes = fields.List(fields.Nested(ChangeOut))


class RevisionLineOut(Schema):
    """What a revision gave a pool."""

    pool_id = fields.UUID()
    name = fields.String()
    amount = fields.Integer(metadata=ORE)


class RevisionOut(Schema):
    """A numbered change of an adopted year."""

    id = fields.UUID(attribute="revision.id")
    number = fields.Integer(attribute="revision.number")
    kind = fields.Enum(RevisionKind, by_value=True, attribute="revision.kind")
    reason = fields.String(attribute="revision.reason")
    frame_before = fields.Integer(attribute="revision.frame_before", metadata=ORE)
    frame = fields.Integer(attribute="revision.frame", metadata=ORE)
    made_at = fields.AwareDateTime(attribute="revision.made_at")
    made_by_name = fields.String(attribute="revision.made_by_name")
    lines = fields.List(fields.Nested(RevisionLineOut))


class TransferOut(Schema):
    """Money that one pool is asked to give another."""

    id = fields.UUID()
    from_pool_id = fields.UUID()
    to_pool_id = fields.UUID()
    amount = fields.Integer(metadata=ORE)
    reason = fields.String()
    state = fields.Enum(TransferState, by_value=True)
    asked_by_name = fields.String()
    asked_at = fields.AwareDateTime()
    answered_by_name = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)
    answer = fields.String()


class TransferIn(Schema):
    """A transfer to ask for."""

    from_pool_id = fields.UUID(required=True)
    to_pool_id = fields.UUID(required=True)
    amount = fields.Integer(required=True, strict=True, metadata=ORE)
    reason = fields.String(required=True, validate=validate.Length(1, 1000))


class TransfersAsked(Schema):
    """Which transfers."""

    state = fields.Enum(TransferState, by_value=True, load_default=None)


class AnswerIn(Schema):
    """An answer to a transfer; `withdrawn` by the one who asked."""

    state = fields.Enum(TransferState, by_value=True, required=True)
    note = fields.String(load_default="", validate=validate.Length(max=1000))


class CarryRuleOut(Schema):
    """How much a pool takes along."""

    id = fields.UUID()
    kind = fields.Enum(PoolKind, by_value=True)
    pool_id = fields.UUID(allow_none=True, metadata={"description": "Null: the whole kind"})
    overspend_cap_bp = fields.Integer(allow_none=True, metadata=BP)
    underspend_cap_bp = fields.Integer(allow_none=True, metadata=BP)
    abs_cap = fields.Integer(allow_none=True, metadata=ORE)
    requires_purpose = fields.Boolean()
    approver = fields.Enum(CarryApprover, by_value=True)


class CarryRuleIn(Schema):
    """Caps for a kind of pools, or for one pool. Null is no cap."""

    kind = fields.Enum(PoolKind, by_value=True, load_default=None)
    pool_id = fields.UUID(load_default=None)
    overspend_cap_bp = fields.Integer(load_default=None, allow_none=True, strict=True, metadata=BP)
    underspend_cap_bp = fields.Integer(load_default=None, allow_none=True, strict=True, metadata=BP)
    abs_cap = fields.Integer(load_default=None, allow_none=True, strict=True, metadata=ORE)
    requires_purpose = fields.Boolean(load_default=False)
    approver = fields.Enum(CarryApprover, by_value=True, load_default=CarryApprover.CENTRAL)


class ClosingIn(Schema):
    """A step of the end of a year."""

    step = fields.String(
        required=True,
        validate=validate.OneOf(["begin", "take_back", "make_up", "send_back", "close"]),
    )
    note = fields.String(
        load_default="",
        validate=validate.Length(max=1000),
        metadata={"description": "The reason; those whose requests are sent back read it"},
    )


class ClosingOut(Schema):
    """How the end of a year stands."""

    year = fields.Integer(attribute="year.year")
    state = fields.Enum(BudgetYearState, by_value=True, attribute="year.state")
    pools = fields.Integer()
    waiting = fields.Integer(metadata={"description": "Pools that wait for approval"})
    result = fields.Integer(metadata=ORE)
    carried = fields.Integer(metadata=ORE)
    lost = fields.Integer(metadata=ORE)
    over_cap = fields.Integer(metadata=ORE)
    posted = fields.Integer(metadata=ORE)


class CarryOverOut(Schema):
    """What a pool takes along; result = carried + lost - over_cap."""

    id = fields.UUID()
    pool_id = fields.UUID()
    pool = fields.String(attribute="pool.name")
    kind = fields.Enum(PoolKind, by_value=True, attribute="pool.kind")
    result = fields.Integer(metadata=ORE)
    carried = fields.Integer(metadata=ORE)
    lost = fields.Integer(metadata=ORE)
    over_cap = fields.Integer(metadata=ORE)
    purpose = fields.String()
    approver = fields.Enum(CarryApprover, by_value=True)
    approved_by_name = fields.String(allow_none=True)
    approved_at = fields.AwareDateTime(allow_none=True)
    posted = fields.Integer(metadata=ORE)
    into_pool_id = fields.UUID(allow_none=True)


class CarryApprovalIn(Schema):
    """Which carry-overs; without ids all that are yours to approve."""

    ids = fields.List(fields.UUID(), load_default=None, validate=validate.Length(max=1000))


class CarryApprovalOut(Schema):
    """How many were approved."""

    approved = fields.Integer()


class PurposeIn(Schema):
    """What the money that follows is for."""

    purpose = fields.String(required=True, validate=validate.Length(1, 500))


class AlarmsAsked(Schema):
    """Which alarms."""

    is_open = fields.Boolean(
        load_default=None,
        metadata={"description": "those that hold, or those whose figures agree again"},
    )


class AlarmOut(Schema):
    """A figure that did not agree with the ledger at night."""

    id = fields.UUID()
    kind = fields.Enum(DriftKind, by_value=True)
    about_id = fields.UUID(
        metadata={"description": "the pool, line, transfer, carry-over, constraint or cap"}
    )
    part = fields.Function(
        # As in the panel: whose cap it is stays with those who look into the database.
        lambda alarm: alarm.part[:4] if alarm.kind is DriftKind.PERSON else alarm.part,
        metadata={"type": "string", "description": "which figure; of a cap per person the year"},
    )
    pool_id = fields.UUID(allow_none=True)
    pool = fields.String(attribute="pool.name", allow_none=True, dump_default=None)
    year = fields.Integer(attribute="pool.year.year", allow_none=True, dump_default=None)
    expected = fields.Integer(metadata={"description": "whole øre, by the ledger"})
    found = fields.Integer(metadata={"description": "whole øre, as it was shown"})
    raised_at = fields.AwareDateTime()
    seen_at = fields.AwareDateTime()
    settled_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "when the two agreed again; null: it holds"}
    )
