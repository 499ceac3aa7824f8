"""What phases, tasks and outcomes of anchoring are called in the panel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from admin.enrolments_labels import STATES as ENROLMENT_STATES
from tenant_app.anchoring.models import ItemKind, Outcome, Owner, Phase, Seen
from tenant_app.anchoring.service import Standing

PHASES = {
    Phase.BEFORE: _l("Before the course"),
    Phase.DURING: _l("During the course"),
    Phase.AFTER: _l("After the course"),
}
OWNERS = {
    Owner.LEADER: _l("The leader"),
    Owner.PARTICIPANT: _l("The participant"),
}
KINDS = {
    ItemKind.AGREE: _l("Agreement or preparation"),
    ItemKind.SHARE: _l("Knowledge sharing"),
    ItemKind.TRIAL: _l("Practice trial"),
    ItemKind.OBSERVE: _l("Leader’s observation"),
}
OUTCOMES = {
    Outcome.KEEP: _l("We keep it"),
    Outcome.ADAPT: _l("We adapt it and go on"),
    Outcome.DROP: _l("We let it go"),
}
SEEN = {
    Seen.YES: _l("Yes, it is in use"),
    Seen.PARTLY: _l("Partly"),
    Seen.NOT_YET: _l("Not yet"),
}
STANDINGS = {
    Standing.OVERDUE: _l("Overdue"),
    Standing.OPEN: _l("Under way"),
    Standing.FINISHED: _l("Nothing left to do"),
    Standing.CLOSED: _l("Closed: did not take part"),
}
TONES = {
    Standing.OVERDUE: "bad",
    Standing.FINISHED: "ok",
}
LOST = {state.value: label for state, label in ENROLMENT_STATES.items()}
"""Why the items of a lost place were dropped, where nobody wrote a reason."""
WORDS = {
    "phases": PHASES,
    "owners": OWNERS,
    "kinds": KINDS,
    "outcomes": OUTCOMES,
    "seen": SEEN,
    "standings": STANDINGS,
    "tones": TONES,
    "lost": LOST,
}
STEPS = {
    "anchoring.closed": _l("Anchoring plan closed"),
    "anchoring.dropped": _l("Anchoring task dropped"),
    "anchoring.moved": _l("Anchoring task moved"),
    "anchoring.observed": _l("Practice observed"),
    "anchoring.planned": _l("Anchoring plan made"),
    "anchoring.shared": _l("Knowledge shared"),
    "anchoring.template_added": _l("Task added to coming anchoring plans"),
    "anchoring.template_changed": _l("Task of coming anchoring plans changed"),
    "anchoring.template_removed": _l("Task removed from coming anchoring plans"),
    "anchoring.template_restored": _l("Standard set of anchoring tasks restored"),
    "anchoring.ticked": _l("Anchoring task done"),
    "anchoring.trial_begun": _l("Practice trial begun"),
    "anchoring.trial_ended": _l("Result of a practice trial recorded"),
}
"""What the trail calls the verbs of anchoring, and below what it calls their facts."""
FACTS = {
    "days": _l("Days"),
    "done_on": _l("Done on"),
    "due_on": _l("Due on"),
    "item": _l("Task"),
    "items": _l("Tasks"),
    "outcome": _l("What happens now"),
    "owner": _l("Whose task"),
    "phase": _l("When in the course"),
    "seen": _l("Is the new practice seen in everyday life"),
    "text": _l("Task"),
}
