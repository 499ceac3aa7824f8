"""What states, findings and verbs of supervision are called in the panel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.supervision.models import Notice, Verdict, VisitState

NOTICES = {
    Notice.ANNOUNCED: _l("Announced"),
    Notice.UNANNOUNCED: _l("Unannounced"),
}
STATES = {
    VisitState.PLANNED: _l("Visit planned"),
    VisitState.HELD: _l("Held, report to come"),
    VisitState.REPORTED: _l("Report published"),
    VisitState.CALLED_OFF: _l("Called off"),
}
TONES = {
    VisitState.HELD: "warn",
    VisitState.REPORTED: "ok",
}
VERDICTS = {
    Verdict.STRENGTH: _l("Strength"),
    Verdict.ATTENTION: _l("To work with"),
}
VERDICT_TONES = {Verdict.STRENGTH: "ok", Verdict.ATTENTION: "warn"}
HEIGHTENED = _l("Heightened supervision")
STEPS = {
    "screening.imported": _l("Screening results imported"),
    "screening.used": _l("Screening result became evidence"),
    "screening_tool.changed": _l("Screening tool changed"),
    "screening_tool.created": _l("Screening tool created"),
    "screening_tool.retired": _l("Screening tool retired"),
    "supervision.called_off": _l("Supervision visit called off"),
    "supervision.changed": _l("Supervision visit changed"),
    "supervision.finding_added": _l("Finding of a supervision visit written down"),
    "supervision.finding_removed": _l("Finding of a supervision visit removed"),
    "supervision.follow_up_added": _l("Follow-up of a supervision visit agreed"),
    "supervision.follow_up_done": _l("Follow-up of a supervision visit done"),
    "supervision.held": _l("Supervision visit held"),
    "supervision.planned": _l("Supervision visit planned"),
    "supervision.published": _l("Supervision report published"),
    "supervision.used": _l("Finding of a supervision visit became evidence"),
}
"""What the trail calls the verbs of this room, and below what it calls their facts."""
FACTS = {
    "by_whom": _l("Who visits"),
    "heightened": HEIGHTENED,
    "notice": _l("Announced or not"),
    "published_on": _l("Published on"),
    "verdict": _l("What it says"),
    "visit_on": _l("Day of the visit"),
}
