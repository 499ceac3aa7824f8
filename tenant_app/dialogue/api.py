"""The dialogue tool over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from tenant_app.core.context import Context
from tenant_app.core.http import endpoint
from tenant_app.core.paging import Page
from tenant_app.dialogue import service as dialogue
from tenant_app.dialogue.models import DialogueAnswer, DialogueCard, DialogueSession, SessionState
from tenant_app.dialogue.rules import AgreementDraft, NeedDraft
from tenant_app.dialogue.schemas import (
    DialogueAgreementOut,
    DialogueAnswerChangeIn,
    DialogueAnswerIn,
    DialogueAnswerOut,
    DialogueCardIn,
    DialogueCardOut,
    DialogueCardQuery,
    DialogueCardsOut,
    DialogueInitiativeIn,
    DialogueInitiativeMadeOut,
    DialogueJoinIn,
    DialogueLiveOut,
    DialogueLiveQuery,
    DialogueMoveIn,
    DialogueNeedMadeOut,
    DialogueNeedsIn,
    DialoguePlanIn,
    DialogueSessionChangeIn,
    DialogueSessionDetailsOut,
    DialogueSessionIn,
    DialogueSessionMadeOut,
    DialogueSessionOut,
    DialogueSessionQuery,
    DialogueTimerIn,
    DialogueVotesOut,
)
from tenant_app.initiatives.models import Initiative

blueprint = Blueprint(
    "dialogue",
    __name__,
    url_prefix="/api/v1/dialogue",
    description="Dialogue sessions with cards in three phases, and what their answers became",
)


@blueprint.get("/sessions")
@endpoint(blueprint, query=DialogueSessionQuery, page_of=DialogueSessionOut)
def list_sessions(ctx: Context, **filters: Any) -> Page[DialogueSession]:
    """The sessions of the caller's units, and those they took part in; the latest first."""
    return dialogue.listing(ctx, **filters)


@blueprint.post("/sessions")
@endpoint(blueprint, takes=DialogueSessionIn, returns=DialogueSessionMadeOut, status=201)
def create_session(ctx: Context, **facts: Any) -> DialogueSession:
    """A session to come. Its code is told here and on the shared screen."""
    return dialogue.create(ctx, **facts)


@blueprint.get("/sessions/<uuid:session_id>")
@endpoint(blueprint, returns=DialogueSessionDetailsOut)
def show_session(ctx: Context, session_id: UUID) -> dict[str, Any]:
    """One session with all that was said, and what it became."""
    found = dialogue.details(ctx, session_id)
    names = ("id", "title", "held_on", "state", "unit", "votes_each", "timer_ends_at", "version")
    cards = []
    for card, said in found.cards:
        texts = ("id", "phase", "position", "title_da", "title_en", "question_da", "question_en")
        facts = {name: getattr(card, name) for name in (*texts, "hint_da", "hint_en")}
        cards.append(facts | {"answers": said})
    return {name: getattr(found.session, name) for name in names} | {
        "people": found.people,
        "cards": cards,
        "agreements": found.agreements,
    }


@blueprint.put("/sessions/<uuid:session_id>")
@endpoint(blueprint, takes=DialogueSessionChangeIn, returns=DialogueSessionMadeOut)
def change_session(ctx: Context, session_id: UUID, **facts: Any) -> DialogueSession:
    """Change what a session is called, when it is held, and the number of votes."""
    return dialogue.change(ctx, session_id, **facts)


@blueprint.post("/sessions/<uuid:session_id>/state")
@endpoint(blueprint, takes=DialogueMoveIn, returns=DialogueSessionMadeOut)
def move_session(ctx: Context, session_id: UUID, to: SessionState) -> DialogueSession:
    """Open it, go to a phase, or close it."""
    return dialogue.move(ctx, session_id, to)


@blueprint.post("/sessions/<uuid:session_id>/timer")
@endpoint(blueprint, takes=DialogueTimerIn, returns=DialogueSessionMadeOut)
def set_timer(ctx: Context, session_id: UUID, minutes: int | None, add: bool) -> DialogueSession:
    """Set the clock, add to it, or stop it."""
    if add and minutes is not None:
        return dialogue.add_time(ctx, session_id, minutes=minutes)
    return dialogue.set_timer(ctx, session_id, minutes=minutes)


@blueprint.post("/join")
@endpoint(blueprint, takes=DialogueJoinIn, returns=DialogueSessionOut)
def join(ctx: Context, code: str) -> DialogueSession:
    """Take part, or come back."""
    return dialogue.join(ctx, code)


@blueprint.get("/sessions/<uuid:session_id>/live")
@endpoint(blueprint, query=DialogueLiveQuery, returns=DialogueLiveOut)
def show_live(ctx: Context, session_id: UUID, since: int | None) -> dict[str, Any]:
    """The session as its screens show it, unless nothing happened since that version."""
    found = dialogue.live_state(ctx, session_id, since=since)
    return {"changed": found is not None, "now": found}


