"""The shape of initiatives in JSON. Amounts are whole øre, days ISO dates."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from tenant_app.catalogue.models import CourseForm
from tenant_app.initiatives.models import InitiativeState
from tenant_app.initiatives.rules import LONGEST_REASON, STEPS
from tenant_app.needs.models import NeedState, Urgency

ORE = {"description": "Whole øre, DKK"}
LONG = validate.Length(max=20_000)
SHORT = validate.Length(max=2000)
MANY = validate.Length(max=500)


def _ids(what: str) -> fields.List:
    return fields.List(fields.UUID(), validate=MANY, metadata={"description": what})


# What is sent


class InitiativeQuery(Schema):
    """Which initiatives."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    state = fields.Enum(InitiativeState, by_value=True, load_default=None)
    unit_id = fields.UUID(
        load_default=None,
        metadata={"description": "and what hangs below it, and what it takes part in"},
    )
    form = fields.Enum(CourseForm, by_value=True, load_default=None)
    central = fields.Boolean(
        load_default=None,
        metadata={"description": "true: the municipality's or an area's; false: an institution's"},
    )
    over_limit = fields.Boolean(
        load_default=False,
        metadata={"description": "Only those that run in an institution above its limit"},
    )


class InitiativeFacts(Schema):
    """What an initiative says, and what it is tied to."""

    title = fields.String(validate=validate.Length(max=400))
    people = fields.Integer(strict=True)
    description = fields.String(validate=LONG)
    target_group = fields.String(validate=SHORT)
    goal_id = fields.UUID(allow_none=True)
    area_id = fields.UUID(allow_none=True, metadata={"description": "Competence area"})
    form = fields.Enum(CourseForm, by_value=True, allow_none=True)
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    estimate = fields.Integer(strict=True, metadata=ORE)
    need_ids = _ids("The qualified needs that it answers")
    unit_ids = _ids("The institutions that take part")
    course_ids = _ids("Its courses of the catalogue")


class InitiativeIn(InitiativeFacts):
    """A new initiative."""

    unit_id = fields.UUID(required=True, metadata={"description": "Whose it is"})
    title = fields.String(required=True, validate=validate.Length(max=400))
    people = fields.Integer(required=True, strict=True)


class InitiativeChange(InitiativeFacts):
    """What to change; what is left out stays."""

    override_reason = fields.String(
        validate=SHORT,
        metadata={"description": "Why an institution that joins may exceed its limit"},
    )


class InitiativeMoveIn(Schema):
    """Where it goes."""

    to = fields.Enum(InitiativeState, by_value=True, required=True)
    reason = fields.String(
        load_default="", validate=SHORT, metadata={"description": "Needed to stop it"}
    )
    override_reason = fields.String(
        load_default="",
        validate=SHORT,
        metadata={"description": "Why it runs although the limit of an institution is reached"},
    )


class AnswersIn(Schema):
    """What is asked before advice on a form is given."""

    urgency = fields.Enum(Urgency, by_value=True, required=True)
    people = fields.Integer(required=True, strict=True)
    units = fields.Integer(required=True, strict=True)
    shared = fields.Boolean(required=True)
    same_level = fields.Boolean(required=True)
    resource_persons = fields.Boolean(required=True)
    weeks = fields.Integer(required=True, strict=True)
    amount = fields.Integer(required=True, strict=True, metadata=ORE)


NUMBERS = {"keys": fields.Enum(CourseForm, by_value=True), "values": fields.Integer(strict=True)}
VERSION = {"description": "The version that is changed: refused where another counts by now"}


class AdviceRuleIn(Schema):
    """Other words and points of a rule; a form that is left out gets none."""

    says = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_REASON))
    points = fields.Dict(**NUMBERS, required=True)
    version = fields.Integer(required=True, strict=True, metadata=VERSION)


class AdviceScaleIn(Schema):
    """Other thresholds and weights; the weeks of a form that is left out stay."""

    weeks = fields.Dict(**NUMBERS, load_default=dict)
    time = fields.Integer(required=True, strict=True)
    money = fields.Integer(required=True, strict=True)
    few = fields.Integer(required=True, strict=True)
    many = fields.Integer(required=True, strict=True)
    version = fields.Integer(required=True, strict=True, metadata=VERSION)


class AdviceVersionIn(Schema):
    """The rules that are put back to the standard."""

    version = fields.Integer(required=True, strict=True, metadata=VERSION)


class ChoiceIn(Schema):
    """The form that was chosen on the advice."""

    answers = fields.Nested(AnswersIn, required=True)
    chosen = fields.Enum(CourseForm, by_value=True, required=True)
    reason = fields.String(
        load_default="",
        validate=SHORT,
        metadata={"description": "Needed where the choice leaves the advice"},
    )


class SurveyAnswerIn(Schema):
    """What one who takes part says before it begins."""

    confidence = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=STEPS[0], max=STEPS[-1])
    )
    expects = fields.String(load_default="", validate=SHORT)
    will_use = fields.String(load_default="", validate=SHORT)


# What is answered


class InitiativeNameOut(Schema):
    """Something with a name."""

    id = fields.UUID()
    name = fields.String()


