"""The shape of settings, jobs and support sessions in JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from tenant_app.tenancy import rules

APPROVAL = {
    "description": "Ordered; the first that matches decides: [{when, levels}] with levels of "
    "institution, area and central. The last has no conditions"
}
RATE = {"description": "Cover per hour, whole øre"}
TAUGHT = {
    "description": "Per cent of the hours that are taught, by form; default is for the others"
}
STATEMENT = {"description": "The municipality's own statement in the WAS-Tool: https, was.digst.dk"}
RATES = {"description": "Later rates: [{from: date, rate: whole øre per hour}]"}
HOURS = {
    "description": "Forms that count their hours otherwise: {form: {per: day, ects or none, hours}}"
}
LIMITS = {"description": "The municipality's own working rules: whole numbers, or true"}


class CoverRulesOut(Schema):
    """What cover costs where the course does not say."""

    rate = fields.Integer(metadata=RATE)
    share_taught = fields.Dict(keys=fields.String(), values=fields.Integer(), metadata=TAUGHT)
    rates = fields.List(fields.Dict(), metadata=RATES)
    hours = fields.Dict(keys=fields.String(), metadata=HOURS)


class SettingsOut(Schema):
    """How the municipality works."""

    approval_rules = fields.List(fields.Dict(), metadata=APPROVAL)
    cover_rules = fields.Nested(CoverRulesOut)
    limits = fields.Dict(metadata=LIMITS)
    locale = fields.String()
    accessibility_email = fields.String(allow_none=True)
    accessibility_phone = fields.String(allow_none=True)
    accessibility_statement = fields.String(allow_none=True, metadata=STATEMENT)
    changed_at = fields.AwareDateTime()


class ApprovalRulesIn(Schema):
    """Who approves what. Requests under way keep their steps."""

    approval_rules = fields.List(fields.Dict(), required=True, metadata=APPROVAL)


class CoverIn(Schema):
    """What cover costs where the course does not say."""

    rate = fields.Integer(required=True, strict=True, metadata=RATE)
    share_taught = fields.Dict(
        keys=fields.String(), values=fields.Integer(strict=True), required=True, metadata=TAUGHT
    )
    rates = fields.List(fields.Dict(), metadata=RATES)
    hours = fields.Dict(keys=fields.String(), values=fields.Dict(), metadata=HOURS)


class CoverRulesIn(Schema):
    """What cover costs. Requests under way keep their prices."""

    cover_rules = fields.Nested(CoverIn, required=True)


class LimitsIn(Schema):
    """The working rules; one that is left out no longer holds."""

    limits = fields.Dict(keys=fields.String(), required=True, metadata=LIMITS)


class LocaleSettingIn(Schema):
    """The language of new users."""

    locale = fields.String(required=True, metadata={"description": "da or en"})


class AccessibilityIn(Schema):
    """Whom to tell of what is not accessible; everybody can read it. Left out is not given."""

    accessibility_email = fields.String(load_default="")
    accessibility_phone = fields.String(
        load_default="", metadata={"description": "8 to 15 digits, with spaces or +45"}
    )
    accessibility_statement = fields.String(load_default="", metadata=STATEMENT)


class QueuedJobOut(Schema):
    """A job and where it stands."""

    id = fields.UUID()
    job = fields.String()
    state = fields.Function(
        lambda row: rules.standing(row).value,
        metadata={"type": "string", "enum": [each.value for each in rules.JobStanding]},
    )
    tries = fields.Integer(metadata={"description": "Attempts that failed"})
    last_error = fields.String(allow_none=True)
    created_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(metadata={"description": "Not before"})
    done_at = fields.AwareDateTime(allow_none=True)
    dead_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Given up"})
    cancelled_at = fields.AwareDateTime(allow_none=True)


class JobsAsked(Schema):
    """Which jobs."""

    state = fields.Enum(rules.JobStanding, by_value=True, load_default=None)


class SupportSessionOut(Schema):
    """Vendor staff looking inside, with a reason, until a time."""

    id = fields.UUID()
    staff_name = fields.String()
    reason = fields.String()
    opened_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime(allow_none=True)
