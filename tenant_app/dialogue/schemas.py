"""The shape of the dialogue tool in JSON. Days are ISO dates, moments UTC."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from tenant_app.anchoring.models import Owner
from tenant_app.anchoring.models import Phase as PlanPhase
from tenant_app.catalogue.models import CourseForm
from tenant_app.dialogue.models import Phase, SessionState
from tenant_app.dialogue.rules import (
    LONGEST,
    MOST_AT_ONCE,
    MOST_CARDS,
)
from tenant_app.initiatives.rules import LONGEST as LONGEST_OF_INITIATIVE
from tenant_app.needs.models import ActorRole, Confidentiality, Urgency
from tenant_app.needs.rules import LONGEST_TITLE

BELOW = {"description": "and what hangs below it"}
CARD = {"description": "The card of the session, not of the set"}


def _text(field: str, **facts: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=LONGEST[field]), **facts)


# What is sent


class DialogueSessionQuery(Schema):
    """Which sessions."""

    state = fields.Enum(SessionState, by_value=True, load_default=None)
    unit_id = fields.UUID(load_default=None, metadata=BELOW)


class DialogueSessionChangeIn(Schema):
    """What a session is called, when it is held, and how many votes each has in a phase."""

    title = _text("title", required=True)
    held_on = fields.Date(required=True)
    votes_each = fields.Integer(strict=True, load_default=3)


class DialogueSessionIn(DialogueSessionChangeIn):
    """A session to come; without cards it has the whole set."""

    unit_id = fields.UUID(required=True)
    card_ids = fields.List(
        fields.UUID(), load_default=None, allow_none=True, validate=validate.Length(max=MOST_CARDS)
    )


class DialogueMoveIn(Schema):
    """Where the session goes: open, a phase, or closed."""

    to = fields.Enum(SessionState, by_value=True, required=True)


class DialogueJoinIn(Schema):
    """The code on the shared screen."""

    code = fields.String(required=True, validate=validate.Length(max=50))


class DialogueTimerIn(Schema):
    """How many minutes; without any the clock is stopped."""

    minutes = fields.Integer(strict=True, load_default=None, allow_none=True)
    add = fields.Boolean(
        load_default=False, metadata={"description": "To the time that is set already"}
    )


class DialogueAnswerIn(Schema):
    """What one writes on a card."""

    card_id = fields.UUID(required=True, metadata=CARD)
    text = _text("text", required=True)


class DialogueAnswerChangeIn(Schema):
    """What one's own answer says instead."""

    text = _text("text", required=True)


class DialogueLiveQuery(Schema):
    """The version one has."""

    since = fields.Integer(strict=False, load_default=None)


class DialogueNeedDraftIn(Schema):
    """A need, and the answers that tell of it."""

    answer_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE)
    )
    title = fields.String(required=True, validate=validate.Length(max=LONGEST_TITLE))
    area_id = fields.UUID(required=True)
    urgency = fields.Enum(Urgency, by_value=True, load_default=Urgency.NORMAL)
    staff = fields.Integer(strict=True, required=True)
    role = fields.Enum(ActorRole, by_value=True, load_default=ActorRole.PEDAGOGUE)
    confidentiality = fields.Enum(Confidentiality, by_value=True, load_default=Confidentiality.OPEN)


class DialogueNeedsIn(Schema):
    """Answers of the first phase as needs, all or none."""

    needs = fields.List(
        fields.Nested(DialogueNeedDraftIn),
        required=True,
        validate=validate.Length(min=1, max=MOST_AT_ONCE),
    )


class DialogueInitiativeIn(Schema):
    """Answers of the second phase as an initiative."""

    answer_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE)
    )
    title = fields.String(
        required=True, validate=validate.Length(max=LONGEST_OF_INITIATIVE["title"])
    )
    people = fields.Integer(strict=True, required=True)
    description = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_OF_INITIATIVE["description"])
    )
    goal_id = fields.UUID(load_default=None, allow_none=True)
    form = fields.Enum(CourseForm, by_value=True, load_default=None, allow_none=True)
    starts_on = fields.Date(load_default=None, allow_none=True)
    ends_on = fields.Date(load_default=None, allow_none=True)


class DialogueAgreementIn(Schema):
    """An answer of the third phase as an agreement."""

    answer_id = fields.UUID(required=True)
    phase = fields.Enum(PlanPhase, by_value=True, required=True)
    owner = fields.Enum(Owner, by_value=True, required=True)
    text = _text("agreement", required=True)
    due_on = fields.Date(load_default=None, allow_none=True)


class DialoguePlanIn(Schema):
    """The draft of a plan, for an initiative of the session or for none yet."""

    initiative_id = fields.UUID(load_default=None, allow_none=True)
    agreements = fields.List(
        fields.Nested(DialogueAgreementIn),
        required=True,
        validate=validate.Length(min=1, max=MOST_AT_ONCE),
    )


class DialogueCardQuery(Schema):
    """Whether those that are retired are told, too."""

    retired = fields.Boolean(load_default=False)


