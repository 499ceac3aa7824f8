"""What shared needs, surpluses and the steps of a voice are called in the panel."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin import labels_initiatives, labels_needs
from tenant_app.cooperation.models import CapacityKind, ClusterOutcome, ClusterState
from tenant_app.cooperation.service import Now, VoiceStep

STATES = {
    ClusterState.SUGGESTED: _l("Suggested"),
    ClusterState.CONFIRMED: _l("Confirmed by leaders"),
    ClusterState.TAKEN_UP: _l("On a forum’s agenda"),
    ClusterState.DECIDED: _l("Decided"),
    ClusterState.STAFFED: _l("Has its initiative"),
    ClusterState.DECLINED: _l("Declined"),
    ClusterState.DISSOLVED: _l("Dissolved"),
}
TONES = {
    ClusterState.SUGGESTED: "warn",
    ClusterState.CONFIRMED: "ok",
    ClusterState.TAKEN_UP: "ok",
    ClusterState.DECIDED: "ok",
    ClusterState.STAFFED: "good",
    ClusterState.DECLINED: "",
}
OUTCOMES = {
    ClusterOutcome.START: _l("Is to start"),
    ClusterOutcome.LATER: _l("Waits until later"),
    ClusterOutcome.NO: _l("Is given up"),
}
KINDS = {
    CapacityKind.PEOPLE: _l("People who can teach or guide others"),
    CapacityKind.PLACE: _l("A place where others can see it"),
    CapacityKind.HOURS: _l("Hours of work in other houses"),
}
ACTIONS = {
    "cooperation.search_requested": _l("Search for shared needs asked for"),
    "cooperation.searched": _l("Searched for shared needs"),
    "cooperation.suggested": _l("Shared need suggested"),
    "cooperation.grew": _l("A need joined a suggested shared need"),
    "cooperation.left": _l("A need left a shared need"),
    "cooperation.dissolved": _l("Shared need dissolved"),
    "cooperation.joined": _l("House joined a shared need"),
    "cooperation.stayed_out": _l("House did not join a shared need"),
    "cooperation.confirmed": _l("Shared need confirmed"),
    "cooperation.reopened": _l("Shared need open to answers again"),
    "cooperation.declined": _l("Shared need declined"),
    "cooperation.taken_up": _l("Shared need put on a forum’s agenda"),
    "cooperation.given_back": _l("Shared need taken off a forum’s agenda"),
    "cooperation.decided": _l("Shared need decided"),
    "cooperation.staffed": _l("Initiative made of a shared need"),
    "cooperation.capacity_stated": _l("Surplus stated"),
    "cooperation.capacity_withdrawn": _l("Surplus withdrawn"),
}
"""What the trail calls the verbs of cooperation, and below what it calls their facts."""
FACTS = {
    "house": _l("Institution"),
    "suggested": _l("Shared needs suggested"),
    "joined": _l("Needs that joined"),
    "left": _l("Needs that left"),
    "dissolved": _l("Shared needs dissolved"),
}
NOW = {
    Now.HEARD: _l("heard: it is reported and waits for somebody to look into it"),
    Now.LOOKED_INTO: _l("being looked into where it was seen"),
    Now.QUALIFIED: _l("qualified: enough stands behind it"),
    Now.PRIORITISED: _l("put before other needs"),
    Now.PARKED: _l("parked for a while"),
    Now.REJECTED: _l("turned down"),
    Now.SHARED: _l("found in other houses too"),
    Now.CONFIRMED: _l("confirmed as a need that houses share"),
    Now.TAKEN_UP: _l("on the agenda of the leaders’ meeting"),
    Now.LATER: _l("to be taken up again later"),
    Now.STARTS: _l("decided: something is to be done about it"),
    Now.PLANNED: _l("part of an initiative that is being planned"),
    Now.RUNNING: _l("part of an initiative that is under way"),
    Now.FOLLOWED: _l("part of an initiative that is being followed up"),
    Now.COVERED: _l("covered: it led to something"),
}
"""Each goes on from “This need is now …”."""
NOW_TONES = {
    Now.PARKED: "warn",
    Now.REJECTED: "bad",
    Now.STARTS: "ok",
    Now.PLANNED: "ok",
    Now.RUNNING: "ok",
    Now.FOLLOWED: "ok",
    Now.COVERED: "good",
}


def _shared(step: VoiceStep) -> str:
    others = step.facts["others"]
    return ngettext(
        "Found alike in %(num)s other house", "Found alike in %(num)s other houses", others
    )


def _made(step: VoiceStep) -> str:
    if step.facts["title"] is None:
        return _("An initiative was made for it, in units you do not see")
    return _("The initiative “%(title)s” was made for it", title=step.facts["title"])


def _moved(step: VoiceStep) -> str:
    state = labels_initiatives.STATES[step.facts["state"]]
    return _("The initiative is now: %(state)s", state=state)


def _evidence(step: VoiceStep) -> str:
    return _("Evidence added: %(source)s", source=labels_needs.SOURCES[step.facts["source"]])


def _decided(step: VoiceStep) -> str:
    return _("A forum decided: %(outcome)s", outcome=OUTCOMES[step.facts["outcome"]])


VOICE_STEPS: dict[str, Callable[[VoiceStep], str]] = {
    "voice.evidence": _evidence,
    "voice.shared": _shared,
    "voice.confirmed": lambda step: _("Leaders of the houses confirmed that they share it"),
    "voice.taken_up": lambda step: _("Put on the agenda of a forum"),
    "voice.decided": _decided,
    "voice.left": lambda step: _("Left what the houses share"),
    "voice.initiative": _made,
    "voice.initiative_moved": _moved,
}
"""Kind of a step → its words. Screens of rooms above add their own."""
VOICE_LINKS: dict[str, Callable[[UUID], str]] = {
    "cluster": lambda key: url_for("clusters.details_view", id=key),
    "initiative": lambda key: url_for("initiatives.details_view", id=key),
}
"""Kind of a link → its address."""


def step_text(step: VoiceStep) -> str:
    """What happened, in the reader's language."""
    if step.kind in VOICE_STEPS:
        return VOICE_STEPS[step.kind](step)
    text = str(labels_needs.STEPS.get(step.kind, step.kind))
    return _("%(what)s (the need it was merged into)", what=text) if "other" in step.facts else text


FOUND_BY = {"ord-1": _l("words that the titles have in common")}
"""What each version of the rule that suggests a shared need goes by."""