@blueprint.post("/sessions/<uuid:session_id>/answers")
@endpoint(blueprint, takes=DialogueAnswerIn, returns=DialogueAnswerOut, status=201)
def write_answer(ctx: Context, session_id: UUID, **facts: Any) -> DialogueAnswer:
    """Write on a card of the phase that is on."""
    return dialogue.answer(ctx, session_id, **facts)


@blueprint.put("/answers/<uuid:answer_id>")
@endpoint(blueprint, takes=DialogueAnswerChangeIn, returns=DialogueAnswerOut)
def edit_answer(ctx: Context, answer_id: UUID, text: str) -> DialogueAnswer:
    """Change one's own answer while its phase is on."""
    return dialogue.edit_answer(ctx, answer_id, text=text)


@blueprint.delete("/answers/<uuid:answer_id>")
@endpoint(blueprint, status=204)
def remove_answer(ctx: Context, answer_id: UUID) -> None:
    """Take an answer away, with its votes."""
    dialogue.remove_answer(ctx, answer_id)


@blueprint.post("/answers/<uuid:answer_id>/vote")
@endpoint(blueprint, returns=DialogueVotesOut)
def vote(ctx: Context, answer_id: UUID) -> dict[str, int]:
    """Give the answer one of one's votes."""
    return {"votes_left": dialogue.vote(ctx, answer_id)}


@blueprint.delete("/answers/<uuid:answer_id>/vote")
@endpoint(blueprint, returns=DialogueVotesOut)
def unvote(ctx: Context, answer_id: UUID) -> dict[str, int]:
    """Take one's vote back."""
    return {"votes_left": dialogue.unvote(ctx, answer_id)}


@blueprint.post("/sessions/<uuid:session_id>/needs")
@endpoint(blueprint, takes=DialogueNeedsIn, returns=DialogueNeedMadeOut, many=True, status=201)
def make_needs(ctx: Context, session_id: UUID, needs: list[Any]) -> list[Any]:
    """Answers of the first phase become needs, in one step."""
    return dialogue.make_needs(ctx, session_id, [NeedDraft(**each) for each in needs])


@blueprint.post("/sessions/<uuid:session_id>/initiatives")
@endpoint(blueprint, takes=DialogueInitiativeIn, returns=DialogueInitiativeMadeOut, status=201)
def make_initiative(ctx: Context, session_id: UUID, **facts: Any) -> Initiative:
    """Answers of the second phase become an initiative."""
    return dialogue.make_initiative(ctx, session_id, **facts)


@blueprint.post("/sessions/<uuid:session_id>/plan")
@endpoint(blueprint, takes=DialoguePlanIn, returns=DialogueAgreementOut, many=True, status=201)
def make_plan(
    ctx: Context, session_id: UUID, agreements: list[Any], initiative_id: UUID | None
) -> list[Any]:
    """Answers of the third phase become the draft of a plan."""
    drafts = [AgreementDraft(**each) for each in agreements]
    return dialogue.make_plan(ctx, session_id, drafts, initiative_id=initiative_id)


@blueprint.get("/cards")
@endpoint(blueprint, query=DialogueCardQuery, page_of=DialogueCardOut)
def list_cards(ctx: Context, **paging: Any) -> Page[DialogueCard]:
    """The municipality's set of cards, phase by phase."""
    return dialogue.cards_page(ctx, **paging)


@blueprint.post("/cards")
@endpoint(blueprint, takes=DialogueCardIn, returns=DialogueCardOut, status=201)
def add_card(ctx: Context, **facts: Any) -> DialogueCard:
    """Add a card to the set."""
    return dialogue.add_card(ctx, **facts)


@blueprint.put("/cards/<uuid:card_id>")
@endpoint(blueprint, takes=DialogueCardIn, returns=DialogueCardOut)
def change_card(ctx: Context, card_id: UUID, **facts: Any) -> DialogueCard:
    """Change a card of the set. Sessions that are there keep theirs."""
    return dialogue.change_card(ctx, card_id, **facts)


@blueprint.delete("/cards/<uuid:card_id>")
@endpoint(blueprint, status=204)
def retire_card(ctx: Context, card_id: UUID) -> None:
    """Retire a card from the set."""
    dialogue.retire_card(ctx, card_id)


@blueprint.post("/cards/<uuid:card_id>/return")
@endpoint(blueprint, returns=DialogueCardOut)
def restore_card(ctx: Context, card_id: UUID) -> DialogueCard:
    """Put a retired card back in the set."""
    return dialogue.restore_card(ctx, card_id)


@blueprint.post("/cards/standard")
@endpoint(blueprint, returns=DialogueCardsOut)
def restore_standard(ctx: Context) -> dict[str, int]:
    """Put the standard set in the place of the municipality's own."""
    return {"cards": dialogue.restore_standard(ctx)}