class DialogueCardIn(Schema):
    """A card of the set; without an English text the Danish one is shown."""

    phase = fields.Enum(Phase, by_value=True, required=True)
    position = fields.Integer(strict=True, required=True)
    title_da = _text("title_da", required=True)
    title_en = _text("title_en", load_default="")
    question_da = _text("question_da", required=True)
    question_en = _text("question_en", load_default="")
    hint_da = _text("hint_da", load_default="")
    hint_en = _text("hint_en", load_default="")


# What is answered


class DialogueNameOut(Schema):
    """Something with a name."""

    id = fields.UUID()
    name = fields.String()


class DialogueSessionOut(Schema):
    """A run of the dialogue tool."""

    id = fields.UUID()
    title = fields.String()
    held_on = fields.Date()
    state = fields.Enum(SessionState, by_value=True)
    unit = fields.Nested(DialogueNameOut)
    votes_each = fields.Integer()
    timer_ends_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


class DialogueSessionMadeOut(Schema):
    """A session as whoever leads it sees it."""

    id = fields.UUID()
    title = fields.String()
    held_on = fields.Date()
    state = fields.Enum(SessionState, by_value=True)
    votes_each = fields.Integer()
    join_code = fields.String()
    timer_ends_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


class DialogueAnswerOut(Schema):
    """What was written."""

    id = fields.UUID()
    card_id = fields.UUID(metadata=CARD)
    text = fields.String()


class DialogueVotesOut(Schema):
    """How many votes one has left in the phase."""

    votes_left = fields.Integer()


class DialogueBecameOut(Schema):
    """What an answer became; without a title where the caller may not see it."""

    kind = fields.String()
    id = fields.UUID()
    title = fields.String(allow_none=True)


class DialogueAgreementOut(Schema):
    """An agreement of the draft of a plan."""

    id = fields.UUID()
    answer_id = fields.UUID()
    initiative_id = fields.UUID(allow_none=True)
    phase = fields.Enum(PlanPhase, by_value=True)
    owner = fields.Enum(Owner, by_value=True)
    text = fields.String()
    due_on = fields.Date(allow_none=True)


class DialogueSaidOut(DialogueAnswerOut):
    """An answer with its votes, and what it became."""

    author = fields.String(allow_none=True)
    votes = fields.Integer()
    became = fields.Nested(DialogueBecameOut, allow_none=True)
    agreement = fields.Nested(DialogueAgreementOut, allow_none=True)


class DialogueCardTextOut(Schema):
    """What a card says."""

    id = fields.UUID()
    phase = fields.Enum(Phase, by_value=True)
    position = fields.Integer()
    title_da = fields.String()
    title_en = fields.String()
    question_da = fields.String()
    question_en = fields.String()
    hint_da = fields.String()
    hint_en = fields.String()


class DialogueCardOut(DialogueCardTextOut):
    """A card of the set."""

    retired_at = fields.DateTime(allow_none=True)


class DialogueSessionCardOut(DialogueCardTextOut):
    """A card of a session, with what was written on it."""

    answers = fields.List(fields.Nested(DialogueSaidOut))


class DialogueSessionDetailsOut(DialogueSessionOut):
    """A session with all that was said and what it became."""

    people = fields.Integer()
    cards = fields.List(fields.Nested(DialogueSessionCardOut))
    agreements = fields.List(fields.Nested(DialogueAgreementOut))


class DialogueNeedMadeOut(Schema):
    """A need that answers became."""

    id = fields.UUID()
    title = fields.String()


class DialogueInitiativeMadeOut(DialogueNeedMadeOut):
    """An initiative that answers became."""


class DialogueCardsOut(Schema):
    """How many cards the set has now."""

    cards = fields.Integer()


class DialogueLiveAnswerOut(Schema):
    """What somebody wrote."""

    id = fields.UUID()
    text = fields.String()
    author = fields.String()
    is_mine = fields.Boolean()
    votes = fields.Integer()
    is_voted = fields.Boolean()
    edited = fields.Boolean()


class DialogueLiveCardOut(Schema):
    """A card of the phase that is on."""

    id = fields.UUID()
    position = fields.Integer()
    title_da = fields.String()
    title_en = fields.String()
    question_da = fields.String()
    question_en = fields.String()
    hint_da = fields.String()
    hint_en = fields.String()
    answers = fields.List(fields.Nested(DialogueLiveAnswerOut))


class DialogueLivePersonOut(Schema):
    """Somebody who takes part."""

    name = fields.String()
    is_here = fields.Boolean()


class DialogueLiveStateOut(Schema):
    """A session as its screens show it."""

    version = fields.Integer()
    title = fields.String()
    unit_name = fields.String()
    state = fields.Enum(SessionState, by_value=True)
    phase = fields.Enum(Phase, by_value=True, allow_none=True)
    join_code = fields.String()
    votes_each = fields.Integer()
    votes_left = fields.Integer()
    timer_ends_at = fields.DateTime(allow_none=True)
    now = fields.DateTime()
    cards = fields.List(fields.Nested(DialogueLiveCardOut))
    people = fields.List(fields.Nested(DialogueLivePersonOut))


class DialogueLiveOut(Schema):
    """Nothing where nothing happened since."""

    changed = fields.Boolean()
    now = fields.Nested(DialogueLiveStateOut, allow_none=True)
