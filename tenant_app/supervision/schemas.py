"""The shape of supervision and screening in JSON. Days are ISO dates, scores are texts."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from tenant_app.needs.models import ActorRole, Confidentiality, Urgency
from tenant_app.needs.rules import LONGEST_TITLE, MOST_STAFF
from tenant_app.supervision.models import Notice, Verdict, VisitState
from tenant_app.supervision.rules import (
    LONGEST_LINE,
    LONGEST_LINK,
    LONGEST_TEXT,
    MOST_AREAS,
    AreaDraft,
)
from tenant_app.supervision.service import NewNeed

LINE = validate.Length(min=1, max=LONGEST_LINE)
TEXT = validate.Length(max=LONGEST_TEXT)
BELOW = {"description": "and what hangs below it"}
HEIGHTENED = {"description": "Under heightened supervision until the next visit is held"}
HEIGHTENED_OR_AS_IT_WAS = {
    "description": "Under heightened supervision until the next visit is held; left out: as it was"
}
SCORE = {"as_string": True, "places": None, "allow_nan": False}


# What is sent


class VisitQuery(Schema):
    """Which visits."""

    state = fields.Enum(VisitState, by_value=True, load_default=None)
    unit_id = fields.UUID(load_default=None, metadata=BELOW)
    late = fields.Boolean(
        load_default=None, metadata={"description": "Whether something in the plan is overdue"}
    )


class VisitChangeIn(Schema):
    """What is known of a visit."""

    visit_on = fields.Date(required=True)
    notice = fields.Enum(Notice, by_value=True, required=True)
    by_whom = fields.String(required=True, validate=LINE)
    heightened = fields.Boolean(load_default=None, metadata=HEIGHTENED_OR_AS_IT_WAS)


class VisitIn(VisitChangeIn):
    """A visit to a unit."""

    heightened = fields.Boolean(load_default=False, metadata=HEIGHTENED)
    unit_id = fields.UUID(required=True)


class HeldIn(Schema):
    """When it was held."""

    visit_on = fields.Date(required=True)
    heightened = fields.Boolean(load_default=None, metadata=HEIGHTENED_OR_AS_IT_WAS)


class PublishedIn(Schema):
    """When its report was published, and where it can be read."""

    published_on = fields.Date(required=True)
    report_link = fields.String(load_default="", validate=validate.Length(max=LONGEST_LINK))


class CalledOffIn(Schema):
    """Why it does not take place."""

    why = fields.String(required=True, validate=TEXT)


class FindingIn(Schema):
    """What was found."""

    area_id = fields.UUID(required=True, metadata={"description": "A competence area"})
    verdict = fields.Enum(Verdict, by_value=True, required=True)
    text = fields.String(required=True, validate=TEXT)


class FollowUpIn(Schema):
    """Who does what by when."""

    text = fields.String(required=True, validate=LINE)
    owner = fields.String(required=True, validate=LINE)
    due_on = fields.Date(required=True)


class FollowUpDoneIn(Schema):
    """A word about it."""

    note = fields.String(load_default="", validate=TEXT)


class NewNeedIn(Schema):
    """A need that is raised with the evidence."""

    title = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_TITLE))
    urgency = fields.Enum(Urgency, by_value=True, load_default=Urgency.NORMAL)
    staff = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, MOST_STAFF))
    area_id = fields.UUID(
        load_default=None, metadata={"description": "A competence area; the finding's by default"}
    )
    goal_id = fields.UUID(load_default=None)

    @post_load
    def made(self, data: dict[str, Any], **kwargs: Any) -> NewNeed:
        """As the service takes it."""
        return NewNeed(**data)


class UseIn(Schema):
    """Either a need that is there, or a new one; whose view the evidence is, and who reads it."""

    need_id = fields.UUID(load_default=None)
    new = fields.Nested(NewNeedIn, load_default=None)
    role = fields.Enum(ActorRole, by_value=True, load_default=ActorRole.CONSULTANT)
    confidentiality = fields.Enum(Confidentiality, by_value=True, load_default=Confidentiality.OPEN)


class DueQuery(Schema):
    """As of which day; today by default."""

    as_of = fields.Date(load_default=None)


class ScreeningQuery(Schema):
    """Which screenings."""

    tool_id = fields.UUID(load_default=None)
    unit_id = fields.UUID(load_default=None, metadata=BELOW)


class ToolAreaIn(Schema):
    """An area of a tool, and the competence area that a low score calls for."""

    name = fields.String(required=True, validate=LINE)
    area_id = fields.UUID(load_default=None, allow_none=True)

    @post_load
    def made(self, data: dict[str, Any], **kwargs: Any) -> AreaDraft:
        """As the service takes it."""
        return AreaDraft(**data)


class ToolIn(Schema):
    """A tool, its scale and its areas in their order."""

    name = fields.String(required=True, validate=LINE)
    smallest = fields.Decimal(required=True, **SCORE)
    largest = fields.Decimal(required=True, **SCORE)
    step = fields.Decimal(required=True, **SCORE)
    good_at = fields.Decimal(required=True, **SCORE)
    high_is_good = fields.Boolean(load_default=True)
    areas = fields.List(
        fields.Nested(ToolAreaIn), required=True, validate=validate.Length(1, MOST_AREAS)
    )


# What is answered


class SupervisionNameOut(Schema):
    """Something with a name."""

    id = fields.UUID()
    name = fields.String()


class VisitOut(Schema):
    """A supervision visit."""

    id = fields.UUID()
    unit_id = fields.UUID()
    visit_on = fields.Date()
    notice = fields.Enum(Notice, by_value=True)
    by_whom = fields.String()
    state = fields.Enum(VisitState, by_value=True)
    heightened = fields.Boolean()
    published_on = fields.Date(allow_none=True)
    report_link = fields.String()
    called_off_why = fields.String()


class VisitLineOut(VisitOut):
    """The same with the name of the unit."""

    unit = fields.Nested(SupervisionNameOut)


class VisitFindingOut(Schema):
    """What was found; used, it stands behind a need."""

    id = fields.UUID()
    area_id = fields.UUID()
    verdict = fields.Enum(Verdict, by_value=True)
    text = fields.String()
    need_id = fields.UUID(allow_none=True)
    evidence_id = fields.UUID(allow_none=True)


class FollowUpOut(Schema):
    """A line of the plan that follows a visit."""

    id = fields.UUID()
    text = fields.String()
    owner = fields.String()
    due_on = fields.Date()
    done_on = fields.Date(allow_none=True)
    note = fields.String()


class VisitDetailsOut(VisitLineOut):
    """A visit with its findings and its plan."""

    findings = fields.List(fields.Nested(VisitFindingOut))
    plan = fields.List(fields.Nested(FollowUpOut))


class ReportDueOut(Schema):
    """An institution without a report published in time."""

    unit_id = fields.UUID()
    name = fields.String()
    area = fields.String()
    published_on = fields.Date(allow_none=True)
    deadline = fields.Date(allow_none=True)
    planned_on = fields.Date(allow_none=True)
    heightened = fields.Boolean()


class ScreeningOut(Schema):
    """A unit that was screened on a day."""

    id = fields.UUID()
    unit = fields.Nested(SupervisionNameOut)
    tool = fields.Nested(SupervisionNameOut)
    held_on = fields.Date()
    observations = fields.Integer()


class ResultOut(Schema):
    """The score of one area; used, it stands behind a need."""

    id = fields.UUID()
    area_id = fields.UUID()
    score = fields.Decimal(as_string=True)
    need_id = fields.UUID(allow_none=True)
    evidence_id = fields.UUID(allow_none=True)


class ScoredOut(Schema):
    """A score on a day, beside the municipality's mean of the year where enough were screened."""

    day = fields.Date()
    score = fields.Decimal(as_string=True)
    observations = fields.Integer()
    mean = fields.Decimal(as_string=True, allow_none=True)


class AreaOverTimeOut(Schema):
    """One area over time, the oldest first."""

    area = fields.Nested(SupervisionNameOut)
    scores = fields.List(fields.Nested(ScoredOut))


class ScreeningDetailsOut(ScreeningOut):
    """A screening with its scores, and what the unit scored over time."""

    results = fields.List(fields.Nested(ResultOut))
    over_time = fields.List(fields.Nested(AreaOverTimeOut))


class ToolOut(Schema):
    """A tool with its scale."""

    id = fields.UUID()
    name = fields.String()
    smallest = fields.Decimal(as_string=True)
    largest = fields.Decimal(as_string=True)
    step = fields.Decimal(as_string=True)
    good_at = fields.Decimal(as_string=True)
    high_is_good = fields.Boolean()
    retired_on = fields.Date(allow_none=True)


class ToolAreaOut(Schema):
    """An area of a tool."""

    id = fields.UUID()
    name = fields.String()
    area_id = fields.UUID(allow_none=True)


class ToolDetailsOut(Schema):
    """A tool with its areas in their order."""

    tool = fields.Nested(ToolOut)
    areas = fields.List(fields.Nested(ToolAreaOut))
