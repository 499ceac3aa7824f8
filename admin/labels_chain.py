"""What the links of the thread, its breaks and their cures are called, and where each is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from admin.enrolments_labels import STATES as ENROLMENT_STATES
from admin.labels_goals import GOAL_STATES
from admin.labels_initiatives import STATES as INITIATIVE_STATES
from admin.labels_needs import STATES as NEED_STATES
from tenant_app.reports.rules import Break, Link, LinkKind

KINDS = {
    LinkKind.GOAL: _l("Goal"),
    LinkKind.NEED: _l("Need"),
    LinkKind.INITIATIVE: _l("Initiative"),
    LinkKind.ENROLMENT: _l("Enrolment"),
    LinkKind.PLAN: _l("Anchoring plan"),
    LinkKind.READING: _l("Effect: a reading of the goal’s indicator"),
}
BREAKS = {
    Break.GOAL_ABOVE_RETIRED: _l("The goal above it is retired"),
    Break.GOAL_WITHOUT_INDICATOR: _l("Goal without an indicator"),
    Break.GOAL_WITHOUT_READING: _l("Goal whose indicator was never read"),
    Break.GOAL_WITHOUT_NEED: _l("Goal that no need or initiative serves"),
    Break.GOAL_DUE_WITHOUT_READING: _l("Goal past its date without a reading"),
    Break.NEED_WITHOUT_GOAL: _l("Need without a goal"),
    Break.NEED_WITHOUT_INITIATIVE: _l("Need without an initiative"),
    Break.INITIATIVE_WITHOUT_NEED: _l("Initiative without a need"),
    Break.INITIATIVE_WITHOUT_GOAL: _l("Initiative without a goal"),
    Break.INITIATIVE_WITHOUT_ENROLMENT: _l("Initiative under way without enrolments"),
    Break.ENROLMENT_WITHOUT_INITIATIVE: _l("Enrolment outside every initiative"),
    Break.COURSE_WITHOUT_SHARING: _l("Completed course that was not shared"),
    Break.COURSE_WITHOUT_TRIAL: _l("Completed course without a practice trial"),
}
CURES = {
    Break.GOAL_ABOVE_RETIRED: _l("Let it serve another goal, make it local, or retire it too."),
    Break.GOAL_WITHOUT_INDICATOR: _l("Add an indicator with a start and a target."),
    Break.GOAL_WITHOUT_READING: _l("Record what the indicator shows today."),
    Break.GOAL_WITHOUT_NEED: _l("Point a need or an initiative at it, or retire the goal."),
    Break.GOAL_DUE_WITHOUT_READING: _l("Record a reading, then retire the goal or move its date."),
    Break.NEED_WITHOUT_GOAL: _l("Choose the goal that the need stands in the way of."),
    Break.NEED_WITHOUT_INITIATIVE: _l("Plan an initiative for it, or park it with a reason."),
    Break.INITIATIVE_WITHOUT_NEED: _l("Choose the needs that it answers."),
    Break.INITIATIVE_WITHOUT_GOAL: _l("Choose the goal that it serves."),
    Break.INITIATIVE_WITHOUT_ENROLMENT: _l("Request places as part of it, or stop it."),
    Break.ENROLMENT_WITHOUT_INITIATIVE: _l(
        "Open it and put it under an initiative, or plan one for the course first."
    ),
    Break.COURSE_WITHOUT_SHARING: _l("Record in the anchoring plan how it was shared."),
    Break.COURSE_WITHOUT_TRIAL: _l("Record in the anchoring plan what was tried, and the result."),
}
PAGES = {
    LinkKind.GOAL: "goals.details_view",
    LinkKind.NEED: "needs.details_view",
    LinkKind.INITIATIVE: "initiatives.details_view",
    LinkKind.ENROLMENT: "requests.details_view",
    LinkKind.PLAN: "anchoring.details_view",
    LinkKind.READING: "goals.details_view",
}
_STATES: dict[LinkKind, dict[Any, Any]] = {
    LinkKind.GOAL: GOAL_STATES,
    LinkKind.NEED: NEED_STATES,
    LinkKind.INITIATIVE: INITIATIVE_STATES,
    LinkKind.ENROLMENT: ENROLMENT_STATES,
}
STATES: dict[LinkKind, dict[str, Any]] = {
    kind: {state.value: label for state, label in labels.items()}
    for kind, labels in _STATES.items()
}


def page_of(kind: LinkKind, id_: UUID) -> str | None:
    """Where it is shown."""
    endpoint = PAGES[kind]
    return url_for(endpoint, id=id_) if endpoint in current_app.view_functions else None


def state_of(link: Link) -> str:
    """Its state in the reader's language; a reading's value as it is."""
    if not link.state:
        return ""
    if link.kind is LinkKind.READING:
        return link.state.replace(".", ",", 1)
    return str(STATES.get(link.kind, {}).get(link.state, link.state))
