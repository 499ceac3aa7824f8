"""The shape of anchoring in JSON. Days are ISO dates."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.anchoring.models import ItemKind, Outcome, Owner, Phase, Seen
from tenant_app.anchoring.rules import LONGEST_LINE, LONGEST_TEXT, Standing
from tenant_app.catalogue.models import CourseForm
from tenant_app.enrolments.models import EnrolmentState

LINE = validate.Length(min=1, max=LONGEST_LINE)
TEXT = validate.Length(max=LONGEST_TEXT)
BELOW = {"description": "and what hangs below it"}
DAYS = {
    "description": "Before and during: from the first day of the session, negative is before it; "
    "after: from its last"
}


# What is sent


class PlanQuery(Schema):
    """Which plans."""

    standing = fields.Enum(Standing, by_value=True, load_default=None)
    unit_id = fields.UUID(load_default=None, metadata=BELOW)
    form = fields.Enum(CourseForm, by_value=True, load_default=None)
    employee = fields.String(load_default="", validate=validate.Length(max=100))


class TaskQuery(Schema):
    """Which tasks."""

    owner = fields.Enum(Owner, by_value=True, load_default=None)
    unit_id = fields.UUID(load_default=None, metadata=BELOW)
    until = fields.Date(load_default=None, metadata={"description": "Due by this day"})


class TickIn(Schema):
    """A word about it."""

    note = fields.String(load_default="", validate=TEXT)


class DropIn(Schema):
    """Why it is no longer to be done."""

    why = fields.String(required=True, validate=TEXT)


class ItemMoveIn(Schema):
    """When it is due instead."""

    due_on = fields.Date(required=True)


class SharingIn(Schema):
    """Where and when knowledge was shared, and what."""

    shared_on = fields.Date(required=True)
    place = fields.String(required=True, validate=LINE)
    text = fields.String(load_default="", validate=TEXT)


class TrialIn(Schema):
    """What is tried in practice, and what would show that it works."""

    hypothesis = fields.String(required=True, validate=TEXT)
    signs = fields.String(required=True, validate=TEXT)
    begins_on = fields.Date(required=True)


class TrialResultIn(Schema):
    """What came of a trial."""

    outcome = fields.Enum(Outcome, by_value=True, required=True)
    result = fields.String(required=True, validate=TEXT)
    evaluated_on = fields.Date(required=True)


class ObservationIn(Schema):
    """What the leader saw of it in everyday practice."""

    observed_on = fields.Date(required=True)
    seen = fields.Enum(Seen, by_value=True, required=True)
    text = fields.String(load_default="", validate=TEXT)


class TemplateItemIn(Schema):
    """An item of the plans to come."""

    form = fields.Enum(CourseForm, by_value=True, load_default=None, allow_none=True)
    phase = fields.Enum(Phase, by_value=True, required=True)
    owner = fields.Enum(Owner, by_value=True, required=True)
    kind = fields.Enum(ItemKind, by_value=True, required=True)
    text = fields.String(required=True, validate=LINE)
    days = fields.Integer(strict=True, required=True, metadata=DAYS)


class FollowThroughQuery(Schema):
    """As of which day; today by default."""

    as_of = fields.Date(load_default=None)


# What is answered


class TemplateItemOut(TemplateItemIn):
    """An item of the plans to come; without a form it is of every form without its own set."""

    id = fields.UUID()


class StandardOut(Schema):
    """How many items the set has now."""

    items = fields.Integer()


class AnchoringNameOut(Schema):
    """Something with a name."""

    id = fields.UUID()
    name = fields.String()


class PlanOut(Schema):
    """The agreements around one enrolment."""

    id = fields.UUID()
    enrolment_id = fields.UUID()
    employee = fields.Nested(AnchoringNameOut, attribute="enrolment.employee")
    unit = fields.Nested(AnchoringNameOut)
    course = fields.String(attribute="enrolment.session.course.title")
    form = fields.Enum(CourseForm, by_value=True, attribute="enrolment.session.course.form")
    starts_on = fields.Date(attribute="enrolment.session.starts_on")
    ends_on = fields.Date(attribute="enrolment.session.ends_on")
    state = fields.Enum(EnrolmentState, by_value=True, attribute="enrolment.state")


class ItemOut(Schema):
    """Something somebody does by a day."""

    id = fields.UUID()
    plan_id = fields.UUID()
    phase = fields.Enum(Phase, by_value=True)
    owner = fields.Enum(Owner, by_value=True)
    kind = fields.Enum(ItemKind, by_value=True)
    text = fields.String()
    due_on = fields.Date()
    done_on = fields.Date(allow_none=True)
    note = fields.String()
    dropped_why = fields.String()


class TaskOut(ItemOut):
    """The same with the plan it is of."""

    plan = fields.Nested(PlanOut)


class SharingOut(Schema):
    """New knowledge was shared with colleagues."""

    id = fields.UUID()
    shared_on = fields.Date()
    place = fields.String()
    text = fields.String()


class TrialOut(Schema):
    """What is tried in practice, and what came of it."""

    id = fields.UUID()
    hypothesis = fields.String()
    signs = fields.String()
    begins_on = fields.Date()
    outcome = fields.Enum(Outcome, by_value=True, allow_none=True)
    result = fields.String()
    evaluated_on = fields.Date(allow_none=True)


class ObservationOut(Schema):
    """What the leader saw of it."""

    id = fields.UUID()
    observed_on = fields.Date()
    seen = fields.Enum(Seen, by_value=True)
    text = fields.String()


class PlanDetailsOut(PlanOut):
    """A plan with its items and all that was recorded in it."""

    items = fields.List(fields.Nested(ItemOut))
    sharings = fields.List(fields.Nested(SharingOut))
    trials = fields.List(fields.Nested(TrialOut))
    observations = fields.List(fields.Nested(ObservationOut))


class FollowThroughOut(Schema):
    """How the completed enrolments that a unit paid for were followed through."""

    unit_id = fields.UUID()
    name = fields.String()
    area = fields.String()
    completed = fields.Integer(attribute="figures.completed")
    shared = fields.Integer(attribute="figures.shared")
    tried = fields.Integer(attribute="figures.tried")
    followed = fields.Integer(
        attribute="figures.followed",
        metadata={"description": "Shared and tried within the municipality's days"},
    )
    in_time = fields.Integer(
        attribute="figures.in_time",
        metadata={"description": "Not followed through yet, and there is time left"},
    )
    overdue = fields.Integer(attribute="figures.overdue")
    percent = fields.Integer(attribute="figures.percent", allow_none=True)
