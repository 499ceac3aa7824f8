"""What forums, meetings and decisions are called in the panel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.forums.models import ForumKind, MeetingState, Outcome, WheelKind
from tenant_app.forums.service import Standing, Subject

FORUMS = _l("Forums and meetings")
"""The menu's group."""
KINDS = {
    ForumKind.LEADER_GROUP: _l("Leader group"),
    ForumKind.AREA_MEETING: _l("Area meeting"),
    ForumKind.MED: _l("MED committee"),
    ForumKind.CONSULTANTS: _l("Group of consultants"),
    ForumKind.OTHER: _l("Other forum"),
}
STATES = {
    MeetingState.PLANNED: _l("Planned meeting"),
    MeetingState.CALLED: _l("Called: the pack is there"),
    MeetingState.HELD: _l("Held"),
    MeetingState.CLOSED: _l("Minutes closed"),
    MeetingState.CANCELLED: _l("Meeting cancelled"),
}
STATE_TONES = {
    MeetingState.CALLED: "ok",
    MeetingState.HELD: "warn",
    MeetingState.CANCELLED: "bad",
}
OUTCOMES = {
    Outcome.START: _l("Start"),
    Outcome.LATER: _l("Later"),
    Outcome.NO: _l("Not"),
}
OUTCOME_TONES = {Outcome.START: "ok", Outcome.NO: "bad"}
STANDINGS = {
    Standing.OPEN: _l("To be done"),
    Standing.OVERDUE: _l("Overdue decision"),
    Standing.DONE: _l("Carried out"),
    Standing.REPLACED: _l("Replaced by another decision"),
}
STANDING_TONES = {Standing.OVERDUE: "bad", Standing.DONE: "ok"}
SUBJECTS = {
    Subject.NEED: _l("Need"),
    Subject.CLUSTER: _l("Shared need"),
    Subject.INITIATIVE: _l("Initiative"),
}
WHEEL_KINDS = {
    WheelKind.BUDGET: _l("Budget of the year"),
    WheelKind.TALKS: _l("Development talks (MUS)"),
    WheelKind.SUPERVISION: _l("Supervision of the year"),
    WheelKind.NEEDS: _l("Needs and priorities"),
    WheelKind.FOLLOW_UP: _l("Follow-up and evaluation"),
    WheelKind.OTHER: _l("Other fixed point"),
}
STEPS = {
    "forum.changed": _l("Forum changed"),
    "forum.closed": _l("Forum closed"),
    "forum.created": _l("Forum made"),
    "forum.decided": _l("Forum decided"),
    "forum.decision_done": _l("Decision carried out"),
    "meeting.cancelled": _l("Meeting cancelled"),
    "meeting.changed": _l("Meeting moved"),
    "meeting.closed": _l("Minutes closed"),
    "meeting.held": _l("Meeting held"),
    "meeting.item_added": _l("Item put on an agenda"),
    "meeting.item_followed": _l("Item on an agenda followed a merged need"),
    "meeting.agenda_ordered": _l("Agenda put in order"),
    "meeting.item_removed": _l("Item taken off an agenda"),
    "meeting.minutes_written": _l("Minutes written"),
    "meeting.pack_issued": _l("Meeting pack issued"),
    "meeting.pack_requested": _l("Meeting pack asked for"),
    "meeting.planned": _l("Meeting planned"),
    "ranking.closed": _l("Ranking closed"),
    "ranking.opened": _l("Ranking opened"),
    "ranking.ranked": _l("Member ranked"),
    "wheel.added": _l("Fixed point added to the year"),
    "wheel.removed": _l("Fixed point removed from the year"),
}
"""What the trail calls the verbs of forums, and below what it calls their facts."""
FACTS = {
    "candidates": _l("Candidates"),
    "forum": _l("Forum"),
    "members": _l("Members"),
    "month": _l("Month"),
    "purpose": _l("What it is for"),
    "voices": _l("Have ranked"),
    "week": _l("Week"),
}
