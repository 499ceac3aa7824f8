"""What talks, plans and their states are called in the panel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.talks.models import ItemState, TalkKind, TalkState

KINDS = {
    TalkKind.MUS: _l("MUS: one employee"),
    TalkKind.GRUS: _l("GRUS: a group"),
}
SHORT = {TalkKind.MUS: _l("MUS"), TalkKind.GRUS: _l("GRUS")}
STATES = {
    TalkState.INVITED: _l("Invited to talk"),
    TalkState.PREPARED: _l("Prepared by the employee"),
    TalkState.HELD: _l("Talk held"),
    TalkState.AGREED: _l("Agreed and signed"),
    TalkState.DECLINED: _l("Said no to the talk"),
    TalkState.CANCELLED: _l("Talk cancelled"),
}
TONES = {
    TalkState.PREPARED: "ok",
    TalkState.HELD: "ok",
    TalkState.AGREED: "ok",
    TalkState.DECLINED: "warn",
    TalkState.CANCELLED: "warn",
}
ITEM_STATES = {
    ItemState.PLANNED: _l("Planned to learn"),
    ItemState.UNDERWAY: _l("Learning under way"),
    ItemState.DONE: _l("Learnt"),
    ItemState.DROPPED: _l("No longer in the plan"),
}
ITEM_TONES = {ItemState.UNDERWAY: "warn", ItemState.DONE: "ok"}
ITEM_WORDS = {each.value: label for each, label in ITEM_STATES.items()}
OWN_QUESTIONS = {
    "good": _l("What goes well in my work?"),
    "hard": _l("What is hard, and what would I like to change?"),
    "learn": _l("What would I like to learn or become better at?"),
    "support": _l("What do I need from my leader and my colleagues?"),
}
"""The fixed questions of a preparation: to the employee, and below to the leader."""
LEADER_QUESTIONS = {
    "good": _l("What do I see going well?"),
    "hard": _l("What would I like to talk about?"),
    "learn": _l("What competences does the house need from the employee?"),
    "support": _l("What can I offer: time, courses, support?"),
}
STEPS = {
    "talk.round_opened": _l("Round of talks opened"),
    "talk.round_changed": _l("Round of talks changed"),
    "talk.round_ended": _l("Round of talks ended"),
    "talk.invited": _l("Invited to talks"),
    "talk.prepared": _l("Talk prepared"),
    "talk.scheduled": _l("Talk given a time"),
    "talk.handed_over": _l("Talk handed over"),
    "talk.held": _l("A talk was held"),
    "talk.declined": _l("Talk declined"),
    "talk.cancelled": _l("A talk was cancelled"),
    "talk.gave_evidence": _l("Talk gave evidence for a need"),
    "talk.agreement_written": _l("Agreement of a talk written"),
    "talk.signed": _l("Agreement of a talk signed"),
    "talk.reopened": _l("Agreement of a talk opened again"),
    "talk.plan_made": _l("Development plan made"),
    "talk.plan_taken_up": _l("Development plan taken up in a talk"),
    "talk.plan_written": _l("Development plan written"),
    "talk.item_added": _l("Item added to a development plan"),
    "talk.item_changed": _l("Item of a development plan changed"),
}
"""What the trail calls the verbs of talks; it has none of their words."""
FACTS = {
    "kind": _l("Kind"),
    "planned_at": _l("Time of the talk"),
    "shared": _l("Shared"),
    "talks": _l("Talks"),
    "cancelled": _l("Talks cancelled"),
    "valid_until": _l("Valid until"),
}
WORDS = {
    "kinds": KINDS,
    "short": SHORT,
    "states": STATES,
    "tones": TONES,
    "item_states": ITEM_STATES,
    "item_tones": ITEM_TONES,
    "own_questions": OWN_QUESTIONS,
    "leader_questions": LEADER_QUESTIONS,
}