class InitiativeTitleOut(Schema):
    """Something with a title."""

    id = fields.UUID()
    title = fields.String()


class InitiativeOut(Schema):
    """A planned effort that answers needs."""

    id = fields.UUID()
    title = fields.String()
    description = fields.String()
    target_group = fields.String()
    state = fields.Enum(InitiativeState, by_value=True)
    state_since = fields.DateTime()
    reason = fields.String(metadata={"description": "Why it was stopped"})
    unit = fields.Nested(InitiativeNameOut)
    goal = fields.Nested(InitiativeTitleOut, allow_none=True)
    area = fields.Nested(InitiativeNameOut, allow_none=True)
    people = fields.Integer()
    form = fields.Enum(CourseForm, by_value=True, allow_none=True)
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    estimate = fields.Integer(metadata=ORE)
    survey_opened_at = fields.DateTime(allow_none=True)
    survey_closed_at = fields.DateTime(allow_none=True)


class OverrideOut(Schema):
    """Somebody let an institution run more at once than its limit."""

    running = fields.Integer()
    most = fields.Integer()
    reason = fields.String()
    overridden_at = fields.DateTime()


class InitiativePartOut(Schema):
    """An institution that takes part."""

    unit = fields.Nested(InitiativeNameOut)
    override = fields.Nested(
        OverrideOut, allow_none=True, metadata={"description": "The latest of them"}
    )
    overrides = fields.Function(
        lambda part: [OverrideOut().dump(override) for override, _by in part.overrides]
    )


class AnsweredOut(Schema):
    """A need that it answers."""

    id = fields.UUID(attribute="need.id")
    title = fields.String(attribute="need.title")
    state = fields.Enum(NeedState, by_value=True, attribute="need.state")
    unit = fields.Nested(InitiativeNameOut)


class InitiativeCourseOut(Schema):
    """A course of it, and the sessions one can still ask for."""

    id = fields.UUID(attribute="course.id")
    title = fields.String(attribute="course.title")
    session_ids = fields.Function(lambda found: [str(each.id) for each in found.sessions])


class SurveyOut(Schema):
    """What those asked said, together; null of fewer than five answers. While it is open only how
    many, in whole steps of five."""

    is_open = fields.Boolean()

    answers = fields.Integer(allow_none=True)
    mean = fields.String()
    steps = fields.Dict(keys=fields.Integer(), values=fields.Integer(), allow_none=True)
    expects = fields.List(fields.String())
    will_use = fields.List(fields.String())


class FormChoiceOut(Schema):
    """The advice as it was given, and what was chosen."""

    answers = fields.Dict()
    ranked = fields.List(fields.Dict())
    chosen = fields.Enum(CourseForm, by_value=True)
    reason = fields.String()
    rule_version = fields.Integer(metadata={"description": "0 is the standard"})
    chosen_at = fields.DateTime()


class InitiativeDetailsOut(InitiativeOut):
    """One initiative with everything it is tied to."""

    units = fields.List(fields.Nested(InitiativePartOut))
    needs = fields.List(fields.Nested(AnsweredOut))
    other_needs = fields.Integer(
        metadata={"description": "How many more it answers, which the caller does not see"}
    )
    courses = fields.List(fields.Nested(InitiativeCourseOut))
    forms = fields.List(fields.Nested(FormChoiceOut))
    survey = fields.Nested(SurveyOut, allow_none=True)


class RoughOut(Schema):
    """What so many people would cost: the cheapest, the middle and the dearest course."""

    low = fields.Integer(metadata=ORE)
    middle = fields.Integer(metadata=ORE)
    high = fields.Integer(metadata=ORE)
    courses = fields.Integer()


class AdviceReasonOut(Schema):
    """Why a form got points."""

    says = fields.Function(lambda reason: reason[0])
    points = fields.Function(lambda reason: reason[1])


class AdviceOut(Schema):
    """A form with its points, the reasons for them, and its rough cost."""

    form = fields.Enum(CourseForm, by_value=True)
    points = fields.Integer()
    reasons = fields.List(fields.Nested(AdviceReasonOut))
    cost = fields.Nested(RoughOut, allow_none=True)


class AdviceRulesOut(Schema):
    """What the form advice goes by."""

    version = fields.Integer(metadata={"description": "0 is the standard"})
    rules = fields.List(fields.Dict(), metadata={"description": "key, says, points by form"})
    weeks = fields.Dict(metadata={"description": "Weeks that each form usually takes"})
    time = fields.Integer()
    money = fields.Integer()
    few = fields.Integer()
    many = fields.Integer()


class AdvisedOut(Schema):
    """Every form, the one that fits best first."""

    advice = fields.List(fields.Nested(AdviceOut))


class OwnSurveyOut(Schema):
    """A survey that the caller is asked to answer, and what they said."""

    initiative_id = fields.UUID()
    title = fields.String()
    answered = fields.Boolean()
    confidence = fields.Integer(allow_none=True)
    expects = fields.String()
    will_use = fields.String()


class OwnSurveysOut(Schema):
    """The surveys that the caller is asked to answer."""

    surveys = fields.List(fields.Nested(OwnSurveyOut))
