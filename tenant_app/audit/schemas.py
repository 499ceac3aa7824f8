"""The shape of the trail in JSON."""

from __future__ import annotations

from datetime import date

from marshmallow import Schema, fields, validate

NEAR = validate.Range(date(1970, 1, 1), date(2999, 12, 31))


class AuditEntryOut(Schema):
    """One thing that happened."""

    id = fields.UUID()
    at = fields.AwareDateTime()
    actor_name = fields.String(
        attribute="told_name",
        metadata={
            "description": "Who, also when the login is gone; empty for what is done in a talk, "
            "which has no user and no object here either"
        },
    )
    user_id = fields.UUID(attribute="told_user_id", allow_none=True)
    support_id = fields.UUID(
        allow_none=True, metadata={"description": "The support session, when it was the vendor"}
    )
    action = fields.String(metadata={"description": "A word such as unit.moved"})
    object_id = fields.UUID(attribute="told_object_id", allow_none=True)
    changes = fields.Dict(
        metadata={"description": "{old, new} of the changed facts; amounts in whole øre"}
    )
    note = fields.String()


class EntriesAsked(Schema):
    """Which entries."""

    action = fields.String(
        load_default="",
        validate=validate.Regexp(r"[a-z_.]{0,60}\Z"),
        metadata={"description": "How the action begins: budgets. or budgets.adopted"},
    )
    object_id = fields.UUID(load_default=None)
    from_date = fields.Date(
        data_key="from",
        load_default=None,
        validate=NEAR,
        metadata={"description": "The first Danish day"},
    )
    to_date = fields.Date(
        data_key="to",
        load_default=None,
        validate=NEAR,
        metadata={"description": "The last Danish day, included"},
    )
