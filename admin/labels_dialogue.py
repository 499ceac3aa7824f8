"""What states and phases of dialogue sessions are called in the panel, and what was done in one."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.dialogue.models import Phase, SessionState

S = SessionState
PHASES = {
    Phase.NEEDS: _l("Needs"),
    Phase.INITIATIVE: _l("Initiative"),
    Phase.PLANNING: _l("Planning"),
}
STATES = {
    S.DRAFT: _l("Not opened yet"),
    S.OPEN: _l("Open: people come in"),
    S.NEEDS: _l("Phase 1: needs"),
    S.INITIATIVE: _l("Phase 2: initiative"),
    S.PLANNING: _l("Phase 3: planning"),
    S.CLOSED: _l("Closed session"),
}
MOVES = {
    S.OPEN: _l("Open it, so that people can come in"),
    S.NEEDS: _l("Go to phase 1: needs"),
    S.INITIATIVE: _l("Go to phase 2: initiative"),
    S.PLANNING: _l("Go to phase 3: planning"),
    S.CLOSED: _l("Close the session"),
}
TONES = {S.OPEN: "ok", S.NEEDS: "ok", S.INITIATIVE: "ok", S.PLANNING: "ok", S.DRAFT: "warn"}
ACTIONS = {
    "dialogue.answer_removed": _l("Dialogue answer removed"),
    "dialogue.became_initiative": _l("Dialogue answers made into an initiative"),
    "dialogue.became_needs": _l("Dialogue answers made into needs"),
    "dialogue.became_plan": _l("Dialogue answers made into a plan draft"),
    "dialogue.card_added": _l("Dialogue card added"),
    "dialogue.card_changed": _l("Dialogue card changed"),
    "dialogue.card_restored": _l("Dialogue card put back"),
    "dialogue.card_retired": _l("Dialogue card retired"),
    "dialogue.cards_restored": _l("Standard dialogue cards used"),
    "dialogue.changed": _l("Dialogue session changed"),
    "dialogue.closed": _l("Dialogue session closed"),
    "dialogue.created": _l("Dialogue session created"),
    "dialogue.joined": _l("Dialogue session joined"),
    "dialogue.moved": _l("Dialogue session moved on"),
    "dialogue.needs_tied": _l("Needs of a dialogue session tied to its initiative"),
    "dialogue.timed": _l("Time set in a dialogue session"),
}
FACTS = {
    "agreements": _l("Agreements"),
    "answers": _l("Number of answers"),
    "card": _l("Dialogue card"),
    "cards": _l("Dialogue cards"),
    "held_on": _l("Day of the meeting"),
    "hint_da": _l("Hint in Danish"),
    "hint_en": _l("Hint in English"),
    "question_da": _l("Question in Danish"),
    "question_en": _l("Question in English"),
    "timer_ends_at": _l("Time is up at"),
    "title_da": _l("Title in Danish"),
    "title_en": _l("Title in English"),
    "votes_each": _l("Votes each has in a phase"),
}
